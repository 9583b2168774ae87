// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// press sends keys, as a keyboard would.
func (v *visitor) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatalf("keys %q: %v", keys, err)
	}
}

// until waits for a script to say true.
func (v *visitor) until(t *testing.T, what, script string) {
	t.Helper()
	for range 100 {
		if ask[bool](t, v, script) {
			return
		}
		select {
		case <-t.Context().Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("%s never happens; the page is %s", what, ask[string](t, v, "location.pathname"))
}

// TestTheDeskByKeyboardAlone goes through the desk as somebody without a mouse.
func TestTheDeskByKeyboardAlone(t *testing.T) {
	v := visit(t, 1440, 900)
	for n := 1; n > 0; {
		var err error
		if n, err = journal.Deliver(t.Context(), v.app.DB, v.app.Finder.Subscriber()); err != nil {
			t.Fatal(err)
		}
	}
	v.open(t, "/")
	ask[bool](t, v, "document.cookie = '"+apptest.RoleCookie+"="+string(account.Coordinator)+"; path=/', true")
	v.open(t, "/desk?lang=zh")
	at := func(path string) string {
		return "location.pathname === '" + path + "' && document.readyState === 'complete'"
	}

	v.press(t, "/")
	v.until(t, "the command box has the focus", "document.activeElement.id === 'cmd'")
	v.press(t, "新单位")
	v.until(t, "an act is offered", "document.querySelector('#found[data-for=\"新单位\"] [role=option][aria-selected=true] a')?.getAttribute('href') === '/desk/orgs/new'")
	if !ask[bool](t, v, "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')) !== null && document.activeElement.getAttribute('aria-expanded') === 'true'") {
		t.Error("the box does not say which option is chosen")
	}
	v.press(t, kb.Enter)
	v.until(t, "the act opens", at("/desk/orgs/new"))

	ask[bool](t, v, "document.querySelector('#f-name').focus(), true")
	v.press(t, "ngh?")
	if got := ask[string](t, v, "document.querySelector('#f-name').value"); got != "ngh?" {
		t.Errorf("while typing the keys act: the field holds %q", got)
	}
	ask[bool](t, v, "document.querySelector('form[data-send]').removeAttribute('data-dirty'), document.activeElement.blur(), true")
	v.press(t, "gh")
	v.until(t, "g h leads home", at("/desk"))

	v.open(t, "/desk/needs?lang=zh")
	v.press(t, "jjk")
	if n := ask[int](t, v, "[...document.querySelectorAll('[data-row]')].findIndex(r => r.getAttribute('aria-selected') === 'true')"); n != 0 {
		t.Errorf("j j k stands on row %d", n)
	}
	if !ask[bool](t, v, "getComputedStyle(document.activeElement).outlineStyle !== 'none'") {
		t.Error("the focus cannot be seen")
	}
	v.press(t, kb.Enter)
	v.until(t, "Enter opens the row", "location.pathname.startsWith('/desk/needs/0') && document.readyState === 'complete'")
	v.press(t, "e")
	v.until(t, "e corrects", "location.pathname.endsWith('/correct') && document.readyState === 'complete'")
	v.press(t, "u")
	v.until(t, "u goes up", "/^.desk.needs.[0-9a-f-]{36}$/.test(location.pathname) && document.readyState === 'complete'")

	ask[bool](t, v, "document.querySelector('[data-dialog]').focus(), true")
	v.press(t, kb.Enter)
	v.until(t, "the dialog opens", "document.querySelector('dialog[open]') !== null")
	v.press(t, kb.Escape)
	v.until(t, "the focus is back at what opened the dialog", "document.querySelector('dialog[open]') === null && document.activeElement.hasAttribute('data-dialog')")
	v.press(t, "?")
	v.until(t, "? shows all keys", "document.querySelector('#all-keys').open")
	ask[bool](t, v, "document.querySelector('[data-keys-switch]').click(), document.querySelector('#all-keys').close(), document.activeElement.blur(), true")
	v.press(t, "u")
	if path := ask[string](t, v, "location.pathname"); !strings.HasPrefix(path, "/desk/needs/") {
		t.Errorf("keys that were switched off act: %s", path)
	}
}
