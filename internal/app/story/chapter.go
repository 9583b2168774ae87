// SPDX-License-Identifier: Apache-2.0

package story

import (
	"context"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// source is what the documents say about where they come from.
const source = "story"

// money is one amount in or out.
func (t *teller) money(document []row) func(ctx context.Context) error {
	r := document[0]
	in := fund.Input{
		Direction: fund.Direction(r.text("direction")), Channel: r.text("channel"), Purpose: r.text("purpose"),
		Party: t.party(r, "party"), Organiser: t.party(r, "organiser"), Earmark: t.earmark(r), Amount: r.yuan(),
		OccurredAt: r.at(), Source: source, Note: r.text("note"),
	}
	return func(ctx context.Context) error {
		_, err := t.Funds.Create(ctx, treasurer, in, "")
		return err
	}
}

// need is one list of one hospital.
func (t *teller) need(document []row) func(ctx context.Context) error {
	first := document[0]
	in := need.Input{
		Recipient: t.party(first, "recipient"), Place: first.text("place"), Setting: first.text("setting"), Source: source,
	}
	for _, r := range document {
		in.Lines = append(in.Lines, need.Line{
			Class: r.text("class"), ItemText: r.text("item"), Standards: r.list("standards"),
			Quantity: qty.Quantity{
				State: qty.State(r.text("state")), Value: r.number("count"), Unit: qty.Unit(r.text("unit")), Text: r.text("text"),
			},
		})
	}
	return func(ctx context.Context) error {
		_, err := t.Needs.Create(ctx, liaison, in, "")
		return err
	}
}

// receive is goods that came together.
func (t *teller) receive(document []row) func(ctx context.Context) error {
	first := document[0]
	in := receipt.Input{
		Kind: receipt.Kind(first.text("kind")), Donor: t.party(first, "donor"), Supplier: t.party(first, "supplier"),
		Place: first.text("place"), OccurredAt: first.at(), Origin: first.text("origin"), Source: source, Note: first.text("note"),
	}
	for _, r := range document {
		in.Lines = append(in.Lines, receipt.LineInput{
			Class: r.text("class"), ItemText: r.text("item"), SpecText: r.text("spec"), Standards: r.list("standards"),
			Quantity: qty.Quantity{State: qty.Stated, Value: r.number("count"), Unit: qty.Unit(r.text("unit")), Pack: r.pack()},
			Batch:    r.text("batch"), ExpiresOn: r.day("expires"), Earmark: t.earmark(r),
			Value: r.yuan(), ValueSource: receipt.ValueSource(r.text("source")),
		})
	}
	return func(ctx context.Context) error {
		booked, err := t.Receipts.Create(ctx, keeper, in, "")
		if err != nil {
			return err
		}
		t.receipts[first.text("doc")] = booked
		for i, l := range booked.Lines {
			if batch := in.Lines[i].Batch; t.lots[batch].IsZero() { // what is entered twice is known by its first entry
				t.lots[batch] = l.Lot
			}
		}
		return nil
	}
}

// correct takes a receipt out of the books that should not be there.
func (t *teller) correct(document []row) func(ctx context.Context) error {
	doc, reason := document[0].text("doc"), document[0].text("reason")
	return func(ctx context.Context) error {
		wrong, ok := t.receipts[doc]
		if !ok {
			return fmt.Errorf("no receipt %s yet", doc)
		}
		_, err := t.Receipts.Correct(ctx, coordinator, receipt.Correction{ID: wrong.ID, Version: wrong.Version, Reason: reason})
		return err
	}
}

// keep is a move between the stores or what a count found.
func (t *teller) keep(document []row) func(ctx context.Context) error {
	r := document[0]
	what, batch, amount, at, reason := r.text("what"), r.text("batch"), r.number("amount"), r.at(), r.text("reason")
	from, to := stock.Spot{Place: r.text("from")}, stock.Spot{Place: r.text("to")}
	return func(ctx context.Context) error {
		lot, err := t.lot(batch)
		if err != nil {
			return err
		}
		switch what {
		case "move":
			_, err = t.Stock.Move(ctx, keeper, stock.Move{Lot: lot, From: from, To: to, Amount: amount, OccurredAt: at, Reason: reason}, "")
		case "adjust":
			_, err = t.Stock.Adjust(ctx, keeper, stock.Adjustment{Lot: lot, At: from, Difference: amount, OccurredAt: at, Reason: reason}, "")
		default:
			err = fmt.Errorf("what is %q?", what)
		}
		return err
	}
}

// handOver is goods that one recipient was handed together.
func (t *teller) handOver(document []row) func(ctx context.Context) error {
	first := document[0]
	in := distribution.Input{
		Recipient: t.party(first, "recipient"), Place: first.text("place"), OccurredAt: first.at(), Source: source,
	}
	batches := make([]string, len(document))
	for i, r := range document {
		batches[i] = r.text("batch")
		in.Lines = append(in.Lines, distribution.LineInput{
			Class: r.text("class"), Quantity: qty.Exactly(r.number("accepted"), qty.Unit(r.text("unit"))),
			Rejected: r.number("rejected"), RejectReason: r.text("reason"),
		})
	}
	return func(ctx context.Context) error {
		for i, batch := range batches {
			if batch == "" {
				continue
			}
			lot, err := t.lot(batch)
			if err != nil {
				return err
			}
			in.Lines[i].Lot = lot
		}
		_, err := t.Distributions.Create(ctx, coordinator, in, "")
		return err
	}
}

func (t *teller) lot(batch string) (id.ID, error) {
	lot, ok := t.lots[batch]
	if !ok {
		return id.Zero, fmt.Errorf("no lot %s yet", batch)
	}
	return lot, nil
}
