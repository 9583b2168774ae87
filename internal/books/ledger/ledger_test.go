// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

func TestWhatComesInCanGoOut(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(100)
		b.wantBalance(stock, lot, 100, 0)
		b.wantBalance(source, lot, -100, 0)
		if _, err := b.post(b.move("distribution", stock, recipient, lot, 30)); err != nil {
			b.Fatal(err)
		}
		b.wantBalance(stock, lot, 70, 0)
		b.wantBalance(recipient, lot, 30, 0)
		b.wantClean()
	})
}

func TestDraftsThatAreWrongInThemselves(t *testing.T) {
	t.Parallel()
	line := func(amount int64) ledger.Line {
		return ledger.Line{Account: stock, Commodity: mask, Lot: id.Derive("lot"), Amount: amount}
	}
	draft := func(lines ...ledger.Line) ledger.Draft {
		return ledger.Draft{Kind: "move", OccurredAt: noon, Lines: lines}
	}
	other := line(5)
	other.Commodity = "goggles"
	elsewhere := line(5)
	elsewhere.Lot = id.Derive("another lot")
	strange := line(5)
	strange.Account.Kind = "pocket"
	nameless := line(5)
	nameless.Commodity = ""
	for name, c := range map[string]struct {
		draft ledger.Draft
		is    error  // one of these two
		says  string // part of the text
	}{
		"no kind":                         {ledger.Draft{OccurredAt: noon, Lines: []ledger.Line{line(5), line(-5)}}, nil, "needs a kind"},
		"no time":                         {ledger.Draft{Kind: "move", Lines: []ledger.Line{line(5), line(-5)}}, nil, "needs the time"},
		"no lines":                        {draft(), ledger.ErrLines, ""},
		"one line":                        {draft(line(5)), ledger.ErrLines, ""},
		"a zero line":                     {draft(line(5), line(-5), line(0)), ledger.ErrLines, ""},
		"more lines than a statement has": {draft(make([]ledger.Line, ledger.MaxLines+1)...), ledger.ErrLines, ""},
		"not balanced":                    {draft(line(5), line(-4)), ledger.ErrUnbalanced, ""},
		"balanced only across goods":      {draft(other, line(-5)), ledger.ErrUnbalanced, ""},
		"balanced only across lots":       {draft(elsewhere, line(-5)), ledger.ErrUnbalanced, ""},
		"too large":                       {draft(line(ledger.MaxAmount+1), line(-ledger.MaxAmount-1)), qty.ErrOverflow, ""},
		"unknown kind of account":         {draft(strange, line(-5)), nil, "pocket"},
		"no commodity":                    {draft(nameless, line(-5)), nil, "commodity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.draft.Validate()
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("error = %v, want %v %q", err, c.is, c.says)
			}
		})
	}
	if err := draft(line(5), line(-3), line(-2)).Validate(); err != nil {
		t.Fatalf("a sound draft was refused: %v", err)
	}
}

func TestRefusalsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(100)
		goggles := b.lot("goggles")
		wrong := b.move("distribution", stock, recipient, lot, 5)
		wrong.Lines[0].Commodity, wrong.Lines[1].Commodity = "goggles", "goggles"
		never := b.lot(mask)
		nowhere := ledger.Account{Kind: ledger.Stock, Place: "a place without goods"}
		for name, c := range map[string]struct {
			draft ledger.Draft
			opens []ledger.Lot
			kind  errs.Kind
		}{
			"more than there is":                       {b.move("distribution", stock, recipient, lot, 101), nil, errs.Exhausted},
			"from where there was none":                {b.move("distribution", nowhere, recipient, lot, 1), nil, errs.Exhausted},
			"unbalanced":                               {ledger.Draft{Kind: "x", OccurredAt: noon, Lines: wrong.Lines[:1]}, nil, errs.Internal},
			"lot of another commodity":                 {wrong, nil, errs.Internal},
			"lot that nobody opened":                   {b.move("distribution", stock, recipient, never, 1), nil, errs.NotFound},
			"goods of a lot just opened, not received": {b.move("distribution", stock, recipient, goggles, 1), []ledger.Lot{goggles}, errs.Exhausted},
			"a lot opened twice":                       {b.move("receipt", source, stock, lot, 1), []ledger.Lot{lot}, errs.Internal},
		} {
			if _, err := b.post(c.draft, c.opens...); err == nil || errs.KindOf(err) != c.kind {
				b.Errorf("%s: error %v, want kind %s", name, err, c.kind)
			}
		}
		b.wantBalance(stock, lot, 100, 0)
		if n, err := db.Value[int64](b.Context(), b.d, `SELECT count(*) FROM ledger_entry`); err != nil || n != 1 {
			b.Errorf("%d entries (%v), want the receipt alone", n, err)
		}
		b.wantClean()
	})
}

func TestUnguardedAccountsMayGoBelowZero(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		for _, kind := range ledger.Kinds() {
			lot := b.lot(mask)
			from := ledger.Account{Kind: kind, Place: "p"}
			_, err := b.post(b.move("x", from, ledger.Account{Kind: ledger.Stock, Place: "q"}, lot, 1), lot)
			if kind.Guarded() != errs.Is(err, errs.Exhausted) || !kind.Guarded() && err != nil {
				b.Errorf("%s: error %v, guarded %v", kind, err, kind.Guarded())
			}
		}
		b.wantClean()
	})
}

func TestAnEntryHasTwoTimes(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot := b.lot(mask)
		d := b.move("receipt", source, stock, lot, 10)
		d.OccurredAt = time.Date(2020, 2, 9, 16, 30, 0, 0, time.UTC) // half past midnight on the 10th in the zone
		d.Reason, d.Evidence = "late paper", "waybill 示例-1"
		e, err := b.post(d, lot)
		if err != nil {
			b.Fatal(err)
		}
		got, err := ledger.EntryByID(b.Context(), b.d, e.ID)
		if err != nil {
			b.Fatal(err)
		}
		if !got.OccurredAt.Equal(d.OccurredAt) || !got.RecordedAt.Equal(noon) || got.Day != 20200210 {
			b.Errorf("occurred %s recorded %s day %s", got.OccurredAt, got.RecordedAt, got.Day)
		}
		if diff := cmp.Diff(e, got); diff != "" {
			b.Errorf("returned and stored entry differ:\n%s", diff)
		}
	})
}

func TestAKeyWorksOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot := b.lot(mask)
		d := b.move("receipt", source, stock, lot, 10)
		d.Key = "file 1 row 7"
		first, err := b.post(d, lot)
		if err != nil {
			b.Fatal(err)
		}
		again, err := b.post(d)
		if !errors.Is(err, ledger.ErrAlready) || again.ID != first.ID {
			b.Fatalf("got %s, %v; want the first entry and ErrAlready", again.ID, err)
		}
		b.wantBalance(stock, lot, 10, 0)
		b.wantClean()
	})
}

func TestDonorAndEarmarkStandOnEveryLine(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		earmark := ledger.Earmark{AsStated: "for ward 3", Recipient: hospital}
		lot := b.lot(mask)
		err := b.tx(func(ctx context.Context, tx *db.Tx) (err error) {
			if lot.Earmark, err = b.l.SetEarmark(ctx, tx, earmark); err != nil {
				return err
			}
			if _, err = b.l.SetEarmark(ctx, tx, earmark); err != nil { // known already
				return err
			}
			_, err = b.l.Post(ctx, tx, b.move("receipt", source, stock, lot, 10), lot)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := b.post(b.move("distribution", stock, recipient, lot, 4)); err != nil {
			b.Fatal(err)
		}
		n, err := db.Value[int64](b.Context(), b.d,
			`SELECT count(*) FROM ledger_line WHERE donor = $1 AND earmark = $2`, donor, earmark.ID())
		if err != nil || n != 4 {
			b.Errorf("%d of 4 lines carry donor and earmark (%v)", n, err)
		}
		if got, err := ledger.EarmarkByID(b.Context(), b.d, lot.Earmark); err != nil || got != earmark {
			b.Errorf("earmark %+v (%v)", got, err)
		}
		b.wantClean()
	})
}

func TestTheEmptyEarmarkIsNoEarmark(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		err := b.tx(func(ctx context.Context, tx *db.Tx) error {
			earmark, err := b.l.SetEarmark(ctx, tx, ledger.Earmark{})
			if !earmark.IsZero() {
				b.Errorf("the empty earmark has the id %s", earmark)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if got, err := ledger.EarmarkByID(b.Context(), b.d, id.Zero); err != nil || got != (ledger.Earmark{}) {
			b.Errorf("earmark %+v (%v)", got, err)
		}
	})
}

func TestACorrectionMirrorsItsOriginal(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, receipt := b.receive(100)
		b.clock.Advance(72 * time.Hour)
		r, err := b.reverse(receipt.ID, "")
		if err != nil {
			b.Fatal(err)
		}
		b.wantBalance(stock, lot, 0, 0)
		b.wantBalance(source, lot, 0, 0)
		if r.Day != receipt.Day || r.Reverses != receipt.ID || !r.RecordedAt.Equal(b.clock.Now()) || r.Reason == "" {
			b.Errorf("correction %+v", r)
		}
		if found, ok, err := ledger.ReversalOf(b.Context(), b.d, receipt.ID); err != nil || !ok || found.ID != r.ID {
			b.Errorf("correction of the receipt: %s %v %v", found.ID, ok, err)
		}
		days, err := ledger.Days(b.Context(), b.d, 20991231)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range days {
			if s.Amount != 0 {
				b.Errorf("a receipt that never was still counts: %+v", s)
			}
		}
		late, err := b.l.LateCorrections(b.Context(), b.d, receipt.Day)
		if err != nil || late != 1 {
			b.Errorf("%d late corrections (%v), want 1", late, err)
		}
		listed, err := b.l.Corrections(b.Context(), b.d, clock.DayOf(b.clock.Now(), zone), 10)
		if err != nil || len(listed) != 1 || listed[0].ID != r.ID {
			b.Errorf("corrections of the day: %v (%v)", listed, err)
		}
		b.wantClean()
	})
}

func TestWhatCannotBeCorrected(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, receipt := b.receive(100)
		if _, err := b.post(b.move("distribution", stock, recipient, lot, 1)); err != nil {
			b.Fatal(err)
		}
		if _, err := b.reverse(receipt.ID, ""); !errs.Is(err, errs.Exhausted) || errs.As(err).Key != "ledger.gone_on" {
			b.Errorf("goods that have gone on: %v", err)
		}
		if _, err := b.reverse(id.Derive("nothing"), ""); !errs.Is(err, errs.NotFound) {
			b.Errorf("an entry that does not exist: %v", err)
		}
		_, second := b.receive(5)
		correction, err := b.reverse(second.ID, "fix 1")
		if err != nil {
			b.Fatal(err)
		}
		if again, err := b.reverse(second.ID, "fix 1"); !errors.Is(err, ledger.ErrAlready) || again.ID != correction.ID {
			b.Errorf("the same correction again: %s %v", again.ID, err)
		}
		for _, key := range []string{"", "fix 2"} {
			if _, err := b.reverse(second.ID, key); !errs.Is(err, errs.Conflict) {
				b.Errorf("a second correction with key %q: %v", key, err)
			}
		}
		if _, err := b.reverse(correction.ID, ""); !errs.Is(err, errs.Conflict) {
			b.Errorf("a correction of a correction: %v", err)
		}
		b.wantClean()
	})
}

func TestSumsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(ledger.MaxAmount)
		err := b.tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE ledger_balance SET amount = $1 WHERE kind = 'stock'`, int64(1<<63-1))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.post(b.move("receipt", source, stock, lot, 1))
		if !errs.Is(err, errs.Invalid) || errs.As(err).Key != "ledger.amount_too_large" {
			b.Fatalf("error = %v, want ledger.amount_too_large", err)
		}
		b.wantBalance(source, lot, -ledger.MaxAmount, 0)
	})
}

// TestTheLargestEntryIsOneEntry posts as many lines as are allowed.
func TestTheLargestEntryIsOneEntry(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(ledger.MaxLines)
		d := ledger.Draft{Kind: "distribution", OccurredAt: noon}
		for i := range ledger.MaxLines / 2 {
			ward := ledger.Account{Kind: ledger.Recipient, Holder: hospital, Place: string(rune('a' + i%20))}
			d.Lines = append(d.Lines, ledger.Line{Account: stock, Commodity: mask, Lot: lot.ID, Amount: -1},
				ledger.Line{Account: ward, Commodity: mask, Lot: lot.ID, Amount: 1})
		}
		start := clock.Start()
		e, err := b.post(d)
		if err != nil {
			b.Fatal(err)
		}
		if took := clock.Since(start); took > 10*time.Second {
			b.Errorf("%d lines took %s", len(d.Lines), took)
		}
		if got, err := ledger.EntryByID(b.Context(), b.d, e.ID); err != nil || len(got.Lines) != ledger.MaxLines {
			b.Errorf("%d lines (%v), want %d", len(got.Lines), err, ledger.MaxLines)
		}
		b.wantBalance(stock, lot, ledger.MaxLines/2, 0)
		b.wantClean()
	})
}

// TestTheDatabaseItselfRefuses goes past this package on purpose.
func TestTheDatabaseItselfRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		if _, err := b.reserve(lot, 6); err != nil {
			b.Fatal(err)
		}
		for _, query := range []string{
			`UPDATE ledger_balance SET amount = 5 WHERE kind = 'stock'`,
			`UPDATE ledger_balance SET held = 11 WHERE kind = 'stock'`,
			`UPDATE ledger_balance SET held = -1 WHERE kind = 'stock'`,
			`UPDATE ledger_line SET amount = 0`,
		} {
			err := b.tx(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, query)
				return err
			})
			if !errors.Is(err, db.ErrCheck) {
				b.Errorf("%s: %v", query, err)
			}
		}
	})
}
