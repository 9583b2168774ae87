// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertOrgSQL = `
		INSERT INTO org (id, kind, name, name_key, parent, place, public, note, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	updateOrgSQL = `
		UPDATE org
		SET kind = $2, name = $3, name_key = $4, parent = $5, place = $6, public = $7, note = $8, version = $9, updated_at = $10
		WHERE id = $1 AND version = $11`

	insertAliasSQL = `
		INSERT INTO org_alias (name_key, org_id, name)
		VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`

	selectHead = `
		SELECT id, kind, name, parent, place, public, note, version, created_at, updated_at
		FROM org`

	selectByID = `
		SELECT id, kind, name, parent, place, public, note, version, created_at, updated_at
		FROM org
		WHERE id = $1`

	// Those without a parent are not read: they are most.
	selectEdges = `
		SELECT id, parent
		FROM org
		WHERE parent > $1`

	selectAliases = `
		SELECT name
		FROM org_alias
		WHERE org_id = $1
		ORDER BY name`

	selectByKey = `
		SELECT id, kind, name, parent, place, public, note, version, created_at, updated_at
		FROM org
		WHERE name_key = $1
		   OR id = (SELECT org_id FROM org_alias WHERE name_key = $1)
		LIMIT 1`
)

func insertOrg(ctx context.Context, tx *db.Tx, o Org, nameKey string) error {
	_, err := tx.Exec(ctx, insertOrgSQL, o.ID, string(o.Kind), o.Name, nameKey, o.Parent, o.Place,
		o.Public, o.Note, o.Version, o.CreatedAt, o.UpdatedAt)
	if err != nil {
		return fmt.Errorf("insert organisation: %w", err)
	}
	return nil
}

func updateOrg(ctx context.Context, tx *db.Tx, o Org, nameKey string, version int64) (bool, error) {
	n, err := tx.Exec(ctx, updateOrgSQL, o.ID, string(o.Kind), o.Name, nameKey, o.Parent, o.Place,
		o.Public, o.Note, o.Version, o.UpdatedAt, version)
	if err != nil {
		return false, fmt.Errorf("update organisation: %w", err)
	}
	return n == 1, nil
}

func insertAlias(ctx context.Context, tx *db.Tx, orgID id.ID, nameKey, name string) error {
	if _, err := tx.Exec(ctx, insertAliasSQL, nameKey, orgID, name); err != nil {
		return fmt.Errorf("insert alias: %w", err)
	}
	return nil
}

func scanOrg(r *db.Rows) (Org, error) {
	var o Org
	err := r.Scan(&o.ID, &o.Kind, &o.Name, &o.Parent, &o.Place, &o.Public, &o.Note, &o.Version, &o.CreatedAt, &o.UpdatedAt)
	return o, err
}

func byID(ctx context.Context, q db.Queryer, orgID id.ID) (Org, error) {
	o, err := db.One(ctx, q, selectByID, []any{orgID}, scanOrg)
	if errors.Is(err, db.ErrNoRows) {
		return Org{}, errs.New(errs.NotFound, "org.not_found")
	}
	return o, err
}

// edge is one organisation below another.
type edge struct{ child, parent id.ID }

func readEdges(ctx context.Context, q db.Queryer) ([]edge, error) {
	edges, err := db.All(ctx, q, selectEdges, []any{id.Zero}, func(r *db.Rows) (e edge, err error) {
		err = r.Scan(&e.child, &e.parent)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the tree of organisations: %w", err)
	}
	return edges, nil
}

// namesAtOnce bounds how many ids one query names.
const namesAtOnce = 512

// byIDs reads at least one and at most namesAtOnce organisations.
func byIDs(ctx context.Context, q db.Queryer, ids []id.ID) ([]Org, error) {
	var where db.Filter
	db.AndIn(&where, "id", ids)
	query, args := where.Query(selectHead, "", 0)
	all, err := db.All(ctx, q, query, args, scanOrg)
	if err != nil {
		return nil, fmt.Errorf("read organisations: %w", err)
	}
	return all, nil
}

func aliases(ctx context.Context, q db.Queryer, orgID id.ID) ([]string, error) {
	names, err := db.All(ctx, q, selectAliases, []any{orgID}, func(r *db.Rows) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	})
	if err != nil {
		return nil, fmt.Errorf("read aliases: %w", err)
	}
	return names, nil
}

func byKey(ctx context.Context, q db.Queryer, nameKey string) (Org, error) {
	return db.One(ctx, q, selectByKey, []any{nameKey}, scanOrg)
}

// Filter narrows a list of organisations.
type Filter struct {
	Kind   Kind
	Parent id.ID
	Name   string // a name or alias, compared by its key
	Like   string // a part of a name or alias, compared by its key
	key    string
	like   string
}

func list(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Org], error) {
	var where db.Filter
	if f.Kind != "" {
		where.And("kind = ?", string(f.Kind))
	}
	if !f.Parent.IsZero() {
		where.And("parent = ?", f.Parent)
	}
	if f.key != "" {
		where.And("(name_key = ? OR id = (SELECT org_id FROM org_alias WHERE name_key = ?))", f.key, f.key)
	}
	if f.like != "" { // a key has no sign, so that none is a wildcard
		pattern := "%" + f.like + "%"
		where.And("(name_key LIKE ? OR id IN (SELECT org_id FROM org_alias WHERE name_key LIKE ?))", pattern, pattern)
	}
	if p.Cursor != "" {
		var after id.ID
		if err := page.Decode(p.Cursor, &after); err != nil {
			return page.Page[Org]{}, err
		}
		where.And("id > ?", after)
	}
	query, args := where.Query(selectHead, "ORDER BY id", p.Rows()+1)
	rows, err := db.All(ctx, q, query, args, scanOrg)
	if err != nil {
		return page.Page[Org]{}, fmt.Errorf("list organisations: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(o Org) string { return page.Encode(o.ID) }), nil
}
