// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/app/bench"
	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/office"
)

// sight is a page as somebody sees it. Every page of the program is in the list
// that pages returns: what looks at all pages (accessibility, valid HTML,
// pictures, Lighthouse) finds them there.
type sight struct {
	name    string
	path    string // with its query, without language and theme
	cookie  string // of a session, as name=value; empty for everybody
	scored  bool   // Lighthouse looks at it as well
	refused bool   // it is a page about an error
}

// in is the address of the page in a language and a theme; either may be empty.
func (s sight) in(lang i18n.Lang, theme string) string {
	path, mark := s.path, "?"
	for _, choice := range [][2]string{{"lang", string(lang)}, {"theme", theme}} {
		if choice[1] == "" {
			continue
		}
		if strings.Contains(path, "?") {
			mark = "&"
		}
		path += mark + choice[0] + "=" + choice[1]
	}
	return path
}

// pages lists every page, with what is in the books that are open.
func (v *visitor) pages(t *testing.T) []sight {
	t.Helper()
	all := []sight{
		{name: "home", path: "/", scored: true},
		{name: "rows-in", path: "/report/latest/rows?flow=in&group=masks"},
		{name: "rows-out", path: "/report/latest/rows?flow=out&group=masks"},
		{name: "rows-stock", path: "/report/latest/rows?flow=stock"},
		{name: "rows-open", path: "/report/latest/rows?flow=unreconciled"},
		{name: "rows-money", path: "/report/latest/rows?flow=money-in"},
		{name: "needs", path: "/needs"},
		{name: "data", path: "/data"},
		{name: "nowhere", path: "/nowhere", refused: true},
	}
	for _, found := range []struct{ name, on, link string }{
		{"report", "/data", "/report/20"}, {"thread", "/report/latest/rows?flow=out&group=masks", "/thread/"},
	} {
		if path := v.linkOn(t, sight{path: found.on}, found.link); path != "" {
			all = append(all, sight{name: found.name, path: path, scored: true})
		}
	}
	return slices.Concat(all, v.doorPages(t), v.deskPages(t))
}

// doorPages lists the pages by which people get in, and what only a door session
// opens.
func (v *visitor) doorPages(t *testing.T) []sight {
	t.Helper()
	house := account.System()
	email := strconv.Itoa(int(v.invited.Add(1))) + "@example.org"
	_, invited, err := v.app.SignIn.Invite(t.Context(), house, signin.NewPerson{
		Name: "示例同事", Email: "new" + email, Memberships: []account.Membership{{Role: account.Keeper}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := v.app.SignIn.Example(t.Context(), house, id.Derive("pages", email), signin.NewPerson{
		Name: "示例管理员", Email: "admin" + email, Memberships: []account.Membership{{Role: account.Administrator}},
	})
	if err != nil {
		t.Fatal(err)
	}
	enter, err := v.app.SignIn.EnterLink(t.Context(), house, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	e, err := v.app.SignIn.AcceptEnter(t.Context(), signin.Visitor{Agent: "Mozilla/5.0 Chrome/140"}, enter.Token)
	if err != nil {
		t.Fatal(err)
	}
	me, door := apptest.RoleCookie+"="+string(account.Administrator), "qiao="+e.Token
	return []sight{
		{name: "sign-in", path: "/sign-in", scored: true}, {name: "link", path: invited.Path()}, {name: "link-dead", path: "/link/nothing", refused: true},
		{name: "cookies-refused", path: "/sign-in/kept", refused: true}, {name: "sign-in-again", path: "/sign-in/again", cookie: door},
		{name: "account", path: "/account", cookie: me + "; " + door},
		{name: "desk-people", path: "/desk/people", cookie: me}, {name: "desk-person-new", path: "/desk/people/new", cookie: me},
		{name: "desk-person", path: "/desk/people/" + p.ID.String(), cookie: me},
	}
}

// deskPages lists the pages of the desk, as an administrator sees them.
func (v *visitor) deskPages(t *testing.T) []sight {
	t.Helper()
	const me = apptest.RoleCookie + "=" + string(account.Administrator)
	needs := sight{name: "desk-needs", path: "/desk/needs", cookie: me}
	all := []sight{needs, {name: "desk-need-new", path: "/desk/needs/new", cookie: me}, {name: "desk-nowhere", path: "/desk/nowhere", cookie: me, refused: true}}
	for name, path := range map[string]string{
		"desk-home": "/desk", "desk-orgs": "/desk/orgs", "desk-org-new": "/desk/orgs/new", "desk-catalogue": "/desk/catalogue",
		"desk-class": "/desk/catalogue/respirator", "desk-standards": "/desk/catalogue/standards", "desk-journal": "/desk/journal",
		"desk-find": "/desk/find?q=%E5%8F%A3%E7%BD%A9",
	} {
		all = append(all, sight{name: name, path: path, cookie: me})
	}
	if o, err := office.Read(t.Context(), v.app.DB); err == nil && o.Demonstration {
		all = append(all, sight{name: "desk-components", path: "/desk/components", cookie: me})
	}
	for name, list := range map[string]string{"desk-org": "/desk/orgs", "desk-record": "/desk/journal"} {
		if path := v.linkOn(t, sight{path: list, cookie: me}, list+"/0"); path != "" {
			all = append(all, sight{name: name, path: path, cookie: me})
		}
	}
	if path := v.linkOn(t, needs, "/desk/needs/0"); path != "" {
		all = append(all, sight{name: "desk-need", path: path, cookie: me}, sight{name: "desk-need-correct", path: path + "/correct", cookie: me})
	}
	return append(all, v.importPages(t, me)...)
}

// linkOn returns the first address on a page that begins so and leads to a page,
// or nothing.
func (v *visitor) linkOn(t *testing.T, on sight, begin string) string {
	t.Helper()
	for _, part := range strings.Split(string(v.fetch(t, on, "")), `href="`)[1:] {
		address, _, _ := strings.Cut(part, `"`)
		if strings.HasPrefix(address, begin) && !strings.ContainsAny(address, ".?&") {
			return address
		}
	}
	return ""
}

// fetch reads a page without a browser.
func (v *visitor) fetch(t *testing.T, s sight, lang i18n.Lang) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.url+s.in(lang, ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.cookie != "" {
		r.Header.Set("Cookie", s.cookie)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if closing := answer.Body.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
	if (answer.StatusCode != http.StatusOK) != s.refused {
		t.Fatalf("%s: %s", s.path, answer.Status)
	}
	return body
}

// screen is a size of window.
type screen struct{ width, height int64 }

// screens are the ones that every page has to look right on.
func screens() []screen { return []screen{{390, 844}, {1440, 900}} }

// books fills the books that the pages show.
type books func(ctx context.Context, a *app.App, when *clock.Manual) error

// nothing leaves the books as they are on the first day.
func nothing(context.Context, *app.App, *clock.Manual) error { return nil }

// theStory plays the demonstration.
func theStory(ctx context.Context, a *app.App, when *clock.Manual) error {
	return a.PlayStory(ctx, when)
}

// overfull returns books of as many entries as QIAO_TEST_OVERFULL says; a
// million takes some minutes.
func overfull(t *testing.T) (fill books, wanted bool) {
	t.Helper()
	text := os.Getenv("QIAO_TEST_OVERFULL")
	if text == "" {
		return nil, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("QIAO_TEST_OVERFULL is %q; it must be a number of entries", text)
	}
	return func(ctx context.Context, a *app.App, when *clock.Manual) error {
		when.Set(story.Begin.AddDate(1, 0, 0)) // what is booked must have happened
		house := bench.House{DB: a.DB, Receipts: a.Receipts, Distributions: a.Distributions, Funds: a.Funds}
		return house.Fill(ctx, n, io.Discard)
	}, true
}
