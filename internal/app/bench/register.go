// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
	"github.com/qiaorelief/qiao/internal/app/bench/invented"
)

// registers are the kinds of register: a header as people write it, and the
// n-th of so many rows.
var registers = []struct {
	kind   string
	header []string
	row    func(n, of int) []string
}{
	{"receipts", []string{"日期", "捐赠单位及个人", "品名", "规格型号", "计量单位", "数量"}, func(n, of int) []string {
		g := invented.Goods[n%len(invented.Goods)]
		return []string{day(n, of), invented.Donor(n), g.Item, "", g.Word, strconv.Itoa(1 + n*37%2000)}
	}},
	{"distributions", []string{"发放日期", "接收单位", "品名", "规格", "计量单位", "数量"}, func(n, of int) []string {
		g := invented.Goods[n%len(invented.Goods)]
		return []string{day(n, of), invented.Recipient(n), g.Item, "", g.Word, strconv.Itoa(1 + n*37%900)}
	}},
	{"money", []string{"交易时间", "捐款人", "金额（元）", "备注"}, func(n, of int) []string {
		return []string{day(n, of), invented.Donor(n), fmt.Sprintf("%d.%02d", 1+n*37%9000, n%100), ""}
	}},
	{"needs", []string{"日期", "医院名称", "物资名称", "规格", "计量单位", "需求数量"}, func(n, of int) []string {
		g := invented.Goods[n%len(invented.Goods)]
		return []string{day(n, of), invented.Recipient(n), g.Item, "", g.Word, strconv.Itoa(2 + n*37%900)}
	}},
}

func day(n, of int) string { return invented.Moment(n, of).Format(time.DateOnly) }

// imports measures `qiao import` on one generated register of each kind, into
// the same books. A register that is not posted whole measures something else.
func (b *bench) imports(ctx context.Context) error {
	data, err := b.folder("imports")
	if err != nil {
		return err
	}
	for _, r := range registers {
		b.Note("bench.importing", "kind", r.kind, "n", b.Rows)
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		lines := [][]string{r.header}
		for n := range b.Rows {
			lines = append(lines, r.row(n, b.Rows))
		}
		if err := w.WriteAll(lines); err != nil {
			return err
		}
		path := filepath.Join(b.Dir, r.kind+".csv")
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			return err
		}
		took, err := child.Run(ctx, b.Self, "import", r.kind, path, "--data", data, "--json")
		if err != nil {
			return err
		}
		var result struct {
			Posted int `json:"posted"`
		}
		if err := json.Unmarshal(took.Out, &result); err != nil || result.Posted != b.Rows {
			return fmt.Errorf("import of %s: want %d rows posted: %s (%w)", r.kind, b.Rows, bytes.TrimSpace(took.Out), err)
		}
		rate := Row{Bench: "import", Case: r.kind, Ours: float64(b.Rows) / took.Wall.Seconds(), Unit: "rows/s"}
		if err := b.row(rate); err != nil {
			return err
		}
	}
	return nil
}
