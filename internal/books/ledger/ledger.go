// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Ledger posts entries and answers what is where. It is safe for concurrent use.
type Ledger struct {
	zone     *time.Location
	accounts sync.Map // id.ID of accounts that are known to be stored
}

// New returns a ledger whose days are those of the zone.
func New(zone *time.Location) *Ledger { return &Ledger{zone: zone} }

// Zone returns the time zone of the books.
func (l *Ledger) Zone() *time.Location { return l.zone }

// Post writes an entry, opens the given lots with it, and changes balances and
// sums, all inside tx. Lots that are already open are named by the lines alone.
//
// When the key was used before, nothing is written and the entry of then is
// returned together with ErrAlready (without its lines). When a guarded balance
// does not suffice, the error is errs.Exhausted and tx must be rolled back.
func (l *Ledger) Post(ctx context.Context, tx *db.Tx, d Draft, opens ...Lot) (Entry, error) {
	if err := d.Validate(); err != nil {
		return Entry{}, err
	}
	e := Entry{
		ID: d.ID, Kind: d.Kind, OccurredAt: d.OccurredAt.UTC(), RecordedAt: tx.Now(),
		Day: clock.DayOf(d.OccurredAt, l.zone), Reason: d.Reason, Evidence: d.Evidence, Lines: d.Lines,
	}
	if e.ID.IsZero() {
		e.ID = tx.NewID()
	}
	written, err := insertEntry(ctx, tx, e, d.Key)
	if err != nil {
		return Entry{}, fmt.Errorf("post %s: %w", d.Kind, err)
	}
	if !written {
		prior, err := entryByKey(ctx, tx, d.Key)
		if err != nil {
			return Entry{}, fmt.Errorf("post %s: key %q: %w", d.Kind, d.Key, err)
		}
		return prior, ErrAlready
	}
	for _, lot := range opens {
		if err := insertLot(ctx, tx, lot); err != nil {
			return Entry{}, fmt.Errorf("post %s: open lot: %w", d.Kind, err)
		}
	}
	if err := l.move(ctx, tx, e, opens); err != nil {
		return Entry{}, fmt.Errorf("post %s: %w", d.Kind, err)
	}
	return e, nil
}

// move writes the lines of a stored entry and what follows from them.
func (l *Ledger) move(ctx context.Context, tx *db.Tx, e Entry, opens []Lot) error {
	lots, err := lotsOf(ctx, tx, e.Lines, opens)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(e.Lines))
	for i, line := range e.Lines {
		ids[i] = line.Account.ID()
		if err := l.ensure(ctx, tx, line.Account, ids[i]); err != nil {
			return err
		}
		l.count(tx, e, line, ids[i])
	}
	if err := insertLines(ctx, tx, e, ids, lots); err != nil {
		return err
	}
	return applyBalances(ctx, tx, changes(e.Lines, ids))
}

// ensure stores the account unless it is known to be there.
func (l *Ledger) ensure(ctx context.Context, tx *db.Tx, a Account, accountID id.ID) error {
	if _, known := l.accounts.Load(accountID); known {
		return nil
	}
	if err := insertAccount(ctx, tx, a, accountID); err != nil {
		return err
	}
	tx.OnCommit(func() { l.accounts.Store(accountID, struct{}{}) })
	return nil
}

// count adds a line to the sums by day and by account. A correction takes away
// from the side of what it corrects: a receipt entered by mistake never was
// "handed out".
func (l *Ledger) count(tx *db.Tx, e Entry, line Line, accountID id.ID) {
	side := int64(1)
	if (line.Amount < 0) != !e.Reverses.IsZero() {
		side = -1
	}
	commodity := string(line.Commodity)
	tx.Add(&dayCounter, line.Amount, string(line.Account.Kind), commodity, int64(e.Day), side, tx.Stripe())
	if line.Account.Kind.reported() {
		tx.Add(&turnoverCounter, line.Amount, accountID, commodity, side, tx.Stripe())
	}
}

// reported tells whether sums are kept for each account of the kind. Donors are
// many and are summed from their lots when somebody asks.
func (k Kind) reported() bool {
	return k != Source && k != Adjustment
}

// lotsOf returns donor and earmark of every lot that the lines name, and
// refuses a lot of another commodity.
func lotsOf(ctx context.Context, q db.Queryer, lines []Line, opens []Lot) (map[id.ID]Lot, error) {
	lots := make(map[id.ID]Lot, len(opens)+1)
	for _, lot := range opens {
		lots[lot.ID] = lot
	}
	for _, line := range lines {
		lot, known := lots[line.Lot]
		if !known && !line.Lot.IsZero() {
			var err error
			if lot, err = LotByID(ctx, q, line.Lot); err != nil {
				return nil, err
			}
			lots[line.Lot] = lot
		}
		if !line.Lot.IsZero() && lot.Commodity != line.Commodity {
			return nil, fmt.Errorf("ledger: lot %s is %s, the line says %s", lot.ID, lot.Commodity, line.Commodity)
		}
	}
	return lots, nil
}

// Reverse posts the correction of an entry: the same lines with opposite
// amounts, on the day of the original. A second correction of the same entry is
// errs.Conflict; goods that have gone on meanwhile make it errs.Exhausted.
func (l *Ledger) Reverse(ctx context.Context, tx *db.Tx, entryID id.ID, reason, key string) (Entry, error) {
	original, err := EntryByID(ctx, tx, entryID)
	if err != nil {
		return Entry{}, err
	}
	if !original.Reverses.IsZero() {
		return Entry{}, errs.New(errs.Conflict, "ledger.is_correction")
	}
	e := original
	e.ID, e.Reverses, e.RecordedAt, e.Reason = tx.NewID(), original.ID, tx.Now(), reason
	e.Lines = make([]Line, len(original.Lines))
	for i, line := range original.Lines {
		line.Amount = -line.Amount
		e.Lines[i] = line
	}
	written, err := insertEntry(ctx, tx, e, key)
	if err != nil {
		return Entry{}, fmt.Errorf("reverse: %w", err)
	}
	if !written {
		if prior, err := entryByKey(ctx, tx, key); err == nil {
			return prior, ErrAlready
		}
		return Entry{}, errs.New(errs.Conflict, "ledger.already_corrected")
	}
	if err := l.move(ctx, tx, e, nil); err != nil {
		if errs.Is(err, errs.Exhausted) {
			return Entry{}, errs.Wrap(err, errs.Exhausted, "ledger.gone_on")
		}
		return Entry{}, fmt.Errorf("reverse: %w", err)
	}
	return e, nil
}

// SetEarmark stores an earmark so that lots can name it, and returns its id.
func (l *Ledger) SetEarmark(ctx context.Context, tx *db.Tx, e Earmark) (id.ID, error) {
	if e == (Earmark{}) {
		return id.Zero, nil
	}
	if err := insertEarmark(ctx, tx, e); err != nil {
		return id.Zero, fmt.Errorf("earmark: %w", err)
	}
	return e.ID(), nil
}

// Available returns what can still be reserved or taken: balance less holds.
func (l *Ledger) Available(ctx context.Context, q db.Queryer, a Account, c Commodity, lot id.ID) (int64, error) {
	b, err := BalanceOf(ctx, q, a, c, lot)
	return b.Amount - b.Held, err
}

// refused turns the database's CHECK into what the reader understands.
func refused(err error) error {
	switch {
	case errors.Is(err, db.ErrCheck):
		return errs.Wrap(err, errs.Exhausted, "ledger.not_enough")
	case errors.Is(err, db.ErrOverflow):
		return errs.Wrap(err, errs.Invalid, "ledger.amount_too_large", "max", int64(MaxAmount))
	}
	return err
}
