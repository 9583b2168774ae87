// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertEntrySQL = `
		INSERT INTO ledger_entry (id, kind, occurred_at, recorded_at, day, reason, evidence, key, reverses)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT DO NOTHING`

	selectEntry = `
		SELECT id, kind, occurred_at, recorded_at, day, reason, evidence, reverses
		FROM ledger_entry
		WHERE id = $1`

	selectEntryByKey = `
		SELECT id, kind, occurred_at, recorded_at, day, reason, evidence, reverses
		FROM ledger_entry
		WHERE key = $1`

	selectReversal = `
		SELECT id, kind, occurred_at, recorded_at, day, reason, evidence, reverses
		FROM ledger_entry
		WHERE reverses = $1`

	selectLines = `
		SELECT a.kind, a.holder, a.place, l.commodity, l.lot_id, l.amount
		FROM ledger_line l
		JOIN ledger_account a ON a.id = l.account_id
		WHERE l.entry_id = $1
		ORDER BY l.n`

	insertAccountSQL = `
		INSERT INTO ledger_account (id, kind, holder, place, guarded)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`

	insertLotSQL = `
		INSERT INTO ledger_lot (id, commodity, donor, earmark, code, opened_on, expires_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`

	insertEarmarkSQL = `
		INSERT INTO ledger_earmark (id, as_stated, recipient, place, purpose)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`

	// The CHECK ledger_balance_guard refuses what would go below the holds.
	upsertBalanceTail = `
		ON CONFLICT (account_id, commodity, lot_id)
		DO UPDATE SET amount = ledger_balance.amount + excluded.amount`

	takeBalance = `
		UPDATE ledger_balance
		SET amount = amount + $4
		WHERE account_id = $1 AND commodity = $2 AND lot_id = $3`

	holdBalance = `
		UPDATE ledger_balance
		SET held = held + $4
		WHERE account_id = $1 AND commodity = $2 AND lot_id = $3 AND amount - held >= $4`

	freeBalance = `
		UPDATE ledger_balance
		SET held = held - $4
		WHERE account_id = $1 AND commodity = $2 AND lot_id = $3`

	insertHoldSQL = `
		INSERT INTO ledger_hold (id, account_id, commodity, lot_id, amount, state, purpose, reserved_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	settleHold = `
		UPDATE ledger_hold
		SET state = $2, settled_at = $3
		WHERE id = $1 AND state = 'held'
		RETURNING id, account_id, commodity, lot_id, amount, state, purpose, reserved_at, expires_at, entry_id`

	linkHold = `
		UPDATE ledger_hold
		SET entry_id = $2
		WHERE id = $1`

	selectHold = `
		SELECT id, account_id, commodity, lot_id, amount, state, purpose, reserved_at, expires_at, entry_id
		FROM ledger_hold
		WHERE id = $1`

	selectDueHolds = `
		SELECT id, account_id, commodity, lot_id, amount, state, purpose, reserved_at, expires_at, entry_id
		FROM ledger_hold
		WHERE state = 'held' AND expires_at <= $1
		ORDER BY expires_at
		LIMIT $2`
)

// The sums kept with every entry.
var (
	dayCounter = db.Counter{Name: "ledger_day", Columns: 5, Upsert: `
		INSERT INTO ledger_day (kind, commodity, day, side, stripe, amount)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, commodity, day, side, stripe)
		DO UPDATE SET amount = ledger_day.amount + excluded.amount`}

	turnoverCounter = db.Counter{Name: "ledger_turnover", Columns: 4, Upsert: `
		INSERT INTO ledger_turnover (account_id, commodity, side, stripe, amount)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, commodity, side, stripe)
		DO UPDATE SET amount = ledger_turnover.amount + excluded.amount`}
)

// insertEntry reports false when the key, or the entry to be reversed, was
// used already.
func insertEntry(ctx context.Context, tx *db.Tx, e Entry, key string) (bool, error) {
	n, err := tx.Exec(ctx, insertEntrySQL, e.ID, e.Kind, e.OccurredAt, e.RecordedAt, e.Day,
		e.Reason, e.Evidence, nullText(key), nullID(e.Reverses))
	return n == 1, err
}

func nullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func nullID(i id.ID) any {
	if i.IsZero() {
		return nil
	}
	return i
}

func scanEntry(r *db.Rows) (Entry, error) {
	var e Entry
	err := r.Scan(&e.ID, &e.Kind, &e.OccurredAt, &e.RecordedAt, &e.Day, &e.Reason, &e.Evidence, &e.Reverses)
	return e, err
}

func entryByKey(ctx context.Context, q db.Queryer, key string) (Entry, error) {
	return db.One(ctx, q, selectEntryByKey, []any{key}, scanEntry)
}

// EntryByID returns an entry with its lines, or errs.NotFound.
func EntryByID(ctx context.Context, q db.Queryer, entryID id.ID) (Entry, error) {
	e, err := db.One(ctx, q, selectEntry, []any{entryID}, scanEntry)
	if errors.Is(err, db.ErrNoRows) {
		return Entry{}, errs.New(errs.NotFound, "ledger.no_entry")
	}
	if err != nil {
		return Entry{}, fmt.Errorf("read entry: %w", err)
	}
	if e.Lines, err = db.All(ctx, q, selectLines, []any{entryID}, scanLine); err != nil {
		return Entry{}, fmt.Errorf("read lines: %w", err)
	}
	return e, nil
}

// ReversalOf returns the correction of an entry, or false when there is none.
func ReversalOf(ctx context.Context, q db.Queryer, entryID id.ID) (Entry, bool, error) {
	e, err := db.One(ctx, q, selectReversal, []any{entryID}, scanEntry)
	if errors.Is(err, db.ErrNoRows) {
		return Entry{}, false, nil
	}
	return e, err == nil, err
}

func scanLine(r *db.Rows) (Line, error) {
	var l Line
	err := r.Scan(&l.Account.Kind, &l.Account.Holder, &l.Account.Place, &l.Commodity, &l.Lot, &l.Amount)
	return l, err
}

func insertAccount(ctx context.Context, tx *db.Tx, a Account, accountID id.ID) error {
	_, err := tx.Exec(ctx, insertAccountSQL, accountID, string(a.Kind), a.Holder, a.Place, a.Kind.Guarded())
	if err != nil {
		return fmt.Errorf("account: %w", err)
	}
	return nil
}

func insertLot(ctx context.Context, tx *db.Tx, l Lot) error {
	_, err := tx.Exec(ctx, insertLotSQL, l.ID, string(l.Commodity), l.Donor, l.Earmark, l.Code, l.OpenedOn, l.ExpiresOn)
	return err
}

func insertEarmark(ctx context.Context, tx *db.Tx, e Earmark) error {
	_, err := tx.Exec(ctx, insertEarmarkSQL, e.ID(), e.AsStated, e.Recipient, e.Place, e.Purpose)
	return err
}

// rowsTogether is how many rows share a statement. Elsewhere each statement costs
// a round trip. On SQLite it costs little, while a statement of several rows keeps
// a journal of its own, whose end costs more the more has been written in the same
// write: an import took a quarter longer.
func rowsTogether(tx *db.Tx) int {
	if tx.OneWriter() {
		return 1
	}
	return 16
}

// insertLines writes the lines, a few with each statement; the donor and earmark
// of the lot stand on every line.
func insertLines(ctx context.Context, tx *db.Tx, e Entry, accounts []id.ID, lots map[id.ID]Lot) error {
	const columns = 8
	most := rowsTogether(tx)
	args := make([]any, 0, columns*most)
	for start := 0; start < len(e.Lines); start += most {
		lines := e.Lines[start:min(start+most, len(e.Lines))]
		args = args[:0]
		for i, l := range lines {
			lot := lots[l.Lot]
			args = append(args, e.ID, start+i, accounts[start+i], string(l.Commodity), l.Lot, lot.Donor, lot.Earmark, l.Amount)
		}
		query := insertMany(`INSERT INTO ledger_line (entry_id, n, account_id, commodity, lot_id, donor, earmark, amount)`, columns, len(lines))
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("lines: %w", err)
		}
	}
	return nil
}

// applyBalances changes the balances in the order of the changes. What comes in
// shares statements. What leaves a guarded account is an UPDATE of its own,
// because an upsert checks the row that it would insert before it looks for the
// one that is there.
func applyBalances(ctx context.Context, tx *db.Tx, changes []change) error {
	var together []change
	for _, c := range changes {
		switch {
		case c.amount == 0:
		case c.amount > 0 || !c.account.Kind.Guarded():
			together = append(together, c)
		default:
			if err := upsertBalances(ctx, tx, together); err != nil {
				return err
			}
			together = together[:0]
			if err := takeFrom(ctx, tx, c); err != nil {
				return err
			}
		}
	}
	return upsertBalances(ctx, tx, together)
}

func upsertBalances(ctx context.Context, tx *db.Tx, changes []change) error {
	const columns = 7
	most := rowsTogether(tx)
	args := make([]any, 0, columns*most)
	for rows := range slices.Chunk(changes, most) {
		args = args[:0]
		for _, c := range rows {
			args = append(args, c.accountID, string(c.commodity), c.lot, string(c.account.Kind), c.account.Kind.Guarded(), c.amount, 0)
		}
		query := insertMany(`INSERT INTO ledger_balance (account_id, commodity, lot_id, kind, guarded, amount, held)`, columns, len(rows)) + upsertBalanceTail
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("balances: %w", refused(err))
		}
	}
	return nil
}

// takeFrom takes from a guarded balance. Where there is none, nothing is left.
func takeFrom(ctx context.Context, tx *db.Tx, c change) error {
	n, err := tx.Exec(ctx, takeBalance, c.accountID, string(c.commodity), c.lot, c.amount)
	if err != nil {
		return fmt.Errorf("balance: %w", refused(err))
	}
	if n == 0 {
		return errs.New(errs.Exhausted, "ledger.not_enough")
	}
	return nil
}

// insertMany returns `head VALUES ($1, …), (…)` for the number of rows.
func insertMany(head string, columns, rows int) string {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString(" VALUES ")
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for c := range columns {
			if c > 0 {
				b.WriteString(", ")
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(r*columns + c + 1))
		}
		b.WriteByte(')')
	}
	return b.String()
}

func insertHold(ctx context.Context, tx *db.Tx, h Hold) error {
	_, err := tx.Exec(ctx, insertHoldSQL, h.ID, h.Account, string(h.Commodity), h.Lot, h.Amount,
		string(h.State), h.Purpose, h.ReservedAt, h.ExpiresAt)
	return err
}

func scanHold(r *db.Rows) (Hold, error) {
	var h Hold
	err := r.Scan(&h.ID, &h.Account, &h.Commodity, &h.Lot, &h.Amount, &h.State, &h.Purpose, &h.ReservedAt, &h.ExpiresAt, &h.EntryID)
	return h, err
}

// HoldByID returns a hold, or errs.NotFound.
func HoldByID(ctx context.Context, q db.Queryer, holdID id.ID) (Hold, error) {
	h, err := db.One(ctx, q, selectHold, []any{holdID}, scanHold)
	if errors.Is(err, db.ErrNoRows) {
		return Hold{}, errs.New(errs.NotFound, "ledger.no_hold")
	}
	return h, err
}
