// SPDX-License-Identifier: Apache-2.0

// Package thread follows one lot from its donor to its recipients: what it is,
// where it went, and that nothing of it is missing. It knows organisations by id
// only and owns no facts and no tables.
package thread

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// Thread is the way of one lot. Quantities are in the lot's commodity unit.
type Thread struct {
	Lot      ledger.Lot
	Earmark  ledger.Earmark
	Receipt  receipt.Row // how it came in; empty when the books never received it
	Received bool

	Given        int64 // what came in: Given = Handed + Way + Stock + Lost + Unreconciled
	Handed       int64
	Way          int64
	Stock        int64
	Lost         int64
	Unreconciled int64 // negative: handed out although the books never received it

	Steps    []Step
	Branches []Branch
}

// Step is one entry that moved the lot.
type Step struct {
	Entry     ledger.Entry // without its lines
	Quantity  int64        // how much of the lot moved
	Corrects  bool         // it takes back an earlier step
	Corrected bool         // a later step takes it back
	Place     string       // where it came to
	Recipient id.ID
}

// Branch is a recipient of a part of the lot.
type Branch struct {
	Recipient id.ID
	Place     string
	Accepted  int64
	Rejected  int64 // of the same goods in the same hand-over; back in stock
	Reason    string
	At        time.Time
}

// Of returns the thread of a lot, or errs.NotFound.
func Of(ctx context.Context, q db.Queryer, lotID id.ID) (*Thread, error) {
	lot, err := ledger.LotByID(ctx, q, lotID)
	if err != nil {
		return nil, err
	}
	t := &Thread{Lot: lot}
	if t.Earmark, err = ledger.EarmarkByID(ctx, q, lot.Earmark); err != nil {
		return nil, err
	}
	if t.Receipt, t.Received, err = receipt.ByLot(ctx, q, lotID); err != nil {
		return nil, err
	}
	if err := t.balances(ctx, q); err != nil {
		return nil, err
	}
	moves, err := ledger.LotMoves(ctx, q, lotID)
	if err != nil {
		return nil, err
	}
	t.steps(moves)
	return t, t.branches(ctx, q)
}

func (t *Thread) balances(ctx context.Context, q db.Queryer) error {
	all, err := ledger.LotBalances(ctx, q, t.Lot.ID)
	for _, b := range all {
		switch b.Account.Kind {
		case ledger.Source:
			t.Given -= b.Amount
		case ledger.Stock:
			t.Stock += b.Amount
		case ledger.Transit:
			t.Way += b.Amount
		case ledger.Recipient:
			t.Handed += b.Amount
		case ledger.Adjustment:
			t.Lost += b.Amount
		case ledger.Unreconciled:
			t.Unreconciled += b.Amount
		case ledger.Fund, ledger.Purpose: // hold money only
		}
	}
	return err
}

// steps joins the lines of each entry: what came somewhere is the step.
func (t *Thread) steps(moves []ledger.Move) {
	at := map[id.ID]int{}
	for _, m := range moves {
		i, seen := at[m.Entry.ID]
		if !seen {
			i = len(t.Steps)
			at[m.Entry.ID] = i
			t.Steps = append(t.Steps, Step{Entry: m.Entry, Corrects: !m.Entry.Reverses.IsZero()})
		}
		if m.Amount > 0 {
			step := &t.Steps[i]
			step.Quantity += m.Amount
			step.Place = m.Account.Place
			if m.Account.Kind == ledger.Recipient {
				step.Recipient = m.Account.Holder
			}
		}
	}
	t.settle(at)
}

// settle marks what was taken back and puts the taking back right behind it, so
// that what replaces it follows; at is where the step of each entry is.
func (t *Thread) settle(at map[id.ID]int) {
	back := map[id.ID]Step{}
	for _, s := range t.Steps {
		if i, ok := at[s.Entry.Reverses]; ok && s.Corrects {
			t.Steps[i].Corrected = true
			back[s.Entry.Reverses] = s
		}
	}
	ordered := make([]Step, 0, len(t.Steps))
	for _, s := range t.Steps {
		if _, moved := back[s.Entry.Reverses]; moved && s.Corrects {
			continue
		}
		ordered = append(ordered, s)
		if b, ok := back[s.Entry.ID]; ok {
			ordered = append(ordered, b)
		}
	}
	t.Steps = ordered
}

// branches are the hand-overs that stand.
func (t *Thread) branches(ctx context.Context, q db.Queryer) error {
	for _, s := range t.Steps {
		if s.Recipient.IsZero() || s.Corrects || s.Corrected {
			continue
		}
		b := Branch{Recipient: s.Recipient, Place: s.Place, Accepted: s.Quantity, At: s.Entry.OccurredAt}
		d, err := distribution.ByID(ctx, q, s.Entry.ID)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		for _, l := range d.Lines {
			if l.Commodity == t.Lot.Commodity && l.Rejected > 0 {
				b.Rejected += l.Rejected
				b.Reason = l.RejectReason
			}
		}
		t.Branches = append(t.Branches, b)
	}
	return nil
}
