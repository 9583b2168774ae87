// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	selectRowsHead = `
		SELECT run_id, n, sheet, row, status, why, args, cells, reading, key, reason
		FROM register_row`

	selectRow = `
		SELECT run_id, n, sheet, row, status, why, args, cells, reading, key, reason
		FROM register_row
		WHERE run_id = $1 AND n = $2`

	countHeld = `
		SELECT count(*)
		FROM (SELECT 1 FROM register_row WHERE status = 'held' LIMIT $1) AS found`

	discardKeySQL = `
		UPDATE register_key
		SET outcome = 'discarded'
		WHERE key = $1`
)

func scanRow(r *db.Rows) (HeldRow, error) {
	var h HeldRow
	var o original
	err := r.Scan(&h.Run, &h.N, &h.Sheet, &h.Row, &h.Status, &h.Key, db.JSON(&h.Args), db.JSON(&o), db.JSON(&h.stored), &h.key, &h.Reason)
	h.Columns, h.Cells, h.Values, h.Kind = o.Columns, o.Cells, h.stored.Values, h.stored.Kind
	return h, err
}

func rowByNumber(ctx context.Context, q db.Queryer, run id.ID, n int) (HeldRow, error) {
	h, err := db.One(ctx, q, selectRow, []any{run, n}, scanRow)
	if errors.Is(err, db.ErrNoRows) {
		return h, errs.New(errs.NotFound, "register.row.not_found")
	}
	if err != nil {
		return h, fmt.Errorf("read row: %w", err)
	}
	return h, nil
}

// discardHeld ends a held row and its key.
func discardHeld(ctx context.Context, tx *db.Tx, key, reason string) error {
	if _, err := tx.Exec(ctx, closeRowSQL, key, string(Discarded), reason); err != nil {
		return fmt.Errorf("discard row: %w", err)
	}
	if _, err := tx.Exec(ctx, discardKeySQL, key); err != nil {
		return fmt.Errorf("discard key: %w", err)
	}
	return nil
}
