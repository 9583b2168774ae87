// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"testing"

	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// TestARowThatContinuesSaysWithWhat makes sure that the reason quotes what the
// row holds: its specification, else its quantity, and never nothing.
func TestARowThatContinuesSaysWithWhat(t *testing.T) {
	t.Parallel()
	for want, fields := range map[string]map[layout.Field]string{
		"24瓶/件": {layout.Spec: "24瓶/件", layout.Qty: "500件"},
		"500件":  {layout.Qty: "500件"},
		"…":     {},
	} {
		e := &layout.Entry{Continues: true}
		for f, text := range fields {
			e.Values[f] = text
		}
		p := (&Reader{}).suspicious(e)
		if p == nil || p.Key != "register.row.continues" || p.Args["text"] != want {
			t.Errorf("%v: %+v, want the text %s", fields, p, want)
		}
	}
}
