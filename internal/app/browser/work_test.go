// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/need"
)

// lacking records a need and returns its page.
func (v *visitor) lacking(t *testing.T, recipient string) string {
	t.Helper()
	n, err := v.app.Needs.Create(t.Context(), account.System(), need.Input{
		RecipientName: recipient, Lines: []need.Line{{Class: "goggles", ItemText: "护目镜", Quantity: qty.Exactly(50, qty.Piece)}},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return "/desk/needs/" + n.ID.String()
}

// lines is how many lines of open needs there are.
func (v *visitor) lines(t *testing.T) int {
	t.Helper()
	found, err := v.app.Needs.List(t.Context(), account.System(), need.Filter{}, page.Request{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	return len(found.Items)
}

// write fills the form of a new need.
func (v *visitor) write(t *testing.T, recipient string) {
	t.Helper()
	v.open(t, "/desk/needs/new?lang=zh")
	v.typed(t, "#f-recipient", recipient)
	v.typed(t, `[name="lines[0].item"]`, "口罩")
	v.typed(t, `[name="lines[0].value"]`, "120")
}

const saving = `form[data-send][action="/desk/needs"] .acts button[type="submit"]`

// aNeed waits for the page of a need.
const aNeed = "/^.desk.needs.[0-9a-f-]{36}$/.test(location.pathname) && document.readyState === 'complete'"

// TestNothingThatWasTypedIsLostOrSavedTwice is what goes wrong at night: two tabs,
// a line that drops, an impatient finger, the back button.
func TestNothingThatWasTypedIsLostOrSavedTwice(t *testing.T) {
	t.Parallel()
	v := visitBooks(t, nothing, screen{390, 844})
	v.as(t, account.Coordinator)

	t.Run("lost connection", func(t *testing.T) {
		before := v.lines(t)
		v.write(t, "示例断线医院")
		v.offline(t, true)
		v.click(t, saving)
		v.wait(t, "document.querySelector('.toast--stop button') !== null")
		if got := ask[string](t, v, "document.querySelector('#f-recipient').value"); got != "示例断线医院" {
			t.Errorf("what was typed is %q", got)
		}
		if said := ask[string](t, v, "document.querySelector('.toast--stop').innerText"); said == "" {
			t.Error("nobody is told that it was not saved")
		}
		if n := v.lines(t) - before; n != 0 {
			t.Errorf("without a line %d needs were saved", n)
		}
		v.offline(t, false)
		v.click(t, ".toast--stop button")
		v.wait(t, aNeed)
		if n := v.lines(t) - before; n != 1 {
			t.Errorf("sent again it was saved %d times", n)
		}
	})
	t.Run("double click and back", func(t *testing.T) {
		before := v.lines(t)
		v.write(t, "示例双击医院")
		ask[bool](t, v, "(() => { const b = document.querySelector('"+saving+"'); b.click(); b.click(); return true })()")
		v.wait(t, aNeed)
		if n := v.lines(t) - before; n != 1 {
			t.Errorf("a double click saved %d", n)
		}
		ask[bool](t, v, "history.back() ?? true")
		v.at(t, "/desk/needs/new")
		ask[bool](t, v, `(() => { const f = document.querySelector('form[action="/desk/needs"]');
			f.elements["recipient"].value ||= "示例双击医院"; f.elements["lines[0].item"].value ||= "口罩"; f.elements["lines[0].value"].value ||= "120";
			f.querySelector('.acts button[type="submit"]').click(); return true })()`)
		v.wait(t, aNeed)
		if n := v.lines(t) - before; n < 1 || n > 2 {
			t.Errorf("after going back there are %d", n)
		}
	})
	t.Run("two tabs", func(t *testing.T) {
		record := v.lacking(t, "示例两页医院")
		other := v.tabAside(t)
		for _, w := range []*visitor{v, other} {
			w.open(t, record+"/correct?lang=zh")
			w.wait(t, "document.querySelector('[name=reason]') !== null")
		}
		correct := func(w *visitor, value, reason string) {
			ask[bool](t, w, `(() => { const f = document.querySelector('form[data-send][action$="/correct"]');
				f.elements["lines[0].value"].value = "`+value+`"; f.elements["reason"].value = "`+reason+`";
				f.querySelector('.acts button[type="submit"]').click(); return true })()`)
		}
		correct(v, "60", "数错了")
		v.wait(t, aNeed)
		correct(other, "70", "医院又来电话")
		other.wait(t, "document.querySelector('.conflict') !== null")
		if both := ask[string](t, other, "document.querySelector('.conflict').innerText"); !strings.Contains(both, "60") || !strings.Contains(both, "70") {
			t.Errorf("the conflict shows %q", both)
		}
		if kept := ask[string](t, other, `document.querySelector('[name="lines[0].value"]').value + document.querySelector('[name=reason]').value`); kept != "70医院又来电话" {
			t.Errorf("what was typed is %q", kept)
		}
		other.fits(t, "a conflict")
	})
	t.Run("no script", func(t *testing.T) {
		before := v.lines(t)
		v.plain(t, true)
		defer v.plain(t, false)
		v.open(t, "/desk/needs/new?lang=zh")
		for selector, text := range map[string]string{"#f-recipient": "示例无脚本医院", `input[name="lines[0].item"]`: "口罩", `input[name="lines[0].value"]`: "7"} {
			if _, err := chromedp.Run(v.ctx, chromedp.SendKeys(selector, text)); err != nil {
				t.Fatal(err)
			}
		}
		v.pressed(t, saving)
		for end := time.Now().Add(20 * time.Second); v.lines(t) == before && time.Now().Before(end); {
			runtime.Gosched()
		}
		if n := v.lines(t) - before; n != 1 {
			t.Errorf("without a script %d needs were saved", n)
		}
	})
}

// offline takes the line away, or gives it back.
func (v *visitor) offline(t *testing.T, off bool) {
	t.Helper()
	tell(t, v, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}},
	})
}

// plain switches the scripts of pages off or on.
func (v *visitor) plain(t *testing.T, off bool) {
	t.Helper()
	tell(t, v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
}

// pressed clicks with a mouse and waits for the next page.
func (v *visitor) pressed(t *testing.T, selector string) {
	t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Click(selector)); err != nil {
		t.Fatal(err)
	}
}

// tabAside is another tab of the same browser.
func (v *visitor) tabAside(t *testing.T) *visitor {
	t.Helper()
	ctx, end := chromedp.NewContext(v.ctx)
	t.Cleanup(end)
	return &visitor{ctx: ctx, url: v.url, app: v.app, clock: v.clock, invited: v.invited}
}
