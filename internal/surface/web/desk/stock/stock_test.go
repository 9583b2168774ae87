// SPDX-License-Identifier: Apache-2.0

package stock_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

const path = "/desk/stock"

var (
	rows = regexp.MustCompile(`name="id" value="([^"]+)"`)
	lots = regexp.MustCompile(`href="(/desk/lots/[0-9a-f-]{36})"`)
)

// lot returns the page of a lot of goggles that is on hand.
func lot(t *testing.T, h *apptest.House) string {
	t.Helper()
	found := lots.FindStringSubmatch(h.Get(t, account.Keeper, path+"?class=goggles").Body.String())
	if found == nil {
		t.Fatal("no goggles in stock")
	}
	return found[1]
}

func open(t *testing.T, h *apptest.House, role account.Role, address string) url.Values {
	t.Helper()
	return apptest.Form(t, h.Get(t, role, address).Body, address)
}

func TestALotTellsWhereItCameFromWhereItIsAndWhereItWent(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	page := h.Get(t, account.Keeper, lot(t, h)).Body.String()
	for _, want := range []string{"收支相抵", "现在在哪里", "经过哪里", "捐赠入库", "/thread/", "/desk/receipts/", "/move", "/count", "/desk/distributions/new?lot=", "登记了入库"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if page := h.Get(t, account.Supervisor, lot(t, h)).Body.String(); strings.Contains(page, "/move") || strings.Contains(page, "/count") || strings.Contains(page, "new?lot=") {
		t.Error("a supervisor is offered to change something")
	}
}

func TestAMoveIsRecordedOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := lot(t, h)
	values := open(t, h, account.Keeper, address+"/move")
	for name, c := range map[string]struct{ field, value, id string }{
		"nowhere":   {"to", "", "f-to"},
		"the same":  {"to", "总仓", "f-to"},
		"none":      {"amount", "0", "f-amount"},
		"words":     {"amount", "几箱", "f-amount"},
		"not a day": {"occurred_at", "昨天", "f-occurred-at"},
	} {
		wrong := open(t, h, account.Keeper, address+"/move")
		wrong.Set("to", "示例西仓")
		wrong.Set("amount", "1")
		wrong.Set("reason", "离 <b>医院</b> 近")
		wrong.Set(c.field, c.value)
		w := h.Post(t, account.Keeper, address+"/move", wrong)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#`+c.id+`"`) || !strings.Contains(w.Body.String(), "离 &lt;b&gt;医院") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	values.Set("to", "示例西仓")
	values.Set("amount", "99999999")
	if w := h.Post(t, account.Keeper, address+"/move", values); w.Code != http.StatusConflict {
		t.Errorf("more than there is: %d", w.Code)
	}
	values.Set("amount", "7")
	for range 2 { // a double click
		if w := h.Post(t, account.Keeper, address+"/move", values); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	page := h.Get(t, account.Keeper, address).Body.String()
	if !strings.Contains(page, "示例西仓") || !strings.Contains(page, `<data value="7">7</data>`) || strings.Count(page, "移动了库存") != 1 {
		t.Error("the lot does not lie at the new place, once")
	}
	if list := h.Get(t, account.Keeper, path+"?place="+url.QueryEscape("示例西仓")).Body.String(); strings.Count(list, "data-row=") != 1 || !strings.Contains(list, address) {
		t.Error("the list of the new place does not show what lies there")
	}
}

func TestACountIsBookedAsADifference(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := lot(t, h)
	values, late := open(t, h, account.Keeper, address+"/count"), open(t, h, account.Keeper, address+"/count")
	for name, c := range map[string]struct{ counted, reason, id string }{
		"nothing counted": {"", "清点", "f-counted"}, "words": {"一堆", "清点", "f-counted"}, "no reason": {"1", "", "f-reason"},
		"as booked": {strings.Split(values.Get("from"), "~")[2], "清点", "f-counted"},
	} {
		wrong := open(t, h, account.Keeper, address+"/count")
		wrong.Set("counted", c.counted)
		wrong.Set("reason", c.reason)
		if w := h.Post(t, account.Keeper, address+"/count", wrong); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#`+c.id+`"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	values.Set("counted", "3")
	values.Set("reason", "水浸了几箱")
	for range 2 { // a double click
		if w := h.Post(t, account.Keeper, address+"/count", values); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if page := h.Get(t, account.Keeper, address).Body.String(); !strings.Contains(page, `<data value="3">3</data>`) || !strings.Contains(page, "水浸了几箱") || strings.Count(page, "登记了盘点差额") != 1 {
		t.Error("the difference is not booked once with its reason")
	}
	late.Set("counted", "5")
	late.Set("reason", "我数的是五")
	w := h.Post(t, account.Keeper, address+"/count", late)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "账上变了，现在是 3") || !strings.Contains(w.Body.String(), "我数的是五") {
		t.Errorf("a count of what has changed since: %d", w.Code)
	}
	again := apptest.Form(t, w.Body, address+"/count")
	if w := h.Post(t, account.Keeper, address+"/count", again); w.Code != http.StatusSeeOther {
		t.Errorf("saving again, knowing it: %d %s", w.Code, w.Body)
	}
}

func TestPickedRowsAreMovedTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	page := h.Get(t, account.Keeper, path).Body.String()
	found := rows.FindAllStringSubmatch(page, 3)
	values := apptest.Form(t, strings.NewReader(page), path+"/move")
	values.Del("id")
	if w := h.Post(t, account.Keeper, path+"/move", values); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing picked, nowhere to go: %d", w.Code)
	}
	values.Set("to", "示例北仓")
	if w := h.Post(t, account.Keeper, path+"/move", values); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing picked: %d", w.Code)
	}
	for _, row := range found {
		values.Add("id", row[1])
	}
	for range 2 { // a double click
		if w := h.Post(t, account.Keeper, path+"/move", values); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	north := path + "?place=" + url.QueryEscape("示例北仓")
	if n := strings.Count(h.Get(t, account.Keeper, north).Body.String(), "data-row="); n != 3 {
		t.Errorf("%d rows lie at the new place, want 3", n)
	}
	other := apptest.Form(t, h.Get(t, account.Keeper, path).Body, path+"/move")
	other["id"] = []string{rows.FindAllStringSubmatch(h.Get(t, account.Keeper, path+"?place=main").Body.String(), 1)[0][1], found[0][1]} // the second is gone
	other.Set("to", "示例南仓")
	if w := h.Post(t, account.Keeper, path+"/move", other); w.Code != http.StatusConflict {
		t.Errorf("one of two is not there any more: %d", w.Code)
	}
	if n := strings.Count(h.Get(t, account.Keeper, path+"?place="+url.QueryEscape("示例南仓")).Body.String(), "data-row="); n != 0 {
		t.Errorf("%d rows were moved although one could not be", n)
	}
	for _, broken := range []string{"nonsense", "a~b~c~d~e", "~~~~"} {
		other["id"] = []string{broken}
		if w := h.Post(t, account.Keeper, path+"/move", other); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", broken, w.Code)
		}
	}
}

func TestWhoMaySee(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := lot(t, h)
	move := open(t, h, account.Keeper, address+"/move")
	for _, role := range []account.Role{account.Supervisor, account.Finance, account.Liaison, account.Driver, account.Recipient} {
		for _, act := range []string{address + "/move", address + "/count", path + "/move"} {
			if w := h.Post(t, role, act, move); w.Code != http.StatusForbidden {
				t.Errorf("%s posts to %s: %d", role, act, w.Code)
			}
		}
	}
	for _, page := range []string{path, address} {
		if w := h.Get(t, account.Recipient, page); w.Code != http.StatusForbidden {
			t.Errorf("a hospital reads %s: %d", page, w.Code)
		}
	}
	if page := h.Get(t, account.Supervisor, path).Body.String(); strings.Contains(page, `id="bulk"`) {
		t.Error("a supervisor is offered to move rows")
	}
}

func TestTheListStandsAndNarrowsByItsAddress(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for sort, up := range map[string]bool{"expires_on": true, "-expires_on": false} {
		body := h.Get(t, account.Keeper, path+"?sort="+sort).Body.String()
		stamps := regexp.MustCompile(`data-k="有效期至"><div><time datetime="([0-9-]+)"`).FindAllStringSubmatch(body, -1)
		if len(stamps) < 5 {
			t.Fatalf("%d rows with a plain expiry", len(stamps))
		}
		for i := 1; i < len(stamps); i++ {
			if stamps[i-1][1] != stamps[i][1] && (stamps[i-1][1] < stamps[i][1]) != up {
				t.Errorf("by %s: %s before %s", sort, stamps[i-1][1], stamps[i][1])
			}
		}
	}
	page := h.Get(t, account.Keeper, path+"?earmarked=false&expires_by=2030-01-01").Body.String()
	if !strings.Contains(page, "/api/v1/stock?earmarked=false&amp;expires_by=2030-01-01&amp;format=xlsx") {
		t.Error("the export does not have the filters of the list")
	}
	if none := h.Get(t, account.Keeper, path+"?place=nowhere").Body.String(); !strings.Contains(none, "没有符合的行") {
		t.Error("a list without rows does not say so")
	}
	for _, wrong := range []string{"?sort=amount", "?expires_by=soon", "?holder=nobody"} {
		if w := h.Get(t, account.Keeper, path+wrong); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
}

func TestHostileWordsAreHarmless(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := lot(t, h)
	for _, text := range []string{`<script>alert(1)</script>`, "\u202eשלום", `=1+1`, "👩🏽‍🚒🏬", `"><img src=x onerror=alert(1)>`, "~~~"} {
		values := open(t, h, account.Keeper, address+"/move")
		values.Set("to", text)
		values.Set("reason", text)
		values.Set("amount", "1")
		if w := h.Post(t, account.Keeper, address+"/move", values); w.Code != http.StatusSeeOther {
			t.Errorf("%q: %d %s", text, w.Code, w.Body)
			continue
		}
		for _, page := range []string{address, path, path + "?place=" + url.QueryEscape(text), address + "/move"} {
			if body := h.Get(t, account.Keeper, page).Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
				t.Errorf("%q runs on %s", text, page)
			}
		}
	}
}
