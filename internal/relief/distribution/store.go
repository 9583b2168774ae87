// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertDistribution = `
		INSERT INTO distribution
		  (id, recipient, place, occurred_at, day, source, note, status, replaces, reason, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

	insertLine = `
		INSERT INTO distribution_line
		  (distribution_id, n, day, class, commodity, accepted, rejected, reject_reason, unreconciled,
		   item_text, spec_text, qty_text, pack, live)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)`

	updateCorrected = `
		UPDATE distribution
		SET status = $2, reason = $3, version = $4, updated_at = $5
		WHERE id = $1 AND version = $6`

	updateDead = `
		UPDATE distribution_line
		SET live = 0
		WHERE distribution_id = $1`

	selectDistribution = `
		SELECT id, recipient, place, occurred_at, day, source, note, status, replaces, reason, version, created_at, updated_at
		FROM distribution
		WHERE id = $1`

	selectLines = `
		SELECT class, commodity, accepted, rejected, reject_reason, unreconciled, item_text, spec_text, qty_text, pack
		FROM distribution_line
		WHERE distribution_id = $1
		ORDER BY n`
)

func insert(ctx context.Context, tx *db.Tx, d Distribution) error {
	var replaces any
	if !d.Replaces.IsZero() {
		replaces = d.Replaces
	}
	_, err := tx.Exec(ctx, insertDistribution, d.ID, d.Recipient, d.Place, d.OccurredAt, d.Day, d.Source, d.Note,
		string(d.Status), replaces, d.Reason, d.Version, d.CreatedAt, d.UpdatedAt)
	if err != nil {
		return fmt.Errorf("insert distribution: %w", err)
	}
	for n, l := range d.Lines {
		pack := "[]"
		if len(l.Pack) > 0 {
			b, err := json.Marshal(l.Pack)
			if err != nil {
				return fmt.Errorf("pack: %w", err)
			}
			pack = string(b)
		}
		_, err = tx.Exec(ctx, insertLine, d.ID, n, d.Day, l.Class, string(l.Commodity), l.Accepted, l.Rejected,
			l.RejectReason, l.Unreconciled, l.ItemText, l.SpecText, l.QtyText, pack)
		if err != nil {
			return fmt.Errorf("insert distribution line: %w", err)
		}
	}
	return nil
}

func markCorrected(ctx context.Context, tx *db.Tx, d Distribution, version int64) (bool, error) {
	n, err := tx.Exec(ctx, updateCorrected, d.ID, string(d.Status), d.Reason, d.Version, d.UpdatedAt, version)
	if err != nil {
		return false, fmt.Errorf("correct distribution: %w", err)
	}
	if _, err := tx.Exec(ctx, updateDead, d.ID); err != nil {
		return false, fmt.Errorf("correct distribution: %w", err)
	}
	return n == 1, nil
}

func (d *Distribution) fields() []any {
	return []any{
		&d.ID, &d.Recipient, &d.Place, &d.OccurredAt, &d.Day, &d.Source, &d.Note, &d.Status,
		&d.Replaces, &d.Reason, &d.Version, &d.CreatedAt, &d.UpdatedAt,
	}
}

func (l *Line) fields() []any {
	return []any{
		&l.Class, &l.Commodity, &l.Accepted, &l.Rejected, &l.RejectReason, &l.Unreconciled,
		&l.ItemText, &l.SpecText, &l.QtyText, db.JSON(&l.Pack),
	}
}

// ByID returns a distribution with its lines and picks, or errs.NotFound: for
// pages that follow a lot.
func ByID(ctx context.Context, q db.Queryer, distributionID id.ID) (Distribution, error) {
	return byID(ctx, q, distributionID)
}

func byID(ctx context.Context, q db.Queryer, distributionID id.ID) (Distribution, error) {
	d, err := db.One(ctx, q, selectDistribution, []any{distributionID}, func(r *db.Rows) (d Distribution, err error) {
		err = r.Scan(d.fields()...)
		return d, err
	})
	if errors.Is(err, db.ErrNoRows) {
		return Distribution{}, errs.New(errs.NotFound, "distribution.not_found")
	}
	if err != nil {
		return Distribution{}, fmt.Errorf("read distribution: %w", err)
	}
	d.Lines, err = db.All(ctx, q, selectLines, []any{distributionID}, func(r *db.Rows) (l Line, err error) {
		err = r.Scan(l.fields()...)
		return l, err
	})
	if err != nil {
		return Distribution{}, fmt.Errorf("read distribution lines: %w", err)
	}
	return d, d.readPicks(ctx, q)
}

// readPicks gives the lots of the ledger entry back to the lines, in the order
// in which they were taken.
func (d *Distribution) readPicks(ctx context.Context, q db.Queryer) error {
	e, err := ledger.EntryByID(ctx, q, d.ID)
	if err != nil {
		return err
	}
	n := 0
	for i := range d.Lines {
		for left := d.Lines[i].Accepted; left > 0 && n < len(e.Lines); n++ {
			l := e.Lines[n]
			if l.Account.Kind != ledger.Recipient {
				continue
			}
			d.Lines[i].Picks = append(d.Lines[i].Picks, Pick{l.Lot, l.Amount})
			left -= l.Amount
		}
	}
	return nil
}
