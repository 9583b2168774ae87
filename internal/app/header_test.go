// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/config"
	v1 "github.com/qiaorelief/qiao/internal/surface/api/v1"
)

// guards are the headers that every answer carries, and what has to be in them.
var guards = map[string]string{
	"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "-",
	"Permissions-Policy": "camera=()", "Cross-Origin-Opener-Policy": "same-origin",
}

// question is a request of the walk and what it is answered with; 0: anything.
type question struct {
	method, path string
	headers      []string
	want         int
}

// foreign is what a browser says of a form that another site sends.
func foreign() []string {
	return []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://example.org"}
}

// questions are the answers that are no page, and every route of API and desk.
func questions(a *App) []question {
	all := []question{
		{"GET", "/", nil, 200}, {"HEAD", "/", nil, 200}, {"GET", "/", []string{"If-None-Match", "*"}, 304}, {"POST", "/", nil, 405},
		{"GET", "/?lang=en&theme=dark", nil, 200}, {"GET", "/nowhere", nil, 404}, {"GET", "/nowhere", []string{"Accept", "application/json"}, 404},
		{"GET", "//needs", nil, 0}, {"GET", "/a/../needs", nil, 0}, {"GET", "/desk", nil, 0}, {"GET", "/desk/", nil, 0},
		{"GET", "/report/latest", nil, 200}, {"GET", "/report/latest.csv", nil, 200}, {"GET", "/report/latest.json", nil, 200}, {"GET", "/report/latest.flow.csv", nil, 200},
		{"GET", "/report/1999-01-01", nil, 0}, {"GET", "/report/yesterday", nil, 404}, {"GET", "/report/latest/rows", nil, 200}, {"GET", "/report/latest/rows?cursor=x", nil, 400},
		{"GET", "/report/latest/rows.csv", nil, 200}, {"GET", "/report/latest/rows.xlsx", nil, 200}, {"GET", "/thread/none", nil, 404}, {"GET", "/needs", nil, 200}, {"GET", "/data", nil, 200},
		{"GET", "/assets/nothing.css", nil, 404}, {"GET", "/healthz", nil, 204}, {"GET", "/readyz", nil, 204}, {"POST", "/healthz", nil, 0},
		{"GET", "/openapi.json", nil, 200}, {"GET", v1.Prefix, nil, 0}, {"GET", v1.Prefix + "/nothing", nil, 404}, {"DELETE", v1.Prefix + "/receipts", nil, 0},
		{"POST", "/desk/needs", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://example.org"}, 0},
		{"GET", "/sign-in", nil, 200}, {"POST", "/sign-in", nil, 0}, {"GET", "/sign-in/kept", nil, 403}, {"GET", "/sign-in/second", nil, 303},
		{"GET", "/sign-in/again", nil, 303}, {"GET", "/link/nothing", nil, 404}, {"PUT", "/sign-in", nil, 405},
	}
	for _, door := range []string{
		"/sign-in", "/sign-in/passkey", "/sign-in/second", "/sign-in/second/passkey", "/sign-in/again", "/sign-in/again/passkey",
		"/link/nothing", "/link/nothing/passkey", "/sign-out",
	} {
		all = append(all, question{"POST", door, foreign(), 403})
	}
	hole := regexp.MustCompile(`\{[^}]*\}`)
	const someone = "01234567-89ab-7def-8123-456789abcdef"
	for _, r := range v1.New(v1.Services{}, nil, nil).Routes() {
		all = append(all, question{r.Method, v1.Prefix + hole.ReplaceAllString(r.Path, someone), nil, 0})
	}
	for _, r := range a.desk.Routes() {
		if r.Method == http.MethodPost {
			all = append(all, question{r.Method, strings.TrimSuffix(hole.ReplaceAllString(r.Path, someone), "$"), foreign(), 403})
		}
		all = append(all, question{r.Method, strings.TrimSuffix(hole.ReplaceAllString(r.Path, someone), "$"), nil, 0})
	}
	return all
}

// TestEveryAnswerCarriesTheHeadersOfSecurity asks a running server and follows
// no redirection, so that what the router itself answers is seen too.
func TestEveryAnswerCarriesTheHeadersOfSecurity(t *testing.T) {
	t.Parallel()
	a := openApp(t, config.Config{}, slog.New(slog.DiscardHandler))
	handler, err := a.Handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	seen := map[int]int{}
	for _, q := range questions(a) {
		request, err := http.NewRequestWithContext(t.Context(), q.method, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.URL.Opaque = q.path // as it is: a client would clean it
		for i := 0; i < len(q.headers); i += 2 {
			request.Header.Set(q.headers[i], q.headers[i+1])
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatalf("%s %s: %v", q.method, q.path, err)
		}
		io.Copy(io.Discard, answer.Body) //nolint:errcheck // only the head matters
		answer.Body.Close()              //nolint:errcheck // as above
		seen[answer.StatusCode/100]++
		if q.want != 0 && answer.StatusCode != q.want {
			t.Errorf("%s %s: %d, want %d", q.method, q.path, answer.StatusCode, q.want)
		}
		for name, want := range guards {
			if values := answer.Header.Values(name); len(values) != 1 || !strings.Contains(values[0], want) {
				t.Errorf("%s %s (%d): %s is %q", q.method, q.path, answer.StatusCode, name, values)
			}
		}
	}
	if seen[2] == 0 || seen[3] == 0 || seen[4] == 0 {
		t.Errorf("the walk saw these kinds of answers only: %v", seen)
	}
}
