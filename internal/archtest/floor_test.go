// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// floors says on which floor each folder stands. A package imports downstairs
// only. A folder that is not here has no place in the house yet.
var floors = map[string]int{
	"internal/kernel":   0,
	"locales":           0,
	"migrations":        0,
	"data":              0,
	"internal/platform": 1,
	"internal/books":    2,
	"internal/registry": 3,
	"internal/reading":  4,
	"internal/relief":   5,
	"internal/overview": 6,
	"internal/surface":  7,
	"internal/app":      8,
	"internal/archtest": 8,
	"bench":             9,
	"story":             9,
	"cmd":               9,
}

// readingOrder is the staircase inside the reading floor: a package may import
// those that stand before it. The packages not named stand side by side on top.
var readingOrder = []string{"text", "quantity", "item", "row"}

// neighbours lists the only doors between chapters of one floor, from and to
// below internal/, each with its reason.
var neighbours = map[[2]string]string{
	{"registry/*", "registry/place"}:     "places are plain data that every register refers to",
	{"registry/*", "registry/catalog"}:   "the catalogue of goods is plain data that every register refers to",
	{"registry/org", "registry/account"}: "who acts, and the one question whether they may: the same for every service",
	{"surface/public", "surface/web"}:    "fills the views of the pages from the overviews; the pages do not know it",
}

// restricted lists the imports that are allowed in a few folders only.
var restricted = []struct {
	imports []string
	folders []string
	reason  string
}{
	{
		[]string{"net/http"},
		[]string{
			"internal/platform/httpx", "internal/platform/render", "internal/platform/channel",
			"internal/platform/session", "internal/platform/blob", "internal/surface",
			"internal/app", // starts the server and joins the routes
		},
		"only these speak HTTP",
	},
	{
		[]string{"html/template", "github.com/a-h/templ"},
		[]string{"internal/platform/render", "internal/surface"},
		"only these make HTML",
	},
	{
		[]string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx/v5"},
		[]string{"internal/platform/db", "internal/platform/migrate", "internal/platform/job"},
		"every other package reaches the database through platform/db",
	},
	{
		[]string{"github.com/riverqueue/river"},
		[]string{"internal/platform/job"},
		"jobs are reached through platform/job",
	},
	{
		[]string{"github.com/pressly/goose/v3"},
		[]string{"internal/platform/migrate"},
		"migrations are run by platform/migrate",
	},
}

// selectors lists the functions that are allowed in a few folders only.
var selectors = []struct {
	imported string
	names    []string
	folders  []string
	reason   string
}{
	{"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv"}, []string{"internal/platform/config", "cmd"}, "settings come from platform/config"},
	{"syscall", []string{"Getenv", "Environ"}, []string{"internal/platform/config"}, "settings come from platform/config"},
	{"time", []string{"Now", "Since", "Until"}, []string{"internal/kernel/clock"}, "take a clock.Clock; measure with clock.Start and clock.Since"},
}

// place is where a package stands: its floor, and its chapter on that floor.
type place struct {
	folder  string // key of floors
	floor   int
	chapter string // "ledger" for internal/books/ledger and everything below it
}

func placeOf(dir string) (place, bool) {
	for folder, floor := range floors {
		if !under(dir, folder) {
			continue
		}
		rest := strings.TrimPrefix(strings.TrimPrefix(dir, folder), "/")
		chapter, _, _ := strings.Cut(rest, "/")
		return place{folder, floor, chapter}, true
	}
	return place{}, false
}

func checkFloors(t *tree) (broken []string) {
	for _, s := range t.sources {
		from, ok := placeOf(s.dir)
		if !ok {
			broken = append(broken, s.path+": the folder stands on no floor; add it to floors")
			continue
		}
		for _, target := range slices.Sorted(maps.Keys(s.imports())) {
			dir, own := strings.CutPrefix(target, module+"/")
			if !own {
				continue
			}
			to, known := placeOf(dir)
			if !known {
				continue // reported where that package's own files are
			}
			if why := closed(s, from, to); why != "" {
				broken = append(broken, fmt.Sprintf("%s imports %s: %s", s.path, dir, why))
			}
		}
	}
	return broken
}

// closed says why a file may not import a package, or nothing if it may.
func closed(s *source, from, to place) string {
	switch {
	case from.folder == "cmd" && to.folder != "internal/app":
		return "a command imports internal/app and nothing else of the house"
	case from.folder == "internal/kernel" && to.folder != from.folder:
		return "the kernel imports the standard library and itself"
	case to.floor < from.floor:
		return ""
	case from.folder == "internal/surface" && to.folder == "internal/app" && s.test:
		return "" // a test of the faces starts the whole house
	case to.floor > from.floor:
		return "it is upstairs"
	case from.folder != to.folder:
		return "it is another house on the same floor"
	case from.floor < 2 || from.chapter == to.chapter || from.folder == "internal/app":
		return ""
	case from.folder == "internal/reading" && step(to.chapter) < step(from.chapter):
		return ""
	}
	floor := strings.TrimPrefix(from.folder, "internal/")
	target := floor + "/" + to.chapter
	if neighbours[[2]string{floor + "/*", target}] != "" || neighbours[[2]string{floor + "/" + from.chapter, target}] != "" {
		return ""
	}
	return "neighbours meet through an interface of the consumer, an event, or overview"
}

func step(chapter string) int {
	if i := slices.Index(readingOrder, chapter); i >= 0 {
		return i
	}
	return len(readingOrder)
}

func checkKernel(t *tree) (broken []string) {
	for _, s := range t.sources {
		if s.test || !under(s.dir, "internal/kernel") {
			continue
		}
		for _, target := range slices.Sorted(maps.Keys(s.imports())) {
			first, _, _ := strings.Cut(target, "/")
			if strings.Contains(first, ".") && !strings.HasPrefix(target, module+"/internal/kernel/") {
				broken = append(broken, fmt.Sprintf("%s imports %s: the kernel uses the standard library only", s.path, target))
			}
		}
	}
	return broken
}

func checkImports(t *tree) (broken []string) {
	for _, s := range t.sources {
		for _, target := range slices.Sorted(maps.Keys(s.imports())) {
			if s.imports()[target] == "." {
				broken = append(broken, fmt.Sprintf("%s imports %s with a dot: nobody can see where a name comes from", s.path, target))
			}
			for _, r := range restricted {
				if !s.scaffold && under(target, r.imports...) && !under(s.dir, r.folders...) {
					broken = append(broken, fmt.Sprintf("%s imports %s: %s", s.path, target, r.reason))
				}
			}
		}
	}
	return broken
}

func checkScaffolds(t *tree) (broken []string) {
	for _, s := range t.sources {
		if s.scaffold {
			continue
		}
		for _, target := range slices.Sorted(maps.Keys(s.imports())) {
			if dir, own := strings.CutPrefix(target, module+"/"); own && madeForTests(dir) {
				broken = append(broken, fmt.Sprintf("%s imports %s, which is made for tests", s.path, dir))
			}
		}
	}
	return broken
}

func checkSelectors(t *tree) (broken []string) {
	for _, s := range t.sources {
		if s.scaffold || s.generated {
			continue
		}
		imports := s.imports()
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			owner, ok := selector.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, r := range selectors {
				if imports[r.imported] == owner.Name && slices.Contains(r.names, selector.Sel.Name) && !under(s.dir, r.folders...) {
					broken = append(broken, fmt.Sprintf("%s uses %s.%s: %s", s.at(selector.Pos()), r.imported, selector.Sel.Name, r.reason))
				}
			}
			return true
		})
	}
	return broken
}
