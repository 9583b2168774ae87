// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

const (
	upsertMappingSQL = `
		INSERT INTO register_mapping (id, kind, fingerprint, name, columns, mapping, saved_by, org_id, saved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (fingerprint, org_id) DO UPDATE
		SET name = excluded.name, columns = excluded.columns, mapping = excluded.mapping,
		    saved_by = excluded.saved_by, saved_at = excluded.saved_at
		RETURNING id`

	selectMappingsHead = `
		SELECT id, kind, fingerprint, name, columns, mapping, saved_by, org_id, saved_at
		FROM register_mapping`

	renameMappingSQL = `
		UPDATE register_mapping
		SET name = $2
		WHERE id = $1`

	deleteMappingSQL = `
		DELETE FROM register_mapping
		WHERE id = $1`
)

func scanSaved(r *db.Rows) (Saved, error) {
	var s Saved
	err := r.Scan(&s.ID, &s.Kind, &s.Fingerprint, &s.Name, db.JSON(&s.Columns), db.JSON(&s.Mapping), &s.By, &s.Org, &s.At)
	return s, err
}

// keepMapping stores a mapping in the place of the one for the same header.
func keepMapping(ctx context.Context, tx *db.Tx, s Saved) (id.ID, error) {
	t, err := texts(s.Columns, s.Mapping)
	if err != nil {
		return id.Zero, err
	}
	kept, err := db.Value[id.ID](ctx, tx, upsertMappingSQL, s.ID, string(s.Kind), s.Fingerprint, s.Name, t[0], t[1], s.By, s.Org, s.At)
	if err != nil {
		return id.Zero, fmt.Errorf("keep mapping: %w", err)
	}
	return kept, nil
}

// savedFor returns the mapping for a header: the organisation's own, else that
// of the house; the zero Saved when there is none.
func savedFor(ctx context.Context, q db.Queryer, fingerprint string, org id.ID) (Saved, error) {
	all, err := db.All(ctx, q, selectMappingsHead+"\n\t\tWHERE fingerprint = $1 AND org_id IN ($2, $3)",
		[]any{fingerprint, org, id.Zero}, scanSaved)
	if err != nil {
		return Saved{}, fmt.Errorf("read mappings: %w", err)
	}
	var best Saved
	for _, s := range all {
		if best.ID.IsZero() || s.Org == org {
			best = s
		}
	}
	return best, nil
}

func savedByID(ctx context.Context, q db.Queryer, savedID id.ID) (Saved, error) {
	s, err := db.One(ctx, q, selectMappingsHead+"\n\t\tWHERE id = $1", []any{savedID}, scanSaved)
	if errors.Is(err, db.ErrNoRows) {
		return s, errs.New(errs.NotFound, "register.mapping.not_found")
	}
	if err != nil {
		return s, fmt.Errorf("read mapping: %w", err)
	}
	return s, nil
}

func listSaved(ctx context.Context, q db.Queryer, kind register.Kind) ([]Saved, error) {
	var where db.Filter
	if kind != "" {
		where.And("kind = ?", string(kind))
	}
	query, args := where.Query(selectMappingsHead, "ORDER BY name, id", 0)
	all, err := db.All(ctx, q, query, args, scanSaved)
	if err != nil {
		return nil, fmt.Errorf("list mappings: %w", err)
	}
	return all, nil
}

func renameSaved(ctx context.Context, tx *db.Tx, savedID id.ID, name string) error {
	if _, err := tx.Exec(ctx, renameMappingSQL, savedID, name); err != nil {
		return fmt.Errorf("rename mapping: %w", err)
	}
	return nil
}

func deleteSaved(ctx context.Context, tx *db.Tx, savedID id.ID) error {
	if _, err := tx.Exec(ctx, deleteMappingSQL, savedID); err != nil {
		return fmt.Errorf("forget mapping: %w", err)
	}
	return nil
}
