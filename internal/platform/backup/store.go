// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"fmt"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	sqliteTables = `
		SELECT name
		FROM sqlite_master
		WHERE type = 'table'
		ORDER BY name`

	postgresTables = `
		SELECT CAST(table_name AS TEXT)
		FROM information_schema.tables
		WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
		ORDER BY table_name`

	sqliteColumns = `
		SELECT name, type, pk
		FROM pragma_table_info($1)
		ORDER BY cid`

	postgresColumns = `
		SELECT CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT),
		       coalesce((
		         SELECT array_position(CAST(i.indkey AS SMALLINT[]), a.attnum) + 1
		         FROM pg_index i
		         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = c.column_name
		         WHERE i.indrelid = CAST(c.table_name AS REGCLASS) AND i.indisprimary
		       ), 0)
		FROM information_schema.columns c
		WHERE c.table_schema = current_schema() AND c.table_name = $1 AND c.is_generated = 'NEVER'
		ORDER BY c.ordinal_position`

	selectVersion = `
		SELECT coalesce(max(version_id), 0)
		FROM goose_db_version`

	// Every rule between tables, as a statement that drops it and one that makes
	// it again (and compares every row, much faster than row by row).
	postgresReferences = `
		SELECT 'ALTER TABLE ' || CAST(conrelid AS REGCLASS) || ' DROP CONSTRAINT ' || quote_ident(conname),
		       'ALTER TABLE ' || CAST(conrelid AS REGCLASS) || ' ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid)
		FROM pg_constraint
		WHERE contype = 'f' AND connamespace = CAST(current_schema() AS REGNAMESPACE)
		ORDER BY conname`

	sqliteDefer = `PRAGMA defer_foreign_keys = 1`

	sqliteDangling = `
		SELECT count(*)
		FROM pragma_foreign_key_check`
)

// ours reports whether a table belongs to the books. The migrations' own and the
// job queue's tables belong to the engine that they run on.
func ours(table string) bool {
	return table != "goose_db_version" && !strings.HasPrefix(table, "river_") && !strings.HasPrefix(table, "sqlite_")
}

// readTables lists the tables with their columns, by name.
func readTables(ctx context.Context, q db.Queryer, engine db.Engine) ([]Table, error) {
	list, columns := sqliteTables, sqliteColumns
	if engine == db.Postgres {
		list, columns = postgresTables, postgresColumns
	}
	names, err := db.All(ctx, q, list, nil, func(r *db.Rows) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	})
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	var tables []Table
	for _, name := range names {
		if !ours(name) {
			continue
		}
		t := Table{Name: name}
		t.Columns, err = db.All(ctx, q, columns, []any{name}, func(r *db.Rows) (c Column, err error) {
			var declared string
			if err = r.Scan(&c.Name, &declared, &c.key); err != nil {
				return c, err
			}
			c.Kind, err = kindOf(engine, c.Name, declared)
			return c, err
		})
		if err != nil {
			return nil, fmt.Errorf("columns of %s: %w", name, err)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func schemaVersion(ctx context.Context, q db.Queryer) (int64, error) {
	n, err := db.Value[int64](ctx, q, selectVersion)
	if err != nil {
		return 0, fmt.Errorf("schema version: %w", err)
	}
	return n, nil
}

// selectAll reads a table in the order of its key, so that equal books make
// equal files and the rows that a table refers to in itself come early.
func selectAll(t Table, engine db.Engine) string {
	var b strings.Builder
	b.WriteString("SELECT ")
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(c.Name))
	}
	b.WriteString(" FROM " + quote(t.Name) + " ORDER BY ")
	for i, c := range t.keyColumns() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(c.Name))
		if c.Kind == Text && engine == db.Postgres {
			b.WriteString(` COLLATE "C"`) // by bytes, as SQLite does
		}
	}
	return b.String()
}

func countAll(t Table) string { return "SELECT count(*) FROM " + quote(t.Name) }

// insertRows inserts the number of rows, one placeholder a value.
func insertRows(t Table, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + quote(t.Name) + " (")
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(c.Name))
	}
	b.WriteString(") VALUES ")
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for c := range t.Columns {
			if c > 0 {
				b.WriteString(", ")
			}
			n++
			fmt.Fprintf(&b, "$%d", n)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// quote makes a name that the database gave us safe inside a statement.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
