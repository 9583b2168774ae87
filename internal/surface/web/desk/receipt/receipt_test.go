// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

const path = "/desk/receipts"

var first = regexp.MustCompile(`href="(/desk/receipts/[0-9a-f-]{36})"`)

// blank is the form of a new receipt as the page gives it, filled in.
func blank(t *testing.T, h *apptest.House) url.Values {
	t.Helper()
	values := apptest.Form(t, h.Get(t, account.Coordinator, path+"/new").Body, path)
	for name, text := range map[string]string{
		"donor": "示例海外商会", "lines[0].item": "医用防护服", "lines[0].class": "suit-medical", "lines[0].quantity": "1,200",
		"lines[0].unit": "piece", "lines[0].batch": "EX-77", "lines[0].expires_on": "2021-05-01", "lines[0].standards": "GB 19082-2009",
		"lines[0].value": "36,000.50", "lines[0].currency": "CNY", "lines[0].value_source": "invoice",
		"lines[0].earmark": "请给重症病房", "lines[0].earmark_place": "岳阳市",
	} {
		values.Set(name, text)
	}
	return values
}

func TestAReceiptIsRecordedOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h)
	one := h.Post(t, account.Keeper, path, values)
	if one.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", one.Code, one.Body)
	}
	two := h.Post(t, account.Keeper, path, values) // a double click
	if two.Header().Get("Location") != one.Header().Get("Location") {
		t.Errorf("sent twice it made %s and %s", one.Header().Get("Location"), two.Header().Get("Location"))
	}
	page := h.Get(t, account.Coordinator, one.Header().Get("Location")).Body.String()
	for _, want := range []string{"示例海外商会", "1,200", "EX-77", "36,000.50", "发票", "请给重症病房", "岳阳市", "GB 19082-2009", "总仓", "/thread/", "登记了入库", "已保存"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestWrongFieldsAreNamedAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for name, c := range map[string]struct{ field, value, id, says string }{
		"no class":              {"lines[0].class", "", "f-lines-0-class", "请选品类"},
		"no number":             {"lines[0].quantity", "很多", "f-lines-0-quantity", "大于零的整数"},
		"huge number":           {"lines[0].quantity", "199999999999998", "f-lines-0-quantity", "我核对过"},
		"no such pack":          {"lines[0].pack", "一大堆", "f-lines-0-pack", "看不懂这个包装"},
		"not an amount":         {"lines[0].value", "三万", "f-lines-0-value", "1234.56"},
		"too exact an amount":   {"lines[0].value", "1.234", "f-lines-0-value", "2 位小数"},
		"no such money":         {"lines[0].currency", "XXZ", "f-lines-0-currency", "XXZ"},
		"a value of no source":  {"lines[0].value_source", "none", "f-lines-0-value-source", "写依据"},
		"meant for nobody":      {"lines[0].earmark_recipient", "乌有医院", "f-lines-0-earmark-recipient", "没有登记过“乌有医院”"},
		"meant for nowhere":     {"lines[0].earmark_place", "乌有乡", "f-lines-0-earmark-place", "没有找到“乌有乡”"},
		"a supplier of no book": {"supplier", "乌有公司", "f-supplier", "没有登记过“乌有公司”"},
		"not a day":             {"occurred_at", "昨天", "f-occurred-at", "2020-02-17"},
		"a day to come":         {"occurred_at", "2099-01-01", "f-occurred-at", ""},
	} {
		values := blank(t, h)
		values.Set("note", "放在 <b>门口</b>")
		values.Set(c.field, c.value)
		w := h.Post(t, account.Coordinator, path, values)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#`+c.id+`"`) || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d, the summary does not lead to %s and say %s", name, w.Code, c.id, c.says)
		}
		if !strings.Contains(page, "放在 &lt;b&gt;门口") || !strings.Contains(page, `value="示例海外商会"`) {
			t.Errorf("%s: something typed is lost", name)
		}
	}
}

func TestAHugeNumberIsBookedWhenSomebodySaysYes(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h)
	values.Set("lines[0].quantity", "900000000")
	if w := h.Post(t, account.Coordinator, path, values); w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("unasked: %d", w.Code)
	}
	values.Set("lines[0].confirmed", "true")
	if w := h.Post(t, account.Coordinator, path, values); w.Code != http.StatusSeeOther {
		t.Errorf("confirmed: %d %s", w.Code, w.Body)
	}
}

func TestPacksAreCountedInPieces(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	values := blank(t, h)
	for name, text := range map[string]string{"lines[0].class": "mask-surgical", "lines[0].quantity": "3", "lines[0].unit": "case", "lines[0].pack": "50只/盒，12盒/箱"} {
		values.Set(name, text)
	}
	made := h.Post(t, account.Coordinator, path, values)
	if page := h.Get(t, account.Coordinator, made.Header().Get("Location")).Body.String(); made.Code != http.StatusSeeOther || !strings.Contains(page, "1,800") {
		t.Errorf("%d: three cases of 600 are not 1,800", made.Code)
	}
}

func TestACorrectionShowsTheOldBesideTheNew(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	made := h.Post(t, account.Coordinator, path, blank(t, h)).Header().Get("Location")
	address, _, _ := strings.Cut(made, "?")
	mine := apptest.Form(t, h.Get(t, account.Coordinator, address+"/correct").Body, address+"/correct")
	theirs := apptest.Form(t, h.Get(t, account.Keeper, address+"/correct").Body, address+"/correct")
	mine.Set("lines[0].quantity", "1300")
	if w := h.Post(t, account.Coordinator, address+"/correct", mine); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "请写明原因") {
		t.Errorf("a correction without a reason: %d", w.Code)
	}
	mine.Set("reason", "箱单看错了")
	done := h.Post(t, account.Coordinator, address+"/correct", mine)
	if done.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", done.Code, done.Body)
	}
	if again := h.Post(t, account.Coordinator, address+"/correct", mine); again.Header().Get("Location") != done.Header().Get("Location") {
		t.Error("sent twice, the correction is made twice")
	}
	newer, _, _ := strings.Cut(done.Header().Get("Location"), "?")
	for _, c := range []struct{ page, other string }{{newer, address}, {address, newer}} {
		page := h.Get(t, account.Supervisor, c.page).Body.String()
		for _, want := range []string{`href="` + c.other + `"`, `<del translate="no">1,200</del>`, `<ins translate="no">1,300</ins>`, "箱单看错了"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not show %s", c.page, want)
			}
		}
		if strings.Count(page, "<del") != 1 {
			t.Errorf("%s marks %d differences, want one", c.page, strings.Count(page, "<del"))
		}
	}
	theirs.Set("lines[0].quantity", "1500")
	theirs.Set("reason", "我数的是这么多")
	clash := h.Post(t, account.Keeper, address+"/correct", theirs)
	both := clash.Body.String()
	if clash.Code != http.StatusConflict || !strings.Contains(both, "有人改过了") || !strings.Contains(both, "1,300") || !strings.Contains(both, "1,500") {
		t.Fatalf("a conflict: %d", clash.Code)
	}
	onto := apptest.Form(t, strings.NewReader(both), newer+"/correct")
	if w := h.Post(t, account.Keeper, newer+"/correct", onto); w.Code != http.StatusSeeOther {
		t.Errorf("saving again, knowing both: %d %s", w.Code, w.Body)
	}
}

func TestAReversalKeepsItsReason(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	made := h.Post(t, account.Coordinator, path, blank(t, h)).Header().Get("Location")
	address, _, _ := strings.Cut(made, "?")
	values := apptest.Form(t, h.Get(t, account.Coordinator, address).Body, address+"/reverse")
	if w := h.Post(t, account.Coordinator, address+"/reverse", values); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	values.Set("reason", "登记重了")
	if w := h.Post(t, account.Coordinator, address+"/reverse", values); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page := h.Get(t, account.Supervisor, address).Body.String()
	if !strings.Contains(page, "登记重了") || !strings.Contains(page, "已冲销") || strings.Contains(page, "/correct") {
		t.Error("the page does not show why it was reversed, or still offers a correction")
	}
	if strings.Contains(h.Get(t, account.Supervisor, path).Body.String(), address) || !strings.Contains(h.Get(t, account.Supervisor, path+"?corrected=true").Body.String(), address) {
		t.Error("the list shows what was reversed without being asked, or never")
	}
}

func TestWhoMaySee(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	if w := h.Get(t, "", path); w.Code != http.StatusSeeOther {
		t.Errorf("nobody: %d", w.Code)
	}
	if page := h.Get(t, account.Supervisor, path).Body.String(); strings.Contains(page, path+"/new") {
		t.Error("a supervisor, who changes nothing, is offered a new receipt")
	}
	for role, want := range map[account.Role]int{account.Supervisor: http.StatusForbidden, account.Finance: http.StatusForbidden, account.Driver: http.StatusForbidden} {
		if w := h.Post(t, role, path, blank(t, h)); w.Code != want {
			t.Errorf("%s posts: %d", role, w.Code)
		}
	}
	if w := h.Get(t, account.Driver, path); w.Code != http.StatusForbidden {
		t.Errorf("a driver reads receipts: %d", w.Code)
	}
}

func TestTheListStandsAndNarrowsByItsAddress(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	days := regexp.MustCompile(`data-k="到货日期"><div><time datetime="([0-9-]+)"`)
	for sort, up := range map[string]bool{"day": true, "-day": false} {
		found := days.FindAllStringSubmatch(h.Get(t, account.Keeper, path+"?sort="+sort).Body.String(), -1)
		if len(found) < 20 {
			t.Fatalf("%d rows", len(found))
		}
		for i := 1; i < len(found); i++ {
			if found[i-1][1] != found[i][1] && (found[i-1][1] < found[i][1]) != up {
				t.Errorf("by %s: %s before %s", sort, found[i-1][1], found[i][1])
			}
		}
	}
	page := h.Get(t, account.Keeper, path+"?class=goggles&sort=day").Body.String()
	if strings.Contains(page, "口罩</a>") || !strings.Contains(page, "护目镜") {
		t.Error("a class does not narrow the list")
	}
	if !strings.Contains(page, "/api/v1/receipts?class=goggles&amp;format=csv&amp;lang=zh-Hans&amp;sort=day") {
		t.Error("the export does not have the filters of the list")
	}
	for _, wrong := range []string{"?sort=donor", "?day=never", "?donor=nobody"} {
		if w := h.Get(t, account.Keeper, path+wrong); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
	donor := regexp.MustCompile(`href="(/desk/receipts\?donor=[0-9a-f-]+)"[^>]*>([^<]+)<`).FindStringSubmatch(h.Get(t, account.Keeper, path).Body.String())
	if page := h.Get(t, account.Keeper, donor[1]).Body.String(); strings.Count(page, donor[2]) < 2 {
		t.Error("the list of a donor does not name the donor")
	}
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(h.Get(t, account.Keeper, path+"?sort=day").Body.String())
	if second := h.Get(t, account.Keeper, strings.ReplaceAll(next[1], "&amp;", "&")); second.Code != http.StatusOK || first.FindString(second.Body.String()) == "" {
		t.Errorf("the second page: %d", second.Code)
	}
}

func TestHostileWordsAreHarmless(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for _, text := range []string{
		`<script>alert(1)</script>`, "\u202e\u2066שלום\u2069", `=HYPERLINK("http://x.invalid")`, "👩🏽‍🚒🧤", `"><img src=x onerror=alert(1)>`, strings.Repeat("长", 1900),
	} {
		values := blank(t, h)
		values.Set("donor", "示例"+text[:min(len(text), 60)])
		values.Set("lines[0].item", text)
		values.Set("lines[0].earmark", text)
		values.Set("note", text)
		w := h.Post(t, account.Coordinator, path, values)
		if w.Code != http.StatusSeeOther {
			t.Errorf("%.20q: %d %s", text, w.Code, w.Body)
			continue
		}
		for _, page := range []string{w.Header().Get("Location"), path} {
			body := h.Get(t, account.Coordinator, page).Body.String()
			if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
				t.Errorf("%.20q runs on %s", text, page)
			}
		}
	}
	values := blank(t, h)
	values.Set("lines[0].item", strings.Repeat("w", 10<<10))
	if w := h.Post(t, account.Coordinator, path, values); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-lines-0-item"`) {
		t.Errorf("a word of 10 kB: %d", w.Code)
	}
}
