// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// heldGoods is a register in which one column is not understood and three rows
// say two units at once.
const heldGoods = `日期,捐赠单位,甲栏,单位,数量,乙栏
2020-02-01,示例公司,医用防护服,套,300,一
2020-02-02,示例公司,医用手套,双,50只,二
2020-02-02,示例公司,医用手套,双,60只,三
2020-02-03,示例公司,护目镜,个,约100,四
`

// as signs in by the test's cookie.
func (v *visitor) as(t *testing.T, role account.Role) {
	t.Helper()
	v.carry(t, apptest.RoleCookie+"="+string(role))
}

// wait waits until a condition of the page holds.
func (v *visitor) wait(t *testing.T, condition string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		// A page that is being left answers with an error: the next one is asked.
		if ok, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](condition)); err == nil && ok {
			return
		}
	}
	t.Fatalf("in 20 seconds not: %s\n%s", condition, ask[string](t, v, "location.href + ' ' + document.body.innerText.slice(0, 1500)"))
}

// letter presses a letter. The browser's own way would type it too, even where
// the page says that it is a command.
func (v *visitor) letter(t *testing.T, key string) {
	t.Helper()
	ask[bool](t, v, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "`+key+`", bubbles: true, cancelable: true })) || true`)
}

// choose hands in a file by the form of the tray.
func (v *visitor) choose(t *testing.T, content string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "goods.csv")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	v.open(t, "/desk/imports?kind=receipts&lang=zh")
	if _, err := chromedp.Run(v.ctx, chromedp.SetUploadFiles("#f-file", []string{file})); err != nil {
		t.Fatal(err)
	}
	ask[bool](t, v, `document.querySelector('form[data-drop] button').click() ?? true`)
	v.wait(t, `document.querySelector('form[data-remap]') !== null`)
}

// change sets a select as a person does.
func (v *visitor) change(t *testing.T, selector, value string) {
	t.Helper()
	ask[bool](t, v, `(() => { const s = document.querySelector('`+selector+`'); s.focus(); s.value = '`+value+`'; s.dispatchEvent(new Event('change', { bubbles: true })); return true })()`)
}

func TestARegisterIsImportedAndItsHeldRowsAreWorkedOffByKeyboard(t *testing.T) {
	v := visit(t, 1440, 900)
	v.as(t, account.Coordinator)
	v.choose(t, heldGoods)
	v.change(t, `select[name="t0.c2.is"]`, "")
	v.wait(t, `document.body.innerText.includes("必需的列没有认出来")`)
	v.change(t, `select[name="t0.c2.is"]`, "item")
	v.wait(t, `document.body.innerText.includes("医用防护服 300")`)
	if ask[string](t, v, "document.activeElement.name") != "t0.c2.is" {
		t.Error("the select that was changed has lost the focus")
	}
	v.change(t, `select[name="t0.c5.is"]`, "note")
	v.wait(t, `document.querySelector('select[name="t0.c5.is"]').value === "note" && document.querySelector('form.keep') !== null`)
	ask[bool](t, v, `(() => { const f = document.querySelector('form.keep'); f.elements.name.value = "示例日报表"; f.requestSubmit(); return true })()`)
	v.wait(t, `document.querySelector('.toast')?.innerText.includes("已记住") ?? false`)
	ask[bool](t, v, `document.querySelector('button[form="columns"][value="start"]').click() ?? true`)
	v.wait(t, `document.querySelector('[data-poll]') !== null`)
	page := ask[string](t, v, "location.pathname")
	v.work(t, page)
	v.wait(t, `document.querySelector('.sums') !== null`) // the page looks after itself
	if sums := ask[string](t, v, `document.querySelector('.sums').innerText.replace(/\s/g, "")`); sums != "已读4已入账=1待核对+3退回+0早已入账+0" {
		t.Error(sums)
	}

	v.letter(t, "n")
	v.waitHeld(t, 3, "3")
	v.letter(t, "j")
	v.waitHeld(t, 3, "4")
	v.letter(t, "k")
	v.waitHeld(t, 3, "3")
	v.letter(t, "3")
	v.waitHeld(t, 2, "4")
	v.letter(t, "x")
	v.wait(t, `document.activeElement.name === "reason"`)
	if _, err := chromedp.Run(v.ctx, chromedp.KeyEvent("重复登记\r")); err != nil {
		t.Fatal(err)
	}
	v.waitHeld(t, 1, "5")
	v.letter(t, "e")
	v.wait(t, `document.activeElement.closest("[data-mend]") !== null`)
	ask[bool](t, v, `(() => { const f = document.querySelector('[data-mend] form'); f.elements["v.qty"].value = "98"; f.requestSubmit(); return true })()`)
	v.wait(t, `document.body.innerText.includes("都处理完了")`)
	csv := ask[string](t, v, `(() => { const x = new XMLHttpRequest(); x.open("GET", "`+page+`/rows?format=csv", false); x.send(); return x.getResponseHeader("Content-Disposition") + x.responseText })()`)
	if !strings.Contains(csv, "attachment") || strings.Contains(csv, "50只") {
		t.Errorf("what waits, when nothing does: %s", csv)
	}

	v.choose(t, strings.ReplaceAll(heldGoods, "300", "310"))
	v.wait(t, `document.body.innerText.includes("示例日报表") && document.body.innerText.includes("医用防护服 310")`)
}

func TestTheImportDeskFitsAPhone(t *testing.T) {
	v := visit(t, 390, 844)
	v.as(t, account.Coordinator)
	v.choose(t, strings.ReplaceAll(heldGoods, "甲栏", "品名"))
	page := ask[string](t, v, "location.pathname")
	for _, stage := range []string{"before", "after"} {
		for _, path := range []string{"/desk/imports?", page + "?", page + "/held?", "/desk/mappings?"} {
			for _, lang := range []string{"lang=zh", "lang=en"} {
				v.open(t, path+lang)
				v.fits(t, stage+" "+path+lang)
			}
		}
		if stage == "before" {
			v.open(t, page)
			ask[bool](t, v, `document.querySelector('button[value="start"]').click() ?? true`)
			v.wait(t, `document.querySelector('[data-poll]') !== null`)
			v.work(t, page)
		}
	}
}

// waitHeld waits until so many rows are listed and the one of the file's row has
// the focus, as the script gives it.
func (v *visitor) waitHeld(t *testing.T, rows int, at string) {
	t.Helper()
	v.wait(t, `document.querySelectorAll("a[data-held]").length === `+strconv.Itoa(rows)+
		` && document.activeElement.matches("a[data-held][aria-current]") && document.activeElement.innerText.startsWith("`+at+`")`)
}

// work does the job of an import.
func (v *visitor) work(t *testing.T, page string) {
	t.Helper()
	uploadID, err := id.Parse(page[strings.LastIndexByte(page, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	if err := v.app.Uploads.Work(t.Context(), upload.Args{Upload: uploadID}); err != nil {
		t.Fatal(err)
	}
}

// importPages are the pages of the import desk: the tray, a file before and after
// its import, its held rows, and what is kept.
func (v *visitor) importPages(t *testing.T, me string) []sight {
	t.Helper()
	house := account.System()
	all := []sight{{name: "desk-imports", path: "/desk/imports?kind=receipts", cookie: me}, {name: "desk-mappings", path: "/desk/mappings", cookie: me}}
	for _, name := range []string{"before", "after"} {
		u, _, err := v.app.Uploads.Upload(t.Context(), house, upload.Input{Kind: register.Receipts, Name: name + ".csv"},
			strings.NewReader(strings.ReplaceAll(heldGoods, "甲栏", "品名")))
		if err != nil {
			t.Fatal(err)
		}
		page := "/desk/imports/" + u.ID.String()
		all = append(all, sight{name: "desk-import-" + name, path: page, cookie: me})
		if name == "before" {
			continue
		}
		if _, err := v.app.Uploads.Start(t.Context(), house, u.ID); err != nil {
			t.Fatal(err)
		}
		v.work(t, page)
		all = append(all, sight{name: "desk-import-held", path: page + "/held", cookie: me})
	}
	return all
}
