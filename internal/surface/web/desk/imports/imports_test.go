// SPDX-License-Identifier: Apache-2.0

package imports_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// goods is a register of which one column has a name that says nothing.
const goods = `日期,捐赠单位,甲栏,单位,数量
2020-02-01,示例公司,医用防护服,套,300
2020-02-01,示例公司,护目镜,个,20
2020-02-02,示例公司,医用手套,双,50只
2020-02-02,示例公司,医用手套,双,60只
2020-02-02,示例公司,医用手套,双,70只
2020-02-03,<b>示例</b>,护目镜,个,约100
`

// send hands in a file as a browser does.
func send(t *testing.T, h *apptest.House, role account.Role, kind, name, content string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("kind", kind); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/desk/imports", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return h.Send(t, role, r)
}

// handIn hands in a file and returns the address of its page.
func handIn(t *testing.T, h *apptest.House, kind, name, content string) string {
	t.Helper()
	w := send(t, h, account.Coordinator, kind, name, content)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	address, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return address
}

// work does the jobs of a file that was started.
func work(t *testing.T, h *apptest.House, address string) {
	t.Helper()
	uploadID, err := id.Parse(address[strings.LastIndexByte(address, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	if err := h.App.Uploads.Work(t.Context(), upload.Args{Upload: uploadID}); err != nil {
		t.Fatal(err)
	}
}

// imported hands in a file with its unknown column put right, and imports it.
func imported(t *testing.T, h *apptest.House) string {
	t.Helper()
	address := handIn(t, h, "receipts", "goods.csv", goods)
	values := apptest.Form(t, h.Get(t, account.Coordinator, address).Body, address+"/map")
	values.Set("t0.c2.is", "item")
	values.Set("then", "start")
	if w := h.Post(t, account.Coordinator, address+"/map", values); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	work(t, h, address)
	return address
}

func contains(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestAColumnIsPutRightAndKeptForTheNextFile(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := handIn(t, h, "receipts", "goods.csv", strings.ReplaceAll(goods, "\n", ",,\n"))
	before := h.Get(t, account.Coordinator, address).Body
	values := apptest.Form(t, before, address+"/map")
	values.Set("t0.c2.is", "") // what it looks like is not what it is
	if w := h.Post(t, account.Coordinator, address+"/map", values); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	page := h.Get(t, account.Coordinator, address)
	contains(t, page.Body.String(), "必需的列没有认出来：品名", "disabled")
	if w := h.Post(t, account.Coordinator, address+"/start", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("it starts without a column that it needs: %d", w.Code)
	}

	values = apptest.Form(t, h.Get(t, account.Coordinator, address).Body, address+"/map")
	values.Set("t0.c2.is", "item")
	values.Set("defaults.place", "示例市")
	r := httptest.NewRequest(http.MethodPost, address+"/map", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Desk-Fetch", "part")
	part := h.Send(t, account.Coordinator, r)
	if part.Code != http.StatusOK {
		t.Fatalf("%d: %s", part.Code, part.Body)
	}
	contains(t, part.Body.String(), "你定的", "医用防护服 300", `value="示例市"`)

	keep := apptest.Form(t, h.Get(t, account.Coordinator, address).Body, address+"/keep")
	if w := h.Post(t, account.Coordinator, address+"/keep", keep); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("kept without a name: %d", w.Code)
	}
	keep.Set("name", "示例日报表")
	if w := h.Post(t, account.Coordinator, address+"/keep", keep); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	next := handIn(t, h, "receipts", "next.csv", strings.ReplaceAll(strings.ReplaceAll(goods, "\n", ",,\n"), "300", "310"))
	contains(t, h.Get(t, account.Coordinator, next).Body.String(), "已照记住的方式来读", "示例日报表", "医用防护服 310")
	kept := h.Get(t, account.Coordinator, "/desk/mappings").Body.String()
	contains(t, kept, "示例日报表", "甲栏")
	forget := regexp.MustCompile(`action="(/desk/mappings/[0-9a-f-]{36}/forget)"`).FindStringSubmatch(kept)[1]
	if w := h.Post(t, account.Coordinator, forget, nil); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
	if strings.Contains(h.Get(t, account.Coordinator, "/desk/mappings").Body.String(), "示例日报表") {
		t.Error("it is forgotten and still there")
	}
}

func TestTwoColumnsAreSwappedAtOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := handIn(t, h, "receipts", "swap.csv", "日期,捐赠单位,规格,品名,单位,数量\n2020-02-01,示例公司,护目镜,大号,个,20\n")
	values := apptest.Form(t, h.Get(t, account.Coordinator, address).Body, address+"/map")
	values.Set("t0.c2.is", "item")
	values.Set("t0.c3.is", "spec")
	if w := h.Post(t, account.Coordinator, address+"/map", values); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "护目镜/防护眼镜/眼罩 20")
}

func TestWrongFilesAreNamedInPlace(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	h.App.Uploads.MaxSize = 64 << 10
	for name, c := range map[string]struct{ kind, file, content, says string }{
		"no kind":    {"", "a.csv", goods, "请选择登记表的种类"},
		"empty":      {"receipts", "a.csv", "", "没有内容"},
		"a picture":  {"receipts", "a.csv", "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 200), "不是表格"},
		"old excel":  {"receipts", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "旧版"},
		"too large":  {"receipts", "a.csv", strings.Repeat(goods, 400), "文件太大"},
		"far larger": {"receipts", "a.csv", strings.Repeat(goods, 6000), "文件太大"},
		"long name":  {"receipts", strings.Repeat("长", 250) + ".csv", goods, "文件名"},
		"broken":     {"receipts", "a.xlsx", "PK\x03\x04" + strings.Repeat("x", 300), ""},
	} {
		w := send(t, h, account.Coordinator, c.kind, c.file, c.content)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) || !strings.Contains(page, `class="errors"`) {
			t.Errorf("%s: %d does not say %q", name, w.Code, c.says)
		}
		if c.kind != "" && !strings.Contains(page, `value="receipts" checked`) {
			t.Errorf("%s: the kind that was chosen is lost", name)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/desk/imports", strings.NewReader("kind=receipts"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := h.Send(t, account.Coordinator, r); w.Code != http.StatusBadRequest {
		t.Errorf("a form without a file: %d", w.Code)
	}
}

func TestHostileNamesAndCellsAreText(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	evil := `<img src=x onerror=alert(1)>`
	address := handIn(t, h, "receipts", "\u202e<script>.csv", "日期,捐赠单位,"+evil+",品名,单位,数量\n2020-02-01,"+evil+",x,护目镜,个,约20\n2020-02-01,=cmd|x,x,"+evil+",个,20\n")
	for _, path := range []string{address, "/desk/imports"} {
		page := h.Get(t, account.Coordinator, path).Body.String()
		if strings.Contains(page, "<img src=x") || strings.Contains(page, "<script>.csv") || strings.Contains(page, "\u202e") {
			t.Errorf("%s carries what somebody wrote as if we had", path)
		}
	}
	h.Post(t, account.Coordinator, address+"/start", nil)
	work(t, h, address)
	if page := h.Get(t, account.Coordinator, address+"/held").Body.String(); strings.Contains(page, "<img src=x") {
		t.Error("a held row carries what somebody wrote as if we had")
	}
}

var equation = regexp.MustCompile(`(?s)<dl class="sums">.*?</dl>`)

func TestTheSumsAddUpAndTheRestLeavesAsAFile(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := imported(t, h)
	page := h.Get(t, account.Coordinator, address).Body.String()
	sums := regexp.MustCompile(`<[^>]*>|\s`).ReplaceAllString(equation.FindString(page), "")
	if sums != "已读6已入账=2待核对+4退回+0早已入账+0" {
		t.Errorf("%s", sums)
	}
	contains(t, page, "4 行等人处理", "单位不一致", address+"/held", `href="/"`)
	csv := h.Get(t, account.Coordinator, address+"/rows?format=csv")
	if !strings.Contains(csv.Header().Get("Content-Disposition"), "attachment") || strings.Count(csv.Body.String(), "\r\n") != 5 {
		t.Errorf("%s %s", csv.Header(), csv.Body)
	}
	if xlsx := h.Get(t, account.Coordinator, address+"/rows?format=xlsx"); !strings.HasPrefix(xlsx.Body.String(), "PK") {
		t.Error("no workbook")
	}
	if file := h.Get(t, account.Coordinator, address+"/file").Body.String(); file != goods {
		t.Error("the file is not the one that was handed in")
	}
	again := handIn(t, h, "receipts", "goods.csv", goods)
	values := apptest.Form(t, h.Get(t, account.Coordinator, again).Body, again+"/map")
	values.Set("t0.c2.is", "item")
	values.Set("then", "start")
	h.Post(t, account.Coordinator, again+"/map", values)
	work(t, h, again)
	contains(t, h.Get(t, account.Coordinator, again).Body.String(), "没有重复记账")
}

var offered = regexp.MustCompile(`(?s)<form method="post" action="(/desk/imports/[^"]*/held/\d+)".*?</form>`)
var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// offer returns the action and the fields of the nth offered reading.
func offer(t *testing.T, page string, n int) (action string, values url.Values) {
	t.Helper()
	found := offered.FindAllStringSubmatch(page, -1)
	if len(found) <= n {
		t.Fatalf("%d offers", len(found))
	}
	values = url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(found[n][0], -1) {
		values.Add(m[1], m[2])
	}
	return found[n][1], values
}

func TestHeldRowsAreWorkedOffOneByOneAndTogether(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := imported(t, h)
	page := h.Get(t, account.Coordinator, address+"/held").Body.String()
	contains(t, page, "原文", "读成", "单位不一致", "数量是大约数", "照此入账", `data-offer="1"`)
	action, values := offer(t, page, 0)
	one := h.Post(t, account.Coordinator, action, values)
	if one.Code != http.StatusSeeOther || !strings.Contains(one.Header().Get("Location"), "import_resolved") {
		t.Fatalf("%d %s", one.Code, one.Body)
	}
	two := h.Post(t, account.Finance, action, values) // somebody else, or a double click
	if two.Code != http.StatusSeeOther || !strings.Contains(two.Header().Get("Location"), "import_closed") {
		t.Errorf("%d %s", two.Code, two.Header().Get("Location"))
	}
	next := h.Get(t, account.Coordinator, one.Header().Get("Location")).Body.String()
	contains(t, next, "已入账，接着下一行", "3 行等人处理")

	discard := action[:strings.LastIndexByte(action, '/')+1]
	row := regexp.MustCompile(`action="(` + discard + `\d+/discard)"`).FindStringSubmatch(next)[1]
	if w := h.Post(t, account.Coordinator, row, url.Values{"reason": {" "}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("discarded without a reason: %d", w.Code)
	}
	if w := h.Post(t, account.Coordinator, row, url.Values{"reason": {"重复登记"}}); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
	if w := h.Post(t, account.Coordinator, row, url.Values{"reason": {"重复登记"}}); !strings.Contains(w.Header().Get("Location"), "import_closed") {
		t.Errorf("discarded twice: %d", w.Code)
	}
	if left := h.Get(t, account.Coordinator, address+"/held?key=register.unit.conflict").Body.String(); strings.Count(left, "data-held") != 1 {
		t.Errorf("%d rows with this problem", strings.Count(left, "data-held"))
	}
}

func TestOneAnswerHoldsForAllRowsAlike(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	var content strings.Builder
	content.WriteString("日期,捐赠单位,品名,单位,数量\n")
	for i := range 5 {
		fmt.Fprintf(&content, "1/2/2020,示例公司,护目镜,个,%d\n", 10+i)
	}
	address := handIn(t, h, "receipts", "alike.csv", content.String())
	h.Post(t, account.Coordinator, address+"/start", nil)
	work(t, h, address)
	page := h.Get(t, account.Coordinator, address+"/held").Body.String()
	contains(t, page, "同样的 5 行都照此")
	action, values := offer(t, page, 0)
	values.Set("alike", "1")
	w := h.Post(t, account.Coordinator, action, values)
	if !strings.Contains(w.Header().Get("Location"), "import_alike") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	contains(t, h.Get(t, account.Coordinator, address+"/held").Body.String(), "都处理完了")
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "没有需要人处理的行")
}

func TestARowIsMendedByHand(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := imported(t, h)
	page := h.Get(t, account.Coordinator, address+"/held?key=register.quantity.uncertain").Body.String()
	forms := offered.FindAllStringSubmatch(page, -1)
	action := forms[0][1]
	mend := url.Values{"v.qty": {"很多"}, "v.unit": {"个"}, "v.donor": {"示例 <i>更正</i>"}, "key": {"register.quantity.uncertain"}}
	still := h.Post(t, account.Coordinator, action, mend)
	if still.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", still.Code, still.Body)
	}
	contains(t, still.Body.String(), `value="很多"`, "示例 &lt;i&gt;更正", `class="errors"`)
	mend.Set("v.qty", "98")
	if w := h.Post(t, account.Coordinator, action, mend); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := h.Get(t, account.Coordinator, address+"/held?key=register.quantity.uncertain"); !strings.Contains(w.Body.String(), "这一类已经处理完") {
		t.Error("it still waits")
	}
}

func TestAnUnknownArticleIsTaughtOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := handIn(t, h, "receipts", "new.csv", "日期,捐赠单位,品名,单位,数量\n2020-02-01,示例公司,神奇护颈圈,个,20\n")
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "不认识的物资", "神奇护颈圈")
	if keeper := h.Get(t, account.Keeper, address).Body.String(); strings.Contains(keeper, "/teach") {
		t.Error("a keeper is offered to say what goods are")
	}
	wrong := h.Post(t, account.Coordinator, address+"/teach", url.Values{"item": {"神奇护颈圈"}})
	if wrong.Code != http.StatusUnprocessableEntity {
		t.Errorf("no class: %d", wrong.Code)
	}
	if w := h.Post(t, account.Coordinator, address+"/teach", url.Values{"item": {"神奇护颈圈"}, "other": {"goggles"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if page := h.Get(t, account.Coordinator, address).Body.String(); strings.Contains(page, "不认识的物资") {
		t.Error("it is still unknown")
	}
	contains(t, h.Get(t, account.Coordinator, "/desk/mappings").Body.String(), "神奇护颈圈")
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := imported(t, h)
	page := h.Get(t, account.Keeper, address)
	if page.Code != http.StatusOK || strings.Contains(page.Body.String(), address+"/held") || strings.Contains(page.Body.String(), address+"/rows") {
		t.Errorf("a keeper sees how far it is, and no rows: %d", page.Code)
	}
	for _, path := range []string{address + "/held", address + "/rows?format=csv"} {
		if w := h.Get(t, account.Keeper, path); w.Code != http.StatusForbidden {
			t.Errorf("a keeper opens %s: %d", path, w.Code)
		}
	}
	if w := h.Post(t, account.Keeper, address+"/held/1", url.Values{}); w.Code != http.StatusForbidden {
		t.Errorf("a keeper decides: %d", w.Code)
	}
	for _, path := range []string{"/desk/imports", address, address + "/file", "/desk/mappings"} {
		if w := h.Get(t, account.Recipient, path); w.Code != http.StatusForbidden {
			t.Errorf("a recipient opens %s: %d", path, w.Code)
		}
		if w := h.Get(t, "", path); w.Code != http.StatusSeeOther {
			t.Errorf("nobody opens %s: %d", path, w.Code)
		}
	}
	if w := send(t, h, account.Supervisor, "receipts", "a.csv", goods); w.Code != http.StatusForbidden {
		t.Errorf("a supervisor hands in a file: %d", w.Code)
	}
	if w := h.Get(t, account.Coordinator, address+"x"); w.Code != http.StatusNotFound {
		t.Errorf("no such file: %d", w.Code)
	}
}

func TestMoneyIsImportedByFinance(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	if page := h.Get(t, account.Coordinator, "/desk/imports").Body.String(); strings.Contains(page, `name="kind" value="money"`) {
		t.Error("a coordinator, who books no money, is offered to import it")
	}
	if page := h.Get(t, account.Finance, "/desk/imports").Body.String(); !strings.Contains(page, `name="kind" value="money" checked`) {
		t.Error("the one kind that finance books is not chosen")
	}
	w := send(t, h, account.Finance, "money", "money.csv", "日期,捐款人,金额\n2020-02-01,示例捐款人,100\n2020-02-01,示例捐款人,-20\n")
	address, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "款项由财务导入")
	if w := h.Post(t, account.Coordinator, address+"/start", nil); w.Code != http.StatusForbidden {
		t.Errorf("a coordinator starts it: %d", w.Code)
	}
	if w := h.Post(t, account.Finance, address+"/start", nil); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	work(t, h, address)
	contains(t, h.Get(t, account.Finance, address+"/held").Body.String(), "是支出，金额 20")
}

func TestARunningImportIsLookedAfterAndStopped(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := handIn(t, h, "receipts", "goods.csv", strings.ReplaceAll(goods, "甲栏", "品名"))
	for range 2 { // a double click
		if w := h.Post(t, account.Coordinator, address+"/start", nil); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	page := h.Get(t, account.Keeper, address).Body.String()
	contains(t, page, "正在导入", "data-poll", "可以离开本页", `<noscript><meta http-equiv="refresh"`)
	if w := h.Post(t, account.Coordinator, address+"/stop", nil); w.Code != http.StatusSeeOther {
		t.Fatalf("%d", w.Code)
	}
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "手上这一批写完就停")
	work(t, h, address)
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "已经停下", "继续导入")
	h.Post(t, account.Coordinator, address+"/start", nil)
	work(t, h, address)
	contains(t, h.Get(t, account.Coordinator, address).Body.String(), "已完成")
}
