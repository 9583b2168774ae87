// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/rows"
)

func (l *listing) receipts() receipt.Filter {
	return receipt.Filter{Classes: l.classes, Day: l.query.Day, UpTo: l.figures.Day, Valued: l.query.Flow == figure.FlowValue}
}

func (l *listing) receivedCount(ctx context.Context) (int64, error) {
	return receipt.Count(ctx, l.s.DB, l.receipts())
}

// received lists receipts.
func (l *listing) received(ctx context.Context) error {
	found, err := receipt.Rows(ctx, l.s.DB, l.receipts(), l.query.Page)
	if err != nil {
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
			Day: r.Receipt.Day, Item: name, AsWritten: l.s.Words.Item(r.Line.Class, r.Line.ItemText), Class: r.Line.Class,
			State: qty.Stated, Quantity: r.Line.Quantity, Unit: unit, From: shownName(l.words, names[r.Receipt.Donor]),
			Place: placeName(l.s.Places, r.Receipt.Origin, l.lang),
		}
		if err := l.lot(ctx, &row, r.Line.Lot); err != nil {
			return err
		}
		if value := r.Line.Value; value.Minor > 0 {
			row.Amount, row.Source = &value, string(r.Line.ValueSource)
		}
		l.view.Rows = append(l.view.Rows, row)
	}
	return nil
}

func (l *listing) handOvers() distribution.Filter {
	return distribution.Filter{
		Classes: l.classes, Day: l.query.Day, UpTo: l.figures.Day, Place: l.query.Place, Recipient: l.recipient,
		Unreconciled: l.query.Flow == figure.FlowUnreconciled,
	}
}

func (l *listing) handedCount(ctx context.Context) (int64, error) {
	return distribution.Count(ctx, l.s.DB, l.handOvers())
}

// handed lists distributions.
func (l *listing) handed(ctx context.Context) error {
	found, err := distribution.Rows(ctx, l.s.DB, l.handOvers(), l.query.Page)
	if err != nil {
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
		Day: r.Distribution.Day, Item: name, AsWritten: l.s.Words.Item(r.Line.Class, r.Line.ItemText), Class: r.Line.Class,
		State: qty.Stated, Quantity: r.Line.Accepted, Unit: unit, To: shownName(l.words, o),
		Place: placeName(l.s.Places, r.Distribution.Place, l.lang),
	}
	if l.query.Flow == figure.FlowUnreconciled {
		row.Quantity = r.Line.Unreconciled
	}
	rejected := l.words.Number(r.Line.Rejected)
	switch why := l.s.Words.Plain(r.Line.RejectReason); {
	case r.Line.Unreconciled > 0:
		row.Note = l.words.T("public.never_received", "n", l.words.Number(r.Line.Unreconciled))
	case r.Line.Rejected > 0 && why != "":
		row.Note = l.words.T("public.rejected", "n", rejected, "why", why)
	case r.Line.Rejected > 0:
		row.Note = l.words.T("public.rejected_only", "n", rejected)
	}
	// The lots that were taken: the first opens, because that is where the thread begins.
	if l.handOver.ID != r.Distribution.ID {
		var err error
		if l.handOver, err = distribution.ByID(ctx, l.s.DB, r.Distribution.ID); err != nil {
			return err
		}
	}
	if n := int(r.N); n < len(l.handOver.Lines) && len(l.handOver.Lines[n].Picks) > 0 {
		if err := l.lot(ctx, &row, l.handOver.Lines[n].Picks[0].Lot); err != nil {
			return err
		}
	}
	l.view.Rows = append(l.view.Rows, row)
	return nil
}

func (l *listing) lots() ledger.StockFilter {
	f := ledger.StockFilter{}
	if l.query.Class == "" && l.query.Group == "" {
		return f
	}
	for _, class := range l.classes {
		f.Commodities = append(f.Commodities, ledger.Commodity(class))
		for _, unit := range qty.Units() {
			if c := ledger.Commodity(l.s.Catalog.CommodityOf(class, unit)); string(c) != class {
				f.Commodities = append(f.Commodities, c)
			}
		}
	}
	return f
}

// stocked lists what is in stock now.
func (l *listing) stocked(ctx context.Context) error {
	found, err := stock.Rows(ctx, l.s.DB, l.lots(), l.query.Page)
	if err != nil {
		return err
	}
	l.view.Next = found.Next
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
		class, _, err := l.s.Catalog.Split(string(r.Lot.Commodity))
		if err != nil {
			class.Code = string(r.Lot.Commodity)
		}
		l.view.Rows = append(l.view.Rows, page.Row{
			Day: r.Lot.OpenedOn, Item: name, Class: class.Code, State: qty.Stated, Quantity: r.Amount, Unit: unit,
			From: shownName(l.words, names[r.Lot.Donor]), Place: placeName(l.s.Places, r.Account.Place, l.lang), Lot: r.Lot.ID.String(), LotCode: lotCode(r.Lot),
		})
	}
	return nil
}

func (l *listing) records() fund.Filter {
	f := fund.Filter{Direction: fund.In, Currency: money.Currency(l.query.Currency), Day: l.query.Day, UpTo: l.figures.Day}
	if l.query.Flow == figure.FlowMoneyOut {
		f.Direction = fund.Out
	}
	if f.Currency == "" && len(l.figures.Money) == 1 { // one currency is listed by its days
		f.Currency = l.figures.Money[0].Currency
	}
	return f
}

func (l *listing) moneyCount(ctx context.Context) (int64, error) {
	return fund.Count(ctx, l.s.DB, l.records())
}

// money lists money in or out. Who gave is said only of organisations.
func (l *listing) money(ctx context.Context) error {
	found, err := fund.Rows(ctx, l.s.DB, l.records(), l.query.Page)
	if err != nil {
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
		row := page.Row{Day: r.Day, Item: l.s.Words.Plain(r.Purpose), Amount: &amount, Paper: l.s.Words.Plain(r.Channel)}
		party := publicName(names[r.Party])
		if party == "" {
			party = publicName(names[r.Organiser])
		}
		if party == "" {
			party = shownName(l.words, names[r.Party])
		}
		kind := "public.entry.fund.receive"
		if r.Direction == fund.In {
			row.From = party
		} else {
			kind, row.To = "public.entry.fund.pay", party
		}
		if row.Item == "" {
			row.Item = l.words.T(kind)
		}
		l.view.Rows = append(l.view.Rows, row)
	}
	return nil
}
