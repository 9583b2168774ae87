// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/rows"
)

// listing is one list of rows in the making.
type listing struct {
	s       *Sources
	query   page.Query
	lang    i18n.Lang
	words   *i18n.Localizer
	figures *report.Figures
	classes []string
	view    *page.View

	recipient id.ID
	handOver  distribution.Distribution // the last one read: its lines follow each other
	codes     map[id.ID]string          // of lots that were looked up
}

// list is how one flow is listed: a page of rows from the cursor in the query
// on, and how many rows there are (nil: nobody counts them).
type list struct {
	rows  func(context.Context) error
	count func(context.Context) (int64, error)
}

// Rows implements the rows page's Source.
func (s *Sources) Rows(ctx context.Context, query page.Query, lang i18n.Lang) (*page.View, error) {
	l, err := s.listing(ctx, query, lang)
	if err != nil {
		return nil, err
	}
	if err := l.narrows(ctx); err != nil {
		return nil, err
	}
	l.total()
	l.sums()
	way := l.way()
	if err := way.rows(ctx); err != nil {
		return nil, err
	}
	switch {
	case way.count != nil:
		l.view.Count, err = way.count(ctx)
	case query.Page.Cursor == "" && l.view.Next == "":
		l.view.Count = int64(len(l.view.Rows))
	default:
		l.view.Count = page.NotCounted
	}
	return l.view, err
}

// listing checks what is asked for.
func (s *Sources) listing(ctx context.Context, query page.Query, lang i18n.Lang) (*listing, error) {
	f, err := s.Figures.Figures(ctx, query.Report)
	if err != nil {
		return nil, err
	}
	l := &listing{
		s: s, query: query, lang: lang, words: s.Bundle.In(lang), figures: f,
		view: &page.View{Report: f.Day, Zone: s.Ledger.Zone(), Past: f.Day < f.Last},
	}
	if query.Flow == figure.FlowStock && l.view.Past {
		return nil, errs.New(errs.NotFound, "report.stock_only_now")
	}
	if query.Currency != "" && !money.Currency(query.Currency).Known() {
		return nil, errs.New(errs.NotFound, "report.no_such_rows")
	}
	if query.Unit != "" && !query.Unit.Valid() {
		return nil, errs.New(errs.NotFound, "report.no_such_rows")
	}
	if query.Recipient != "" {
		if l.recipient, err = id.Parse(query.Recipient); err != nil {
			return nil, errs.Wrap(err, errs.NotFound, "report.no_such_rows")
		}
	}
	return l, l.subject()
}

// way returns how the asked flow is listed.
func (l *listing) way() list {
	switch l.query.Flow {
	case figure.FlowIn, figure.FlowValue:
		return list{l.received, l.receivedCount}
	case figure.FlowOut, figure.FlowUnreconciled:
		return list{l.handed, l.handedCount}
	case figure.FlowMoneyIn, figure.FlowMoneyOut:
		return list{l.money, l.moneyCount}
	}
	return list{rows: l.stocked}
}

// subject finds the classes that the figure is about.
func (l *listing) subject() error {
	report := &Report{Catalog: l.s.Catalog, Bundle: l.s.Bundle}
	switch {
	case l.query.Class != "":
		if _, ok := l.s.Catalog.Class(l.query.Class); !ok {
			return errs.New(errs.NotFound, "report.no_such_rows")
		}
		l.classes = []string{l.query.Class}
		l.view.Subject, l.view.Measure = className(l.words, l.s.Catalog, l.query.Class), l.query.Class
	case l.query.Group != "":
		for _, g := range l.s.Catalog.Groups() {
			if g.Code == l.query.Group {
				l.classes = g.Classes
			}
		}
		if len(l.classes) == 0 {
			return errs.New(errs.NotFound, "report.no_such_rows")
		}
		l.view.Subject, l.view.Measure = report.groupName(l.query.Group, l.lang), l.query.Group
	default:
		for _, c := range l.s.Catalog.Classes() {
			l.classes = append(l.classes, c.Code)
		}
	}
	return nil
}

func (l *listing) narrows(ctx context.Context) error {
	add := func(kind, value string) {
		if value != "" {
			l.view.Narrows = append(l.view.Narrows, page.Narrow{Kind: kind, Value: value})
		}
	}
	if l.query.Day != 0 {
		add("day", l.words.Date(l.query.Day))
	}
	if l.query.Place != "" {
		add("place", placeName(l.s.Places, l.query.Place, l.lang))
	}
	if l.query.Currency != "" {
		add("currency", l.words.Currency(money.Currency(l.query.Currency)))
	}
	if l.recipient.IsZero() {
		return nil
	}
	names, err := org.Names(ctx, l.s.DB, []id.ID{l.recipient})
	add("recipient", shownName(l.words, names[l.recipient]))
	return err
}

// total is the figure that was opened, from the sums of the books; the rows
// must add up to it.
func (l *listing) total() {
	if l.query.Place != "" || l.query.Recipient != "" || l.query.Class == "" && l.query.Group == "" {
		return
	}
	if l.query.Day != 0 {
		l.dayTotal()
		return
	}
	of := map[string]func(report.Line) int64{
		figure.FlowIn:           func(n report.Line) int64 { return n.In },
		figure.FlowOut:          func(n report.Line) int64 { return n.Out },
		figure.FlowStock:        func(n report.Line) int64 { return n.Stock },
		figure.FlowUnreconciled: func(n report.Line) int64 { return -n.Unreconciled },
	}[l.query.Flow]
	if of == nil {
		return
	}
	l.view.Unit = l.unit()
	for _, line := range l.figures.Lines {
		n := of(line)
		switch {
		case !l.about(line) || n == 0:
		case line.Unit == l.view.Unit && (string(line.Commodity) == line.Class) == (l.query.Unit == ""):
			l.view.Total += n
		default:
			l.view.OtherUnits = append(l.view.OtherUnits, figure.Goods{
				Class: line.Class, Name: className(l.words, l.s.Catalog, line.Class), Unit: line.Unit, Quantity: n,
			})
		}
	}
}

// dayTotal is the figure of one day, which the report has for groups only.
func (l *listing) dayTotal() {
	for _, g := range l.figures.Groups {
		if g.Code != l.query.Group || l.query.Flow != figure.FlowIn || l.query.Class != "" {
			continue
		}
		for _, d := range g.Days {
			if d.Day == l.query.Day {
				l.view.Total, l.view.Unit = d.Quantity, g.Unit
			}
		}
	}
}

// unit is the unit of the figure: that of its packs, else the base unit of the
// class, or of the group as the report has it.
func (l *listing) unit() qty.Unit {
	if l.query.Unit != "" {
		return l.query.Unit
	}
	if class, ok := l.s.Catalog.Class(l.query.Class); ok {
		return class.BaseUnit
	}
	for _, g := range l.figures.Groups {
		if g.Code == l.query.Group {
			return g.Unit
		}
	}
	class, _ := l.s.Catalog.Class(l.classes[0])
	return class.BaseUnit
}

func (l *listing) about(line report.Line) bool {
	return (l.query.Class == "" || line.Class == l.query.Class) && (l.query.Group == "" || line.Group == l.query.Group)
}

// sums are the sums of money that the rows add up to, by currency.
func (l *listing) sums() {
	if l.query.Day != 0 || l.query.Class != "" || l.query.Group != "" {
		return
	}
	add := func(minor int64, c money.Currency) {
		if l.query.Currency == "" && minor != 0 || l.query.Currency == string(c) {
			l.view.Sums = append(l.view.Sums, money.Amount{Minor: minor, Currency: c})
		}
	}
	switch l.query.Flow {
	case figure.FlowValue:
		for _, v := range l.figures.Values {
			l.view.Sums = append(l.view.Sums, money.Amount{Minor: v.Amount, Currency: v.Currency})
		}
	case figure.FlowMoneyIn:
		for _, m := range l.figures.Money {
			add(m.In, m.Currency)
		}
	case figure.FlowMoneyOut:
		for _, m := range l.figures.Money {
			add(m.Out, m.Currency)
		}
	}
}

// lot writes down which lot a row is about.
func (l *listing) lot(ctx context.Context, row *page.Row, lotID id.ID) error {
	code, known := l.codes[lotID]
	if !known {
		lot, err := ledger.LotByID(ctx, l.s.DB, lotID)
		if err != nil {
			return err
		}
		if l.codes == nil || len(l.codes) >= codesKept {
			l.codes = map[id.ID]string{}
		}
		code = lotCode(lot)
		l.codes[lotID] = code
	}
	row.Lot, row.LotCode = lotID.String(), code
	return nil
}

// codesKept bounds how many codes a long list remembers.
const codesKept = 1000

// goods returns name and unit of a commodity.
func (l *listing) goods(commodity ledger.Commodity) (name string, unit qty.Unit) {
	class, unit, err := l.s.Catalog.Split(string(commodity))
	if err != nil {
		return string(commodity), qty.Other
	}
	return className(l.words, l.s.Catalog, class.Code), unit
}
