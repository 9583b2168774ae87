// SPDX-License-Identifier: Apache-2.0

package public_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// words are the texts in English.
func (h *house) words() *i18n.Localizer {
	h.t.Helper()
	return must(i18n.Load())(h.t).For("en")
}

func (h *house) say(key string, args ...any) string { return h.words().T(key, args...) }

// ask books what a recipient at a place needs.
func (h *house) ask(recipient, place, class string, n int64) {
	h.t.Helper()
	must(h.needs.Create(h.t.Context(), account.System(), need.Input{
		RecipientName: recipient, Place: place, StatedOn: 20200216, Lines: []need.Line{{Class: class, Quantity: qty.Exactly(n, qty.Piece)}},
	}, ""))(h.t)
}

func TestTheListOfNeedsIsNarrowedToAPlaceAndToAClass(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.ask("示例长沙医院", "4301", "goggles", 111)
		h.ask("示例长沙县医院", "430121", "goggles", 222)
		h.ask("示例湘西医院", "4331", "goggles", 333)
		h.ask("示例湘西医院", "4331", "suit-medical", 444)
		for target, want := range map[string]struct {
			numbers, not []string
			lines        string
		}{
			"/needs?lang=en":                          {[]string{"666", "111", "222", "333", "444"}, nil, "4"},
			"/needs?lang=en&place=4301":               {[]string{"333", "111", "222"}, []string{"444", "666"}, "2"},
			"/needs?lang=en&place=430121":             {[]string{"222"}, []string{"111", "333", "444"}, "1"},
			"/needs?lang=en&place=4331&class=goggles": {[]string{"333"}, []string{"111", "222", "444"}, "1"},
			"/needs?lang=en&place=4302":               {nil, []string{"111", "222", "333", "444"}, "0"},
		} {
			body := h.read(target)
			for _, n := range want.numbers {
				if !strings.Contains(body, n) {
					t.Errorf("%s does not say %s", target, n)
				}
			}
			for _, n := range want.not {
				if strings.Contains(body, n) {
					t.Errorf("%s says %s", target, n)
				}
			}
			if !strings.Contains(body, h.say("web.needs.count", "n", want.lines)) {
				t.Errorf("%s does not say that it has %s lines", target, want.lines)
			}
		}
		for _, target := range []string{"/needs?place=somebody", "/needs?class=nothing", "/needs?place=%E9%95%BF%E6%B2%99"} {
			if w := h.get(target); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", target, w.Code)
			}
		}
	})
}

func TestTheReportSaysHowManyRecordsAFigureOpensTo(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.stockUp()
		body := h.read("/?lang=en")
		lots := len(h.table("/report/latest/rows.csv?flow=value"))
		gifts := len(h.table("/report/latest/rows.csv?flow=money-in"))
		for _, want := range []string{h.say("report.open_value_n", "n", lots), h.say("report.open_money_n", "n", gifts)} {
			if !strings.Contains(body, want) {
				t.Errorf("the report does not say: %s", want)
			}
		}
		today := money.Amount{Minor: 100_017, Currency: money.CNY}
		if !strings.Contains(body, "+"+h.words().Money(today)) {
			t.Error("the report does not say what today added to the value of goods")
		}
	})
}

func TestALotIsCalledByACodeThatPeopleCanRead(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		named := line("goggles", 5, qty.Piece)
		named.Batch = "L-0217-IT-04"
		h.receive(17, "示例侨界联合会", named, line("cap", 7, qty.Piece))
		h.handOver(17, "示例市第一医院", distribution.LineInput{Class: "goggles", Quantity: qty.Exactly(5, qty.Piece)}, distribution.LineInput{Class: "cap", Quantity: qty.Exactly(7, qty.Piece)})
		for _, target := range []string{"/report/latest/rows.csv?flow=in", "/report/latest/rows.csv?flow=out"} {
			codes := map[string]bool{}
			for _, row := range h.table(target) {
				codes[row["lot_code"]] = true
				if page := h.read("/thread/" + row["lot"] + "?lang=en"); !strings.Contains(page, row["lot_code"]) {
					t.Errorf("the thread of %s does not say %s", row["lot"], row["lot_code"])
				}
				list := h.read(strings.Replace(target, "rows.csv", "rows", 1) + "&lang=en")
				if !strings.Contains(list, ">"+row["lot_code"]+"</a>") || strings.Contains(list, ">"+row["lot"]+"</a>") {
					t.Errorf("the list calls the lot %s by its id", row["lot_code"])
				}
			}
			if len(codes) != 2 || !codes["L-0217-IT-04"] {
				t.Errorf("%s: codes %v", target, codes)
			}
		}
	})
}

func TestTheFlowOfTheReportIsWhatIsHandedOverAndInStock(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		public, me := true, account.System()
		italian := must(h.orgs.Create(t.Context(), me, org.Input{Kind: org.Association, Name: "示例米兰侨界联合会", Place: "country:IT", Public: &public}, ""))(t)
		must(h.receipts.Create(t.Context(), me, receipt.Input{
			Kind: receipt.Donation, Donor: italian.ID, Place: "airport:CSX", OccurredAt: at(15), Lines: []receipt.LineInput{line("mask-surgical", 1000, qty.Piece)},
		}, ""))(t)
		h.receive(15, "示例来历不明的捐方", line("mask-other", 300, qty.Piece))
		h.handOver(16, "示例市第一医院", distribution.LineInput{Class: "mask-surgical", Quantity: qty.Exactly(400, qty.Piece)})
		sums := map[string]string{}
		for _, row := range h.table("/report/latest.flow.csv") {
			sums[row["from"]+" "+row["airport"]+" "+row["to"]] = row["quantity"]
		}
		want := map[string]string{
			"country:IT airport:CSX 4301": "400", "country:IT airport:CSX in_stock": "600", "not_stated  in_stock": "300",
		}
		for way, n := range want {
			if sums[way] != n {
				t.Errorf("%s: %s, want %s", way, sums[way], n)
			}
		}
		if len(sums) != len(want) {
			t.Errorf("flow %v", sums)
		}
		body := h.read("/?lang=en")
		for _, said := range []string{"Italy", h.say("report.flow_not_stated"), h.say("report.flow_stock"), "1,300"} {
			if !strings.Contains(body, said) {
				t.Errorf("the picture does not say %s", said)
			}
		}
		if strings.Contains(h.read("/report/2020-02-15?lang=en"), "h-flow") {
			t.Error("a report of an older day draws what is where now")
		}
		if w := h.get("/report/2020-02-15.flow.csv"); w.Code != http.StatusNotFound {
			t.Errorf("the flow of an older day: %d", w.Code)
		}
	})
}
