// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/report"
	"github.com/qiaorelief/qiao/internal/surface/web/rows"
	"github.com/qiaorelief/qiao/internal/surface/web/thread"
)

func TestLanguageIsChosenByQueryThenCookieThenBrowser(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	for _, c := range []struct {
		name, target, cookie, header, want string
	}{
		{"nothing said", "/", "", "", "zh-Hans"},
		{"browser", "/", "", "en-GB,en;q=0.8", "en"},
		{"browser prefers Chinese", "/", "", "zh-CN,en;q=0.8", "zh-Hans"},
		{"browser prefers traditional characters", "/", "", "zh-TW,en;q=0.8", "zh-Hant"},
		{"traditional characters by query", "/?lang=zh-Hant", "lang=en", "en", "zh-Hant"},
		{"traditional characters remembered", "/", "lang=zh-Hant", "en", "zh-Hant"},
		{"browser of another language", "/", "", "fi", "zh-Hans"},
		{"other language before English", "/", "", "fi,en;q=0.5", "en"},
		{"cookie over browser", "/", "lang=zh-Hans", "en", "zh-Hans"},
		{"query over cookie", "/?lang=en", "lang=zh-Hans", "zh", "en"},
		{"nonsense is passed over", "/?lang=%3Cscript%3E", "lang=en", "zh", "en"},
	} {
		w := get(t, handler, c.target, "Cookie", c.cookie, "Accept-Language", c.header)
		if !strings.Contains(w.Body.String(), `<html lang="`+c.want+`"`) {
			t.Errorf("%s: not in %s", c.name, c.want)
		}
	}
}

func TestChoicesAreRememberedOnlyWhenMade(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	if cookies := get(t, handler, "/").Result().Cookies(); len(cookies) != 0 {
		t.Errorf("a plain visit sets %v", cookies)
	}
	w := get(t, handler, "/?lang=en&theme=dark")
	got := map[string]string{}
	for _, c := range w.Result().Cookies() {
		got[c.Name] = c.Value
		if c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("cookie %v", c)
		}
	}
	if got["lang"] != "en" || got["theme"] != "dark" || !strings.Contains(w.Body.String(), `data-theme="dark"`) {
		t.Errorf("remembered %v", got)
	}
	if cache := w.Header().Get("Cache-Control"); !strings.Contains(cache, "private") {
		t.Errorf("an answer with a cookie has Cache-Control %q", cache)
	}
	if body := get(t, handler, "/", "Cookie", "theme=light").Body.String(); !strings.Contains(body, `data-theme="light"`) {
		t.Error("the remembered theme is not used")
	}
	if body := get(t, handler, "/", "Cookie", "theme=<b>").Body.String(); strings.Contains(body, "data-theme=\"<b>") || strings.Contains(body, "data-theme=\"&lt;") {
		t.Error("a theme that is none is used")
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	for _, target := range []string{"/", "/data", "/no-such-page", "/assets/nothing.css", "/report/2020-02-17.json"} {
		h := get(t, handler, target).Header()
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "img-src 'self' data:", "style-src 'self'", "script-src 'self'", "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy lacks %s", target, part)
			}
		}
		if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: headers %v", target, h)
		}
	}
}

func TestPageIsSentOnce(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	first := get(t, handler, "/")
	tag := first.Header().Get("ETag")
	if w := get(t, handler, "/", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("known page: %d with %d bytes", w.Code, w.Body.Len())
	}
	if w := get(t, handler, "/?lang=en", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("page in another language: %d", w.Code)
	}
	if vary := first.Header().Get("Vary"); !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept-Language") {
		t.Errorf("Vary %q", vary)
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	body := get(t, handler, "/").Body.String()
	start := strings.Index(body, "/assets/report.")
	path := body[start : start+strings.IndexByte(body[start:], '"')]
	w := get(t, handler, path, "Accept-Encoding", "gzip")
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: %d %v", path, w.Code, w.Header())
	}
	if w := get(t, handler, "/assets/report.css"); w.Code != http.StatusNotFound {
		t.Errorf("name without hash: %d", w.Code)
	}
}

func TestWhatDoesNotExistSaysSo(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	for target, want := range map[string]string{
		"/report/2019-01-01":                   "没有这一天的日报",
		"/report/2020-02-30":                   "没有这一天的日报",
		"/report/yesterday":                    "没有这一天的日报",
		"/report/2020-02-17/rows?flow=sideway": "没有这样一份明细",
		"/thread/L-0":                          "没有这个批号",
		"/thread/" + strings.Repeat("x", 500):  "没有这个批号",
		"/no-such-page":                        "没有这一页",
	} {
		w := get(t, handler, target)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<h1>"+want+"</h1>") {
			t.Errorf("%s: %d without %q", target, w.Code, want)
		}
	}
	for _, target := range []string{"/report/2020-02-17/rows?day=tomorrow", "/report/2020-02-17/rows?cursor=" + strings.Repeat("x", 500), "/needs?class=" + strings.Repeat("x", 500)} {
		if w := get(t, handler, target); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", target, w.Code)
		}
	}
}

func TestPagesCanOnlyBeRead(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	_, asset, _ := strings.Cut(get(t, handler, "/").Body.String(), `href="/assets/report.`)
	asset, _, _ = strings.Cut("/assets/report."+asset, `"`)
	for _, target := range []string{"/", "/report/latest", "/report/2020-02-17.csv", pages["rows"], pages["thread"], "/needs", "/data", asset} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "NONSENSE"} {
			w := ask(handler, method, target)
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" || !strings.Contains(w.Body.String(), "这一页只能看") {
				t.Errorf("%s %s: %d, Allow %q", method, target, w.Code, w.Header().Get("Allow"))
			}
		}
		if w := ask(handler, "HEAD", target); w.Code != http.StatusOK && !strings.HasSuffix(target, ".csv") {
			t.Errorf("HEAD %s: %d", target, w.Code)
		}
	}
	if w := ask(handler, "POST", "/no-such-page"); w.Code != http.StatusNotFound {
		t.Errorf("POST to nothing: %d", w.Code)
	}
}

func TestOlderEditionSaysWhatReplacedIt(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	for query, want := range map[string]string{
		"":           "第 2 版，替代第 1 版",
		"?edition=2": "第 2 版，替代第 1 版",
		"?edition=1": "你要看的第 1 版已经被更正，本页是替代它的第 2 版",
	} {
		if w := get(t, handler, "/report/2020-02-17"+query); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d without %q", query, w.Code, want)
		}
	}
	for _, edition := range []string{"0", "3", "-1", "x", "99999999999999999999", "%00"} {
		if w := get(t, handler, "/?edition="+edition); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "没有这一版") {
			t.Errorf("edition %s: %d", edition, w.Code)
		}
	}
}

// broken fails in the way it is told to.
type broken struct {
	sample
	err error
}

func (b broken) Report(context.Context, clock.Day, i18n.Lang) (*report.View, error) {
	if b.err == nil {
		panic("a secret in a panic")
	}
	return nil, b.err
}

func TestInternalCauseIsNeverShown(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{
		"plain error":   errors.New("secret: dial tcp 10.0.0.7"),
		"wrapped error": errs.Wrap(errors.New("secret: disk"), errs.Unavailable, "error.unavailable"),
		"unknown key":   errs.New(errs.Internal, "secret.key"),
		"panic":         nil,
	} {
		services := samples()
		services.Report = broken{err: cause}
		handler := public(t, services)
		for _, accept := range []string{"text/html", "application/json"} {
			w := get(t, handler, "/", "Accept", accept)
			if w.Code < 500 || strings.Contains(w.Body.String(), "secret: ") || strings.Contains(w.Body.String(), "a secret") {
				t.Errorf("%s as %s: %d %.200s", name, accept, w.Code, w.Body)
			}
		}
	}
}

func TestProgramsGetProblemDocuments(t *testing.T) {
	t.Parallel()
	w := get(t, public(t, samples()), "/thread/L-0?lang=en", "Accept", "application/json")
	var problem struct {
		Type, Title, Kind, Code string
		Status                  int
	}
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
		t.Fatal(err)
	}
	if w.Header().Get("Content-Type") != "application/problem+json" || problem.Status != 404 || w.Code != 404 ||
		problem.Title != "There is no such lot" || problem.Kind != "not_found" || problem.Code != "thread.no_such_lot" || problem.Type == "" {
		t.Errorf("%+v", problem)
	}
	if w := get(t, public(t, samples()), "/thread/L-0", "Accept", "text/html,application/json;q=0.9"); !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Error("a browser got a problem document")
	}
}

// hostile puts the same text into every field that comes from outside.
type hostile struct {
	sample
	text string
}

func (h hostile) Report(ctx context.Context, day clock.Day, lang i18n.Lang) (*report.View, error) {
	v, err := h.sample.Report(ctx, day, lang)
	if err != nil {
		return nil, err
	}
	v.OrgName, v.PlacesOf = h.text, h.text
	for i := range v.Groups {
		v.Groups[i].Name, v.Groups[i].Code = h.text, h.text
	}
	for i := range v.Reconciliation {
		v.Reconciliation[i].Name = h.text
	}
	for i := range v.Needs {
		v.Needs[i].Name = h.text
	}
	for i := range v.Places {
		v.Places[i].Name, v.Places[i].Code = h.text, h.text
	}
	for i := range v.Recipients {
		v.Recipients[i].Name, v.Recipients[i].Code, v.Recipients[i].Place = h.text, h.text, h.text
	}
	for i := range v.Deliveries {
		v.Deliveries[i].Recipient, v.Deliveries[i].Reason, v.Deliveries[i].Href = h.text, h.text, h.text
		v.Deliveries[i].Lots = []report.Lot{{ID: h.text, Code: h.text}}
	}
	v.Flow.Name, v.Flow.What, v.Flow.Group = h.text, h.text, h.text
	for i := range v.Flow.Flow.Columns {
		v.Flow.Flow.Columns[i].Head = h.text
		for j := range v.Flow.Flow.Columns[i].Nodes {
			v.Flow.Flow.Columns[i].Nodes[j].Name = h.text
		}
	}
	v.Corrections[0].What, v.Corrections[0].Reason = h.text, h.text
	v.Downloads[0].Href = "javascript:alert(1)"
	return v, nil
}

func (h hostile) Rows(ctx context.Context, q rows.Query, lang i18n.Lang) (*rows.View, error) {
	v, err := h.sample.Rows(ctx, q, lang)
	if err != nil {
		return nil, err
	}
	v.Subject, v.Narrows = h.text, []rows.Narrow{{Kind: "place", Value: h.text}}
	for i := range v.Rows {
		r := &v.Rows[i]
		r.Item, r.AsWritten, r.From, r.To, r.Place, r.Lot, r.LotCode, r.Note, r.Paper = h.text, h.text+"!", h.text, h.text, h.text, h.text, h.text, h.text, h.text
	}
	return v, nil
}

func (h hostile) Thread(ctx context.Context, lot string, lang i18n.Lang) (*thread.View, error) {
	v, err := h.sample.Thread(ctx, lot, lang)
	if err != nil {
		return nil, err
	}
	v.Lot.Item, v.Lot.AsWritten, v.Lot.Donor, v.Lot.Earmark, v.Lot.Code = h.text, h.text+"!", h.text, h.text, h.text
	v.Steps[0].Title, v.Steps[0].Text = h.text, h.text
	v.Steps[0].Docs = []thread.Doc{{Name: h.text, Number: h.text, Href: "javascript:alert(1)"}}
	v.Branches[2].Recipient, v.Branches[2].Reason = h.text, h.text
	return v, nil
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"script":    `<script>alert(1)</script>`,
		"attribute": `" onload="alert(1)" x='`,
		"entity":    `&lt;script&gt;`,
		"rtl":       "\u202eلم\u202c",
		"long":      strings.Repeat("口罩", 5_000),
		"emoji":     "👩🏽‍🚒🧤",
		"broken":    "\xff\xfe<b>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			services := samples()
			h := hostile{text: text}
			services.Report, services.Rows, services.Thread = h, h, h
			handler := public(t, services)
			for _, target := range []string{"/", pages["rows"], pages["thread"]} {
				w := get(t, handler, target)
				body := w.Body.String()
				if w.Code != http.StatusOK {
					t.Fatalf("%s: %d", target, w.Code)
				}
				for _, bad := range []string{"<script>", `onload="alert`, `href="javascript:`, "\xff"} {
					if strings.Contains(body, bad) {
						t.Errorf("%s contains %s", target, bad)
					}
				}
			}
		})
	}
}

func TestFigureOpensToItsRows(t *testing.T) {
	t.Parallel()
	body := get(t, public(t, samples()), "/").Body.String()
	for figureText, link := range map[string]string{
		`<data value="5048700">`: figure.RowsURL(sampleDay, figure.FlowIn, "group", "masks"),
		`<data value="4612400">`: figure.RowsURL(sampleDay, figure.FlowOut, "group", "masks"),
		`<data value="435420">`:  figure.RowsURL(sampleDay, figure.FlowStock, "group", "masks"),
		`<data value="880">`:     figure.RowsURL(sampleDay, figure.FlowUnreconciled, "group", "masks"),
	} {
		want := `href="` + strings.ReplaceAll(link, "&", "&amp;") + `">` + figureText
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}
