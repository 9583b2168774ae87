// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

const path = "/desk/distributions"

// receive books goggles with a code of their own, meant for a place when one is
// given, and returns their lot.
func receive(t *testing.T, h *apptest.House, code, place string) string {
	t.Helper()
	values := apptest.Form(t, h.Get(t, account.Coordinator, "/desk/receipts/new").Body, "/desk/receipts")
	for name, text := range map[string]string{
		"donor": "示例捐赠人" + code, "lines[0].item": "护目镜", "lines[0].class": "goggles", "lines[0].quantity": "500", "lines[0].unit": "piece",
		"lines[0].batch": code, "lines[0].earmark_place": place,
	} {
		values.Set(name, text)
	}
	made := h.Post(t, account.Coordinator, "/desk/receipts", values)
	page := h.Get(t, account.Coordinator, made.Header().Get("Location")).Body.String()
	found := regexp.MustCompile(`/thread/([0-9a-f-]{36})`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("%d: no lot", made.Code)
	}
	return found[1]
}

// blank is the form of a new hand-over from a lot, filled in.
func blank(t *testing.T, h *apptest.House, lot string) url.Values {
	t.Helper()
	values := apptest.Form(t, h.Get(t, account.Coordinator, path+"/new?lot="+lot).Body, path)
	values.Set("recipient", "示例新医院")
	values.Set("place", "岳阳市")
	values.Set("lines[0].quantity", "200")
	return values
}

func TestAHandOverIsRecordedOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	lot := receive(t, h, "EX-1", "")
	values := blank(t, h, lot)
	if values.Get("lines[0].lot") != lot || values.Get("lines[0].class") != "goggles" {
		t.Fatalf("the lot of the link is not chosen: %v", values)
	}
	values.Set("lines[0].rejected", "30")
	if w := h.Post(t, account.Keeper, path, values); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-lines-0-reject-reason"`) {
		t.Errorf("rejected without a reason: %d", w.Code)
	}
	values.Set("lines[0].reject_reason", "镜片有划痕")
	one := h.Post(t, account.Keeper, path, values)
	if one.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", one.Code, one.Body)
	}
	if two := h.Post(t, account.Keeper, path, values); two.Header().Get("Location") != one.Header().Get("Location") {
		t.Error("a double click handed over twice")
	}
	page := h.Get(t, account.Coordinator, one.Header().Get("Location")).Body.String()
	for _, want := range []string{"示例新医院", "岳阳市", "200", "镜片有划痕", "EX-1", "/thread/" + lot, "登记了发放", "已保存"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestLotsThatAreOnHandAreOffered(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	lot := receive(t, h, "EX-2", "张家界市")
	values := apptest.Form(t, h.Get(t, account.Coordinator, path+"/new").Body, path)
	values.Set("lines[0].class", "goggles")
	values.Set("more", "again")
	page := h.Post(t, account.Coordinator, path, values)
	if body := page.Body.String(); page.Code != http.StatusOK || !strings.Contains(body, `value="`+lot+`"`) ||
		!strings.Contains(body, "有 500 副，EX-2 · 示例捐赠人EX-2，在总仓（定向：张家界市）") {
		t.Errorf("%d: what is on hand is not offered with amount, donor, place and condition", page.Code)
	}
	other := blank(t, h, lot) // for another place
	w := h.Post(t, account.Coordinator, path, other)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-lines-0-lot"`) || !strings.Contains(w.Body.String(), "指定给别的单位或地方") {
		t.Errorf("a lot meant for others: %d", w.Code)
	}
	values.Set("more", "line")
	if body := h.Post(t, account.Coordinator, path, values).Body.String(); !strings.Contains(body, `name="lines[1].class"`) {
		t.Error("there is no further line")
	}
}

func TestWhatTheBooksNeverReceivedIsShownOpenly(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h, receive(t, h, "EX-3", ""))
	values.Set("lines[0].quantity", "700")
	values.Set("lines[0].item", "护目镜")
	w := h.Post(t, account.Coordinator, path, values)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "还差 200") || !strings.Contains(w.Body.String(), `value="700"`) {
		t.Fatalf("more than there is: %d", w.Code)
	}
	values.Set("unreconciled", "true")
	made := h.Post(t, account.Coordinator, path, values)
	if page := h.Get(t, account.Supervisor, made.Header().Get("Location")).Body.String(); made.Code != http.StatusSeeOther || !strings.Contains(page, "未对上") || !strings.Contains(page, "账上没有收到过") {
		t.Errorf("%d: what the books never received is not shown", made.Code)
	}
	if page := h.Get(t, account.Supervisor, path+"?unreconciled=true").Body.String(); !strings.Contains(page, "示例新医院") {
		t.Error("the list of what is unreconciled does not show it")
	}
}

func TestWrongFieldsAreNamedAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	lot := receive(t, h, "EX-4", "")
	for name, c := range map[string]struct{ field, value, id, says string }{
		"nobody":         {"recipient", "", "f-recipient", "请写明发给谁"},
		"nowhere":        {"place", "乌有乡", "f-place", "没有找到“乌有乡”"},
		"no class":       {"lines[0].class", "", "f-lines-0-class", "请选品类"},
		"other goods":    {"lines[0].class", "suit-medical", "f-lines-0-lot", "不是这种物品"},
		"no number":      {"lines[0].quantity", "很多", "f-lines-0-quantity", "大于零的整数"},
		"huge number":    {"lines[0].quantity", "199999999999998", "f-lines-0-quantity", "我核对过"},
		"no such lot":    {"lines[0].lot", "EX-9", "f-lines-0-lot", ""},
		"less than none": {"lines[0].rejected", "-3", "f-lines-0-rejected", "大于零的整数"},
		"not a day":      {"occurred_at", "昨天", "f-occurred-at", "2020-02-17"},
	} {
		values := blank(t, h, lot)
		values.Set("note", "送到 <b>东门</b>")
		values.Set(c.field, c.value)
		w := h.Post(t, account.Coordinator, path, values)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#`+c.id+`"`) || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d, the summary does not lead to %s and say %s", name, w.Code, c.id, c.says)
		}
		if !strings.Contains(page, "送到 &lt;b&gt;东门") {
			t.Errorf("%s: something typed is lost", name)
		}
	}
}

func TestACorrectionAConflictAndAReversal(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address, _, _ := strings.Cut(h.Post(t, account.Coordinator, path, blank(t, h, receive(t, h, "EX-5", ""))).Header().Get("Location"), "?")
	mine := apptest.Form(t, h.Get(t, account.Coordinator, address+"/correct").Body, address+"/correct")
	theirs := apptest.Form(t, h.Get(t, account.Coordinator, address+"/correct").Body, address+"/correct")
	mine.Set("lines[0].quantity", "500") // all of the lot: what was taken is back first
	mine.Set("reason", "签收单是五百")
	done := h.Post(t, account.Coordinator, address+"/correct", mine)
	if done.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", done.Code, done.Body)
	}
	newer, _, _ := strings.Cut(done.Header().Get("Location"), "?")
	page := h.Get(t, account.Supervisor, newer).Body.String()
	if !strings.Contains(page, `<del translate="no">200</del>`) || !strings.Contains(page, `<ins translate="no">500</ins>`) || strings.Count(page, "<del") != 1 {
		t.Error("the old is not beside the new")
	}
	theirs.Set("lines[0].quantity", "100")
	theirs.Set("reason", "我也改")
	clash := h.Post(t, account.Coordinator, address+"/correct", theirs)
	if clash.Code != http.StatusConflict || !strings.Contains(clash.Body.String(), "有人改过了") || !strings.Contains(clash.Body.String(), "500") {
		t.Errorf("a conflict: %d", clash.Code)
	}
	reverse := apptest.Form(t, h.Get(t, account.Coordinator, newer).Body, newer+"/reverse")
	reverse.Set("reason", "没有送到")
	if w := h.Post(t, account.Coordinator, newer+"/reverse", reverse); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if page := h.Get(t, account.Supervisor, newer).Body.String(); !strings.Contains(page, "没有送到") || strings.Contains(page, "/reverse") {
		t.Error("the page does not show why it was reversed, or still offers it")
	}
}

func TestWhoMaySee(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	if w := h.Get(t, "", path); w.Code != http.StatusSeeOther {
		t.Errorf("nobody: %d", w.Code)
	}
	values := blank(t, h, receive(t, h, "EX-6", ""))
	for _, role := range []account.Role{account.Supervisor, account.Finance, account.Recipient, account.Driver} {
		if w := h.Post(t, role, path, values); w.Code != http.StatusForbidden {
			t.Errorf("%s posts: %d", role, w.Code)
		}
	}
	made, _, _ := strings.Cut(h.Post(t, account.Keeper, path, values).Header().Get("Location"), "?")
	if page := h.Get(t, account.Keeper, made).Body.String(); strings.Contains(page, "/correct") {
		t.Error("a keeper, who may not correct, is offered to")
	}
	if w := h.Get(t, account.Recipient, made); w.Code != http.StatusForbidden {
		t.Errorf("a hospital reads what another was handed: %d", w.Code)
	}
	if page := h.Get(t, account.Recipient, path).Body.String(); strings.Contains(page, "示例新医院") {
		t.Error("a hospital's list shows what another was handed")
	}
}

func TestTheListStandsAndNarrowsByItsAddress(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	days := regexp.MustCompile(`data-k="发放日期"><div><time datetime="([0-9-]+)"`)
	found := days.FindAllStringSubmatch(h.Get(t, account.Keeper, path+"?sort=day").Body.String(), -1)
	if len(found) < 20 {
		t.Fatalf("%d rows", len(found))
	}
	for i := 1; i < len(found); i++ {
		if found[i-1][1] > found[i][1] {
			t.Errorf("by day: %s before %s", found[i-1][1], found[i][1])
		}
	}
	page := h.Get(t, account.Keeper, path+"?class=goggles&place=43").Body.String()
	if !strings.Contains(page, "/api/v1/distributions?class=goggles&amp;format=csv&amp;lang=zh-Hans&amp;place=43") {
		t.Error("the export does not have the filters of the list")
	}
	if w := h.Get(t, account.Keeper, path+"?sort=recipient"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an order that there is not: %d", w.Code)
	}
}

func TestHostileWordsAreHarmless(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	lot := receive(t, h, "EX-7", "")
	for i, text := range []string{`<script>alert(1)</script>`, "\u202eשלום", `=1+1`, "示例👩🏽‍🚒🥽", `"><img src=x onerror=alert(1)>`} {
		values := blank(t, h, lot)
		values.Set("lines[0].quantity", string(rune('1'+i)))
		values.Set("lines[0].rejected", "1")
		for _, name := range []string{"recipient", "note", "lines[0].item", "lines[0].reject_reason"} {
			values.Set(name, text)
		}
		w := h.Post(t, account.Coordinator, path, values)
		if w.Code != http.StatusSeeOther {
			t.Errorf("%q: %d %s", text, w.Code, w.Body)
			continue
		}
		for _, page := range []string{w.Header().Get("Location"), path} {
			if body := h.Get(t, account.Coordinator, page).Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
				t.Errorf("%q runs on %s", text, page)
			}
		}
	}
}
