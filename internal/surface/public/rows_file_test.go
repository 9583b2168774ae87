// SPDX-License-Identifier: Apache-2.0

package public

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/surface/web/rows"
)

func TestFileThatLeavesRowsOutSaysSo(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for most, want := range map[int]struct {
		rows   int
		notice bool
	}{3: {3, true}, 4: {4, true}, 5: {5, true}, 6: {6, false}, 7: {6, false}} {
		l := &listing{words: bundle.For("zh"), view: &rows.View{Rows: make([]rows.Row, 4), Next: "more"}}
		way := list{rows: func(context.Context) error {
			l.view.Rows = append(l.view.Rows, make([]rows.Row, 2)...)
			return nil
		}}
		var file bytes.Buffer
		if err := l.write(t.Context(), sheet.CSV(&file, false), way, most); err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(file.String(), "\r\n") - 1
		notice := strings.Contains(file.String(), "其余没有写进本文件")
		if notice {
			lines--
		}
		if lines != want.rows || notice != want.notice {
			t.Errorf("at most %d: %d rows, notice %v", most, lines, notice)
		}
	}
}
