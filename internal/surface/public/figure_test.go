// SPDX-License-Identifier: Apache-2.0

package public_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// stockUp books several days of many classes: packs of unknown content, goods
// that the books never received, two currencies, a correction.
func (h *house) stockUp() {
	h.t.Helper()
	ctx, me := h.t.Context(), account.System()
	valued := func(l receipt.LineInput, minor int64, c money.Currency, source receipt.ValueSource) receipt.LineInput {
		l.Value, l.ValueSource = money.Amount{Minor: minor, Currency: c}, source
		return l
	}
	for day := 10; day <= 17; day++ {
		n := int64(day)
		h.receive(day, "示例侨界联合会",
			valued(line("mask-surgical", 1000+n, qty.Piece), 100_000+n, money.CNY, receipt.Invoice),
			valued(line("mask-other", 500+n, qty.Piece), 7, "EUR", receipt.Estimate), line("mask-other", 3, qty.Case),
			line("suit-medical", 20+n, qty.Piece), line("alcohol", 40, qty.Bottle), line("gloves-other", 200, qty.Pair), line("food", 10, qty.Case))
	}
	wrong := h.receive(16, "示例企业有限公司", valued(line("mask-surgical", 77, qty.Piece), 999, money.CNY, receipt.Donor))
	must(h.receipts.Correct(ctx, me, receipt.Correction{ID: wrong.ID, Version: 1, Reason: "重复登记"}))(h.t)
	out := func(class string, n int64, unit qty.Unit) distribution.LineInput {
		return distribution.LineInput{Class: class, Quantity: qty.Exactly(n, unit)}
	}
	for day := 14; day <= 17; day++ {
		h.handOver(day, "示例市第一医院", out("mask-surgical", 400, qty.Piece), out("mask-other", 2, qty.Case), out("suit-medical", 30, qty.Piece))
		h.handOver(day, "示例县人民医院", out("mask-other", 100, qty.Piece), out("goggles", 9, qty.Piece), out("alcohol", 10, qty.Bottle))
	}
	for i, in := range []fund.Input{
		{Direction: fund.In, PartyName: "示例侨界联合会", Amount: money.Amount{Minor: 1_000_050, Currency: money.CNY}},
		{Direction: fund.In, PartyName: "示例企业有限公司", Amount: money.Amount{Minor: 70_007, Currency: money.CNY}},
		{Direction: fund.In, PartyName: "示例侨界联合会", Amount: money.Amount{Minor: 12_345, Currency: "EUR"}},
		{Direction: fund.Out, Purpose: "采购口罩", PartyName: "示例企业有限公司", Amount: money.Amount{Minor: 400_001, Currency: money.CNY}},
	} {
		in.Channel, in.OccurredAt = "对公账户", at(12+i)
		must(h.funds.Create(ctx, me, in, ""))(h.t)
	}
}

// shownFigure is a number of a page that opens to its rows.
type shownFigure struct {
	href  string
	value string // the exact number that stands in the link
}

// figures finds the links to lists on a page, with the number inside each; a link
// in words has none.
func figures(t *testing.T, body string) []shownFigure {
	t.Helper()
	root := must(html.Parse(strings.NewReader(body)))(t)
	var found []shownFigure
	for n := range root.Descendants() {
		if n.Data != "a" || !strings.Contains(attribute(n, "href"), "/rows?") {
			continue
		}
		f := shownFigure{href: attribute(n, "href")}
		for inside := range n.Descendants() {
			switch {
			case inside.Data == "data":
				f.value = attribute(inside, "value")
			case inside.Data == "b" && strings.HasPrefix(inside.FirstChild.Data, "+"):
				f.value = strings.ReplaceAll(inside.FirstChild.Data[1:], ",", "")
			}
		}
		found = append(found, f)
	}
	return found
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// sumOf adds up the file of a list as a reader would: quantities in the base
// unit of what was asked for, or money of the currency.
func (h *house) sumOf(href string) string {
	h.t.Helper()
	link := must(url.Parse(href))(h.t)
	q := link.Query()
	unit := qty.NoUnit
	class := q.Get("class")
	for _, g := range h.catalog.Groups() {
		if g.Code == q.Get("group") && class == "" {
			class = g.Classes[0]
		}
	}
	if c, ok := h.catalog.Class(class); ok {
		unit = c.BaseUnit
	}
	if packs := q.Get("unit"); packs != "" {
		unit = qty.Unit(packs)
	}
	var quantity, minor int64
	for _, row := range h.table(strings.Replace(href, "/rows?", "/rows.csv?", 1)) {
		if row["amount"] != "" && row["currency"] == q.Get("currency") {
			minor += must(money.Parse(row["amount"], money.Currency(row["currency"])))(h.t).Minor
		}
		if row["unit"] == string(unit) && row["quantity"] != "" {
			quantity += must(strconv.ParseInt(row["quantity"], 10, 64))(h.t)
		}
	}
	if c := money.Currency(q.Get("currency")); c != "" {
		return money.Amount{Minor: minor, Currency: c}.String()
	}
	if q.Get("flow") == "unreconciled" {
		quantity = -quantity // the report writes what was never received below zero
	}
	return strconv.FormatInt(quantity, 10)
}

func TestEveryFigureOpensToRowsThatSumToIt(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.stockUp()
		for _, address := range []string{"/", "/report/2020-02-15"} {
			numbers := 0
			for _, f := range figures(t, h.read(address)) {
				page := h.get(f.href)
				if page.Code != http.StatusOK {
					t.Errorf("%s on %s: %d", f.href, address, page.Code)
					continue
				}
				if f.value == "" {
					continue
				}
				numbers++
				if got := h.sumOf(f.href); got != f.value {
					t.Errorf("%s on %s shows %s, its rows sum to %s", f.href, address, f.value, got)
				}
				total := `<data value="` + strings.TrimPrefix(f.value, "-") + `">`
				if !strings.Contains(f.href, "recipient=") && !strings.Contains(page.Body.String(), total) {
					t.Errorf("%s does not repeat the figure %s that was opened", f.href, f.value)
				}
			}
			if numbers < 20 {
				t.Errorf("%s has only %d figures with rows", address, numbers)
			}
		}
	})
}

func TestValueOfTheGoodsOpensToTheRowsOfEachCurrency(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.stockUp()
		sums := map[string]int64{}
		for _, row := range h.table("/report/latest/rows.csv?flow=value") {
			sums[row["currency"]] += must(money.Parse(row["amount"], money.Currency(row["currency"])))(t).Minor
		}
		page, list := h.read("/"), h.read("/report/latest/rows?flow=value")
		for currency, minor := range sums {
			shown := `<data value="` + money.Amount{Minor: minor, Currency: money.Currency(currency)}.String() + `">`
			if !strings.Contains(page, shown) || !strings.Contains(list, shown) {
				t.Errorf("the rows sum to %s %s, which the report or the list does not show", shown, currency)
			}
		}
		if len(sums) != 2 {
			t.Errorf("currencies %v", sums)
		}
	})
}

func TestListsSayWhatTheTotalLeavesOut(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.stockUp()
		if body := h.read("/report/latest/rows?flow=in&group=masks&lang=zh"); !strings.Contains(body, "另有口罩 (未注明/民用/棉) 24 箱") {
			t.Error("24 cases of unknown content are not beside the total")
		}
		past := h.read("/report/2020-02-15/rows?flow=in&group=masks")
		if strings.Contains(past, "flow=stock") {
			t.Error("an older day offers the rows of its stock, which nobody keeps")
		}
		if w := h.get("/report/2020-02-15/rows?flow=stock&lang=zh"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "往日的库存只有总数") {
			t.Errorf("stock of an older day: %d", w.Code)
		}
	})
}

func TestLongListsGoToAFileWhole(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		const documents, lines = 7, 90 // more rows than the books give at once
		for range documents {
			var all []receipt.LineInput
			for i := range lines {
				all = append(all, line("mask-other", int64(i+1), qty.Piece))
			}
			h.receive(17, "示例侨界联合会", all...)
		}
		rows := h.table("/report/latest/rows.csv?flow=in&group=masks")
		lots := map[string]bool{}
		for _, row := range rows {
			lots[row["lot"]] = true
		}
		if len(rows) != documents*lines || len(lots) != len(rows) {
			t.Errorf("%d rows with %d lots, want %d", len(rows), len(lots), documents*lines)
		}
	})
}
