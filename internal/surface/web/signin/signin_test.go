// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
)

// house is a server that nobody has been to yet.
type house struct {
	app   *app.App
	clock *clock.Manual
	url   string
}

func open(t *testing.T) *house {
	t.Helper()
	when := clock.NewManual(time.Date(2020, 2, 17, 2, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler), app.Options{Clock: when})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	handler, err := a.Handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &house{a, when, server.URL}
}

// reader is a browser without a script.
type reader struct {
	t      *testing.T
	house  *house
	client *http.Client
}

// page is what a browser shows.
type page struct {
	status int
	path   string
	body   string
}

func (h *house) browser(t *testing.T) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t, h, &http.Client{Jar: jar}}
}

func (b *reader) show(answer *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err := answer.Body.Close(); err != nil {
		b.t.Error(err)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Request.URL.RequestURI(), string(body)}
}

func (b *reader) get(path string) page {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.house.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Accept-Language", "zh-CN")
	return b.show(b.client.Do(request))
}

// submit fills in the form with the action on a page and sends it.
func (b *reader) submit(on page, action string, fields ...string) page {
	b.t.Helper()
	values := apptest.Form(b.t, strings.NewReader(on.body), action)
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return b.post(action, values)
}

func (b *reader) post(path string, values url.Values) page {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.house.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept-Language", "zh-CN")
	return b.show(b.client.Do(request))
}

func (p page) want(t *testing.T, status int, path string, words ...string) {
	t.Helper()
	if p.status != status || !strings.HasPrefix(p.path, path) {
		t.Fatalf("%d at %s, want %d at %s: %.300s", p.status, p.path, status, path, p.body)
	}
	for _, word := range words {
		if !strings.Contains(p.body, word) {
			t.Fatalf("%s does not say %s", p.path, word)
		}
	}
}

// in checks that the browser was sent to the desk, and knows who it is for.
func (p page) in(t *testing.T, b *reader) {
	t.Helper()
	if p.path != "/desk" {
		t.Fatalf("%d at %s: %.300s", p.status, p.path, p.body)
	}
	b.get("/account").want(t, 200, "/account")
}

const strong, other = "corail bateau lanterne 7", "fenêtre verte sous la pluie"

// first sets the house up and returns the browser of the first administrator.
func (h *house) first(t *testing.T) *reader {
	t.Helper()
	l, needed, err := h.app.SignIn.SetUpLink(t.Context())
	if err != nil || !needed {
		t.Fatal(err, needed)
	}
	b := h.browser(t)
	asked := b.get(l.Path())
	asked.want(t, 200, l.Path(), "设置第一位管理员")
	b.submit(asked, l.Path(), "name", "示例管理员", "email", "not an address", "password", strong, "repeat", strong).
		want(t, 422, l.Path(), "f-email", "示例管理员")
	b.submit(asked, l.Path(), "name", "示例管理员", "email", "a@example.org", "password", strong, "repeat", "x").
		want(t, 422, l.Path(), "两次写的不一样")
	b.submit(asked, l.Path(), "name", "示例管理员", "email", "a@example.org", "password", "password1234", "repeat", "password1234").
		want(t, 422, l.Path(), "f-password")
	b.submit(asked, l.Path(), "name", "示例管理员", "email", "a@example.org", "password", strong, "repeat", strong).
		in(t, b)
	h.browser(t).get(l.Path()).want(t, 404, l.Path(), "不能用了")
	return b
}

var madeLink = regexp.MustCompile(`value="[^"]*(/link/[^"]+)"`)

// invited returns a colleague who was invited, and where to find them.
func (h *house) invited(t *testing.T, admin *reader, role string) (b *reader, person string) {
	t.Helper()
	made := admin.submit(admin.get("/desk/people/new"), "/desk/people", "name", "示例同事", "email", role+"@example.org", "lines[0].role", role)
	made.want(t, 200, "/desk/people", "现在就复制")
	link := madeLink.FindStringSubmatch(made.body)
	who := regexp.MustCompile(`action="(/desk/people/[0-9a-f-]{36})/link"`).FindStringSubmatch(made.body)
	if link == nil || who == nil {
		t.Fatal("the page shows no link")
	}
	b = h.browser(t)
	asked := b.get(link[1])
	asked.want(t, 200, link[1], "欢迎加入", "示例同事")
	b.submit(asked, link[1], "password", other, "repeat", other).in(t, b)
	if again := admin.get(who[1]); strings.Contains(again.body, link[1]) {
		t.Error("the link is shown a second time")
	}
	return b, who[1]
}

func TestFromTheFirstStartToSomebodyWhoIsThrownOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.browser(t).get("/desk/needs").want(t, 200, "/sign-in?next=%2Fdesk%2Fneeds", "登录")
	admin := h.first(t)
	colleague, person := h.invited(t, admin, "coordinator")
	colleague.get("/desk/needs").want(t, 200, "/desk/needs", "还没有需求")
	colleague.get("/desk/people").want(t, 403, "/desk/people")
	shown := admin.get(person)
	admin.submit(shown, person+"/disable").want(t, 422, person+"/disable")
	admin.submit(shown, person+"/disable", "reason", "离职").want(t, 200, person, "已停用", "离职")
	colleague.get("/desk/needs").want(t, 200, "/sign-in")
	colleague.submit(colleague.get("/sign-in"), "/sign-in", "email", "coordinator@example.org", "password", other).want(t, 401, "/sign-in", "邮箱或密码不对")
	admin.submit(admin.get(person), person+"/enable", "reason", "回来了").want(t, 200, person)
	colleague.submit(colleague.get("/sign-in?next=/desk/needs"), "/sign-in", "email", "coordinator@example.org", "password", other).want(t, 200, "/desk/needs")
	colleague.post("/sign-out", nil).want(t, 200, "/sign-in")
	colleague.get("/desk/needs").want(t, 200, "/sign-in")
}

func TestACodeIsAskedForOnceItIsOn(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.first(t)
	adding := b.submit(b.get("/account"), "/account/code")
	adding.want(t, 200, "/account/code", "viewBox")
	text := regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`).FindStringSubmatch(adding.body)
	if text == nil {
		t.Fatal("no secret on the page")
	}
	secret, err := totp.ParseSecret(text[1])
	if err != nil {
		t.Fatal(err)
	}
	b.submit(adding, "/account/code/confirm", "code", "000000").want(t, 422, "/account/code/confirm", "验证码不对", text[1])
	on := b.submit(adding, "/account/code/confirm", "code", secret.Code(totp.Step(h.clock.Now())))
	on.want(t, 200, "/account/code/confirm", "现在抄下来")
	recovery := regexp.MustCompile(`<ul class="codes" translate="no">\s*<li>([^<]+)</li>`).FindStringSubmatch(on.body)
	if recovery == nil {
		t.Fatal("no recovery codes on the page")
	}
	b.post("/sign-out", nil)
	half := b.submit(b.get("/sign-in?next=/account"), "/sign-in", "email", "A@Example.org", "password", strong)
	half.want(t, 200, "/sign-in/second", "再确认一步")
	b.get("/desk/needs").want(t, 200, "/sign-in")
	b.submit(half, "/sign-in/second", "code", secret.Code(totp.Step(h.clock.Now()))).want(t, 401, "/sign-in/second") // used already
	h.clock.Advance(time.Minute)
	b.submit(half, "/sign-in/second", "code", secret.Code(totp.Step(h.clock.Now()))).want(t, 200, "/account", "已打开")
	b.post("/sign-out", nil)
	half = b.submit(b.get("/sign-in"), "/sign-in", "email", "a@example.org", "password", strong)
	b.submit(half, "/sign-in/second", "recovery", recovery[1]).in(t, b)
}

func TestWhatMattersAsksOnceMore(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.first(t)
	h.clock.Advance(20 * time.Minute)
	again := b.get("/desk/people/new")
	again.want(t, 200, "/sign-in/again?next=%2Fdesk%2Fpeople%2Fnew", "请确认是你本人")
	b.submit(again, "/sign-in/again", "current", "wrong").want(t, 422, "/sign-in/again", "当前密码不对")
	b.submit(again, "/sign-in/again", "current", strong).want(t, 200, "/desk/people/new", "邀请")
}

func TestASessionEndsElsewhere(t *testing.T) {
	t.Parallel()
	h := open(t)
	here := h.first(t)
	there := h.browser(t)
	there.submit(there.get("/sign-in"), "/sign-in", "email", "a@example.org", "password", strong).in(t, there)
	list := here.get("/account")
	end := regexp.MustCompile(`action="(/account/sessions/[0-9a-f-]{36}/end)"`).FindStringSubmatch(list.body)
	if end == nil {
		t.Fatal("the other browser is not listed")
	}
	here.post(end[1], nil).want(t, 200, "/account")
	there.get("/account").want(t, 200, "/sign-in")
	here.get("/account").want(t, 200, "/account")
}

func TestABrowserThatRefusesCookiesIsToldSo(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.first(t)
	b := &reader{t, h, &http.Client{}} // keeps none
	told := b.submit(b.get("/sign-in?next=/desk/needs"), "/sign-in", "email", "a@example.org", "password", strong)
	told.want(t, 403, "/sign-in/kept", "Cookie", `href="/sign-in?next=%2Fdesk%2Fneeds"`)
}

func TestNextNeverLeavesThisServer(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.first(t)
	for _, next := range []string{
		"https://example.com/", "//example.com/", `/\example.com/`, "/\t/example.com", "javascript:alert(1)", "/sign-in", "desk", "",
	} {
		b.get("/sign-in?next="+url.QueryEscape(next)).in(t, b)
	}
	b.get("/sign-in?next=/account").want(t, 200, "/account")
}
