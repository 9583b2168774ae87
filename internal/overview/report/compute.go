// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/office"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// The lengths of the lists inside a report; the rest opens from it.
const (
	deliveriesShown  = 60 // rows; a page shows the first hand-overs of them
	correctionsShown = 20
)

// latest is beyond every day that can be booked.
const latest clock.Day = 99991231

// calculation is one report in the making.
type calculation struct {
	q       db.Queryer
	ledger  *ledger.Ledger
	catalog *catalog.Catalog
	figures *Figures
	lines   map[ledger.Commodity]*Line
	groups  map[string]*Group
	money   map[money.Currency]*Money
}

// compute makes the figures of a day; zero is the last day with an entry.
func (s *Service) compute(ctx context.Context, q db.Queryer, day clock.Day, now time.Time) (*Figures, error) {
	sums, err := ledger.Days(ctx, q, latest)
	if err != nil {
		return nil, fmt.Errorf("report: days: %w", err)
	}
	f := &Figures{Day: day, ComputedAt: now}
	for _, sum := range sums {
		if f.First == 0 || sum.Day < f.First {
			f.First = sum.Day
		}
		f.Last = max(f.Last, sum.Day)
	}
	switch {
	case day == 0 && f.Last == 0:
		f.Day = clock.DayOf(now, s.ledger.Zone())
	case day == 0:
		f.Day = f.Last
	case f.Last != 0 && (day < f.First || day > max(f.Last, clock.DayOf(now, s.ledger.Zone()))):
		return nil, errs.New(errs.NotFound, "report.no_such_day")
	}
	f.CutOff = f.Day.End(s.ledger.Zone())
	c := &calculation{
		q: q, ledger: s.ledger, catalog: s.catalog, figures: f, lines: map[ledger.Commodity]*Line{},
		groups: map[string]*Group{}, money: map[money.Currency]*Money{},
	}
	for _, sum := range sums {
		if sum.Day <= f.Day {
			c.add(sum)
		}
	}
	c.settle()
	return f, c.rest(ctx)
}

// add puts one sum where it belongs.
func (c *calculation) add(sum ledger.DaySum) {
	today := sum.Day == c.figures.Day
	if money.Currency(sum.Commodity).Known() {
		c.addMoney(sum, today)
		return
	}
	l := c.line(sum.Commodity)
	switch sum.Kind {
	case ledger.Source:
		l.In -= sum.Amount
		c.addReceived(l, sum, today)
	case ledger.Recipient:
		l.Out += sum.Amount
	case ledger.Stock, ledger.Transit:
		l.Stock += sum.Amount
	case ledger.Adjustment:
		l.Adjusted += sum.Amount
	case ledger.Unreconciled:
		l.Unreconciled += sum.Amount
	case ledger.Fund, ledger.Purpose: // hold money only
	}
}

func (c *calculation) addMoney(sum ledger.DaySum, today bool) {
	currency := money.Currency(sum.Commodity)
	m := c.money[currency]
	if m == nil {
		m = &Money{Currency: currency}
		c.money[currency] = m
	}
	switch sum.Kind {
	case ledger.Source:
		m.In -= sum.Amount
		if today {
			m.InToday -= sum.Amount
		}
	case ledger.Purpose:
		m.Out += sum.Amount
		if today {
			m.OutToday += sum.Amount
		}
	case ledger.Fund:
		m.Balance += sum.Amount
	case ledger.Adjustment:
		m.Adjusted += sum.Amount
	case ledger.Stock, ledger.Transit, ledger.Recipient, ledger.Unreconciled: // hold goods only
	}
}

// line returns the line of a commodity. A commodity that the catalogue does not
// know (an older catalogue did) is shown under its own code.
func (c *calculation) line(commodity ledger.Commodity) *Line {
	l := c.lines[commodity]
	if l != nil {
		return l
	}
	class, unit, err := c.catalog.Split(string(commodity))
	if err != nil {
		class = catalog.Class{Code: string(commodity), Group: string(commodity), BaseUnit: qty.Other}
		unit = qty.Other
	}
	l = &Line{Commodity: commodity, Class: class.Code, Group: class.Group, Unit: unit}
	c.lines[commodity] = l
	return l
}

// addReceived adds what came in to the group: in base units, or as packs.
func (c *calculation) addReceived(l *Line, sum ledger.DaySum, today bool) {
	class, _ := c.catalog.Class(l.Class)
	g := c.groups[l.Group]
	if g == nil {
		g = &Group{Code: l.Group, Unit: c.groupUnit(l.Group, class)}
		c.groups[l.Group] = g
	}
	if string(l.Commodity) != l.Class || class.BaseUnit != g.Unit {
		g.addPack(Pack{l.Class, l.Unit, -sum.Amount})
		return
	}
	g.Quantity -= sum.Amount
	if today {
		g.Today -= sum.Amount
	}
	i, found := slices.BinarySearchFunc(g.Days, sum.Day, func(d DayQuantity, day clock.Day) int { return cmp.Compare(d.Day, day) })
	if !found {
		g.Days = slices.Insert(g.Days, i, DayQuantity{Day: sum.Day})
	}
	g.Days[i].Quantity -= sum.Amount
}

func (g *Group) addPack(p Pack) {
	for i := range g.Packs {
		if g.Packs[i].Class == p.Class && g.Packs[i].Unit == p.Unit {
			g.Packs[i].Quantity += p.Quantity
			return
		}
	}
	g.Packs = append(g.Packs, p)
}

// groupUnit is the base unit of the group's first class.
func (c *calculation) groupUnit(code string, fallback catalog.Class) qty.Unit {
	for _, g := range c.catalog.Groups() {
		if g.Code == code && len(g.Classes) > 0 {
			class, _ := c.catalog.Class(g.Classes[0])
			return class.BaseUnit
		}
	}
	return fallback.BaseUnit
}

// tidy takes out what corrections left nothing of.
func (g *Group) tidy() {
	g.Days = slices.DeleteFunc(g.Days, func(d DayQuantity) bool { return d.Quantity == 0 })
	g.Packs = slices.DeleteFunc(g.Packs, func(p Pack) bool { return p.Quantity == 0 })
	slices.SortFunc(g.Packs, func(a, b Pack) int { return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Unit, b.Unit)) })
}

// settle orders what was added up, without what was corrected away altogether. The named groups are always there, in the
// order of the catalogue, even when nothing came in.
func (c *calculation) settle() {
	f := c.figures
	order := map[string]int{}
	for i, g := range c.catalog.Groups() {
		order[g.Code] = i
		if c.groups[g.Code] == nil && i < namedGroups {
			c.groups[g.Code] = &Group{Code: g.Code, Unit: c.groupUnit(g.Code, catalog.Class{})}
		}
	}
	f.Groups = make([]Group, 0, len(c.groups))
	for _, g := range c.groups {
		g.tidy()
		if i, known := order[g.Code]; known && i < namedGroups || g.Quantity != 0 || len(g.Packs) > 0 {
			f.Groups = append(f.Groups, *g)
		}
	}
	place := func(code string) int {
		if i, ok := order[code]; ok {
			return i
		}
		return len(order)
	}
	slices.SortFunc(f.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(place(a.Code), place(b.Code)), cmp.Compare(a.Code, b.Code))
	})
	for _, l := range c.lines {
		if *l != l.empty() {
			f.Lines = append(f.Lines, *l)
		}
	}
	slices.SortFunc(f.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(place(a.Group), place(b.Group)), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Commodity, b.Commodity))
	})
	c.settleMoney()
}

func (c *calculation) settleMoney() {
	f := c.figures
	for _, m := range c.money {
		m.Unresolved = m.In - m.Out - m.Balance - m.Adjusted
		if *m != (Money{Currency: m.Currency}) {
			f.Money = append(f.Money, *m)
		}
	}
	slices.SortFunc(f.Money, func(a, b Money) int {
		return cmp.Or(-compareBool(a.Currency == money.CNY, b.Currency == money.CNY), cmp.Compare(a.Currency, b.Currency))
	})
}

// empty is the line without any figure.
func (l Line) empty() Line {
	return Line{Commodity: l.Commodity, Class: l.Class, Group: l.Group, Unit: l.Unit}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// namedGroups is how many groups of the catalogue stand in every report.
const namedGroups = 10

// rest reads what is not in the sums by day.
func (c *calculation) rest(ctx context.Context) error {
	f := c.figures
	var err error
	if err = c.values(ctx); err != nil {
		return err
	}
	if f.Received, err = c.received(ctx); err != nil {
		return err
	}
	if f.Day >= f.Last {
		f.HandOvers, err = distribution.HandOvers(ctx, c.q)
	} else {
		f.HandOvers, err = distribution.HandOversUpTo(ctx, c.q, f.Day)
	}
	if err != nil {
		return fmt.Errorf("report: hand-overs: %w", err)
	}
	if err = c.needs(ctx); err != nil {
		return err
	}
	codes := make([]string, 0, len(c.catalog.Classes()))
	for _, class := range c.catalog.Classes() {
		codes = append(codes, class.Code)
	}
	rows, err := distribution.Rows(ctx, c.q, distribution.Filter{Classes: codes, Day: f.Day}, page.Request{Limit: deliveriesShown})
	if err != nil {
		return fmt.Errorf("report: deliveries: %w", err)
	}
	f.Deliveries = rows.Items
	if f.Corrections, err = c.ledger.Corrections(ctx, c.q, f.Day, correctionsShown); err != nil {
		return fmt.Errorf("report: corrections: %w", err)
	}
	late, err := c.ledger.LateCorrections(ctx, c.q, f.Day)
	if err != nil {
		return fmt.Errorf("report: edition: %w", err)
	}
	f.Edition = 1 + int(late)
	o, err := office.Read(ctx, c.q)
	f.Office, f.Demonstration = o.Name, o.Demonstration
	return err
}

// values sums what goods are said to be worth, by currency and source.
func (c *calculation) values(ctx context.Context) error {
	sums, err := receipt.Values(ctx, c.q, c.figures.Day)
	if err != nil {
		return fmt.Errorf("report: values: %w", err)
	}
	by := map[money.Currency]*Value{}
	for _, sum := range sums {
		v := by[sum.Value.Currency]
		if v == nil {
			v = &Value{Currency: sum.Value.Currency, Sources: map[receipt.ValueSource]int64{}}
			by[sum.Value.Currency] = v
		}
		v.Amount += sum.Value.Minor
		if sum.Day == c.figures.Day {
			v.Today += sum.Value.Minor
		}
		v.Sources[sum.Source] += sum.Value.Minor
	}
	for _, currency := range slices.Sorted(maps.Keys(by)) {
		if by[currency].Amount != 0 {
			c.figures.Values = append(c.figures.Values, *by[currency])
		}
	}
	slices.SortStableFunc(c.figures.Values, func(a, b Value) int {
		return -compareBool(a.Currency == money.CNY, b.Currency == money.CNY)
	})
	return nil
}

// received lists what every recipient was handed. For the last day that is the
// turnover of the recipients' accounts; for an older one it is summed from the
// lines up to then.
func (c *calculation) received(ctx context.Context) ([]Received, error) {
	f := c.figures
	if f.Day >= f.Last {
		turnovers, err := ledger.Turnovers(ctx, c.q, ledger.Recipient)
		if err != nil {
			return nil, fmt.Errorf("report: recipients: %w", err)
		}
		all := make([]Received, 0, len(turnovers))
		for _, t := range turnovers {
			if n := t.In - t.Out; n != 0 {
				all = append(all, Received{t.Account.Holder, t.Account.Place, t.Commodity, c.line(t.Commodity).Class, n})
			}
		}
		return all, nil
	}
	sums, err := distribution.Handed(ctx, c.q, f.Day)
	if err != nil {
		return nil, fmt.Errorf("report: recipients: %w", err)
	}
	all := make([]Received, len(sums))
	for i, h := range sums {
		all[i] = Received{h.Recipient, h.Place, h.Commodity, h.Class, h.Quantity}
	}
	return all, nil
}
