// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"strings"
)

// planted is a tree that breaks one rule.
type planted struct {
	rule  string
	want  string // part of the violation
	files map[string]string
}

// one is a tree with one file more.
func one(rule, want, name, text string) planted {
	return planted{rule, want, map[string]string{name: text}}
}

func plantedFloors() []planted {
	door := func(from, to, want string) planted {
		return one("floors", want, from+"/x.go", importing(from, to))
	}
	return []planted{
		door("internal/books/ledger", "internal/relief/stock", "internal/books/ledger/x.go imports internal/relief/stock: it is upstairs"),
		door("internal/platform/db", "internal/books/ledger", "internal/platform/db/x.go imports internal/books/ledger: it is upstairs"),
		door("internal/relief/need", "internal/relief/stock", "internal/relief/stock: neighbours meet"),
		door("internal/books/ledger", "internal/books/journal", "internal/books/journal: neighbours meet"),
		door("internal/registry/place", "internal/registry/org", "internal/registry/org: neighbours meet"),
		door("internal/reading/text", "internal/reading/quantity", "internal/reading/quantity: neighbours meet"),
		door("internal/reading/lead", "internal/reading/chain", "internal/reading/chain: neighbours meet"),
		door("internal/overview/match", "internal/overview/report", "internal/overview/report: neighbours meet"),
		door("internal/surface/web", "internal/app", "internal/app: it is upstairs"),
		door("internal/kernel/qty", "locales", "the kernel imports the standard library and itself"),
		door("cmd/qiao", "internal/relief/stock", "a command imports internal/app and nothing else"),
		door("bench", "story", "another house on the same floor"),
		one("floors", "stands on no floor", "internal/attic/x.go", importing("internal/attic", "internal/app")),
		one("floors", "it is upstairs", "internal/relief/need/x_test.go", importing("internal/relief/need", "internal/app")),
		one("kernel", "the standard library only", "internal/kernel/qty/x.go",
			header+"// Package qty counts.\npackage qty\n\nimport _ \"golang.org/x/text/width\"\n"),
		one("imports", "imports net/http: only these speak HTTP", "internal/relief/stock/x.go", header+"package stock\n\nimport _ \"net/http\"\n"),
		one("imports", "imports net/http/httputil", "internal/books/ledger/x.go", header+"package ledger\n\nimport _ \"net/http/httputil\"\n"),
		one("imports", "imports html/template", "internal/relief/letter/x.go", header+"package letter\n\nimport _ \"html/template\"\n"),
		one("imports", "imports database/sql", "internal/books/ledger/store.go", header+"package ledger\n\nimport _ \"database/sql\"\n"),
		one("imports", "imports github.com/jackc/pgx/v5/stdlib", "internal/app/x.go", header+"package app\n\nimport _ \"github.com/jackc/pgx/v5/stdlib\"\n"),
		one("imports", "with a dot", "internal/relief/stock/x.go", header+"package stock\n\nimport . \"strings\"\n"),
		one("selectors", "uses time.Now", "internal/relief/stock/x.go",
			header+"package stock\n\nimport \"time\"\n\nvar start = time.Now()\n"),
		one("selectors", "uses time.Since", "internal/relief/stock/x.go",
			header+"package stock\n\nimport zeit \"time\"\n\nvar age = zeit.Since\n"),
		one("scaffolds", "imports internal/platform/dbtest, which is made for tests", "internal/app/x.go", importing("internal/app", "internal/platform/dbtest")),
		one("selectors", "uses os.Getenv", "internal/app/x.go",
			header+"package app\n\nimport \"os\"\n\nvar home = os.Getenv(\"HOME\")\n"),
	}
}

func plantedForms() []planted {
	long := "package stock\n\nfunc long() {\n" + strings.Repeat("\tlong()\n", longestFunction+1) + "}\n"
	big := map[string]string{}
	for i := range 5 {
		big[fmt.Sprintf("internal/relief/stock/part%d.go", i)] = header + "package stock\n" + strings.Repeat("\n", 450)
	}
	return []planted{
		one("names", "called util", "internal/platform/util/x.go", header+"// Package util is a bucket.\npackage util\n"),
		one("names", "called models", "internal/relief/models/x.go", header+"// Package need is in the wrong folder.\npackage need\n"),
		one("names", "called common", "internal/relief/need/x.go", header+"// Package common is a bucket.\npackage common\n"),
		one("comments", "internal/relief/need: no file opens", "internal/relief/need/need.go", header+"package need\n"),
		one("comments", "internal/relief/need: no file opens", "internal/relief/need/need.go", header+"// TODO\npackage need\n"),
		one("init", "no init functions", "internal/relief/stock/x.go", header+"package stock\n\nfunc init() {}\n"),
		one("headers", "the first line is not", "internal/relief/stock/x.go", "// Package stock keeps goods.\npackage stock\n"),
		one("headers", "x.go: the first line is not", "internal/relief/stock/x.go", "// SPDX-License-Identifier: MIT\n\npackage stock\n"),
		one("sizes", "long has 61 lines", "internal/relief/stock/x.go", header+long),
		one("sizes", "x.go has 503 lines", "internal/relief/stock/x.go", stock+strings.Repeat("\n", longestFile-1)),
		{"sizes", "more than one chapter", big},
	}
}

func plantedData() []planted {
	return []planted{
		one("tables", "table stock_take is named in the SQL of 2 packages", "internal/relief/delivery/store.go",
			header+"package delivery\n\nconst steal = \"UPDATE stock_take SET id = $1\"\n"),
		one("tables", "internal/overview/report/store.go:7", "internal/overview/report/store.go",
			header+"package report\n\nconst x = `\nSELECT 1`\nconst steal = `SELECT n FROM need JOIN stock_take USING (id)`\n"),
		one("stores", "SQL belongs in store.go", "internal/relief/stock/service.go", header+"package stock\n\nconst q = \"SELECT 1 FROM x\"\n"),
		one("stores", "SQL belongs in store.go", "internal/platform/session/x.go", header+"package session\n\nconst q = `\n\tDELETE FROM session`\n"),
		one("stores", "SQL is written in capitals", "internal/relief/stock/store_x.go", header+"package stock\n\nconst q = `select id\nfrom need`\n"),
		one("migrations", "0002_b.sql exists for one engine only", "migrations/postgres/0002_b.sql", ""),
		one("migrations", "table extra is created on one engine only", "migrations/sqlite/0001_a.sql", schema+"CREATE TABLE IF NOT EXISTS extra (id BLOB);"),
		{"migrations", "have the same number", map[string]string{
			"migrations/sqlite/0001_b.sql": "", "migrations/postgres/0001_b.sql": "",
		}},
		one("dependencies", "imports golang.org/x/text, which is not in", allowList, ""),
		one("dependencies", "lists example.org/x, which nothing imports", allowList, "golang.org/x/text\twidths\nexample.org/x\tno reason\n"),
		one("dependencies", "has no reason after a tab", allowList, "golang.org/x/text\n"),
		one("locales", "key stock.more exists in one language only", "locales/zh/stock.json", `{"stock.empty": "{{.item}}", "stock.more": "还有"}`),
		one("locales", "need.json exists in one language only", "locales/en/need.json", `{"need.a": "a"}`),
		one("locales", "uses .count in one language only", "locales/en/stock.json", `{"stock.empty": "no {{.item}}, {{.count}}"}`),
		one("locales", "key stock.empty is empty in one language only", "locales/en/stock.json", `{"stock.empty": " "}`),
		one("locales", "key stock.empty comes twice", "locales/en/stock.json", `{"stock.empty": "{{.item}}", "stock.empty": "no {{.item}}"}`),
		one("locales", "key stock.empty is also in", "locales/en/a.json", `{"stock.empty": "a"}`),
		one("locales", "key stock.empty: json", "locales/en/stock.json", `{"stock.empty": {"one": "1"}}`),
		one("messages", "message key stock.gone has no text", "internal/relief/stock/x.go",
			header+"package stock\n\nimport \""+module+"/internal/kernel/errs\"\n\nvar gone = errs.New(5, \"stock.gone\")\n"),
	}
}
