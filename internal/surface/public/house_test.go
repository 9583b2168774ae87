// SPDX-License-Identifier: Apache-2.0

package public_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/registry/place"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/public"
	"github.com/qiaorelief/qiao/internal/surface/public/plain"
	"github.com/qiaorelief/qiao/internal/surface/web"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

var (
	beijing = time.FixedZone("Asia/Shanghai", 8*3600)
	noon    = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)
)

// house is the books of an invented office with its public pages.
type house struct {
	t             *testing.T
	db            *db.DB
	catalog       *catalog.Catalog
	orgs          *org.Service
	receipts      *receipt.Service
	distributions *distribution.Service
	funds         *fund.Service
	stock         *stock.Service
	needs         *need.Service
	pages         http.Handler
}

// places gives the pages the names of the atlas.
type places struct{ atlas *place.Atlas }

func (p places) PlaceName(code string, lang i18n.Lang) string {
	found, ok := p.atlas.Place(code)
	switch {
	case !ok && code != "":
		return map[i18n.Lang]string{i18n.Chinese: "另一处仓库", i18n.English: "another store"}[lang]
	case lang == i18n.Chinese:
		return found.NameZH
	}
	return found.NameEN
}

// inBooks runs the test with new books on each engine.
func inBooks(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.RunWith(t, db.Config{Clock: clock.NewManual(noon)}, func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, db: d, catalog: must(catalog.Load())(t)}
	policy, books := must(account.LoadPolicy())(t), ledger.New(beijing)
	h.orgs = org.New(d, policy, text.Key)
	h.receipts = receipt.New(d, books, policy, h.catalog, h.orgs)
	h.distributions = distribution.New(d, books, policy, h.catalog, h.orgs)
	h.funds = fund.New(d, books, policy, h.orgs)
	h.stock = stock.New(d, books, policy)
	h.needs = need.New(d, policy, h.catalog, h.orgs, beijing)
	bundle, names, log := must(i18n.Load())(t), places{must(place.Load())(t)}, slog.New(slog.DiscardHandler)
	figures, words := report.New(d, books, h.catalog), plain.New(h.catalog)
	sources := &public.Sources{DB: d, Ledger: books, Figures: figures, Catalog: h.catalog, Places: names, Bundle: bundle, Words: words, Log: log}
	daily := &public.Report{DB: d, Ledger: books, Figures: figures, Catalog: h.catalog, Places: names, Bundle: bundle, Words: words}
	site, err := web.New(layout.Site{Office: "示例省侨联"}, web.Services{
		Report: daily,
		Files:  &public.Files{Figures: figures, Streams: daily},
		Rows:   sources, RowFiles: sources, Thread: sources, ThreadFiles: sources, Needs: sources, Catalogue: sources,
	}, bundle, log)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	site.Register(mux)
	h.pages = mux
	return h
}

// must returns the value, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// at is a moment of a day of February 2020.
func at(day int) time.Time { return time.Date(2020, 2, day, 2, 30, 0, 0, time.UTC) }

func line(class string, n int64, unit qty.Unit) receipt.LineInput {
	return receipt.LineInput{Class: class, Quantity: qty.Exactly(n, unit)}
}

// receive books a donation.
func (h *house) receive(day int, donor string, lines ...receipt.LineInput) receipt.Receipt {
	h.t.Helper()
	return must(h.receipts.Create(h.t.Context(), account.System(), receipt.Input{
		Kind: receipt.Donation, DonorName: donor, Place: "main", OccurredAt: at(day), Lines: lines,
	}, ""))(h.t)
}

// handOver books what a recipient accepted.
func (h *house) handOver(day int, recipient string, lines ...distribution.LineInput) distribution.Distribution {
	h.t.Helper()
	return must(h.distributions.Create(h.t.Context(), account.System(), distribution.Input{
		RecipientName: recipient, Place: "4301", OccurredAt: at(day), Unreconciled: true, Lines: lines,
	}, ""))(h.t)
}

// get asks for an address.
func (h *house) get(target string) *httptest.ResponseRecorder {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

// read returns what a visitor can read at an address: a workbook unpacked,
// anything else as it is.
func (h *house) read(target string) string {
	h.t.Helper()
	w := h.get(target)
	if w.Code != http.StatusOK {
		h.t.Fatalf("%s: %d %.300s", target, w.Code, w.Body)
	}
	if !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
		return w.Body.String()
	}
	book := must(zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len())))(h.t)
	var all strings.Builder
	for _, f := range book.File {
		part := must(f.Open())(h.t)
		all.Write(must(io.ReadAll(part))(h.t))
		if err := part.Close(); err != nil {
			h.t.Fatal(err)
		}
	}
	return all.String()
}

// table reads a file of comma separated values: its rows by column name.
func (h *house) table(target string) []map[string]string {
	h.t.Helper()
	records := must(csv.NewReader(strings.NewReader(strings.TrimPrefix(h.read(target), "\ufeff"))).ReadAll())(h.t)
	var rows []map[string]string
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

var linked = regexp.MustCompile(`(?:href|src)="([^"]+)"`)

// crawl follows every link from the report, in both languages, and returns what
// stands at each address.
func (h *house) crawl() map[string]string {
	h.t.Helper()
	const most = 2_000
	found, open := map[string]string{}, []string{"/?lang=zh", "/?lang=en"}
	for len(open) > 0 && len(found) < most {
		target := open[0]
		open = open[1:]
		if _, ok := found[target]; ok {
			continue
		}
		found[target] = h.read(target)
		lang := "zh"
		if strings.Contains(target, "lang=en") {
			lang = "en"
		}
		for _, m := range linked.FindAllStringSubmatch(found[target], -1) {
			link, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if !strings.HasPrefix(link, "/") || link == "/sign-in" {
				continue // the same page in another language or theme; the door, which is not among these pages
			}
			mark := "?"
			if strings.Contains(link, "?") {
				mark = "&"
			}
			if !strings.HasPrefix(link, "/assets/") {
				link += mark + "lang=" + lang
			}
			open = append(open, link)
		}
	}
	if len(found) == most {
		h.t.Fatalf("more than %d pages", most)
	}
	return found
}
