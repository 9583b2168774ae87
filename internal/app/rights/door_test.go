// SPDX-License-Identifier: Apache-2.0

package rights_test

import (
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/org"
	v1 "github.com/qiaorelief/qiao/internal/surface/api/v1"
)

// house is the running program with something in every place.
type house struct {
	app     *app.App
	handler http.Handler
	clock   *clock.Manual
	token   string                     // of an administrator of the house
	orgs    map[rune]id.ID             // by place; the house has none
	made    map[string]map[rune]string // chapter, place: the id of a record
	knocks  int
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{clock: clock.NewManual(time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)), orgs: map[rune]id.ID{}, made: map[string]map[rune]string{}}
	var err error
	if h.app, err = app.Open(t.Context(), config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler), app.Options{Clock: h.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.app.Close(); err != nil {
			t.Error(err)
		}
	})
	if h.handler, err = h.app.Handler(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.token = h.newToken(t, account.Administrator, id.Zero, time.Time{})
	h.grow(t)
	h.fill(t)
	return h
}

// grow makes the organisations: own below parent, child below own, other beside.
func (h *house) grow(t *testing.T) {
	t.Helper()
	for _, o := range []struct {
		place, below rune
		name         string
	}{{ofParent, 0, "Parent Federation"}, {ofOwn, ofParent, "Own Hospital"}, {ofChild, ofOwn, "Child Hospital"}, {ofOther, 0, "Other Hospital"}} {
		made, err := h.app.Orgs.Create(t.Context(), account.System(), org.Input{Kind: org.Hospital, Name: o.name, Parent: h.orgs[o.below]}, "")
		if err != nil {
			t.Fatal(err)
		}
		h.orgs[o.place] = made.ID
	}
}

// fill makes a record of every chapter in every place where there can be one.
func (h *house) fill(t *testing.T) {
	t.Helper()
	for _, place := range anyPlace {
		h.make(t, "receipts", place, h.receipt(place, 100))
		if place != ofHouse {
			h.make(t, "needs", place, h.need(place, 1))
			h.make(t, "attachments", place, photo(t))
			h.make(t, "distributions", place, h.distribution(place, 1))
			h.keep("orgs", place, h.orgs[place].String())
		}
	}
	h.make(t, "funds", ofHouse, money("alipay"))
}

func (h *house) keep(chapter string, place rune, recordID string) {
	if h.made[chapter] == nil {
		h.made[chapter] = map[rune]string{}
	}
	h.made[chapter][place] = recordID
}

func (h *house) make(t *testing.T, chapter string, place rune, body string) {
	t.Helper()
	path := v1.Prefix + "/" + chapter
	if chapter == "attachments" {
		path += "?subject_kind=need&kind=photo&name=a.jpg&subject=" + h.made["needs"][place]
	}
	ask := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	ask.Header.Set("Idempotency-Key", chapter+string(place))
	bearer(ask, who{token: h.token})
	answer := httptest.NewRecorder()
	h.handler.ServeHTTP(answer, ask)
	var made struct {
		ID    string
		Lines []struct{ Lot string }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &made); answer.Code != http.StatusCreated || err != nil {
		t.Fatalf("%s at %c: %d %s", chapter, place, answer.Code, answer.Body)
	}
	h.keep(chapter, place, made.ID)
	if chapter == "receipts" {
		h.keep("lots", place, made.Lines[0].Lot)
	}
}

// photo is a small picture, with all that has a thumbnail.
func photo(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 480)), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (h *house) newToken(t *testing.T, role account.Role, at id.ID, expires time.Time) string {
	t.Helper()
	in := account.NewToken{Name: "rights", Role: role, Org: at, ExpiresAt: expires}
	_, text, err := h.app.Accounts.CreateToken(t.Context(), account.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// people are all who knock: every role at the house and at an organisation, with
// a token and with a session in a browser; somebody signed out; and administrators
// whose token or session is no longer good: ended, run out, or theirs who was
// disabled.
func (h *house) people(t *testing.T) []who {
	t.Helper()
	administrator := []account.Membership{{Role: account.Administrator}}
	expired := who{name: "expired", nobody: true, token: h.newToken(t, account.Administrator, id.Zero, h.clock.Now().Add(time.Hour))}
	_, expired.cookie = h.session(t, "expired", administrator)
	h.clock.Advance(signin.SessionLife + time.Hour)
	token, revoked, err := h.app.Accounts.CreateToken(t.Context(), account.System(), account.NewToken{Name: "revoked", Role: account.Administrator})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.app.Accounts.Revoke(t.Context(), account.System(), token.ID); err != nil {
		t.Fatal(err)
	}
	person, ended := h.session(t, "revoked", administrator)
	if err := h.app.SignIn.EndAll(t.Context(), account.System(), person); err != nil {
		t.Fatal(err)
	}
	person, disabled := h.session(t, "disabled", administrator)
	if err := h.app.SignIn.Disable(t.Context(), account.System(), person, "left"); err != nil {
		t.Fatal(err)
	}
	all := []who{
		{name: "signed-out", nobody: true},
		{name: "revoked", token: revoked, cookie: ended, nobody: true}, expired, {name: "disabled", cookie: disabled, nobody: true},
	}
	for _, role := range account.Roles() {
		for _, at := range []rune{ofHouse, ofOwn} {
			if role.NeedsOrg() && at == ofHouse {
				continue
			}
			w := who{name: string(role) + "@" + string(at), token: h.newToken(t, role, h.orgs[at], time.Time{})}
			if w.actor, err = h.app.Accounts.Authenticate(t.Context(), w.token); err != nil {
				t.Fatal(err)
			}
			_, w.cookie = h.session(t, w.name, []account.Membership{{Role: role, Org: h.orgs[at]}})
			all = append(all, w)
		}
	}
	return all
}

// session signs somebody in, as a browser would be.
func (h *house) session(t *testing.T, name string, memberships []account.Membership) (person id.ID, cookie string) {
	t.Helper()
	email := strings.ReplaceAll(name, "@", ".") + "@example.org"
	p, err := h.app.SignIn.Example(t.Context(), account.System(), id.Derive("rights", name), signin.NewPerson{Name: "Example " + name, Email: email, Memberships: memberships})
	if err != nil {
		t.Fatal(err)
	}
	l, err := h.app.SignIn.EnterLink(t.Context(), account.System(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.app.SignIn.AcceptEnter(t.Context(), signin.Visitor{}, l.Token)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID, e.Token
}

// bearer shows a token, as the API wants it; who has none shows the session.
func bearer(r *http.Request, w who) {
	if w.token != "" {
		r.Header.Set("Authorization", "Bearer "+w.token)
		return
	}
	browser(r, w)
}

// apiDoors are the routes of the API, and their exports.
func (h *house) apiDoors(t *testing.T) []door {
	t.Helper()
	asks := h.asks()
	var doors []door
	for _, r := range v1.New(v1.Services{}, nil, nil).Routes() {
		a, known := asks[r.ID]
		if !known {
			t.Errorf("%s %s (%s): nobody has said how to ask it", r.Method, r.Path, r.ID)
			continue
		}
		delete(asks, r.ID)
		formats := []string{""}
		if r.Exports {
			formats = []string{"", "csv", "xlsx"}
		}
		for _, format := range formats {
			d := door{table: "api", method: r.Method, path: r.Path, action: r.Action, places: a.places, sign: bearer}
			query := a.query
			if format != "" {
				d.path += "?format=" + format
				query += "&format=" + format
			}
			d.knock = func(place rune) *request {
				h.knocks++
				path := strings.NewReplacer("{id}", h.made[a.chapter][place], "{n}", "1").Replace(r.Path)
				if a.chapter == "" {
					path = strings.NewReplacer("{id}", id.Derive("nothing").String(), "{n}", "1").Replace(r.Path)
				}
				q := &request{path: v1.Prefix + path + "?" + query, header: map[string]string{
					"Idempotency-Key": fmt.Sprint("knock ", h.knocks)[len("knock "):], "If-Match": `"99"`,
				}}
				if a.subject != "" {
					q.path += "&subject=" + h.made[a.subject][place]
				}
				if a.body != nil {
					q.body = a.body(place)
				}
				if a.shows != nil {
					q.shows = a.shows(place)
				}
				return q
			}
			doors = append(doors, d)
		}
	}
	for operation := range asks {
		t.Errorf("%s is no operation", operation)
	}
	return doors
}

// policyDoors are the actions themselves, most of which pages and later chapters
// ask: the rules without any route.
func (h *house) policyDoors() []door {
	var doors []door
	for _, action := range account.Actions() {
		doors = append(doors, door{table: "policy", method: "-", path: "-", action: action, places: anyPlace})
	}
	return doors
}
