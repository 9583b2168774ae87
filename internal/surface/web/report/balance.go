// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// rowsURL is the address of the rows behind one figure of the line.
func (l Line) rowsURL(day clock.Day, flow string) string {
	unit := ""
	if l.Packs {
		unit = string(l.Unit)
	}
	return figure.RowsURL(day, flow, "group", l.Group, "class", l.Commodity, "unit", unit)
}

// measure is the code that chooses the measure word of the line.
func (l Line) measure() string {
	if l.Commodity != "" {
		return l.Commodity
	}
	return l.Group
}

// open reports whether the line does not balance.
func (l Line) open() bool { return !l.Balanced || l.Unreconciled != 0 }

// openLines counts the lines of goods and money that do not balance. A part of
// a line counts with the line that it is a part of.
func (v *View) openLines() int {
	n := 0
	for _, line := range v.Reconciliation {
		if line.open() && !line.Sub {
			n++
		}
	}
	for _, m := range v.moneyLines() {
		if m.Open.Minor != 0 {
			n++
		}
	}
	return n
}

// mainLines counts the lines of goods and money, without parts of lines.
func (v *View) mainLines() int {
	n := len(v.moneyLines())
	for _, line := range v.Reconciliation {
		if !line.Sub {
			n++
		}
	}
	return n
}

// gapText says on which side a difference is.
func gapText(l *i18n.Localizer, gap int64) string {
	if gap < 0 {
		return l.T("report.more_out")
	}
	return l.T("report.more_in")
}

// goodsShown is how many goods of a hand-over or a recipient are named: the rest
// opens from there.
const goodsShown = 4

// someGoods says what was handed over, and how many kinds more when they are many.
func someGoods(l *i18n.Localizer, goods []figure.Goods) string {
	if len(goods) <= goodsShown+1 {
		return goodsText(l, goods)
	}
	return l.T("report.goods_and_more", "what", goodsText(l, goods[:goodsShown]), "n", len(goods)-goodsShown)
}

// outcome says what the recipient accepted.
func (d Delivery) outcome(l *i18n.Localizer) string {
	if len(d.Rejected) == 0 {
		return l.T("report.all_accepted")
	}
	if d.Reason != "" {
		return l.T("report.rejected_because", "what", goodsText(l, d.Rejected), "why", d.Reason)
	}
	return l.T("report.rejected", "what", goodsText(l, d.Rejected))
}

// sentence says in one or two sentences whether the books agree and what is
// missing most.
func (v *View) sentence(l *i18n.Localizer) string {
	var parts []string
	if n := v.openLines(); n > 0 {
		parts = append(parts, l.T("report.say_open", "n", n, "total", v.mainLines()))
	} else if v.mainLines() > 0 {
		parts = append(parts, l.T("report.say_equal"))
	}
	if missing := v.missingText(l); missing != "" {
		parts = append(parts, l.T("report.say_missing", "what", missing))
	}
	return strings.Join(parts, l.T("web.after_sentence"))
}

// moneyLine is the reconciliation of one currency: In = Out + Balance + Open.
type moneyLine struct {
	In, Out, Balance, Open money.Amount
}

// moneyLines joins the sums by currency, in the order of the sums received.
func (v *View) moneyLines() []moneyLine {
	var currencies []money.Currency
	for _, sums := range [][]Money{v.MoneyIn, v.MoneyOut, v.MoneyBalance} {
		for _, m := range sums {
			if !slices.Contains(currencies, m.Amount.Currency) {
				currencies = append(currencies, m.Amount.Currency)
			}
		}
	}
	lines := make([]moneyLine, 0, len(currencies))
	for _, c := range currencies {
		line := moneyLine{In: sumOf(v.MoneyIn, c), Out: sumOf(v.MoneyOut, c), Balance: sumOf(v.MoneyBalance, c)}
		line.Open = money.Amount{Minor: line.In.Minor - line.Out.Minor - line.Balance.Minor, Currency: c}
		lines = append(lines, line)
	}
	return lines
}

func sumOf(sums []Money, c money.Currency) money.Amount {
	for _, m := range sums {
		if m.Amount.Currency == c {
			return m.Amount
		}
	}
	return money.Amount{Currency: c}
}

// span is the range of days of the bars: the same for all rows.
func (v *View) span() figure.Span {
	rows := make([][]figure.DayQuantity, 0, len(v.Groups))
	for _, g := range v.Groups {
		rows = append(rows, g.Days)
	}
	return figure.SpanOf(v.Day, rows...)
}

// mostMissing is how many classes the sentence at the top names.
const mostMissing = 3

// missingText names the classes of which the largest share is missing. A need
// that nobody put a number to cannot be ranked and is left out.
func (v *View) missingText(l *i18n.Localizer) string {
	var short []figure.Coverage
	for _, c := range v.Needs {
		if c.Missing > 0 && c.Needed > 0 {
			short = append(short, c)
		}
	}
	slices.SortStableFunc(short, func(a, b figure.Coverage) int {
		return int(i18n.Percent(b.Missing, b.Needed) - i18n.Percent(a.Missing, a.Needed))
	})
	names := make([]string, 0, mostMissing)
	for _, c := range short[:min(len(short), mostMissing)] {
		names = append(names, figure.Goods{Class: c.Class, Name: c.Name, Unit: c.Unit, Quantity: c.Missing}.Text(l))
	}
	return strings.Join(names, l.T("web.comma"))
}

// goodsText lists goods in words.
func goodsText(l *i18n.Localizer, goods []figure.Goods) string {
	parts := make([]string, 0, len(goods))
	for _, g := range goods {
		parts = append(parts, g.Text(l))
	}
	return strings.Join(parts, l.T("web.comma"))
}

// sourcesText says what part of a value comes from which source.
func sourcesText(l *i18n.Localizer, value Value) string {
	percents := shares(value.BySource)
	parts := make([]string, 0, len(percents))
	for i, s := range value.BySource {
		switch {
		case s.Amount.Minor <= 0:
		case percents[i] == 0:
			parts = append(parts, l.T("report.source."+s.Source, "share", l.T("report.less_than_one")))
		default:
			parts = append(parts, l.T("report.source."+s.Source, "share", l.T("report.percent", "n", percents[i])))
		}
	}
	return strings.Join(parts, l.T("web.comma"))
}

// splitWidth is the width of the part that went out, of 150.
func splitWidth(out, in int64) string {
	if in <= 0 || out <= 0 {
		return "0"
	}
	return figure.Value(int64(min(150, float64(out)/float64(in)*150)))
}

// tileClass places a tile in the grid; a tile without a place follows the one
// before it.
func tileClass(p Place) string {
	const columns, rows = 8, 10
	if p.Col < 1 || p.Col > columns || p.Row < 1 || p.Row > rows {
		return ""
	}
	return "tc" + figure.Value(int64(p.Col)) + " tr" + figure.Value(int64(p.Row))
}

// tilesClass says how many columns the grid of tiles has; a list of places
// without a grid has as many as fit.
func (v *View) tilesClass() string {
	columns := 0
	for _, p := range v.Places {
		columns = max(columns, p.Col)
	}
	switch {
	case !v.PlacesGrid:
		return "tiles--list"
	case columns <= usualColumns:
		return ""
	}
	return "tiles--wide"
}

// usualColumns is how many columns a grid of tiles has beside another picture.
const usualColumns = 4

// placesText says how to read the tiles, and that they are no map where they
// look like one.
func (v *View) placesText(l *i18n.Localizer) string {
	if v.PlacesGrid {
		return l.T("report.places_read")
	}
	return l.T("report.places_read_list")
}

// heading is the head of a section: its id, what it is called, how it is read,
// and where its data are.
type heading struct{ id, title, read, data string }

// csv is the address of the page's figures as a table; empty when there are no
// files.
func (v *View) csv() string {
	for _, d := range v.Downloads {
		if d.Format == "csv" {
			return d.Href
		}
	}
	return ""
}

// The addresses of the tables behind the other sections.
func (v *View) flowCSV() string { return figure.ReportURL(v.Day) + ".flow.csv" }
func (v *View) rowsCSV() string { return figure.ReportURL(v.Day) + "/rows.csv?flow=" + figure.FlowOut }
func (v *View) dayCSV() string  { return v.rowsCSV() + "&day=" + v.Day.String() }

// openText says how many records a figure opens to; where nobody counted them it
// just opens them.
func openText(l *i18n.Localizer, key string, n int64) string {
	if n == 0 {
		return l.T(key)
	}
	return l.T(key+"_n", "n", l.Number(n))
}
