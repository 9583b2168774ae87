// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Kind is what a column holds, on either engine.
type Kind string

// The kinds of column.
const (
	Integer Kind = "integer"
	Text    Kind = "text"
	ID      Kind = "id"    // 16 bytes on SQLite, uuid on PostgreSQL, canonical text in the file
	Bytes   Kind = "bytes" // base64 in the file
)

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	key  int64  // place in the primary key, from 1; 0: not part of it
}

// Table is a table with what the file has of it.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"`
}

// byteColumns are the names under which SQLite columns of type BLOB hold bytes.
// Every other BLOB is an id. PostgreSQL tells by the type.
var byteColumns = []string{"salt", "leaf", "fingerprint", "hash", "secret", "response"}

// kindOf maps a declared type to a kind, and refuses one that the file has no
// form for: a backup that leaves something out must not look complete.
func kindOf(engine db.Engine, column, declared string) (Kind, error) {
	switch strings.ToLower(declared) {
	case "integer", "bigint", "int", "smallint":
		return Integer, nil
	case "text", "character varying":
		return Text, nil
	case "uuid":
		return ID, nil
	case "bytea":
		return Bytes, nil
	case "blob":
		if engine == db.SQLite && slices.Contains(byteColumns, column) {
			return Bytes, nil
		}
		return ID, nil
	}
	return "", fmt.Errorf("column %s has the type %q, for which a backup has no form", column, declared)
}

// keyColumns returns the columns of the primary key in order, or every column.
func (t Table) keyColumns() []Column {
	keys := slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return c.key == 0 })
	if len(keys) == 0 {
		return t.Columns
	}
	slices.SortFunc(keys, func(a, b Column) int { return cmp.Compare(a.key, b.key) })
	return keys
}

// sameShape reports whether two tables hold the same columns, in any order.
func sameShape(a, b Table) bool {
	if len(a.Columns) != len(b.Columns) {
		return false
	}
	for _, c := range a.Columns {
		if !slices.ContainsFunc(b.Columns, func(d Column) bool { return c.Name == d.Name && c.Kind == d.Kind }) {
			return false
		}
	}
	return true
}
