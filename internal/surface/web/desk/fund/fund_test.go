// SPDX-License-Identifier: Apache-2.0

package fund_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

const path = "/desk/funds"

// blank is the form of money in as the page gives it, filled in.
func blank(t *testing.T, h *apptest.House) url.Values {
	t.Helper()
	values := apptest.Form(t, h.Get(t, account.Finance, path+"/new").Body, path)
	for name, text := range map[string]string{"amount": "12,345.60", "channel": "示例账户", "party": "示例校友会", "organiser": "示例商会", "earmark": "买呼吸机"} {
		values.Set(name, text)
	}
	return values
}

func TestMoneyIsRecordedOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h)
	one := h.Post(t, account.Finance, path, values)
	if one.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", one.Code, one.Body)
	}
	if two := h.Post(t, account.Finance, path, values); two.Header().Get("Location") != one.Header().Get("Location") {
		t.Error("a double click booked twice")
	}
	page := h.Get(t, account.Finance, one.Header().Get("Location")).Body.String()
	for _, want := range []string{"12,345.60", "CNY", "示例账户", "示例校友会", "示例商会", "买呼吸机", "登记了收款", "已保存"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestWrongFieldsAreNamedAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for name, c := range map[string]struct{ field, value, id, says string }{
		"no amount":      {"amount", "", "f-amount", "大于零"},
		"nothing":        {"amount", "0", "f-amount", "大于零"},
		"less":           {"amount", "-5", "f-amount", "大于零"},
		"words":          {"amount", "一万", "f-amount", "1234.56"},
		"too exact":      {"amount", "1.005", "f-amount", "2 位小数"},
		"too much":       {"amount", "99999999999999999999", "f-amount", "大得离谱"},
		"no such money":  {"currency", "ABC", "f-currency", "没有“ABC”这种货币"},
		"no channel":     {"channel", " ", "f-channel", "哪个账户或渠道"},
		"out for naught": {"direction", "out", "f-purpose", "写明用途"},
		"neither":        {"direction", "sideways", "f-direction", "收入还是支出"},
		"not a day":      {"occurred_at", "昨天", "f-occurred-at", "2020-02-17"},
	} {
		values := blank(t, h)
		values.Set("note", "见 <b>流水</b>")
		values.Set(c.field, c.value)
		w := h.Post(t, account.Finance, path, values)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#`+c.id+`"`) || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d, the summary does not lead to %s and say %s", name, w.Code, c.id, c.says)
		}
		if !strings.Contains(page, "见 &lt;b&gt;流水") || !strings.Contains(page, `value="示例校友会"`) {
			t.Errorf("%s: something typed is lost", name)
		}
	}
}

func TestNoMoreGoesOutThanIsThere(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h)
	for name, text := range map[string]string{"direction": "out", "purpose": "购买口罩", "earmark": "", "channel": "示例空账户"} {
		values.Set(name, text)
	}
	w := h.Post(t, account.Finance, path, values)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "示例空账户 里能用于这件事的钱不够") || !strings.Contains(w.Body.String(), `value="购买口罩"`) {
		t.Errorf("%d", w.Code)
	}
}

func TestACorrectionAndAReversal(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address, _, _ := strings.Cut(h.Post(t, account.Finance, path, blank(t, h)).Header().Get("Location"), "?")
	values := apptest.Form(t, h.Get(t, account.Finance, address+"/correct").Body, address+"/correct")
	stale := apptest.Form(t, h.Get(t, account.Finance, address+"/correct").Body, address+"/correct")
	values.Set("amount", "12345.70")
	values.Set("currency", "usd")
	values.Set("reason", "看错了币种")
	done := h.Post(t, account.Finance, address+"/correct", values)
	if done.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", done.Code, done.Body)
	}
	newer, _, _ := strings.Cut(done.Header().Get("Location"), "?")
	page := h.Get(t, account.Supervisor, newer).Body.String()
	for _, want := range []string{`<del translate="no">12345.60</del>`, `<ins translate="no">12345.70</ins>`, `<ins translate="no">USD</ins>`, address} {
		if !strings.Contains(page, want) {
			t.Errorf("the new record does not show %s", want)
		}
	}
	if strings.Count(page, "<del") != 2 {
		t.Errorf("%d differences are marked, want two", strings.Count(page, "<del"))
	}
	stale.Set("reason", "我也改")
	if w := h.Post(t, account.Finance, address+"/correct", stale); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "12345.70") {
		t.Errorf("a conflict: %d", w.Code)
	}
	reverse := apptest.Form(t, h.Get(t, account.Finance, newer).Body, newer+"/reverse")
	reverse.Set("reason", "款项被退回")
	if w := h.Post(t, account.Finance, newer+"/reverse", reverse); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if page := h.Get(t, account.Supervisor, newer).Body.String(); !strings.Contains(page, "款项被退回") || strings.Contains(page, "/correct") {
		t.Error("the page does not show why it was reversed, or still offers a correction")
	}
}

func TestAKeeperSeesNoMoney(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address, _, _ := strings.Cut(h.Post(t, account.Finance, path, blank(t, h)).Header().Get("Location"), "?")
	for _, page := range []string{path, path + "/new", address, address + "/correct"} {
		for _, role := range []account.Role{account.Keeper, account.Liaison, account.Driver, account.Recipient} {
			if w := h.Get(t, role, page); w.Code != http.StatusForbidden {
				t.Errorf("%s opens %s: %d", role, page, w.Code)
			}
		}
	}
	if strings.Contains(h.Get(t, account.Keeper, "/desk/stock").Body.String(), path) {
		t.Error("a keeper is led to money")
	}
	page := h.Get(t, account.Coordinator, address).Body.String()
	if strings.Contains(page, "/correct") || strings.Contains(page, "/reverse") {
		t.Error("a coordinator, who sees money, is offered to change it")
	}
}

func TestTheListStandsAndNarrowsByItsAddress(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	out := h.Get(t, account.Finance, path+"?direction=out&currency=CNY&sort=-day").Body.String()
	if strings.Contains(out, `data-k="收支"><div>收入`) || !strings.Contains(out, `data-k="收支"><div>支出`) {
		t.Error("the direction does not narrow the list")
	}
	if !strings.Contains(out, "/api/v1/funds?currency=CNY&amp;direction=out&amp;format=csv&amp;lang=zh-Hans&amp;sort=-day") {
		t.Error("the export does not have the filters of the list")
	}
	if w := h.Get(t, account.Finance, path+"?sort=amount"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an order that there is not: %d", w.Code)
	}
	if none := h.Get(t, account.Finance, path+"?channel=nowhere").Body.String(); !strings.Contains(none, "没有符合的行") {
		t.Error("a list without rows does not say so")
	}
}

func TestHostileWordsAreHarmless(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for _, text := range []string{`<script>alert(1)</script>`, "\u202eשלום", `=cmd|'/c calc'!A0`, "👩🏽‍🚒💴", `"><img src=x onerror=alert(1)>`} {
		values := blank(t, h)
		for _, name := range []string{"channel", "purpose", "party", "note", "earmark"} {
			values.Set(name, text)
		}
		w := h.Post(t, account.Finance, path, values)
		if w.Code != http.StatusSeeOther {
			t.Errorf("%q: %d %s", text, w.Code, w.Body)
			continue
		}
		for _, page := range []string{w.Header().Get("Location"), path} {
			if body := h.Get(t, account.Finance, page).Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
				t.Errorf("%q runs on %s", text, page)
			}
		}
	}
}
