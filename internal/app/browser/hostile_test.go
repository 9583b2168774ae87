// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// TestNamesThatNobodyShouldHaveDoNotBreakThePages gives donors and recipients
// names that are too long, turn the line around or hold a script.
func TestNamesThatNobodyShouldHaveDoNotBreakThePages(t *testing.T) {
	v := visit(t, 390, 844)
	me, public := account.System(), true
	for _, name := range []string{
		strings.Repeat("长", 196) + "医院", strings.Repeat("W", 190) + " hospital", "\u202e示例医院倒着写", `<script>document.title="hacked"</script>示例医院`, strings.Repeat("示例 hospital ", 14),
	} {
		o, err := v.app.Orgs.Create(t.Context(), me, org.Input{Kind: org.Hospital, Name: name, Public: &public}, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.app.Receipts.Create(t.Context(), me, receipt.Input{
			Kind: receipt.Donation, Donor: o.ID, Place: "main", Origin: "airport:CSX", OccurredAt: story.End,
			Lines: []receipt.LineInput{{Class: "mask-surgical", Quantity: qty.Exactly(1_000_000, qty.Piece), ItemText: strings.Repeat("口罩", 1000)}},
		}, ""); err != nil {
			t.Fatal(err)
		}
		var lines []distribution.LineInput
		for _, class := range []string{"mask-surgical", "suit-medical", "goggles", "cap", "alcohol", "thermometer", "shoe-cover", "disinfectant"} {
			c, _ := v.app.Catalog.Class(class)
			lines = append(lines, distribution.LineInput{Class: class, Quantity: qty.Exactly(1, c.BaseUnit)})
		}
		if _, err := v.app.Distributions.Create(t.Context(), me, distribution.Input{
			Recipient: o.ID, Place: "4301", OccurredAt: story.End, Unreconciled: true, Lines: lines,
		}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := v.app.Needs.Create(t.Context(), me, need.Input{
			Recipient: o.ID, Place: "4301", StatedOn: 20200217, Lines: []need.Line{{Class: "goggles", Quantity: qty.Exactly(5_000_000, qty.Piece)}},
		}, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, width := range []int64{320, 390, 1440} {
		v.resize(t, width, 844)
		for _, path := range []string{"/?", "/report/latest/rows?flow=in&group=masks&", "/report/latest/rows?flow=out&group=masks&", "/report/latest/rows?flow=stock&", "/needs?"} {
			v.open(t, path+"lang=zh")
			v.fits(t, path)
		}
		for i := range 5 { // a thread of each of them
			v.open(t, "/report/latest/rows?flow=in&group=masks&lang=zh")
			href := ask[string](t, v, `document.querySelectorAll('a[href^="/thread/"]')[`+string(rune('0'+i))+`].getAttribute('href')`)
			v.open(t, href)
			v.fits(t, href)
		}
		if title := ask[string](t, v, "document.title"); strings.Contains(title, "hacked") {
			t.Error("a name ran as a script")
		}
	}
}
