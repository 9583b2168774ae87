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
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/rows"
)

// listing is one page of rows in the making.
type listing struct {
	s       *Sources
	query   page.Query
	lang    i18n.Lang
	figures *report.Figures
	classes []string
	view    *page.View
}

// Rows implements the rows page's Source.
func (s *Sources) Rows(ctx context.Context, query page.Query, lang i18n.Lang) (*page.View, error) {
	f, err := s.Figures.Figures(ctx, query.Report)
	if err != nil {
		return nil, err
	}
	l := &listing{s: s, query: query, lang: lang, figures: f, view: &page.View{Report: f.Day, Zone: s.Ledger.Zone()}}
	if err := l.subject(); err != nil {
		return nil, err
	}
	fill := map[string]func(context.Context) error{
		figure.FlowIn: l.received, figure.FlowValue: l.received, figure.FlowOut: l.handed, figure.FlowUnreconciled: l.handed,
		figure.FlowStock: l.stocked, figure.FlowMoneyIn: l.money, figure.FlowMoneyOut: l.money,
	}[query.Flow]
	if fill == nil {
		return nil, errs.New(errs.NotFound, "report.no_such_rows")
	}
	l.narrows()
	l.total()
	return l.view, fill(ctx)
}

// subject finds the classes that the figure is about.
func (l *listing) subject() error {
	report := &Report{Catalog: l.s.Catalog}
	switch {
	case l.query.Class != "":
		if _, ok := l.s.Catalog.Class(l.query.Class); !ok {
			return errs.New(errs.NotFound, "report.no_such_rows")
		}
		l.classes = []string{l.query.Class}
		l.view.Subject, l.view.Measure = className(l.s.Catalog, l.query.Class, l.lang), l.query.Class
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

func (l *listing) narrows() {
	add := func(kind, value string) {
		if value != "" {
			l.view.Narrows = append(l.view.Narrows, page.Narrow{Kind: kind, Value: value})
		}
	}
	words := l.s.Bundle.For(string(l.lang))
	if l.query.Day != 0 {
		add("day", words.Date(l.query.Day))
	}
	if l.query.Place != "" {
		add("place", l.s.Places.PlaceName(l.query.Place, l.lang))
	}
}

// total is the figure that was opened, from the sums of the books; the rows
// must add up to it.
func (l *listing) total() {
	if l.query.Place != "" || l.query.Recipient != "" {
		return
	}
	if l.query.Day != 0 {
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
		return
	}
	units := map[qty.Unit]int64{}
	for _, line := range l.figures.Lines {
		if !l.about(line) {
			continue
		}
		n := map[string]int64{
			figure.FlowIn: line.In, figure.FlowOut: line.Out, figure.FlowStock: line.Stock, figure.FlowUnreconciled: -line.Unreconciled,
		}[l.query.Flow]
		if string(line.Commodity) != line.Class {
			l.view.Unmeasured += n
			continue
		}
		units[line.Unit] += n
	}
	if len(units) == 1 {
		for unit, n := range units {
			l.view.Total, l.view.Unit = n, unit
		}
	}
}

func (l *listing) about(line report.Line) bool {
	if l.query.Class == "" && l.query.Group == "" {
		return false
	}
	return (l.query.Class == "" || line.Class == l.query.Class) && (l.query.Group == "" || line.Group == l.query.Group)
}

// unit returns name and unit of a commodity.
func (l *listing) goods(commodity ledger.Commodity) (name string, unit qty.Unit) {
	class, unit, err := l.s.Catalog.Split(string(commodity))
	if err != nil {
		return string(commodity), qty.Other
	}
	return className(l.s.Catalog, class.Code, l.lang), unit
}

// received lists receipts.
func (l *listing) received(ctx context.Context) error {
	f := receipt.Filter{Classes: l.classes, Day: l.query.Day, UpTo: l.figures.Day, Valued: l.query.Flow == figure.FlowValue}
	found, err := receipt.Rows(ctx, l.s.DB, f, l.query.Page)
	if err != nil {
		return err
	}
	if l.view.Count, err = receipt.Count(ctx, l.s.DB, f); err != nil {
		return err
	}
	l.view.Next = found.Next
	wanted := make([]id.ID, 0, len(found.Items))
	for _, r := range found.Items {
		wanted = append(wanted, r.Receipt.Donor)
	}
	names, err := org.Names(ctx, l.s.DB, wanted)
	if err != nil {
		return err
	}
	for _, r := range found.Items {
		name, unit := l.goods(r.Line.Commodity)
		row := page.Row{
			Day: r.Receipt.Day, Item: name, AsWritten: publicItem(r.Line.Class, r.Line.ItemText), Class: r.Line.Class,
			State: qty.Stated, Quantity: r.Line.Quantity, Unit: unit, From: publicName(names[r.Receipt.Donor]),
			Place: l.s.Places.PlaceName(r.Receipt.Origin, l.lang), Lot: r.Line.Lot.String(),
		}
		if value := r.Line.Value; value.Minor > 0 {
			row.Amount, row.Source = &value, string(r.Line.ValueSource)
		}
		l.view.Rows = append(l.view.Rows, row)
	}
	if l.query.Flow == figure.FlowValue && l.query.Class == "" && l.query.Group == "" {
		for _, v := range l.figures.Values {
			l.view.Sums = append(l.view.Sums, money.Amount{Minor: v.Amount, Currency: v.Currency})
		}
	}
	return nil
}

// handed lists distributions.
func (l *listing) handed(ctx context.Context) error {
	f := distribution.Filter{
		Classes: l.classes, Day: l.query.Day, UpTo: l.figures.Day, Place: l.query.Place,
		Unreconciled: l.query.Flow == figure.FlowUnreconciled,
	}
	if l.query.Recipient != "" {
		recipient, err := id.Parse(l.query.Recipient)
		if err != nil {
			return errs.Wrap(err, errs.NotFound, "report.no_such_rows")
		}
		f.Recipient = recipient
	}
	found, err := distribution.Rows(ctx, l.s.DB, f, l.query.Page)
	if err != nil {
		return err
	}
	if l.view.Count, err = distribution.Count(ctx, l.s.DB, f); err != nil {
		return err
	}
	l.view.Next = found.Next
	wanted := make([]id.ID, 0, len(found.Items))
	for _, r := range found.Items {
		wanted = append(wanted, r.Distribution.Recipient)
	}
	names, err := org.Names(ctx, l.s.DB, wanted)
	if err != nil {
		return err
	}
	for _, r := range found.Items {
		if err := l.handedRow(ctx, r, names[r.Distribution.Recipient]); err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) handedRow(ctx context.Context, r distribution.Row, o org.Org) error {
	name, unit := l.goods(r.Line.Commodity)
	row := page.Row{
		Day: r.Distribution.Day, Item: name, AsWritten: publicItem(r.Line.Class, r.Line.ItemText), Class: r.Line.Class,
		State: qty.Stated, Quantity: r.Line.Accepted, Unit: unit, To: publicName(o), Place: l.s.Places.PlaceName(r.Distribution.Place, l.lang),
	}
	if l.query.Flow == figure.FlowUnreconciled {
		row.Quantity = r.Line.Unreconciled
	}
	words := l.s.Bundle.For(string(l.lang))
	switch {
	case r.Line.Unreconciled > 0:
		row.Note = words.T("public.never_received", "n", words.Number(r.Line.Unreconciled))
	case r.Line.Rejected > 0:
		row.Note = words.T("public.rejected", "n", words.Number(r.Line.Rejected), "why", r.Line.RejectReason)
	}
	// The lots that were taken: the first opens, because that is where the thread begins.
	full, err := distribution.ByID(ctx, l.s.DB, r.Distribution.ID)
	if err != nil {
		return err
	}
	if n := int(r.N); n < len(full.Lines) && len(full.Lines[n].Picks) > 0 {
		row.Lot = full.Lines[n].Picks[0].Lot.String()
	}
	l.view.Rows = append(l.view.Rows, row)
	return nil
}

// stocked lists what is in stock now.
func (l *listing) stocked(ctx context.Context) error {
	f := ledger.StockFilter{}
	for _, class := range l.classes {
		f.Commodities = append(f.Commodities, ledger.Commodity(class))
		for _, unit := range qty.Units() {
			if c := ledger.Commodity(l.s.Catalog.CommodityOf(class, unit)); string(c) != class {
				f.Commodities = append(f.Commodities, c)
			}
		}
	}
	if l.query.Class == "" && l.query.Group == "" {
		f.Commodities = nil
	}
	found, err := stock.Rows(ctx, l.s.DB, f, l.query.Page)
	if err != nil {
		return err
	}
	l.view.Next = found.Next
	l.view.Count = int64(len(found.Items))
	wanted := make([]id.ID, 0, len(found.Items))
	for _, r := range found.Items {
		wanted = append(wanted, r.Lot.Donor)
	}
	names, err := org.Names(ctx, l.s.DB, wanted)
	if err != nil {
		return err
	}
	for _, r := range found.Items {
		name, unit := l.goods(r.Lot.Commodity)
		l.view.Rows = append(l.view.Rows, page.Row{
			Day: r.Lot.OpenedOn, Item: name, State: qty.Stated, Quantity: r.Amount, Unit: unit, From: publicName(names[r.Lot.Donor]),
			Place: l.s.Places.PlaceName(r.Account.Place, l.lang), Lot: r.Lot.ID.String(),
		})
	}
	return nil
}

// money lists money in or out. Who gave is said only of organisations.
func (l *listing) money(ctx context.Context) error {
	f := fund.Filter{Direction: fund.In, Currency: money.CNY, Day: l.query.Day, UpTo: l.figures.Day}
	if l.query.Flow == figure.FlowMoneyOut {
		f.Direction = fund.Out
	}
	found, err := fund.Rows(ctx, l.s.DB, f, l.query.Page)
	if err != nil {
		return err
	}
	if l.view.Count, err = fund.Count(ctx, l.s.DB, f); err != nil {
		return err
	}
	l.view.Next = found.Next
	wanted := make([]id.ID, 0, 2*len(found.Items))
	for _, r := range found.Items {
		wanted = append(wanted, r.Party, r.Organiser)
	}
	names, err := org.Names(ctx, l.s.DB, wanted)
	if err != nil {
		return err
	}
	for _, r := range found.Items {
		amount := r.Amount
		row := page.Row{Day: r.Day, Item: r.Purpose, Amount: &amount, Paper: r.Channel}
		if row.Item == "" {
			row.Item = l.s.Bundle.For(string(l.lang)).T("public.entry.fund.receive")
		}
		party := publicName(names[r.Party])
		if party == "" {
			party = publicName(names[r.Organiser])
		}
		if r.Direction == fund.In {
			row.From = party
		} else {
			row.To = party
		}
		l.view.Rows = append(l.view.Rows, row)
	}
	for _, m := range l.figures.Money {
		if m.Currency == money.CNY && l.query.Day == 0 {
			sum := m.In
			if f.Direction == fund.Out {
				sum = m.Out
			}
			l.view.Sums = append(l.view.Sums, money.Amount{Minor: sum, Currency: m.Currency})
		}
	}
	return nil
}
