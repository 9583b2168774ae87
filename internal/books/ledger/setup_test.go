// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// noon is twelve o'clock in the books' zone on the day of most tests.
var noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)

var zone = time.FixedZone("UTC+8", 8*3600)

var (
	donor    = id.Derive("example donor")
	hospital = id.Derive("example hospital")

	source    = ledger.Account{Kind: ledger.Source, Holder: donor}
	stock     = ledger.Account{Kind: ledger.Stock, Place: "main"}
	recipient = ledger.Account{Kind: ledger.Recipient, Holder: hospital}
)

const mask = ledger.Commodity("mask-surgical")

// books is a ledger in a fresh database with a clock that the test moves.
type books struct {
	*testing.T
	d     *db.DB
	l     *ledger.Ledger
	clock *clock.Manual
}

// each runs the test on both engines.
func each(t *testing.T, test func(b *books)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, db.Config) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := clock.NewManual(noon)
			test(&books{T: t, d: open(t, db.Config{Clock: now}), l: ledger.New(zone), clock: now})
		})
	}
}

// tx runs fn as one write.
func (b *books) tx(fn func(ctx context.Context, tx *db.Tx) error) error {
	return b.d.Tx(b.Context(), fn)
}

// lot returns a new lot of the commodity from the donor.
func (b *books) lot(c ledger.Commodity) ledger.Lot {
	return ledger.Lot{ID: b.d.IDs().New(b.clock.Now()), Commodity: c, Donor: donor, OpenedOn: clock.DayOf(b.clock.Now(), zone)}
}

// move is a draft that moves an amount of a lot.
func (b *books) move(kind string, from, to ledger.Account, lot ledger.Lot, amount int64) ledger.Draft {
	return ledger.Draft{Kind: kind, OccurredAt: b.clock.Now(), Lines: []ledger.Line{
		{Account: from, Commodity: lot.Commodity, Lot: lot.ID, Amount: -amount},
		{Account: to, Commodity: lot.Commodity, Lot: lot.ID, Amount: amount},
	}}
}

func (b *books) post(d ledger.Draft, opens ...ledger.Lot) (e ledger.Entry, err error) {
	err = b.tx(func(ctx context.Context, tx *db.Tx) error {
		e, err = b.l.Post(ctx, tx, d, opens...)
		return err
	})
	return e, err
}

// receive puts an amount of a new lot into stock.
func (b *books) receive(amount int64) (ledger.Lot, ledger.Entry) {
	b.Helper()
	lot := b.lot(mask)
	e, err := b.post(b.move("receipt", source, stock, lot, amount), lot)
	if err != nil {
		b.Fatal(err)
	}
	return lot, e
}

func (b *books) reverse(entry id.ID, key string) (e ledger.Entry, err error) {
	err = b.tx(func(ctx context.Context, tx *db.Tx) error {
		e, err = b.l.Reverse(ctx, tx, entry, "entered by mistake", key)
		return err
	})
	return e, err
}

func (b *books) reserve(lot ledger.Lot, amount int64) (h ledger.Hold, err error) {
	err = b.tx(func(ctx context.Context, tx *db.Tx) error {
		h, err = b.l.Reserve(ctx, tx, ledger.Reservation{
			Account: stock, Commodity: lot.Commodity, Lot: lot.ID, Amount: amount, Purpose: "ward", ExpiresAt: tx.Now().Add(time.Hour),
		})
		return err
	})
	return h, err
}

func (b *books) postHold(h ledger.Hold, d ledger.Draft) error {
	return b.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := b.l.PostHold(ctx, tx, h.ID, d)
		return err
	})
}

func (b *books) void(h ledger.Hold) error {
	return b.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := b.l.VoidHold(ctx, tx, h.ID)
		return err
	})
}

// expire ends every hold whose time is over.
func (b *books) expire() (holds []ledger.Hold) {
	b.Helper()
	for {
		var some []ledger.Hold
		err := b.tx(func(ctx context.Context, tx *db.Tx) (err error) {
			some, err = b.l.ExpireHolds(ctx, tx, 2)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if len(some) == 0 {
			return holds
		}
		holds = append(holds, some...)
	}
}

// wantBalance compares amount and held of one balance.
func (b *books) wantBalance(a ledger.Account, lot ledger.Lot, amount, held int64) {
	b.Helper()
	got, err := ledger.BalanceOf(b.Context(), b.d, a, lot.Commodity, lot.ID)
	if err != nil {
		b.Fatal(err)
	}
	if got.Amount != amount || got.Held != held {
		b.Errorf("balance of %s: %d with %d held, want %d with %d", a.Kind, got.Amount, got.Held, amount, held)
	}
}

// faults returns what Check reports, one a line.
func (b *books) faults() (found []string) {
	b.Helper()
	err := b.d.View(b.Context(), func(ctx context.Context, v *db.View) error {
		_, err := ledger.Check(ctx, v, func(f ledger.Fault) {
			found = append(found, fmt.Sprint(f.Code, " ", f.Subject, " ", f.Args))
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return found
}

// wantClean requires that Check finds nothing.
func (b *books) wantClean() {
	b.Helper()
	for _, f := range b.faults() {
		b.Errorf("check: %s", f)
	}
}
