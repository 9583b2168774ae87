// SPDX-License-Identifier: Apache-2.0

package word

import (
	"context"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	upsertSQL = `
		INSERT INTO register_alias (id, word, text, class, added_by, added_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (word) DO UPDATE
		SET text = excluded.text, class = excluded.class, added_by = excluded.added_by, added_at = excluded.added_at
		RETURNING id`

	deleteSQL = `
		DELETE FROM register_alias
		WHERE id = $1`

	selectAll = `
		SELECT id, text, class, added_by, added_at
		FROM register_alias
		ORDER BY text, id`
)

func upsert(ctx context.Context, tx *db.Tx, w Word, key string) (id.ID, error) {
	kept, err := db.Value[id.ID](ctx, tx, upsertSQL, w.ID, key, w.Text, w.Class, w.By, w.At)
	if err != nil {
		return id.Zero, fmt.Errorf("teach word: %w", err)
	}
	return kept, nil
}

func remove(ctx context.Context, tx *db.Tx, wordID id.ID) error {
	n, err := tx.Exec(ctx, deleteSQL, wordID)
	if err != nil {
		return fmt.Errorf("forget word: %w", err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "register.word.not_found")
	}
	return nil
}

func list(ctx context.Context, q db.Queryer) ([]Word, error) {
	all, err := db.All(ctx, q, selectAll, nil, func(r *db.Rows) (w Word, err error) {
		return w, r.Scan(&w.ID, &w.Text, &w.Class, &w.By, &w.At)
	})
	if err != nil {
		return nil, fmt.Errorf("list words: %w", err)
	}
	return all, nil
}
