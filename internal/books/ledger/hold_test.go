// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

func (b *books) wantHold(h ledger.Hold, state ledger.HoldState) {
	b.Helper()
	got, err := ledger.HoldByID(b.Context(), b.d, h.ID)
	if err != nil || got.State != state {
		b.Errorf("hold is %s (%v), want %s", got.State, err, state)
	}
}

func TestWhatIsHeldCannotBeTakenByOthers(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		if _, err := b.reserve(lot, 6); err != nil {
			b.Fatal(err)
		}
		b.wantBalance(stock, lot, 10, 6)
		if n, err := b.l.Available(b.Context(), b.d, stock, mask, lot.ID); err != nil || n != 4 {
			b.Errorf("available %d (%v), want 4", n, err)
		}
		if _, err := b.reserve(lot, 5); !errs.Is(err, errs.Exhausted) {
			b.Errorf("5 of 4 free were held: %v", err)
		}
		if _, err := b.post(b.move("distribution", stock, recipient, lot, 5)); !errs.Is(err, errs.Exhausted) {
			b.Errorf("5 of 4 free were taken: %v", err)
		}
		if _, err := b.post(b.move("distribution", stock, recipient, lot, 4)); err != nil {
			b.Errorf("the 4 free ones: %v", err)
		}
		b.wantClean()
	})
}

func TestAHoldIsPostedInPartAndTheRestIsFree(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		h, err := b.reserve(lot, 6)
		if err != nil {
			b.Fatal(err)
		}
		if err := b.postHold(h, b.move("distribution", stock, recipient, lot, 4)); err != nil {
			b.Fatal(err)
		}
		b.wantBalance(stock, lot, 6, 0)
		b.wantBalance(recipient, lot, 4, 0)
		got, err := ledger.HoldByID(b.Context(), b.d, h.ID)
		if err != nil || got.State != ledger.Posted || got.EntryID.IsZero() {
			b.Errorf("hold %+v (%v)", got, err)
		}
		if err := b.postHold(h, b.move("distribution", stock, recipient, lot, 1)); !errs.Is(err, errs.Conflict) {
			b.Errorf("posted twice: %v", err)
		}
		if err := b.void(h); !errs.Is(err, errs.Conflict) {
			b.Errorf("voided after posting: %v", err)
		}
		b.wantClean()
	})
}

func TestAHoldCannotPostMoreOrSomethingElse(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		other, _ := b.receive(10)
		h, err := b.reserve(lot, 6)
		if err != nil {
			b.Fatal(err)
		}
		for name, d := range map[string]ledger.Draft{
			"more than is held": b.move("distribution", stock, recipient, lot, 7),
			"another lot":       b.move("distribution", stock, recipient, other, 1),
			"into the account":  b.move("return", recipient, stock, lot, 1),
		} {
			if err := b.postHold(h, d); err == nil {
				b.Errorf("%s was posted", name)
			}
		}
		b.wantHold(h, ledger.Held)
		b.wantBalance(stock, lot, 10, 6)
		b.wantClean()
	})
}

func TestAVoidedHoldIsFree(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		h, err := b.reserve(lot, 10)
		if err != nil {
			b.Fatal(err)
		}
		if err := b.void(h); err != nil {
			b.Fatal(err)
		}
		b.wantHold(h, ledger.Voided)
		b.wantBalance(stock, lot, 10, 0)
		if err := b.void(h); !errs.Is(err, errs.Conflict) {
			b.Errorf("voided twice: %v", err)
		}
		b.wantClean()
	})
}

func TestAHoldEndsWithItsTime(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		h, err := b.reserve(lot, 10)
		if err != nil {
			b.Fatal(err)
		}
		b.clock.Advance(time.Hour - time.Microsecond)
		if over := b.expire(); len(over) != 0 {
			b.Errorf("ended before its time: %v", over)
		}
		b.clock.Advance(time.Microsecond)
		if err := b.postHold(h, b.move("distribution", stock, recipient, lot, 1)); !errs.Is(err, errs.Conflict) {
			b.Errorf("posted after its time: %v", err)
		}
		b.wantHold(h, ledger.Held)
		if over := b.expire(); len(over) != 1 || over[0].ID != h.ID || over[0].State != ledger.Expired {
			b.Errorf("ended: %v, want the one hold", over)
		}
		b.wantHold(h, ledger.Expired)
		b.wantBalance(stock, lot, 10, 0)
		if over := b.expire(); len(over) != 0 {
			b.Errorf("ended twice: %v", over)
		}
		b.wantClean()
	})
}

func TestWhatCannotBeReserved(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(10)
		good := ledger.Reservation{Account: stock, Commodity: mask, Lot: lot.ID, Amount: 1, ExpiresAt: noon.Add(time.Hour)}
		change := func(f func(*ledger.Reservation)) ledger.Reservation {
			r := good
			f(&r)
			return r
		}
		for name, c := range map[string]struct {
			r    ledger.Reservation
			kind errs.Kind
		}{
			"nothing":              {change(func(r *ledger.Reservation) { r.Amount = 0 }), errs.Invalid},
			"less than nothing":    {change(func(r *ledger.Reservation) { r.Amount = -1 }), errs.Invalid},
			"beyond all amounts":   {change(func(r *ledger.Reservation) { r.Amount = ledger.MaxAmount + 1 }), errs.Invalid},
			"until now":            {change(func(r *ledger.Reservation) { r.ExpiresAt = noon }), errs.Invalid},
			"without an end":       {change(func(r *ledger.Reservation) { r.ExpiresAt = time.Time{} }), errs.Invalid},
			"on a donor":           {change(func(r *ledger.Reservation) { r.Account = source }), errs.Internal},
			"of an unknown lot":    {change(func(r *ledger.Reservation) { r.Lot = id.Derive("none") }), errs.Exhausted},
			"of another commodity": {change(func(r *ledger.Reservation) { r.Commodity = "goggles" }), errs.Exhausted},
			"where nothing is":     {change(func(r *ledger.Reservation) { r.Account.Place = "elsewhere" }), errs.Exhausted},
		} {
			err := b.tx(func(ctx context.Context, tx *db.Tx) error {
				_, err := b.l.Reserve(ctx, tx, c.r)
				return err
			})
			if err == nil || errs.KindOf(err) != c.kind {
				b.Errorf("%s: error %v, want kind %s", name, err, c.kind)
			}
		}
		if err := b.void(ledger.Hold{ID: id.Derive("none")}); !errs.Is(err, errs.NotFound) {
			b.Errorf("void a hold that does not exist: %v", err)
		}
		b.wantBalance(stock, lot, 10, 0)
		b.wantClean()
	})
}

func TestHeldGoodsStopACorrection(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, receipt := b.receive(10)
		h, err := b.reserve(lot, 1)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := b.reverse(receipt.ID, ""); !errs.Is(err, errs.Exhausted) {
			b.Errorf("the receipt of held goods was corrected: %v", err)
		}
		if err := b.void(h); err != nil {
			b.Fatal(err)
		}
		if _, err := b.reverse(receipt.ID, ""); err != nil {
			b.Error(err)
		}
		b.wantClean()
	})
}
