// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// made records an organisation and returns its address.
func made(t *testing.T, h *apptest.House, name string, more url.Values) string {
	t.Helper()
	values := apptest.Form(t, h.Get(t, account.Coordinator, "/desk/orgs/new").Body, "/desk/orgs")
	values.Set("name", name)
	for field, value := range more {
		values[field] = value
	}
	one := h.Post(t, account.Coordinator, "/desk/orgs", values)
	if one.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", one.Code, one.Body)
	}
	if two := h.Post(t, account.Coordinator, "/desk/orgs", values); two.Header().Get("Location") != one.Header().Get("Location") {
		t.Errorf("sent twice it made %s and %s", one.Header().Get("Location"), two.Header().Get("Location"))
	}
	address, _, _ := strings.Cut(one.Header().Get("Location"), "?")
	return address
}

func says(t *testing.T, h *apptest.House, address string, wanted ...string) {
	t.Helper()
	page := h.Get(t, account.Coordinator, address).Body.String()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not say %s", address, want)
		}
	}
}

func TestAnOrganisationStandsInTheTreeAndIsFoundByPartOfItsName(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	top := made(t, h, "示例联合会甲", url.Values{"kind": {"federation"}})
	below := made(t, h, "示例乙镇卫生院", url.Values{"parent": {"示例 联合会甲"}, "place": {"岳阳市"}})
	says(t, h, below, top, "示例联合会甲", "岳阳", "/desk/receipts?donor=", "/desk/needs?recipient=", "登记了单位")
	says(t, h, top, below, "示例乙镇卫生院")
	says(t, h, "/desk/orgs?like="+url.QueryEscape("乙镇"), "示例乙镇卫生院")
	id := strings.TrimPrefix(top, "/desk/orgs/")
	says(t, h, "/desk/orgs?parent="+id, "示例乙镇卫生院", "示例联合会甲")
	says(t, h, "/desk/orgs?kind=federation&like="+url.QueryEscape("乙镇"), "没有符合的行")
	says(t, h, "/desk/needs?recipient="+strings.TrimPrefix(below, "/desk/orgs/"), "没有符合的行")
}

func TestWrongFieldsOfAnOrganisationAreNamed(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	made(t, h, "示例医院一", nil)
	for field, value := range map[string]string{"name": "示例 医院一", "parent": "没有这个", "place": "乌有乡", "kind": "king"} {
		values := apptest.Form(t, h.Get(t, account.Coordinator, "/desk/orgs/new").Body, "/desk/orgs")
		values.Set("name", "示例医院二")
		values.Set("note", "夜里有人 <b>值班</b>")
		values.Set(field, value)
		w := h.Post(t, account.Coordinator, "/desk/orgs", values)
		if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#f-`+field+`"`) ||
			!strings.Contains(page, "夜里有人 &lt;b&gt;值班") {
			t.Errorf("%s %q: %d, or something typed is lost", field, value, w.Code)
		}
	}
}

func TestAChangeAConflictAndADoubleClick(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := made(t, h, "示例旧名医院", nil)
	mine := apptest.Form(t, h.Get(t, account.Coordinator, address+"/change").Body, address+"/change")
	theirs := apptest.Form(t, h.Get(t, account.Liaison, address+"/change").Body, address+"/change")
	mine.Set("name", "示例新名医院")
	for range 2 {
		if w := h.Post(t, account.Coordinator, address+"/change", mine); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
	}
	says(t, h, address, "示例新名医院", "示例旧名医院", "修改了单位") // the old name leads here still
	theirs.Set("note", "另一个人写的")
	w := h.Post(t, account.Liaison, address+"/change", theirs)
	if page := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(page, "有人改过了") || !strings.Contains(page, "示例新名医院") {
		t.Fatalf("a conflict: %d", w.Code)
	}
	again := apptest.Form(t, w.Body, address+"/change")
	if again.Get("note") != "另一个人写的" {
		t.Errorf("what was typed is lost: %q", again.Get("note"))
	}
	if w := h.Post(t, account.Liaison, address+"/change", again); w.Code != http.StatusSeeOther {
		t.Errorf("saving after the conflict: %d", w.Code)
	}
}

func TestAnotherSpellingLeadsToIt(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address, other := made(t, h, "示例市第一医院", nil), made(t, h, "示例市第二医院", nil)
	values := url.Values{"name": {"示例一医院"}}
	for range 2 {
		if w := h.Post(t, account.Coordinator, address+"/alias", values); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
	}
	says(t, h, address, "示例一医院", "加了别名")
	says(t, h, "/desk/orgs?like="+url.QueryEscape("示例一医院"), "示例市第一医院")
	if w := h.Post(t, account.Coordinator, other+"/alias", values); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "已经是另一个单位") {
		t.Errorf("a spelling of another: %d", w.Code)
	}
	for _, bad := range []string{"", "！？", strings.Repeat("长", 300)} {
		if w := h.Post(t, account.Coordinator, address+"/alias", url.Values{"name": {bad}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%.10q: %d", bad, w.Code)
		}
	}
}

func TestWhoMaySeeOrganisations(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := made(t, h, "示例医院", nil)
	for role, want := range map[account.Role]int{
		"": http.StatusSeeOther, account.Recipient: http.StatusForbidden, account.Driver: http.StatusForbidden,
		account.Supervisor: http.StatusOK, account.Keeper: http.StatusOK,
	} {
		for _, path := range []string{"/desk/orgs", address} {
			if w := h.Get(t, role, path); w.Code != want {
				t.Errorf("%s opens %s: %d", role, path, w.Code)
			}
		}
	}
	if page := h.Get(t, account.Supervisor, address).Body.String(); strings.Contains(page, "/change") || strings.Contains(page, address+"/alias") {
		t.Error("a supervisor, who changes nothing, is offered a change")
	}
	if w := h.Post(t, account.Supervisor, address+"/alias", url.Values{"name": {"示例别名"}}); w.Code != http.StatusForbidden {
		t.Errorf("a supervisor adds a spelling: %d", w.Code)
	}
}
