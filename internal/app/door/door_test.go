// SPDX-License-Identifier: Apache-2.0

package door_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/door"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
)

// house is an open program with its handler.
func house(t *testing.T, cfg config.Config) (*app.App, http.Handler) {
	t.Helper()
	cfg.Data = t.TempDir()
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	h, err := a.Handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a, h
}

func TestWhatAnotherSiteSendsIsRefused(t *testing.T) {
	t.Parallel()
	_, h := house(t, config.Config{PublicURL: "https://relief.example.org"})
	for name, c := range map[string]struct {
		method, path string
		headers      map[string]string
		refused      bool
	}{
		"a form of another site":               {"POST", "/desk/needs", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
		"a sister site":                        {"POST", "/desk/needs", map[string]string{"Sec-Fetch-Site": "same-site"}, true},
		"an old browser, from another site":    {"POST", "/desk/needs", map[string]string{"Origin": "https://evil.example"}, true},
		"a page that does not exist":           {"POST", "/nowhere", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
		"our own page":                         {"POST", "/desk/needs", map[string]string{"Sec-Fetch-Site": "same-origin"}, false},
		"our own page, behind a proxy":         {"POST", "/desk/needs", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://relief.example.org"}, false},
		"a program":                            {"POST", "/desk/needs", nil, false},
		"a link on another site":               {"GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		"the API, which has tokens of its own": {"POST", "/api/v1/needs", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, "http://127.0.0.1:8080"+c.path, strings.NewReader("a=b"))
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if (w.Code == http.StatusForbidden) != c.refused {
			t.Errorf("%s: %d", name, w.Code)
		}
		if c.refused && (w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(w.Body.String(), "<html")) {
			t.Errorf("%s: the refusal is no page of ours: %v", name, w.Header())
		}
	}
}

func TestCookieOpensTheDoorUntilItsSessionEnds(t *testing.T) {
	t.Parallel()
	a, _ := house(t, config.Config{})
	d := door.New(a.Config, a.SignIn)
	p, err := a.SignIn.Example(t.Context(), account.System(), id.Derive("example"), signin.NewPerson{
		Name: "Example keeper", Email: "keeper@example.org", Memberships: []account.Membership{{Role: account.Keeper}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.SignIn.EnterLink(t.Context(), account.System(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost:8080/desk", http.NoBody)
	r.RemoteAddr = "127.0.0.1:5"
	r.Header.Set("X-Forwarded-For", "192.0.2.7")
	from := d.From(r)
	if from.Address.String() != "192.0.2.7" || from.Origin != "http://localhost:8080" {
		t.Errorf("comes from %+v", from)
	}
	if _, err := d.Visitor(r); err == nil {
		t.Error("comes in without a cookie")
	}
	e, err := a.SignIn.AcceptEnter(t.Context(), from, l.Token)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	d.Cookie.Write(w, r, e.Token, e.Life)
	r.Header.Set("Cookie", strings.Split(w.Header().Get("Set-Cookie"), ";")[0])
	v, err := d.Visitor(r)
	if err != nil || v.Actor.ID != p.ID || !v.Fresh || v.Session != e.Session.ID {
		t.Errorf("visitor %+v (%v)", v, err)
	}
	if err := a.SignIn.Disable(t.Context(), account.System(), p.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Visitor(r); err == nil {
		t.Error("comes in disabled")
	}
}

func BenchmarkVisitor(b *testing.B) {
	cfg := config.Config{Data: b.TempDir()}
	a, err := app.Open(b.Context(), cfg, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // measured already
	p, err := a.SignIn.Example(b.Context(), account.System(), id.Derive("example"), signin.NewPerson{
		Name: "Example keeper", Email: "keeper@example.org", Memberships: []account.Membership{{Role: account.Keeper}},
	})
	if err != nil {
		b.Fatal(err)
	}
	l, err := a.SignIn.EnterLink(b.Context(), account.System(), p.ID)
	if err != nil {
		b.Fatal(err)
	}
	e, err := a.SignIn.AcceptEnter(b.Context(), signin.Visitor{}, l.Token)
	if err != nil {
		b.Fatal(err)
	}
	d := door.New(cfg, a.SignIn)
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/desk", http.NoBody)
	r.Header.Set("Cookie", "qiao="+e.Token)
	for b.Loop() {
		if _, err := d.Visitor(r); err != nil {
			b.Fatal(err)
		}
	}
}
