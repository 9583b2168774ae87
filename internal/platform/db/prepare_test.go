// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// statementStart is how SQL begins in our stores, after blanks.
var statementStart = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

// openEnd is how a head ends that its store completes with a list of values.
var openEnd = regexp.MustCompile(`(\(|,|VALUES|AND|WHERE)\s*$`)

// fragment reports whether a constant is only a part of a statement, which its
// name says. Most heads are a SELECT without conditions and stand alone.
func fragment(name, text string) bool {
	return strings.HasSuffix(name, "Tail") || strings.HasSuffix(name, "Columns") ||
		strings.HasSuffix(name, "Head") && openEnd.MatchString(text)
}

// storeQueries returns every SQL text of the stores under root, by place and name.
func storeQueries(t *testing.T, root string) map[string]string {
	t.Helper()
	queries := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		base := path.Base(name)
		if err != nil || entry.IsDir() || !strings.HasPrefix(base, "store") || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), root+"/"+name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		collect(file, func(constant, text string) { queries[name+" "+constant] = text })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return queries
}

// collect calls found for the SQL in constants, in struct fields (the Upsert of a
// counter) and in arguments of calls.
func collect(file *ast.File, found func(name, text string)) {
	known := map[string]string{}
	note := func(name string, e ast.Expr) {
		if text, ok := fold(e, known); ok {
			known[name] = text
			if statementStart.MatchString(text) && !fragment(name, text) {
				found(name, text)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, v := range n.Values {
				note(n.Names[i].Name, v)
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				note(key.Name+" at "+strings.Fields(textOf(n.Value) + " ? ? ?")[2], n.Value)
			}
		}
		return true
	})
}

func textOf(e ast.Expr) string {
	text, _ := fold(e, nil)
	return text
}

// fold computes a string constant of literals, names of the same file and +.
func fold(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		return constant.StringVal(constant.MakeFromLiteral(e.Value, token.STRING, 0)), true
	case *ast.Ident:
		text, ok := known[e.Name]
		return text, ok
	case *ast.ParenExpr:
		return fold(e.X, known)
	case *ast.BinaryExpr:
		x, okX := fold(e.X, known)
		y, okY := fold(e.Y, known)
		return x + y, okX && okY && e.Op == token.ADD
	}
	return "", false
}

// onlyOn tells for which engine a query is meant, when its name says so.
func onlyOn(name string) (db.Engine, bool) {
	_, name, _ = strings.Cut(name, " ")
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		if strings.HasPrefix(name, string(engine)) {
			return engine, true
		}
	}
	return "", false
}

// TestEveryQueryIsUnderstoodByBothEngines prepares all SQL of all stores against
// the migrated schema.
func TestEveryQueryIsUnderstoodByBothEngines(t *testing.T) {
	t.Parallel()
	queries := storeQueries(t, "../..")
	if len(queries) < 50 {
		t.Fatalf("only %d queries found: the test looks in the wrong place", len(queries))
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for name, query := range queries {
			if engine, ok := onlyOn(name); ok && engine != d.Engine() {
				continue
			}
			stmt, err := d.SQL().PrepareContext(t.Context(), query)
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, query)
				continue
			}
			if err := stmt.Close(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestTheCollectorFindsWhatItShould(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "store.go", "package x\nconst (\n"+
		"a = `\n\tSELECT 1`\n b = a + ` WHERE 1`\n c = \"selected\"\n dTail = `UPDATE x`\n eColumns = `SELECT y`\n fHead = `SELECT z FROM t`\n hHead = `SELECT z FROM t WHERE z IN (`\n)\n"+
		"var g = T{Upsert: `INSERT INTO t (n) VALUES ($1)`}\n", parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	collect(file, func(name, text string) { got[name] = strings.TrimSpace(text) })
	for name, want := range map[string]string{
		"a": "SELECT 1", "b": "SELECT 1 WHERE 1", "fHead": "SELECT z FROM t", "Upsert at t": "INSERT INTO t (n) VALUES ($1)",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 4 {
		t.Errorf("found %v", got)
	}
}
