// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

func TestTheKindOfAColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine           db.Engine
		column, declared string
		want             Kind
	}{
		{db.SQLite, "id", "BLOB", ID},
		{db.SQLite, "lot_id", "BLOB", ID},
		{db.SQLite, "reverses", "BLOB", ID},
		{db.SQLite, "salt", "BLOB", Bytes},
		{db.SQLite, "leaf", "BLOB", Bytes},
		{db.SQLite, "fingerprint", "BLOB", Bytes},
		{db.SQLite, "hash", "BLOB", Bytes},
		{db.SQLite, "secret", "BLOB", Bytes},
		{db.SQLite, "response", "BLOB", Bytes},
		{db.SQLite, "day", "INTEGER", Integer},
		{db.SQLite, "name", "TEXT", Text},
		{db.Postgres, "leaf", "uuid", ID},
		{db.Postgres, "id", "bytea", Bytes},
		{db.Postgres, "day", "bigint", Integer},
		{db.Postgres, "name", "text", Text},
	} {
		if got, err := kindOf(c.engine, c.column, c.declared); err != nil || got != c.want {
			t.Errorf("%s %s %s: %s (%v), want %s", c.engine, c.column, c.declared, got, err, c.want)
		}
	}
	for _, declared := range []string{"REAL", "jsonb", "timestamp with time zone", ""} {
		if _, err := kindOf(db.Postgres, "x", declared); err == nil {
			t.Errorf("a column of type %q was taken", declared)
		}
	}
}

var rowColumns = []Column{{Name: "n", Kind: Integer}, {Name: "t", Kind: Text}, {Name: "i", Kind: ID}, {Name: "b", Kind: Bytes}}

func TestRowsHaveOneForm(t *testing.T) {
	t.Parallel()
	some := id.Derive("x")
	for want, values := range map[string][]any{
		"[1,\"a\",\"" + some.String() + "\",\"AAE=\"]\n":                            {int64(1), "a", some[:], []byte{0, 1}},
		"[null,null,null,null]\n":                                                   {nil, nil, nil, nil},
		"[-9223372036854775808,\"q\\\"\\n\",null,\"\"]\n":                           {int64(-1 << 63), "q\"\n", nil, []byte{}},
		"[0,{\"base64\":\"/w==\"},\"00000000-0000-0000-0000-000000000000\",null]\n": {int64(0), "\xff", id.Zero.String(), nil},
	} {
		line, err := appendRow(nil, rowColumns, values)
		if err != nil || string(line) != want {
			t.Errorf("got %q (%v), want %q", line, err, want)
		}
	}
	for _, values := range [][]any{
		{"1", nil, nil, nil}, {nil, int64(1), nil, nil}, {nil, nil, []byte{1}, nil}, {nil, nil, "no id", nil}, {nil, nil, nil, "text"}, {1.5, nil, nil, nil},
	} {
		if line, err := appendRow(nil, rowColumns, values); err == nil {
			t.Errorf("%v became %q", values, line)
		}
	}
}

func TestLinesThatAreNoRows(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", "[", "[]", "null", "[1,2,3]", `[1,"a",null]`, `[1,"a",null,null,null]`, `[1.5,null,null,null]`, `["1",null,null,null]`,
		`[1,"a,null,null]`, `[1,"a" ,null,null]`, `[1,a,null,null]`, `[1,null,"xyz",null]`, `[1,null,null,"!"]`, `[1,{"base64":"!"},null,null]`, `[1,{,null,null]`,
	} {
		if values, err := parseRow(nil, rowColumns, []byte(line)); err == nil {
			t.Errorf("%q became %v", line, values)
		}
	}
}

// FuzzRow requires that whatever can be read as a row is written and read again
// without a change, and that nothing makes the parser panic.
func FuzzRow(f *testing.F) {
	for _, seed := range []string{`[1,"a",null,"AAE="]`, `[-5,"\u2028\n",null,null]`, `[null,{"base64":"/w=="},"01020304-0506-7080-90a0-b0c0d0e0f000",""]`, `[`, `["`, `["\`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		values, err := parseRow(nil, rowColumns, line)
		if err != nil {
			return
		}
		stored := make([]any, len(values))
		for i, v := range values {
			stored[i] = v
			if v, ok := v.(id.ID); ok {
				stored[i] = v[:]
			}
		}
		again, err := appendRow(nil, rowColumns, stored)
		if err != nil {
			t.Fatalf("%q was read but cannot be written: %v", line, err)
		}
		back, err := parseRow(nil, rowColumns, bytes.TrimSuffix(again, []byte{'\n'}))
		if err != nil || !cmp.Equal(values, back) {
			t.Fatalf("%q became %v, then %v (%v)", line, values, back, err)
		}
	})
}
