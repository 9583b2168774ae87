// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

var first = regexp.MustCompile(`href="(/desk/needs/[0-9a-f-]{36})"`)

// blank is the form of a new need as the page gives it, filled in.
func blank(t *testing.T, h *apptest.House) url.Values {
	t.Helper()
	values := apptest.Form(t, h.Get(t, account.Coordinator, "/desk/needs/new").Body, "/desk/needs")
	values.Set("recipient", "示例新医院")
	values.Set("lines[0].item", "医用防护服")
	values.Set("lines[0].class", "suit-medical")
	values.Set("lines[0].value", "1,200")
	values.Set("lines[0].unit", "piece")
	return values
}

func TestANeedIsRecordedOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h)
	one := h.Post(t, account.Coordinator, "/desk/needs", values)
	if one.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", one.Code, one.Body)
	}
	two := h.Post(t, account.Coordinator, "/desk/needs", values) // a double click
	if two.Header().Get("Location") != one.Header().Get("Location") {
		t.Errorf("sent twice it made %s and %s", one.Header().Get("Location"), two.Header().Get("Location"))
	}
	page := h.Get(t, account.Coordinator, one.Header().Get("Location")).Body.String()
	for _, want := range []string{"示例新医院", "1,200", "登记了需求", "已保存"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestWrongFieldsAreNamedAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for name, c := range map[string]struct{ field, value, id, says string }{
		"no recipient":    {"recipient", "", "f-recipient", "请写明是谁需要"},
		"no such place":   {"place", "乌有乡", "f-place", "没有找到“乌有乡”"},
		"no number":       {"lines[0].value", "很多", "f-lines-0-value", "请写大于零的整数"},
		"huge number":     {"lines[0].value", "199999999999998", "f-lines-0-value", ""},
		"a day of no use": {"by_date", "2099-01-01", "f-by-date", ""},
		"not a day":       {"stated_on", "昨天", "f-stated-on", "2020-02-17"},
	} {
		values := blank(t, h)
		values.Set("note", "请在夜里联系 <b>值班</b>")
		values.Set(c.field, c.value)
		w := h.Post(t, account.Coordinator, "/desk/needs", values)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#`+c.id+`"`) || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d, the summary does not lead to %s", name, w.Code, c.id)
		}
		if !strings.Contains(page, "请在夜里联系 &lt;b&gt;值班") || c.value != "" && !strings.Contains(page, `value="`+c.value+`"`) {
			t.Errorf("%s: something typed is lost", name)
		}
	}
}

func TestACorrectionAndAConflict(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	made := h.Post(t, account.Coordinator, "/desk/needs", blank(t, h)).Header().Get("Location")
	address, _, _ := strings.Cut(made, "?")
	mine := apptest.Form(t, h.Get(t, account.Coordinator, address+"/correct").Body, address+"/correct")
	theirs := apptest.Form(t, h.Get(t, account.Liaison, address+"/correct").Body, address+"/correct")
	mine.Set("lines[0].value", "300")
	if w := h.Post(t, account.Coordinator, address+"/correct", mine); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "请写明原因") {
		t.Errorf("a correction without a reason: %d", w.Code)
	}
	mine.Set("reason", "医院来电更正")
	done := h.Post(t, account.Coordinator, address+"/correct", mine)
	if done.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", done.Code, done.Body)
	}
	page := h.Get(t, account.Coordinator, done.Header().Get("Location")).Body.String()
	if !strings.Contains(page, address) || !strings.Contains(page, "300") {
		t.Error("the new need does not lead to the one it replaces")
	}
	theirs.Set("lines[0].value", "500")
	theirs.Set("reason", "另一个人也改了")
	clash := h.Post(t, account.Liaison, address+"/correct", theirs)
	both := clash.Body.String()
	if clash.Code != http.StatusConflict || !strings.Contains(both, "有人改过了") || !strings.Contains(both, "500") {
		t.Errorf("a conflict: %d", clash.Code)
	}
}

func TestAWithdrawalKeepsItsReason(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := first.FindStringSubmatch(h.Get(t, account.Coordinator, "/desk/needs").Body.String())[1]
	values := apptest.Form(t, h.Get(t, account.Coordinator, address).Body, address+"/reverse")
	if w := h.Post(t, account.Coordinator, address+"/reverse", values); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	values.Set("reason", "已经从别处得到")
	if w := h.Post(t, account.Coordinator, address+"/reverse", values); w.Code != http.StatusSeeOther {
		t.Fatalf("%d", w.Code)
	}
	page := h.Get(t, account.Supervisor, address).Body.String()
	if !strings.Contains(page, "已经从别处得到") || !strings.Contains(page, "撤回了需求") || strings.Contains(page, "/correct") {
		t.Error("the page does not show why it was withdrawn, or still offers a correction")
	}
}

func TestWhoMaySee(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	if w := h.Get(t, "", "/desk/needs"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?next=%2Fdesk%2Fneeds") {
		t.Errorf("nobody: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := h.Post(t, "", "/desk/needs", blank(t, h)); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody posts: %d", w.Code)
	}
	if page := h.Get(t, account.Supervisor, "/desk/needs").Body.String(); strings.Contains(page, "/desk/needs/new") {
		t.Error("a supervisor, who changes nothing, is offered a new need")
	}
	if w := h.Post(t, account.Supervisor, "/desk/needs", blank(t, h)); w.Code != http.StatusForbidden {
		t.Errorf("a supervisor posts: %d", w.Code)
	}
	if w := h.Get(t, account.Driver, "/desk/needs"); w.Code != http.StatusForbidden {
		t.Errorf("a driver reads needs: %d", w.Code)
	}
}

func TestTheListLeavesAsAFile(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	link := regexp.MustCompile(`href="(/api/v1/needs[^"]*format=csv[^"]*)"`).FindStringSubmatch(
		h.Get(t, account.Coordinator, "/desk/needs?class=suit-other").Body.String())
	if link == nil {
		t.Fatal("no export of the list that was narrowed")
	}
	address := strings.ReplaceAll(link[1], "&amp;", "&")
	w := h.Get(t, account.Coordinator, address)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "示例") || strings.Contains(w.Body.String(), "消毒液") {
		t.Errorf("%d: %.200s", w.Code, w.Body)
	}
	if w := h.Get(t, "", address); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", w.Code)
	}
	if w := h.Get(t, account.Driver, address); w.Code != http.StatusForbidden {
		t.Errorf("a driver: %d", w.Code)
	}
	if w := h.Post(t, account.Coordinator, "/api/v1/needs", nil); w.Code != http.StatusUnauthorized {
		t.Errorf("a change without a token, as another site could send it: %d", w.Code)
	}
}
