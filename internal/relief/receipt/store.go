// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertReceipt = `
		INSERT INTO receipt
		  (id, kind, donor, supplier, holder, place, occurred_at, day, origin, source, note,
		   status, replaces, reason, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

	insertLine = `
		INSERT INTO receipt_line
		  (receipt_id, n, lot_id, day, class, commodity, quantity, item_text, spec_text, qty_text,
		   pack, standards, expires_on, earmark, value, currency, value_source, live)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)`

	updateCorrected = `
		UPDATE receipt
		SET status = $2, reason = $3, version = $4, updated_at = $5
		WHERE id = $1 AND version = $6`

	updateDead = `
		UPDATE receipt_line
		SET live = 0
		WHERE receipt_id = $1`

	selectReceipt = `
		SELECT id, kind, donor, supplier, holder, place, occurred_at, day, origin, source, note,
		       status, replaces, reason, version, created_at, updated_at
		FROM receipt
		WHERE id = $1`

	selectLines = `
		SELECT lot_id, class, commodity, quantity, item_text, spec_text, qty_text,
		       pack, standards, expires_on, earmark, value, currency, value_source
		FROM receipt_line
		WHERE receipt_id = $1
		ORDER BY n`

	selectValues = `
		SELECT class, currency, value_source, day, sum(amount)
		FROM receipt_value
		WHERE day <= $1
		GROUP BY class, currency, value_source, day
		ORDER BY class, currency, value_source, day`
)

var valueCounter = db.Counter{Name: "receipt_value", Columns: 5, Upsert: `
	INSERT INTO receipt_value (class, currency, value_source, day, stripe, amount)
	VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (class, currency, value_source, day, stripe)
	DO UPDATE SET amount = receipt_value.amount + excluded.amount`}

func insert(ctx context.Context, tx *db.Tx, r Receipt) error {
	_, err := tx.Exec(ctx, insertReceipt, r.ID, string(r.Kind), r.Donor, r.Supplier, r.Holder, r.Place, r.OccurredAt, r.Day,
		r.Origin, r.Source, r.Note, string(r.Status), orNull(r.Replaces), r.Reason, r.Version, r.CreatedAt, r.UpdatedAt)
	if err != nil {
		return fmt.Errorf("insert receipt: %w", err)
	}
	for n, l := range r.Lines {
		pack, err := jsonText(l.Pack, len(l.Pack))
		if err != nil {
			return err
		}
		standards, err := jsonText(l.Standards, len(l.Standards))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, insertLine, r.ID, n, l.Lot, r.Day, l.Class, string(l.Commodity), l.Quantity, l.ItemText,
			l.SpecText, l.QtyText, pack, standards, l.ExpiresOn, l.Earmark, l.Value.Minor, string(l.Value.Currency), string(l.ValueSource))
		if err != nil {
			return fmt.Errorf("insert receipt line: %w", err)
		}
	}
	return nil
}

func orNull(i id.ID) any {
	if i.IsZero() {
		return nil
	}
	return i
}

func jsonText(v any, length int) (string, error) {
	if length == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

func markCorrected(ctx context.Context, tx *db.Tx, r Receipt, version int64) (bool, error) {
	n, err := tx.Exec(ctx, updateCorrected, r.ID, string(r.Status), r.Reason, r.Version, r.UpdatedAt, version)
	if err != nil {
		return false, fmt.Errorf("correct receipt: %w", err)
	}
	if _, err := tx.Exec(ctx, updateDead, r.ID); err != nil {
		return false, fmt.Errorf("correct receipt: %w", err)
	}
	return n == 1, nil
}

func (r *Receipt) fields() []any {
	return []any{
		&r.ID, &r.Kind, &r.Donor, &r.Supplier, &r.Holder, &r.Place, &r.OccurredAt, &r.Day, &r.Origin, &r.Source, &r.Note,
		&r.Status, &r.Replaces, &r.Reason, &r.Version, &r.CreatedAt, &r.UpdatedAt,
	}
}

func (l *Line) fields() []any {
	return []any{
		&l.Lot, &l.Class, &l.Commodity, &l.Quantity, &l.ItemText, &l.SpecText, &l.QtyText,
		db.JSON(&l.Pack), db.JSON(&l.Standards), &l.ExpiresOn, &l.Earmark, &l.Value.Minor, &l.Value.Currency, &l.ValueSource,
	}
}

// ByID returns a receipt with its lines, or errs.NotFound: for pages that
// follow a lot.
func ByID(ctx context.Context, q db.Queryer, receiptID id.ID) (Receipt, error) {
	return byID(ctx, q, receiptID)
}

func byID(ctx context.Context, q db.Queryer, receiptID id.ID) (Receipt, error) {
	r, err := db.One(ctx, q, selectReceipt, []any{receiptID}, func(rows *db.Rows) (r Receipt, err error) {
		err = rows.Scan(r.fields()...)
		return r, err
	})
	if errors.Is(err, db.ErrNoRows) {
		return Receipt{}, errs.New(errs.NotFound, "receipt.not_found")
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	r.Lines, err = db.All(ctx, q, selectLines, []any{receiptID}, func(rows *db.Rows) (l Line, err error) {
		err = rows.Scan(l.fields()...)
		return l, err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("read receipt lines: %w", err)
	}
	return r, nil
}

// ValueSum is the value of the goods of a class that arrived on a day.
type ValueSum struct {
	Class  string
	Value  money.Amount
	Source ValueSource
	Day    clock.Day
}

// Values returns the sums of value up to and with the day. Their number does
// not depend on the number of receipts.
func Values(ctx context.Context, q db.Queryer, upTo clock.Day) ([]ValueSum, error) {
	return db.All(ctx, q, selectValues, []any{upTo}, func(r *db.Rows) (v ValueSum, err error) {
		err = r.Scan(&v.Class, &v.Value.Currency, &v.Source, &v.Day, &v.Value.Minor)
		return v, err
	})
}
