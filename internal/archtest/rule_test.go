// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// rules are the rules of the house, by name.
var rules = map[string]func(*tree) []string{
	"floors":       checkFloors,
	"kernel":       checkKernel,
	"imports":      checkImports,
	"scaffolds":    checkScaffolds,
	"selectors":    checkSelectors,
	"names":        checkNames,
	"comments":     checkComments,
	"init":         checkInit,
	"headers":      checkHeaders,
	"sizes":        checkSizes,
	"tables":       checkTableOwners,
	"stores":       checkStores,
	"migrations":   checkMigrations,
	"dependencies": checkDependencies,
	"locales":      checkLocales,
	"messages":     checkMessages,
}

// TestHouse holds the source tree against every rule.
func TestHouse(t *testing.T) {
	t.Parallel()
	house, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(house.sources) < 10 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(house.sources))
	}
	for _, line := range growing(house) {
		t.Logf("soon too long: %s", line)
	}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, line := range rules[name](house) {
				t.Error(line)
			}
		})
	}
}

// source code for the planted trees.
const (
	header = "// SPDX-License-Identifier: Apache-2.0\n\n"
	stock  = header + "// Package stock keeps goods.\npackage stock\n"
	schema = "CREATE TABLE stock_take (id BLOB PRIMARY KEY) STRICT;\n"
)

// lawful is a small tree that no rule objects to.
func lawful() map[string]string {
	return map[string]string{
		"go.mod":  "module " + module + "\n\ngo 1.26.0\n\nrequire golang.org/x/text v0.43.0\n",
		allowList: "# reasons\ngolang.org/x/text\twidths of Chinese characters\n",
		"internal/kernel/errs/errs.go": header +
			"// Package errs is the kinds of failure.\npackage errs\n\nimport \"fmt\"\n\n" +
			"func New(kind int, key string) error { return fmt.Errorf(\"%d %s\", kind, key) }\n",
		"internal/kernel/clock/clock.go": header +
			"// Package clock tells the time.\npackage clock\n\nimport \"time\"\n\nfunc Now() time.Time { return time.Now() }\n",
		"internal/reading/text/text.go": header +
			"// Package text reads characters.\npackage text\n\nimport _ \"golang.org/x/text/width\"\n",
		"internal/relief/stock/stock.go": header +
			"// Package stock keeps goods.\npackage stock\n\nimport \"" + module + "/internal/kernel/errs\"\n\n" +
			"// Take reads from stock; stock_take is only named in prose here: SELECT one from stock_take.\n" +
			"func Take() error { return errs.New(1, \"stock.empty\") }\n",
		"internal/relief/stock/store.go":  header + "package stock\n\nconst list = `SELECT id FROM stock_take`\n",
		"migrations/sqlite/0001_a.sql":    schema,
		"migrations/postgres/0001_a.sql":  "-- CREATE TABLE not_this_one (id uuid)\nCREATE TABLE stock_take (id uuid PRIMARY KEY);\n",
		"locales/zh/stock.json":           `{"stock.empty": "{{.item}}没有库存", "web.between": "", "date.x": "{{.month}}月"}`,
		"locales/en/stock.json":           `{"stock.empty": "no {{.item}} left", "web.between": " ", "date.x": "{{.name}}"}`,
		"tools/go.mod":                    "module " + module + "/tools\n",
		"tools/x.go":                      "package util\n",
		"internal/relief/testdata/bad.go": "package util\n",
	}
}

// plant returns the lawful tree with the given files laid over it.
func plant(t *testing.T, files map[string]string) *tree {
	t.Helper()
	all := lawful()
	maps.Copy(all, files)
	root := fstest.MapFS{}
	for name, text := range all {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	planted, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	return planted
}

// TestLawfulTree makes sure that no rule objects to what is right.
func TestLawfulTree(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		for _, line := range rules[name](plant(t, nil)) {
			t.Errorf("%s objects to the lawful tree: %s", name, line)
		}
	}
}

// TestDoors makes sure that the allowed doors between neighbours are open.
func TestDoors(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{
		"internal/registry/org":      "internal/registry/place",
		"internal/registry/account":  "internal/registry/catalog",
		"internal/reading/row":       "internal/reading/text",
		"internal/reading/chain":     "internal/reading/row",
		"internal/platform/job":      "internal/platform/db",
		"internal/surface/web/need":  "internal/surface/web/layout",
		"internal/overview/match":    "internal/relief/need",
		"internal/platform/i18n":     "locales",
		"cmd/qiao":                   "internal/app",
		"internal/relief/need/count": "internal/relief/need",
	} {
		planted := plant(t, map[string]string{from + "/x.go": importing(from, to)})
		if broken := checkFloors(planted); len(broken) > 0 {
			t.Errorf("%s may import %s, but: %s", from, to, broken)
		}
	}
}

// importing returns a file in the folder that imports a package of the house.
func importing(folder, target string) string {
	name := folder[strings.LastIndex(folder, "/")+1:]
	return header + "// Package " + name + " is planted.\npackage " + name + "\n\nimport _ \"" + module + "/" + target + "\"\n"
}

// TestRulesCanFail shows each rule what it forbids.
func TestRulesCanFail(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, p := range slices.Concat(plantedFloors(), plantedForms(), plantedData()) {
		tried[p.rule] = true
		t.Run(p.rule+"/"+p.want, func(t *testing.T) {
			t.Parallel()
			broken := strings.Join(rules[p.rule](plant(t, p.files)), "\n")
			if !strings.Contains(broken, p.want) {
				t.Errorf("want a violation that says %q, got:\n%s", p.want, broken)
			}
		})
	}
	for name := range rules {
		if !tried[name] {
			t.Errorf("no planted tree breaks the rule %s", name)
		}
	}
}
