// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"
	"slices"
	"sync"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/surface/public/plain"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/report"
)

// recipientsShown is how many recipients stand on the report's page; the rest
// opens from it.
const recipientsShown = 12

// Report is the source of the report's page.
type Report struct {
	DB      *db.DB
	Ledger  *ledger.Ledger
	Figures *report.Service
	Catalog *catalog.Catalog
	Places  PlaceNames
	Bundle  *i18n.Bundle
	Words   *plain.Words

	mu      sync.Mutex
	drawn   map[edition]*shown
	resting resting
}

// edition is one day's report in one language.
type edition struct {
	day  clock.Day // zero: the latest
	lang i18n.Lang
}

// shown is what a page says of figures. It stands as long as they do, and as long
// as what was counted for it may rest.
type shown struct {
	figures *report.Figures
	counted *tally
	view    *page.View
}

// shownMost bounds how many views are kept.
const shownMost = 200

// PlaceNames names places in the reader's language.
type PlaceNames interface {
	// PlaceName returns the name of a place code, or an empty text.
	PlaceName(code string, lang i18n.Lang) string
}

// Report implements the page's Source. The same figures give the same view, which
// must not be changed.
func (s *Report) Report(ctx context.Context, day clock.Day, lang i18n.Lang) (*page.View, error) {
	f, err := s.Figures.Figures(ctx, day)
	if err != nil {
		return nil, err
	}
	key := edition{day, lang}
	s.mu.Lock()
	k := s.drawn[key]
	s.mu.Unlock()
	if k != nil && k.figures == f && (k.counted.of == f || !s.resting.over(k.counted)) {
		return k.view, nil
	}
	counts, err := s.count(ctx, f)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx, f, counts, lang)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drawn == nil || len(s.drawn) >= shownMost {
		s.drawn = map[edition]*shown{}
	}
	s.drawn[key] = &shown{f, counts, v}
	return v, nil
}

// view says the figures in the words of one language.
func (s *Report) view(ctx context.Context, f *report.Figures, counts *tally, lang i18n.Lang) (*page.View, error) {
	zone := s.Ledger.Zone()
	v := &page.View{
		Day: f.Day, Edition: f.Edition, GeneratedAt: f.ComputedAt, CutOff: f.CutOff, Zone: zone,
		Demonstration: f.Demonstration, OrgName: f.Office,
		Downloads: downloads(f.Day), Gifts: counts.gifts, Lots: counts.lots, DeliveryRows: counts.handed,
	}
	if f.First != 0 {
		v.Issue = f.Day.Sub(f.First) + 1
	}
	if f.First != 0 && f.Day > f.First {
		v.Prev = f.Day.Add(-1)
	}
	if f.Day < f.Last {
		v.Next = f.Day.Add(1)
	}
	s.money(f, v)
	s.goods(f, v, lang)
	s.needs(f, v, lang)
	s.flow(f, v, counts.streams, lang)
	if err := s.people(ctx, f, v, lang); err != nil {
		return nil, err
	}
	return v, s.corrections(ctx, f, v, lang)
}

func downloads(day clock.Day) []page.Download {
	all := make([]page.Download, 0, len(formats))
	for _, format := range formats {
		all = append(all, page.Download{Format: format, Href: figure.ReportURL(day) + "." + format})
	}
	return all
}

func (s *Report) money(f *report.Figures, v *page.View) {
	for _, m := range f.Money {
		amount := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: m.Currency} }
		v.MoneyIn = append(v.MoneyIn, page.Money{Amount: amount(m.In), Today: amount(m.InToday)})
		v.MoneyOut = append(v.MoneyOut, page.Money{Amount: amount(m.Out), Today: amount(m.OutToday)})
		v.MoneyBalance = append(v.MoneyBalance, page.Money{Amount: amount(m.Balance)})
	}
	for _, value := range f.Values {
		pv := page.Value{
			Amount: money.Amount{Minor: value.Amount, Currency: value.Currency}, Today: money.Amount{Minor: value.Today, Currency: value.Currency},
		}
		for _, source := range []receipt.ValueSource{receipt.Invoice, receipt.Donor, receipt.Estimate, receipt.NoValue} {
			if minor := value.Sources[source]; minor != 0 {
				pv.BySource = append(pv.BySource, page.ValueSource{
					Source: string(source), Amount: money.Amount{Minor: minor, Currency: value.Currency},
				})
			}
		}
		v.GoodsValue = append(v.GoodsValue, pv)
	}
}

// goods fills what was received and the equation of each commodity. A group of
// several classes has a line of its own above theirs.
func (s *Report) goods(f *report.Figures, v *page.View, lang i18n.Lang) {
	for _, g := range f.Groups {
		pg := page.Group{Code: g.Code, Name: s.groupName(g.Code, lang), Unit: g.Unit, Quantity: g.Quantity, Today: g.Today}
		for _, d := range g.Days {
			pg.Days = append(pg.Days, figure.DayQuantity{Day: d.Day, Quantity: d.Quantity})
		}
		for _, p := range g.Packs {
			pg.OtherUnits = append(pg.OtherUnits, figure.Goods{Class: p.Class, Name: className(s.Bundle.In(lang), s.Catalog, p.Class), Unit: p.Unit, Quantity: p.Quantity})
		}
		v.Groups = append(v.Groups, pg)
		v.Reconciliation = append(v.Reconciliation, s.equations(f, g, lang)...)
	}
}

// equations returns the lines of one group: its sum in the base unit when it has
// several classes, its classes, and its packs of unknown content.
func (s *Report) equations(f *report.Figures, g report.Group, lang i18n.Lang) []page.Line {
	var lines []page.Line
	sum := page.Line{Group: g.Code, Name: s.groupName(g.Code, lang), Unit: g.Unit}
	whole := 0
	for _, l := range f.Lines {
		if l.Group != g.Code {
			continue
		}
		line := page.Line{
			Commodity: l.Class, Name: className(s.Bundle.In(lang), s.Catalog, l.Class), Unit: l.Unit, Sub: true, In: l.In, Out: l.Out,
			Stock: l.Stock, Adjusted: l.Adjusted, Unreconciled: l.Unreconciled, Balanced: l.Balanced(),
			Packs: string(l.Commodity) != l.Class,
		}
		lines = append(lines, line)
		if l.Unit == g.Unit && string(l.Commodity) == l.Class {
			whole++
			sum.In += l.In
			sum.Out += l.Out
			sum.Stock += l.Stock
			sum.Adjusted += l.Adjusted
			sum.Unreconciled += l.Unreconciled
		}
	}
	sum.Balanced = sum.In == sum.Out+sum.Stock+sum.Adjusted+sum.Unreconciled
	if len(lines) == 0 {
		return nil
	}
	if len(lines) == 1 && whole == 1 {
		return []page.Line{sum}
	}
	return append([]page.Line{sum}, lines...)
}

func (s *Report) groupName(code string, lang i18n.Lang) string {
	for _, g := range s.Catalog.Groups() {
		if g.Code == code {
			return s.Bundle.In(lang).Name(g.NameZH, g.NameEN)
		}
	}
	return className(s.Bundle.In(lang), s.Catalog, code)
}

// className names a class in the reader's language; a class that the catalogue
// does not know keeps its code.
func className(l *i18n.Localizer, c *catalog.Catalog, code string) string {
	class, ok := c.Class(code)
	if !ok {
		return code
	}
	return l.Name(class.NameZH, class.NameEN)
}

func (s *Report) needs(f *report.Figures, v *page.View, lang i18n.Lang) {
	for _, n := range f.Needs {
		v.Needs = append(v.Needs, s.coverage(n, lang))
	}
	s.places(f, v, lang)
}

func (s *Report) coverage(n report.Need, lang i18n.Lang) figure.Coverage {
	return coverage(n, className(s.Bundle.In(lang), s.Catalog, n.Class))
}

// coverage is the picture of a need. Where nobody named a number there is
// nothing to measure against, and what was handed over stands for itself.
func coverage(n report.Need, name string) figure.Coverage {
	c := figure.Coverage{
		Class: n.Class, Name: name, Unit: n.Unit, State: n.State, Needed: n.Needed,
		Delivered: n.Delivered, Missing: n.Missing, Recipients: n.Recipients, UnknownLines: n.UnknownLines,
	}
	if n.Unknown == n.Recipients {
		c.Delivered = n.UnknownDelivered
	}
	return c
}

// people fills recipients and deliveries: the only part of the report that
// names anybody, and only organisations whose name is public.
func (s *Report) people(ctx context.Context, f *report.Figures, v *page.View, lang i18n.Lang) error {
	goods := map[id.ID][]figure.Goods{}
	place := map[id.ID]string{}
	var wanted []id.ID
	for _, r := range f.Received {
		_, unit, err := s.Catalog.Split(string(r.Commodity))
		if err != nil {
			continue
		}
		goods[r.Recipient] = append(goods[r.Recipient], figure.Goods{
			Class: r.Class, Name: className(s.Bundle.In(lang), s.Catalog, r.Class), Unit: unit, Quantity: r.Quantity,
		})
		place[r.Recipient] = r.Place
		wanted = append(wanted, r.Recipient)
	}
	for _, d := range f.Deliveries {
		wanted = append(wanted, d.Distribution.Recipient)
	}
	names, err := org.Names(ctx, s.DB, wanted)
	if err != nil {
		return err
	}
	order := f.Recipients(func(r id.ID) string { return text.Key(publicName(names[r])) })
	order = slices.DeleteFunc(order, func(r id.ID) bool { return len(goods[r]) == 0 })
	v.MoreRecipients = max(0, len(order)-recipientsShown)
	l := s.Bundle.In(lang)
	for _, r := range order[:min(len(order), recipientsShown)] {
		v.Recipients = append(v.Recipients, page.Recipient{
			Code: r.String(), Name: shownName(l, names[r]), Place: placeName(s.Places, place[r], lang), Lines: goods[r],
		})
	}
	return s.deliveries(ctx, f, v, names, lang)
}
