// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	createTable = regexp.MustCompile(`(?i)\bCREATE\s+(?:UNLOGGED\s+)?(?:VIRTUAL\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([a-z_][a-z0-9_]*)`)
	sqlComment  = regexp.MustCompile(`--[^\n]*`)
	// SQL is written in capitals, which also keeps prose ("from stock") apart.
	namedTable = regexp.MustCompile(`\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+(?:ONLY\s+)?"?([a-z_][a-z0-9_]*)`)
	statement  = regexp.MustCompile(`^\s*(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH|CREATE|ALTER|DROP)\s`)
	lowerCase  = regexp.MustCompile(`(?s)^\s*(?:select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\s`)
)

// sqlAnywhere are the packages that are made of SQL mechanisms; everywhere else
// the SQL of a package is in its store.go or store_<noun>.go.
var sqlAnywhere = []string{"internal/platform/db", "internal/platform/migrate", "internal/platform/job"}

// literals calls visit for every string in the file.
func literals(s *source, visit func(pos token.Pos, text string)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(lit.Value); err == nil {
			visit(lit.Pos(), text)
		}
		return true
	})
}

// tables returns the tables that the migrations of one engine create.
func tables(t *tree, engine string) map[string]bool {
	found := map[string]bool{}
	files, _ := fs.Glob(t.root, "migrations/"+engine+"/*.sql")
	for _, name := range files {
		text, err := fs.ReadFile(t.root, name)
		if err != nil {
			continue
		}
		for _, m := range createTable.FindAllStringSubmatch(sqlComment.ReplaceAllString(string(text), ""), -1) {
			found[strings.ToLower(m[1])] = true
		}
	}
	return found
}

func checkTableOwners(t *tree) (broken []string) {
	known := tables(t, "sqlite")
	maps.Copy(known, tables(t, "postgres"))
	owners := map[string]map[string]string{} // table → package → first place
	for _, s := range t.sources {
		if s.scaffold || s.generated {
			continue
		}
		literals(s, func(pos token.Pos, text string) {
			for _, m := range namedTable.FindAllStringSubmatch(text, -1) {
				table := m[1]
				if !known[table] {
					continue // a CTE, or prose
				}
				if owners[table] == nil {
					owners[table] = map[string]string{}
				}
				if owners[table][s.dir] == "" {
					owners[table][s.dir] = s.at(pos)
				}
			}
		})
	}
	for _, table := range slices.Sorted(maps.Keys(owners)) {
		if len(owners[table]) > 1 {
			places := slices.Sorted(maps.Values(owners[table]))
			broken = append(broken, fmt.Sprintf("table %s is named in the SQL of %d packages: %s", table, len(places), strings.Join(places, ", ")))
		}
	}
	return broken
}

func checkStores(t *tree) (broken []string) {
	for _, s := range t.sources {
		if s.scaffold || s.generated {
			continue
		}
		home := strings.HasPrefix(path.Base(s.path), "store") || under(s.dir, sqlAnywhere...)
		literals(s, func(pos token.Pos, text string) {
			switch {
			case lowerCase.MatchString(text):
				broken = append(broken, s.at(pos)+": SQL is written in capitals")
			case !home && statement.MatchString(text):
				broken = append(broken, s.at(pos)+": SQL belongs in store.go or store_<noun>.go")
			}
		})
	}
	return broken
}

func checkMigrations(t *tree) (broken []string) {
	names := map[string]map[string]bool{"sqlite": {}, "postgres": {}}
	for engine, found := range names {
		files, _ := fs.Glob(t.root, "migrations/"+engine+"/*.sql")
		for _, name := range files {
			found[path.Base(name)] = true
		}
	}
	for _, d := range oneSided(names["sqlite"], names["postgres"]) {
		broken = append(broken, fmt.Sprintf("migrations: %s exists for one engine only", d))
	}
	for _, d := range oneSided(tables(t, "sqlite"), tables(t, "postgres")) {
		broken = append(broken, fmt.Sprintf("migrations: table %s is created on one engine only", d))
	}
	numbers := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(names["sqlite"])) {
		number, _, _ := strings.Cut(name, "_")
		if other := numbers[number]; other != "" {
			broken = append(broken, fmt.Sprintf("migrations: %s and %s have the same number", other, name))
		}
		numbers[number] = name
	}
	return broken
}

// oneSided returns what is in one of the two sets but not in both, sorted.
func oneSided(a, b map[string]bool) (only []string) {
	for k := range a {
		if !b[k] {
			only = append(only, k)
		}
	}
	for k := range b {
		if !a[k] {
			only = append(only, k)
		}
	}
	slices.Sort(only)
	return only
}
