// SPDX-License-Identifier: Apache-2.0

package apitest_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/api"
	v1 "github.com/qiaorelief/qiao/internal/surface/api/v1"
)

// TestGoodsGoTheirWholeWay books a gift, moves it, counts it, hands it over, and
// follows the lot from donor to recipient.
func TestGoodsGoTheirWholeWay(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		var receipt struct {
			ID    string
			Donor string
			Lines []struct{ Lot string }
		}
		made := h.must(t, "POST", "/api/v1/receipts", masks(600))
		made.into(t, &receipt)
		if made.status != http.StatusCreated || made.header.Get("Location") != "/api/v1/receipts/"+receipt.ID || made.header.Get("ETag") != `"1"` {
			t.Errorf("%d %v", made.status, made.header)
		}
		lot := receipt.Lines[0].Lot
		h.must(t, "POST", "/api/v1/stock/moves", `{"lot":"`+lot+`","from":{"place":"warehouse"},"to":{"place":"airport"},"quantity":100}`)
		h.must(t, "POST", "/api/v1/stock/adjustments", `{"lot":"`+lot+`","at":{"place":"warehouse"},"difference":-3,"reason":"wet"}`)
		h.must(t, "POST", "/api/v1/distributions", `{"recipient_name":"Example Hospital","occurred_at":"2020-02-05",
			"lines":[{"class":"mask-surgical","quantity":{"value":400,"unit":"piece"},"rejected":5,"reject_reason":"torn"}]}`)
		var way struct {
			Donor                      string
			Given, Handed, Stock, Lost int64
			Unreconciled, Way          int64
			Steps                      []struct{ Quantity int64 }
		}
		h.must(t, "GET", "/api/v1/lots/"+lot, "").into(t, &way)
		if way.Donor != receipt.Donor || way.Given != 600 || way.Handed != 400 || way.Stock != 197 || way.Lost != 3 || way.Way+way.Unreconciled != 0 || len(way.Steps) != 4 {
			t.Errorf("%+v", way)
		}
		var stock api.List[v1.StockRow]
		h.must(t, "GET", "/api/v1/stock?class=mask-surgical", "").into(t, &stock)
		left := int64(0)
		for _, r := range stock.Items {
			left += r.Quantity
		}
		if left != 197 {
			t.Errorf("%d in stock: %+v", left, stock.Items)
		}
		var figures struct {
			Groups []struct {
				Group    string
				Quantity int64
			}
		}
		h.must(t, "GET", "/api/v1/report?date=2020-02-17", "").into(t, &figures)
		for _, g := range figures.Groups {
			if g.Group == "masks" && g.Quantity != 600 {
				t.Errorf("the report has %d masks", g.Quantity)
			}
		}
	})
}

// TestMoneyAndNeedsAreBooked covers what is not goods.
func TestMoneyAndNeedsAreBooked(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		h.must(t, "POST", "/api/v1/funds", `{"direction":"in","channel":"bank","party_name":"Example Company Ltd","amount":{"amount":"2500.50","currency":"CNY"},"occurred_at":"2020-02-03"}`)
		refused := h.do(t, "POST", "/api/v1/funds", `{"direction":"out","channel":"bank","purpose":"masks","amount":{"amount":"2500.51","currency":"CNY"},"occurred_at":"2020-02-04"}`)
		if refused.status != http.StatusConflict || refused.problem(t).Code != "fund.not_enough" {
			t.Errorf("more money than there is: %d %s", refused.status, refused.body)
		}
		var funds api.List[v1.Fund]
		h.must(t, "GET", "/api/v1/funds?direction=in", "").into(t, &funds)
		if len(funds.Items) != 1 || funds.Items[0].Amount.Amount != "2500.50" || funds.Items[0].PartyName != "Example Company Ltd" {
			t.Errorf("%+v", funds)
		}
		h.must(t, "POST", "/api/v1/needs", `{"recipient_name":"Example Hospital","stated_on":"2020-02-03","lines":[
			{"class":"mask-surgical","quantity":{"state":"unknown","as_stated":"urgent"}},{"class":"suit-medical","item":"防护服","quantity":{"state":"about","value":50,"unit":"piece"}}]}`)
		var needs api.List[v1.NeedRow]
		h.must(t, "GET", "/api/v1/needs?state=unknown", "").into(t, &needs)
		if len(needs.Items) != 1 || needs.Items[0].Quantity.Value != 0 || needs.Items[0].Base != nil || needs.Items[0].Quantity.Text != "urgent" {
			t.Errorf("an unknown quantity did not stay unknown: %+v", needs)
		}
	})
}

// TestTheSameKeyBooksOnce repeats one request, also at once.
func TestTheSameKeyBooksOnce(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		bodies := make([]answer, 8)
		var all sync.WaitGroup
		for i := range bodies {
			all.Go(func() { bodies[i] = h.do(t, "POST", "/api/v1/receipts", masks(600), "Idempotency-Key", "one") })
		}
		all.Wait()
		for _, b := range bodies {
			if b.status != http.StatusCreated || !bytes.Equal(b.body, bodies[0].body) {
				t.Fatalf("%d %s, first %s", b.status, b.body, bodies[0].body)
			}
		}
		if other := h.do(t, "POST", "/api/v1/receipts", masks(601), "Idempotency-Key", "one"); other.problem(t).Code != "error.key_reused" {
			t.Errorf("another body under the same key: %s", other.body)
		}
		for path, body := range map[string]string{
			"needs":         `{"recipient_name":"Example Hospital","lines":[{"class":"mask-surgical","quantity":{"value":5,"unit":"piece"}}]}`,
			"funds":         `{"direction":"in","channel":"bank","amount":{"amount":"5","currency":"CNY"},"occurred_at":"2020-02-03"}`,
			"distributions": `{"recipient_name":"Example Hospital","occurred_at":"2020-02-05","lines":[{"class":"mask-surgical","quantity":{"value":5,"unit":"piece"}}]}`,
			"orgs":          `{"kind":"hospital","name":"Second Example Hospital"}`,
		} {
			first := h.must(t, "POST", "/api/v1/"+path, body, "Idempotency-Key", path)
			if again := h.must(t, "POST", "/api/v1/"+path, body, "Idempotency-Key", path); !bytes.Equal(first.body, again.body) {
				t.Errorf("%s: %s, then %s", path, first.body, again.body)
			}
		}
		h.token = h.tokenOf(t, account.Coordinator)
		h.must(t, "POST", "/api/v1/receipts", masks(600), "Idempotency-Key", "one") // another caller's key is another key
		var rows api.List[v1.ReceiptRow]
		h.must(t, "GET", "/api/v1/receipts", "").into(t, &rows)
		if len(rows.Items) != 2 {
			t.Errorf("%d receipts", len(rows.Items))
		}
	})
}

// TestTwoPeopleCorrectOneRow: the second is told, and sees both versions.
func TestTwoPeopleCorrectOneRow(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		var receipt struct{ ID string }
		h.must(t, "POST", "/api/v1/receipts", masks(600)).into(t, &receipt)
		path := "/api/v1/receipts/" + receipt.ID
		seen := h.must(t, "GET", path, "").header.Get("ETag")
		correct := func(n int, key string) answer {
			return h.do(t, "POST", path+"/corrections", `{"reason":"counted again","replacement":`+masks(n)+`}`, "If-Match", seen, "Idempotency-Key", key)
		}
		first := correct(590, "first")
		if first.status != http.StatusCreated {
			t.Fatalf("%d %s", first.status, first.body)
		}
		second := correct(580, "second")
		p := second.problem(t)
		if second.status != http.StatusConflict || p.Versions.Current["status"] != "corrected" || p.Versions.Current["id"] != receipt.ID {
			t.Errorf("%d %s", second.status, second.body)
		}
		if replacement, ok := p.Versions.Yours["replacement"].(map[string]any); !ok || fmt.Sprint(replacement["kind"]) != "donation" {
			t.Errorf("what was sent is not shown: %s", second.body)
		}
		if again := correct(590, "first"); again.status != http.StatusCreated || !bytes.Equal(again.body, first.body) {
			t.Errorf("the same correction again: %d %s, first %s", again.status, again.body, first.body)
		}
		var rows api.List[v1.ReceiptRow]
		h.must(t, "GET", "/api/v1/receipts", "").into(t, &rows)
		if len(rows.Items) != 1 || rows.Items[0].Quantity != 590 || rows.Items[0].Replaces != receipt.ID {
			t.Errorf("%+v", rows.Items)
		}
		if unchanged := h.do(t, "GET", path, "", "If-None-Match", `"2"`); unchanged.status != http.StatusNotModified {
			t.Errorf("a version that is known was sent again: %d", unchanged.status)
		}
	})
}

// TestTwoCorrectionsAtOnce: one wins, the other sees what it did.
func TestTwoCorrectionsAtOnce(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		for path, body := range map[string]string{
			"receipts":      masks(600),
			"distributions": `{"recipient_name":"Example Hospital","unreconciled":true,"occurred_at":"2020-02-05","lines":[{"class":"goggles","quantity":{"value":5,"unit":"piece"}}]}`,
			"funds":         `{"direction":"in","channel":"bank","amount":{"amount":"5","currency":"CNY"},"occurred_at":"2020-02-03"}`,
			"needs":         `{"recipient_name":"Example Hospital","lines":[{"class":"mask-surgical","quantity":{"value":5,"unit":"piece"}}]}`,
		} {
			var made struct{ ID string }
			h.must(t, "POST", "/api/v1/"+path, body).into(t, &made)
			answers := make([]answer, 6)
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() {
					answers[i] = h.do(t, "POST", "/api/v1/"+path+"/"+made.ID+"/corrections", `{"reason":"counted again","replacement":`+body+`}`, "If-Match", `"1"`)
				})
			}
			all.Wait()
			won := 0
			for _, a := range answers {
				if a.status == http.StatusCreated {
					won++
					continue
				}
				if p := a.problem(t); a.status != http.StatusConflict || p.Versions.Current["version"] != 2.0 || p.Versions.Current["id"] != made.ID {
					t.Errorf("%s: %d %s", path, a.status, a.body)
				}
			}
			if won != 1 {
				t.Errorf("%s: %d corrections of one version", path, won)
			}
		}
	})
}

// TestBadRequestsAreExplained: each answer names the field or says what to do.
func TestBadRequestsAreExplained(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		receipt := func(line string) string {
			return `{"kind":"donation","occurred_at":"2020-02-03","lines":[` + line + `]}`
		}
		for _, c := range []struct {
			name, method, path, body string
			headers                  []string
			status                   int
			code, field              string
		}{
			{"no token", "GET", "/api/v1/receipts", "", []string{"Authorization", ""}, 401, "api.token_missing", ""},
			{"wrong token", "GET", "/api/v1/receipts", "", []string{"Authorization", "Bearer qiao_x"}, 401, "account.bad_token", ""},
			{"no key", "POST", "/api/v1/receipts", masks(1), []string{"Idempotency-Key", ""}, 400, "api.key_missing", ""},
			{"long key", "POST", "/api/v1/receipts", masks(1), []string{"Idempotency-Key", strings.Repeat("k", 256)}, 400, "api.key_broken", ""},
			{"no JSON", "POST", "/api/v1/receipts", "kind=donation", nil, 400, "api.body_broken", ""},
			{"half a JSON", "POST", "/api/v1/receipts", `{"kind":"dona`, nil, 400, "api.body_broken", ""},
			{"two values", "POST", "/api/v1/receipts", masks(1) + masks(1), nil, 400, "api.body_twice", ""},
			{"NUL", "POST", "/api/v1/orgs", `{"kind":"other","name":"a\\\u0000b"}`, nil, 400, "api.body_nul", ""},
			{"too large", "POST", "/api/v1/receipts", `{"note":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413, "api.body_large", ""},
			{"misspelt", "POST", "/api/v1/receipts", `{"qantity":1}`, nil, 422, "api.unknown_field", "qantity"},
			{"wrong type", "POST", "/api/v1/receipts", `{"lines":[{"quantity":{"value":"5"}}]}`, nil, 422, "api.wrong_type", "lines.quantity.value"},
			{"fraction", "POST", "/api/v1/receipts", `{"lines":[{"quantity":{"value":1.5}}]}`, nil, 422, "api.wrong_type", "lines.quantity.value"},
			{"not an id", "POST", "/api/v1/receipts", `{"donor":"me"}`, nil, 422, "api.not_id", "donor"},
			{"year 1900", "POST", "/api/v1/receipts", strings.Replace(masks(1), "2020-02-03T", "1900-02-03T", 1), nil, 422, "error.time_absurd", "occurred_at"},
			{"year 2099", "POST", "/api/v1/receipts", strings.Replace(masks(1), "2020-02-03T", "2099-02-03T", 1), nil, 422, "error.time_absurd", "occurred_at"},
			{"no lines", "POST", "/api/v1/receipts", `{"kind":"donation","occurred_at":"2020-02-03"}`, nil, 422, "error.lines_missing", "lines"},
			{"absurd", "POST", "/api/v1/receipts", receipt(`{"class":"mask-surgical","quantity":{"value":199999999999998,"unit":"piece"}}`), nil, 422, "goods.absurd", "lines[0].quantity"},
			{"negative", "POST", "/api/v1/receipts", receipt(`{"class":"mask-surgical","quantity":{"value":-4,"unit":"piece"}}`), nil, 422, "", "lines[0].quantity"},
			{"unknown number", "POST", "/api/v1/receipts", receipt(`{"class":"mask-surgical","quantity":{"state":"unknown"}}`), nil, 422, "", "lines[0].quantity"},
			{"unknown class", "POST", "/api/v1/receipts", receipt(`{"class":"unicorn","quantity":{"value":4,"unit":"piece"}}`), nil, 422, "", "lines[0].quantity"},
			{"money as a number", "POST", "/api/v1/funds", `{"amount":{"amount":5}}`, nil, 422, "api.wrong_type", "amount.amount"},
			{"no such currency", "POST", "/api/v1/funds", `{"amount":{"amount":"5","currency":"XXX"}}`, nil, 422, "error.currency_unknown", "amount.currency"},
			{"limit", "GET", "/api/v1/receipts?limit=501", "", nil, 422, "api.limit", "limit"},
			{"cursor", "GET", "/api/v1/receipts?cursor=forged", "", nil, 400, "error.cursor", ""},
			{"format", "GET", "/api/v1/receipts?format=pdf", "", nil, 422, "api.format", "format"},
			{"day", "GET", "/api/v1/receipts?day=yesterday", "", nil, 422, "api.not_day", "day"},
			{"no such receipt", "GET", "/api/v1/receipts/0190163d-8694-739b-aea5-966c26f8ad91", "", nil, 404, "receipt.not_found", ""},
			{"no id", "GET", "/api/v1/receipts/1", "", nil, 404, "api.not_found", ""},
			{"no such address", "GET", "/api/v1/gifts", "", nil, 404, "api.not_found", ""},
			{"method", "DELETE", "/api/v1/receipts", "", nil, 405, "api.method", ""},
			{"no If-Match", "POST", "/api/v1/receipts/0190163d-8694-739b-aea5-966c26f8ad91/corrections", "{}", nil, 400, "api.if_match_missing", ""},
			{"broken If-Match", "POST", "/api/v1/receipts/0190163d-8694-739b-aea5-966c26f8ad91/corrections", "{}", []string{"If-Match", "*"}, 400, "api.if_match_broken", ""},
			{"no register", "POST", "/api/v1/imports?kind=gifts&name=a.csv", "a,b", nil, 422, "api.register_kind", "kind"},
			{"empty register", "POST", "/api/v1/imports?kind=receipts&name=a.csv", "", nil, 400, "", ""},
		} {
			got := h.do(t, c.method, c.path, c.body, c.headers...)
			p := got.problem(t)
			code, field := p.Code, ""
			if len(p.Fields) > 0 {
				code, field = p.Fields[0].Code, p.Fields[0].Name
			}
			if got.status != c.status || c.code != "" && code != c.code || field != c.field {
				t.Errorf("%s: %d %s %q: %s", c.name, got.status, code, field, got.body)
			}
			if strings.Contains(p.Title, ".") && !strings.Contains(p.Title, " ") || p.Title == "" {
				t.Errorf("%s: %q is no sentence", c.name, p.Title)
			}
		}
		var rows api.List[v1.ReceiptRow]
		if h.must(t, "GET", "/api/v1/receipts", "").into(t, &rows); len(rows.Items) != 0 {
			t.Errorf("a refused request left %+v", rows.Items)
		}
	})
}

// TestEveryRouteAsksWhoCalls holds role × route against the policy.
func TestEveryRouteAsksWhoCalls(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		routes := v1.New(v1.Services{}, nil, nil).Routes()
		if len(routes) < 30 {
			t.Fatalf("only %d routes", len(routes))
		}
		for _, role := range account.Roles() {
			h.token = h.tokenOf(t, role)
			actor, err := h.app.Accounts.Authenticate(t.Context(), h.token)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range routes {
				path := v1.Prefix + strings.NewReplacer("{id}", "0190163d-8694-739b-aea5-966c26f8ad91", "{n}", "1").Replace(r.Path)
				if nobody := h.do(t, r.Method, path, "{}", "Authorization", ""); nobody.status != http.StatusUnauthorized {
					t.Errorf("%s %s without a token: %d", r.Method, r.Path, nobody.status)
				}
				got := h.do(t, r.Method, path, "{}")
				allowed := h.app.Policy.Could(actor, r.Action)
				if !allowed && got.status != http.StatusForbidden {
					t.Errorf("%s may %s %s: %d %s", role, r.Method, r.Path, got.status, got.body)
				}
				general := h.app.Policy.Authorize(t.Context(), actor, r.Action, account.Object{}) == nil
				if general && (got.status == http.StatusForbidden || got.status >= 500) {
					t.Errorf("%s may not %s %s: %d %s", role, r.Method, r.Path, got.status, got.body)
				}
			}
		}
	})
}

// TestListsPageAndExport walks a list row by row, and compares the files with it.
func TestListsPageAndExport(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		const n = 7
		for i := range n {
			h.must(t, "POST", "/api/v1/receipts", masks(100+i))
		}
		seen := map[string]bool{}
		for path := "/api/v1/receipts?limit=2&class=mask-surgical"; path != ""; {
			var rows api.List[v1.ReceiptRow]
			h.must(t, "GET", path, "").into(t, &rows)
			for _, r := range rows.Items {
				if seen[r.ID] {
					t.Errorf("%s twice", r.ID)
				}
				seen[r.ID] = true
			}
			path = ""
			if rows.Next != "" {
				path = "/api/v1/receipts?limit=2&class=mask-surgical&cursor=" + rows.Next
			}
		}
		if len(seen) != n {
			t.Errorf("%d of %d rows", len(seen), n)
		}
		text := h.must(t, "GET", "/api/v1/receipts?format=csv", "")
		records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text.body, []byte("\ufeff")))).ReadAll()
		if err != nil || len(records) != n+1 {
			t.Fatalf("%d records: %v", len(records), err)
		}
		for _, r := range records[1:] {
			if r[6] != "'=cmd|' /C calc'!A0" || r[11] != "2500.00" {
				t.Errorf("a formula or a number came out wrong: %q", r)
			}
		}
		book, err := excelize.OpenReader(bytes.NewReader(h.must(t, "GET", "/api/v1/receipts?format=xlsx", "").body))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(rows) != n+1 || rows[1][6] != "=cmd|' /C calc'!A0" {
			t.Errorf("%d rows, %v: %v", len(rows), rows[min(1, len(rows)-1)], err)
		}
		for _, r := range v1.New(v1.Services{}, nil, nil).Routes() {
			if !r.Exports {
				continue
			}
			if got := h.do(t, r.Method, v1.Prefix+r.Path+"?format=csv", ""); got.status != http.StatusOK || len(got.body) == 0 {
				t.Errorf("%s as CSV: %d %s", r.Path, got.status, got.body)
			}
		}
	})
}

// TestARegisterIsImportedOnce sends a file twice and decides about a held row.
func TestARegisterIsImportedOnce(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		const register = "日期,捐赠单位,品名,规格,单位,数量\n2020-02-03,示例公司,医用外科口罩,,只,500\n2020-02-03,示例公司,医用外科口罩,,只,若干\n2020-02-03,示例公司,护目镜,,副,若干\n"
		path := "/api/v1/imports?kind=receipts&name=gifts.csv"
		var first, second v1.Import
		h.must(t, "POST", path, register).into(t, &first)
		h.must(t, "POST", path, register).into(t, &second)
		if first.Read != 3 || first.Posted != 1 || first.Held != 2 || second.Posted != 0 || second.Read != second.Already+second.Held+second.Rejected {
			t.Fatalf("%+v then %+v", first, second)
		}
		var held api.List[v1.ImportRow]
		h.must(t, "GET", "/api/v1/imports/rows?run="+first.Run, "").into(t, &held)
		if len(held.Items) != 2 || held.Items[0].Why == held.Items[0].Code {
			t.Fatalf("%+v", held.Items)
		}
		row := func(i int) string { return fmt.Sprintf("/api/v1/imports/%s/rows/%d/", first.Run, held.Items[i].N) }
		var made v1.Resolved
		h.must(t, "POST", row(0)+"resolution", `{"values":{"qty":"40"}}`).into(t, &made)
		h.must(t, "GET", "/api/v1/receipts/"+made.Document, "")
		h.must(t, "POST", row(1)+"discard", `{"reason":"named twice"}`)
		h.must(t, "GET", "/api/v1/imports/rows?run="+first.Run, "").into(t, &held)
		if len(held.Items) != 0 {
			t.Errorf("still waiting: %+v", held.Items)
		}
	})
}

// TestTheDocumentDescribesEveryRoute reads /openapi.json as a generator would.
func TestTheDocumentDescribesEveryRoute(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		text := h.must(t, "GET", "/openapi.json", "", "Authorization", "").body
		var document struct {
			OpenAPI    string
			Paths      map[string]map[string]struct{ OperationID string }
			Components struct{ Schemas map[string]any }
		}
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		if document.OpenAPI != "3.1.0" {
			t.Errorf("OpenAPI %q", document.OpenAPI)
		}
		names := map[string]bool{}
		for _, r := range v1.New(v1.Services{}, nil, nil).Routes() {
			op := document.Paths[v1.Prefix+r.Path][strings.ToLower(r.Method)]
			if op.OperationID != r.ID || names[r.ID] {
				t.Errorf("%s %s is %q", r.Method, r.Path, op.OperationID)
			}
			names[r.ID] = true
		}
		for _, part := range strings.Split(string(text), `"$ref": "#/components/schemas/`)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			if document.Components.Schemas[name] == nil {
				t.Errorf("no schema %s", name)
			}
		}
	})
}
