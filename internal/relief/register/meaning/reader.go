// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"cmp"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// Sources are what rows are understood with.
type Sources struct {
	Catalog *catalog.Catalog
	Goods   GoodsReader
	Clock   clock.Clock
	Zone    *time.Location // of the books' days
	// Place returns the code of a place; nil: places stay words.
	Place func(province, city, district, place string) string
	// Taught returns the class that a person taught for an article that the
	// reader does not know; nil: nobody taught anything.
	Taught func(item string) string
}

// Reader understands the rows of one table, in their order.
type Reader struct {
	Confirmed bool   // a person said yes to an unusual number
	Class     string // of every article, as a person said; empty: it is read
	Ones      int    // needs in which 1 was taken for "unknown"

	of       Sources
	kind     layout.Kind
	t        *layout.Table
	lastDay  clock.Day // of the row above
	readings map[layout.Good]Reading
	places   map[[4]string]string
}

// NewReader begins before the first row of a table.
func NewReader(of Sources, kind layout.Kind, t *layout.Table) *Reader {
	return &Reader{of: of, kind: kind, t: t}
}

// placeOf asks for the code of the row's place, once for each wording.
func (r *Reader) placeOf(e *layout.Entry) string {
	words := [4]string{e.Values[layout.Province], e.Values[layout.City], e.Values[layout.District], e.Values[layout.Place]}
	if r.of.Place == nil || words == [4]string{} {
		return ""
	}
	code, known := r.places[words]
	if !known {
		code = r.of.Place(words[0], words[1], words[2], words[3])
		if r.places == nil || len(r.places) >= manyReadings {
			r.places = map[[4]string]string{}
		}
		r.places[words] = code
	}
	return code
}

// manyReadings bounds what is remembered; registers repeat their articles.
const manyReadings = 20_000

// read asks the reader of goods, once for each wording.
func (r *Reader) read(g layout.Good) Reading {
	if known, ok := r.readings[g]; ok {
		return known
	}
	read := r.of.Goods.Read(g.Item, g.Spec, g.Unit, g.Qty)
	class := r.Class
	if class == "" && r.of.Taught != nil && (read.Class == "" || read.Class == unknown) {
		class = r.of.Taught(g.Item)
	}
	if class != "" && class != read.Class {
		read = r.as(class, g, read)
	}
	if r.readings == nil || len(r.readings) >= manyReadings {
		r.readings = map[layout.Good]Reading{}
	}
	r.readings[g] = read
	return read
}

// unknown is the class of articles that nobody knows.
const unknown = "other"

// as reads the article again under the name of its class, because units and
// packs mean what the class says.
func (r *Reader) as(class string, g layout.Good, plain Reading) Reading {
	known, ok := r.of.Catalog.Class(class)
	if !ok {
		return plain
	}
	name, _, _ := strings.Cut(known.NameZH, "(")
	read := r.of.Goods.Read(strings.TrimSpace(name), g.Spec, g.Unit, g.Qty)
	if read.Class != class { // the name of the class alone does not say it
		read = plain
		read.Class = class
	}
	read.Standards = plain.Standards
	return read
}

// Prepare understands an entry. It needs no database.
func (r *Reader) Prepare(e *layout.Entry) (*Row, *Problem) {
	if len(r.t.Columns) == 0 {
		return nil, Hold("register.table.unmapped", "sheet", r.t.Sheet)
	}
	if p := r.suspicious(e); p != nil {
		return nil, p
	}
	row := &Row{
		Kind: r.kind, Source: r.t.Source(e.Row), Earmark: e.Values[layout.Earmark], EarmarkFor: e.EarmarkFor,
		Origin: e.Values[layout.Origin], Setting: setting(e.Values[layout.Setting]),
	}
	if p := r.party(e, row); p != nil {
		return nil, p
	}
	if p := r.when(e, row); p != nil {
		return nil, p
	}
	var p *Problem
	if r.kind == layout.Money {
		p = r.money(e, row)
	} else {
		p = r.goods(e, row)
	}
	if p != nil {
		return nil, p
	}
	e.Note(e.Values[layout.Note])
	row.Note = cell.Cut(strings.Join(e.Notes, "; "), maxNote)
	row.Place = r.placeOf(e)
	return row, nil
}

const maxNote = 1800 // characters; documents refuse more than 2,000

// suspicious finds rows that are no record as they stand.
func (r *Reader) suspicious(e *layout.Entry) *Problem {
	if e.Broken {
		return Hold("register.row.broken")
	}
	if e.Continues {
		said := cmp.Or(e.Values[layout.Spec], e.Values[layout.Qty], e.Values[layout.Accepted], e.Values[layout.Item], "…")
		return Hold("register.row.continues", "text", cell.Cut(said, 80))
	}
	for f, text := range e.Values {
		if layout.Field(f) != layout.Supplies && utf8.RuneCountInString(text) > maxNote {
			return Hold("register.row.long", "field", layout.Field(f).String())
		}
	}
	if r.kind == layout.Money {
		if e.Values[layout.Amount] == "" {
			return Refuse("register.amount.missing")
		}
		return nil
	}
	item, amount := e.Values[layout.Item], e.Values[layout.Qty]+e.Values[layout.Accepted]
	switch {
	case e.Wide() || e.Values[layout.Supplies] != "":
	case cell.Blank(item) && cell.Blank(amount) && cell.Blank(e.Values[layout.Spec]) && cell.Blank(e.Values[layout.Unit]):
		return Refuse("register.row.empty")
	case cell.Blank(item) && e.Values[layout.Spec] != "", amount == "" && packOnly.MatchString(item):
		return Hold("register.row.continues", "text", e.Values[layout.Spec]+item)
	case cell.Blank(item):
		return Hold("register.item.missing")
	}
	return nil
}

// packOnly is a packing specification alone: 24瓶/件.
var packOnly = regexp.MustCompile(`^[\d.]+ ?[\p{Han}a-zA-Z]{1,4} ?[/／*×] ?[\p{Han}\d]{1,4}.{0,6}$`)

// party takes donor or recipient.
func (r *Reader) party(e *layout.Entry, row *Row) *Problem {
	switch r.kind {
	case layout.Receipts, layout.Money:
		row.Party = e.Values[layout.Donor]
	case layout.Distributions:
		if row.Party = e.Values[layout.Recipient]; cell.Blank(row.Party) {
			return Hold("register.recipient.missing")
		}
	case layout.Needs:
		if row.Party = e.Values[layout.Recipient]; cell.Blank(row.Party) {
			row.Party = e.Unnamed()
		}
		if row.Party == "" {
			return Hold("register.recipient.missing")
		}
		e.Note(e.Values[layout.Address])
	}
	if cell.Blank(row.Party) {
		row.Party = ""
	}
	if utf8.RuneCountInString(row.Party) > org.MaxName {
		return Hold("register.party.long", "max", org.MaxName)
	}
	return nil
}

// when takes the day: of the row, else what holds for the table.
func (r *Reader) when(e *layout.Entry, row *Row) *Problem {
	text := e.Values[layout.Date]
	now := r.of.Clock.Now()
	year := r.t.Year
	m, ok := cell.Moment{}, false
	if text != "" {
		m, ok = cell.ParseMoment(text, year, r.of.Zone)
		if !ok {
			if day := r.until(text); day != 0 {
				m, ok = cell.Noon(day, r.of.Zone), true
				e.Note(text)
			}
		}
		if !ok && year == 0 && cell.Yearless(text) {
			return Hold("register.date.no_year", "date", cell.Cut(text, 40))
		}
		if !ok {
			return Hold("register.date.unreadable", "date", cell.Cut(text, 40))
		}
	} else if day, period := r.t.Day(&e.Values); day != 0 {
		m = cell.Noon(day, r.of.Zone)
		if period {
			e.Note(strings.Join(r.t.Title, " "))
		}
	} else if r.kind != layout.Needs {
		return Hold("register.date.missing")
	} else {
		return r.byDate(e, row, year)
	}
	if m.Day < 20000101 || m.At.After(now.AddDate(0, 0, 1)) {
		return Hold("register.date.absurd", "date", cell.Cut(text, 40), "day", m.Day.String())
	}
	row.Day, row.At = m.Day, m.At
	r.lastDay = m.Day
	return r.byDate(e, row, year)
}

func (r *Reader) byDate(e *layout.Entry, row *Row, year int) *Problem {
	if day, ok := sheet.ParseDay(e.Values[layout.ByDate], year); ok {
		row.ByDate = day
	} else {
		e.Note(e.Values[layout.ByDate])
	}
	return nil
}

// until reads 截至28日: the last day of the period in the title when it is that
// day, else the next such day after the row above.
func (r *Reader) until(text string) clock.Day {
	month, day, ok := cell.Until(text)
	if !ok {
		return 0
	}
	for _, title := range r.t.Title {
		_, last := cell.DaysIn(title, r.t.Year)
		if last != 0 && int(last)%100 == day && (month == 0 || int(last)/100%100 == month) {
			return last
		}
	}
	if r.lastDay == 0 {
		return 0
	}
	for n := range 15 {
		d := r.lastDay.Add(n)
		if int(d)%100 == day && (month == 0 || int(d)/100%100 == month) {
			return d
		}
	}
	return 0
}

// goods takes the articles.
func (r *Reader) goods(e *layout.Entry, row *Row) *Problem {
	value, source := r.value(e)
	for _, g := range e.Articles() {
		line, p := r.line(g)
		if p != nil {
			return p
		}
		if line == nil {
			continue
		}
		line.Batch = e.Values[layout.Batch]
		if day, ok := sheet.ParseDay(e.Values[layout.Expiry], r.t.Year); ok {
			line.ExpiresOn = day
		} else {
			e.Note(e.Values[layout.Expiry])
		}
		if p := r.rejection(e, line); p != nil {
			return p
		}
		row.Lines = append(row.Lines, *line)
	}
	switch {
	case len(row.Lines) == 0:
		return Hold("register.row.nothing")
	case len(row.Lines) == 1:
		row.Lines[0].Value, row.Lines[0].ValueSource = value, source
	case value.Minor > 0: // one value for several articles belongs to none of them
		e.Note(value.String() + " " + string(value.Currency))
	}
	return nil
}

// line reads one article; nil when the cell says that none is needed.
func (r *Reader) line(g layout.Good) (*Line, *Problem) {
	number, plain := cell.ParseDecimal(g.Qty)
	if plain && number.Negative {
		return nil, Hold("register.quantity.negative")
	}
	if plain && number.Zero() {
		if r.kind == layout.Needs {
			return nil, nil
		}
		return nil, Hold("register.quantity.zero")
	}
	read := r.read(g)
	line := &Line{
		Class: read.Class, Item: g.Item, Spec: g.Spec, Quantity: read.Quantity, Standards: read.Standards, Confirmed: r.Confirmed,
	}
	if r.kind == layout.Needs {
		r.need(g, line, read)
		return line, nil
	}
	switch {
	case cell.Blank(g.Qty) && read.Quantity.State != qty.Stated:
		return nil, Hold("register.quantity.unknown")
	case read.Why != "" && !(r.Confirmed && read.Class != "" && read.Quantity.State == qty.Stated):
		return nil, &Problem{Held, read.Why, read.Args}
	}
	if _, err := r.of.Catalog.Count(read.Class, read.Quantity, r.Confirmed); err != nil {
		return nil, &Problem{Held, err.Key, err.Args}
	}
	return line, nil
}

// need settles what a register of needs leaves open: 1 for "yes", words for a
// number, an article that nobody has classified.
func (r *Reader) need(g layout.Good, line *Line, read Reading) {
	number, plain := cell.ParseDecimal(g.Qty)
	switch {
	case r.t.OneUnknown && plain && number.Text == "1":
		line.Quantity = qty.Unsaid(g.Qty)
		r.Ones++
	case read.Quantity.Validate() != nil: // a number without a unit stays a number
		line.Quantity = qty.Unsaid(strings.TrimSpace(g.Qty + " " + g.Unit))
	}
}

// rejection takes what the recipient sent back.
func (r *Reader) rejection(e *layout.Entry, line *Line) *Problem {
	if e.Values[layout.Rejected] == "" {
		return nil
	}
	d, ok := cell.ParseDecimal(e.Values[layout.Rejected])
	a, err := d.Amount("JPY") // a currency without decimal places: a whole number
	if !ok || err != nil || a.Minor < 0 {
		return Hold("register.rejected.unreadable", "text", cell.Cut(e.Values[layout.Rejected], 40))
	}
	line.Rejected, line.RejectReason = a.Minor, e.Values[layout.RejectReason]
	return nil
}

// value takes what the goods are worth, where a register says it. A value that
// cannot be read becomes a note.
func (r *Reader) value(e *layout.Entry) (money.Amount, string) {
	if cell.Blank(e.Values[layout.Value]) {
		return money.Amount{}, ""
	}
	d, ok := cell.ParseDecimal(e.Values[layout.Value])
	a, err := d.Shift(r.t.AmountUnit).Amount(r.currency(e))
	if !ok || err != nil || a.Minor <= 0 {
		e.Note(e.Values[layout.Value])
		return money.Amount{}, ""
	}
	name := r.t.Header(layout.Value)
	switch source := e.Values[layout.ValueSource]; {
	case strings.Contains(source, "发票") || strings.EqualFold(source, "invoice"):
		return a, "invoice"
	case strings.Contains(source+name, "估") || strings.Contains(name, "折算") || strings.EqualFold(source, "estimate"):
		return a, "estimate"
	}
	return a, "donor"
}

func (r *Reader) currency(e *layout.Entry) money.Currency {
	text := e.Values[layout.Currency]
	if text == "" {
		text = r.t.Defaults[layout.Currency]
	}
	if text == "" {
		text = r.t.Currency
	}
	switch text = strings.ToUpper(text); text {
	case "", "元", "人民币", "RMB", "¥", "￥":
		return money.CNY
	case "美元", "$":
		return "USD"
	case "欧元", "€":
		return "EUR"
	case "港币", "港元":
		return "HKD"
	case "日元":
		return "JPY"
	}
	return money.Currency(text)
}

// settings are the words for the settings of use that the books know, the
// narrowest first.
var settings = []struct {
	code  string
	words []string
}{
	{"icu", []string{"icu", "重症"}},
	{"fever-clinic", []string{"发热", "fever"}},
	{"ward", []string{"病区", "病房", "ward"}},
	{"community", []string{"社区", "community"}},
}

// setting reads the setting of use; empty when none is named.
func setting(text string) string {
	lower := strings.ToLower(text)
	for _, s := range settings {
		for _, w := range s.words {
			if strings.Contains(lower, w) {
				return s.code
			}
		}
	}
	return ""
}
