// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// HoldState is where a hold is in its life: held, then posted, voided or expired.
type HoldState string

// The states of a hold.
const (
	Held    HoldState = "held"
	Posted  HoldState = "posted"
	Voided  HoldState = "voided"
	Expired HoldState = "expired"
)

// Hold is a part of a balance that nobody else can take.
type Hold struct {
	ID         id.ID
	Account    id.ID
	Commodity  Commodity
	Lot        id.ID
	Amount     int64
	State      HoldState
	Purpose    string
	ReservedAt time.Time
	ExpiresAt  time.Time
	EntryID    id.ID // the entry that it became
}

// Reservation asks for a hold.
type Reservation struct {
	Account   Account
	Commodity Commodity
	Lot       id.ID
	Amount    int64
	Purpose   string
	ExpiresAt time.Time
}

// Reserve holds an amount of what is available, or fails with errs.Exhausted.
func (l *Ledger) Reserve(ctx context.Context, tx *db.Tx, r Reservation) (Hold, error) {
	if r.Amount <= 0 || r.Amount > MaxAmount {
		return Hold{}, errs.New(errs.Invalid, "ledger.amount_too_large", "amount", r.Amount, "max", int64(MaxAmount))
	}
	if !r.Account.Kind.Guarded() {
		return Hold{}, fmt.Errorf("ledger: nothing can be held on a %s account", r.Account.Kind)
	}
	if !r.ExpiresAt.After(tx.Now()) {
		return Hold{}, errs.New(errs.Invalid, "ledger.hold_in_past")
	}
	h := Hold{
		ID: tx.NewID(), Account: r.Account.ID(), Commodity: r.Commodity, Lot: r.Lot, Amount: r.Amount,
		State: Held, Purpose: r.Purpose, ReservedAt: tx.Now(), ExpiresAt: r.ExpiresAt.UTC(),
	}
	n, err := tx.Exec(ctx, holdBalance, h.Account, string(h.Commodity), h.Lot, h.Amount)
	if err != nil {
		return Hold{}, fmt.Errorf("reserve: %w", err)
	}
	if n == 0 {
		return Hold{}, errs.New(errs.Exhausted, "ledger.not_enough")
	}
	if err := insertHold(ctx, tx, h); err != nil {
		return Hold{}, fmt.Errorf("reserve: %w", err)
	}
	return h, nil
}

// PostHold turns a hold into an entry that takes at most the held amount from
// the held balance; the rest of the hold is free again.
func (l *Ledger) PostHold(ctx context.Context, tx *db.Tx, holdID id.ID, d Draft) (Entry, error) {
	h, err := l.settle(ctx, tx, holdID, Posted)
	if err != nil {
		return Entry{}, err
	}
	var taken int64
	for _, line := range d.Lines {
		if line.Account.ID() == h.Account && line.Commodity == h.Commodity && line.Lot == h.Lot {
			if taken, err = qty.Add(taken, -line.Amount); err != nil {
				return Entry{}, fmt.Errorf("post hold: %w", err)
			}
		}
	}
	if taken <= 0 || taken > h.Amount {
		return Entry{}, fmt.Errorf("ledger: hold of %d cannot post %d", h.Amount, taken)
	}
	e, err := l.Post(ctx, tx, d)
	if err != nil {
		return e, err
	}
	if _, err := tx.Exec(ctx, linkHold, h.ID, e.ID); err != nil {
		return Entry{}, fmt.Errorf("post hold: %w", err)
	}
	return e, nil
}

// VoidHold gives the held amount free.
func (l *Ledger) VoidHold(ctx context.Context, tx *db.Tx, holdID id.ID) (Hold, error) {
	return l.settle(ctx, tx, holdID, Voided)
}

// settle ends an open hold. A hold that is over, or whose time is over, is
// errs.Conflict: it cannot be posted any more.
func (l *Ledger) settle(ctx context.Context, tx *db.Tx, holdID id.ID, state HoldState) (Hold, error) {
	h, err := db.One(ctx, tx, settleHold, []any{holdID, string(state), tx.Now()}, scanHold)
	if errors.Is(err, db.ErrNoRows) {
		if _, err := HoldByID(ctx, tx, holdID); err != nil {
			return Hold{}, err
		}
		return Hold{}, errs.New(errs.Conflict, "ledger.hold_over")
	}
	if err != nil {
		return Hold{}, fmt.Errorf("settle hold: %w", err)
	}
	if _, err := tx.Exec(ctx, freeBalance, h.Account, string(h.Commodity), h.Lot, h.Amount); err != nil {
		return Hold{}, fmt.Errorf("settle hold: %w", refused(err))
	}
	if state == Posted && !h.ExpiresAt.After(tx.Now()) {
		return Hold{}, errs.New(errs.Conflict, "ledger.hold_over")
	}
	return h, nil
}

// ExpireHolds ends at most limit holds whose time is over, oldest first, and
// returns them.
func (l *Ledger) ExpireHolds(ctx context.Context, tx *db.Tx, limit int) ([]Hold, error) {
	due, err := db.All(ctx, tx, selectDueHolds, []any{tx.Now(), limit}, scanHold)
	if err != nil {
		return nil, fmt.Errorf("expire holds: %w", err)
	}
	for i, h := range due {
		if due[i], err = l.settle(ctx, tx, h.ID, Expired); err != nil {
			return nil, fmt.Errorf("expire holds: %w", err)
		}
	}
	return due, nil
}
