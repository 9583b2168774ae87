// SPDX-License-Identifier: Apache-2.0

// Package browser opens the demonstration in a real browser and reads it as a
// visitor would. QIAO_TEST_CHROMIUM names the browser; without it the tests are
// skipped with a message.
package browser_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// visitor is a browser that looks at the demonstration.
type visitor struct {
	ctx context.Context //nolint:containedctx // the browser is its context
	url string
	app *app.App

	clock   *clock.Manual
	invited *atomic.Int32 // people who were made for pages
}

// longest is how long a browser may take for everything that a test asks of it.
const longest = 10 * time.Minute

// visit starts the demonstration and a browser.
func visit(t *testing.T, width, height int64) *visitor {
	t.Helper()
	return visitBooks(t, theStory, screen{width, height})
}

// visitBooks starts a server with the given books, and a browser.
func visitBooks(t *testing.T, fill books, look screen) *visitor {
	t.Helper()
	return visitBehind(t, fill, look, func(a *app.App) (http.Handler, error) { return a.HandlerBehind(t.Context(), &apptest.House{App: a}) })
}

// visitBehind starts a server with the given books, and a browser, behind a door.
func visitBehind(t *testing.T, fill books, look screen, door func(*app.App) (http.Handler, error)) *visitor {
	t.Helper()
	path := os.Getenv("QIAO_TEST_CHROMIUM")
	if path == "" {
		t.Skip("no browser: set QIAO_TEST_CHROMIUM (make test installs one and sets it)")
	}
	when := clock.NewManual(story.Begin)
	a, err := app.Open(t.Context(), config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler), app.Options{Clock: when})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := fill(t.Context(), a, when); err != nil {
		t.Fatal(err)
	}
	handler, err := door(a)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	ctx, cancel := context.WithTimeout(ctx, longest)
	t.Cleanup(cancel)
	v := &visitor{ctx: ctx, url: server.URL, app: a, clock: when, invited: new(atomic.Int32)}
	v.resize(t, look.width, look.height)
	return v
}

func (v *visitor) resize(t *testing.T, width, height int64) {
	t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
	}
}

func (v *visitor) open(t *testing.T, path string) {
	t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Navigate(v.url+path)); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func ask[T any](t *testing.T, v *visitor, script string) T {
	t.Helper()
	answer, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return answer
}

// follow opens the first link that matches, as a click would.
func (v *visitor) follow(t *testing.T, selector string) string {
	t.Helper()
	href := ask[string](t, v, "document.querySelector('"+selector+"')?.getAttribute('href') ?? ''")
	if href == "" {
		t.Fatalf("no link %s", selector)
	}
	v.open(t, href)
	return href
}

func TestAVisitorOpensAFigureToItsRowsAndARowToItsThread(t *testing.T) {
	v := visit(t, 1440, 900)
	v.open(t, "/?lang=zh")
	report := ask[string](t, v, "document.body.innerText")
	for _, want := range []string{"13,547,626.00", "34,504,315.00", "92,026", "5,050,120", "16,440", "1,245,418", "演示"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %s", want)
		}
	}
	v.follow(t, `a[href*="flow=in"][href*="group=masks"]`)
	if rows := ask[string](t, v, "document.body.innerText"); !strings.Contains(rows, "5,050,120") {
		t.Error("the list behind the masks does not show the figure that was opened")
	}
	v.follow(t, `a[href^="/thread/"]`)
	if thread := ask[string](t, v, "document.body.innerText"); !strings.Contains(thread, "示例") {
		t.Error("the thread names no donor")
	}
}

// fits checks that the open page does not scroll sideways.
func (v *visitor) fits(t *testing.T, name string) {
	t.Helper()
	if ask[bool](t, v, "document.documentElement.scrollWidth > document.documentElement.clientWidth") {
		widest := ask[string](t, v, `[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + "." + e.getAttribute("class")).slice(0, 5).join(" ")`)
		t.Errorf("%s scrolls sideways: %s", name, widest)
	}
}

func TestEveryPageFitsAPhoneInEveryLanguageAndScheme(t *testing.T) {
	v := visit(t, 390, 844)
	for _, s := range v.pages(t) {
		for _, lang := range i18n.Langs() {
			for _, theme := range []string{"light", "dark"} {
				address := s.in(lang, theme)
				v.see(t, s, lang, theme)
				v.fits(t, address)
				if n := ask[int](t, v, "document.querySelectorAll('h1').length"); n != 1 {
					t.Errorf("%s has %d main headings", address, n)
				}
				if n := ask[int](t, v, "[...document.styleSheets].filter(s => s.cssRules.length > 20).length"); n == 0 {
					t.Errorf("%s has no style", address)
				}
			}
		}
	}
}

// TestTheDeskEndsWithItsFrame makes sure that only the inside of the desk
// scrolls: what is hidden from the eye, far down on a long page, must not make
// the document longer than the window, or somebody scrolls into nothing.
func TestTheDeskEndsWithItsFrame(t *testing.T) {
	v := visit(t, 1440, 900)
	v.open(t, "/")
	ask[bool](t, v, "document.cookie = '"+apptest.RoleCookie+"="+string(account.Coordinator)+"; path=/', true")
	v.open(t, "/desk/needs")
	extra := ask[int](t, v, `(() => {
		const main = document.querySelector('main'), long = document.createElement('div'), hidden = document.createElement('span')
		long.style.height = '3000px'
		hidden.className = 'vh'
		main.append(long, hidden)
		return document.documentElement.scrollHeight - innerHeight
	})()`)
	if extra > 0 {
		t.Errorf("the desk is %d px longer than the window", extra)
	}
}
