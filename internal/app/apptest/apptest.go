// SPDX-License-Identifier: Apache-2.0

// Package apptest starts the whole house with the story loaded, for tests of
// its pages, and says who sends a request without a sign-in: a cookie names the
// role.
package apptest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// RoleCookie is the cookie that names the role of who sends a request.
const RoleCookie = "test-role"

// House is the running program.
type House struct {
	App      *app.App
	Handler  http.Handler
	Hospital id.ID // for which recipients and drivers act
}

// Open starts the house with the story in it.
func Open(t testing.TB) *House {
	t.Helper()
	books, end, err := played()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, databaseFile), books, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := open(t.Context(), folder, clock.NewManual(end))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &House{App: a}
	found, err := a.Orgs.List(t.Context(), account.System(), org.Filter{Kind: org.Hospital}, page.Request{Limit: 1})
	if err != nil || len(found.Items) == 0 {
		t.Fatalf("no hospital in the story: %v", err)
	}
	h.Hospital = found.Items[0].ID
	if h.Handler, err = a.HandlerBehind(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	return h
}

// databaseFile is the books' file in the folder of the data.
const databaseFile = "qiao.db"

func open(ctx context.Context, folder string, when clock.Clock) (*app.App, error) {
	return app.Open(ctx, config.Config{Data: folder}, slog.New(slog.DiscardHandler), app.Options{Clock: when})
}

// played returns the books of the story and its last moment. The story is played
// once in a test binary: each house begins with a copy.
var played = onceBooks(func() (books []byte, end time.Time, err error) {
	folder, err := os.MkdirTemp("", "qiao-story-")
	if err != nil {
		return nil, end, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ctx, when := context.Background(), clock.NewManual(story.Begin)
	a, err := open(ctx, folder, when)
	if err != nil {
		return nil, end, err
	}
	if err := errors.Join(a.PlayStory(ctx, when), a.Close()); err != nil {
		return nil, end, err
	}
	books, err = os.ReadFile(filepath.Join(folder, databaseFile))
	return books, when.Now(), err
})

// onceBooks runs play when it is first asked for, and never again.
func onceBooks(play func() ([]byte, time.Time, error)) func() ([]byte, time.Time, error) {
	var once sync.Once
	var books []byte
	var end time.Time
	var err error
	return func() ([]byte, time.Time, error) {
		once.Do(func() { books, end, err = play() })
		return books, end, err
	}
}

// Actor returns somebody of a role.
func (h *House) Actor(role account.Role) account.Actor {
	m := account.Membership{Role: role}
	if role == account.Recipient || role == account.Driver {
		m.Org = h.Hospital
	}
	return account.Actor{ID: id.Derive("person", string(role)), Name: "Example " + string(role), Memberships: []account.Membership{m}}
}

// Visitor implements frame.Gate.
func (h *House) Visitor(r *http.Request) (frame.Visitor, error) {
	c, err := r.Cookie(RoleCookie)
	if err != nil || !account.Role(c.Value).Valid() {
		return frame.Visitor{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return frame.Visitor{Actor: h.Actor(account.Role(c.Value)), Fresh: true}, nil
}

// Get opens a page as somebody of a role; an empty role is nobody.
func (h *House) Get(t testing.TB, role account.Role, path string) *httptest.ResponseRecorder {
	t.Helper()
	return h.Send(t, role, httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form as somebody of a role.
func (h *House) Post(t testing.TB, role account.Role, path string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.Send(t, role, r)
}

// Send sends a request as somebody of a role; an empty role is nobody.
func (h *House) Send(t testing.TB, role account.Role, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	if role != "" {
		r.AddCookie(&http.Cookie{Name: RoleCookie, Value: string(role)})
	}
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, r)
	return w
}

// Form returns the fields of the form with the given action on a page, as a
// browser would send them back unchanged.
func Form(t testing.TB, page io.Reader, action string) url.Values {
	t.Helper()
	root, err := html.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && node.Data == "form" && attribute(node, "action") == action {
			return fields(node)
		}
	}
	t.Fatalf("no form with the action %s", action)
	return nil
}

func fields(form *html.Node) url.Values {
	values := url.Values{}
	for node := range form.Descendants() {
		name := attribute(node, "name")
		switch {
		case node.Type != html.ElementNode || name == "":
		case node.Data == "input" && (attribute(node, "type") == "checkbox" || attribute(node, "type") == "radio"):
			if has(node, "checked") {
				values.Add(name, attribute(node, "value"))
			}
		case node.Data == "input":
			values.Add(name, attribute(node, "value"))
		case node.Data == "textarea":
			values.Add(name, text(node))
		case node.Data == "select":
			values.Add(name, chosen(node))
		}
	}
	return values
}

// chosen is the value of the selected option of a select, else of its first.
func chosen(selecting *html.Node) string {
	first, found := "", false
	for node := range selecting.Descendants() {
		if node.Type != html.ElementNode || node.Data != "option" {
			continue
		}
		if has(node, "selected") {
			return attribute(node, "value")
		}
		if !found {
			first, found = attribute(node, "value"), true
		}
	}
	return first
}

func text(node *html.Node) string {
	var all strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			all.WriteString(child.Data)
		}
	}
	return all.String()
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	for _, a := range node.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
