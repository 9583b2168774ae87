// SPDX-License-Identifier: Apache-2.0

package find_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// open starts the house and lets the index follow its journal.
func open(t *testing.T) *apptest.House {
	t.Helper()
	h := apptest.Open(t)
	for {
		n, err := journal.Deliver(t.Context(), h.App.DB, h.App.Finder.Subscriber())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return h
		}
	}
}

func ask(t *testing.T, h *apptest.House, role account.Role, words string) string {
	t.Helper()
	w := h.Get(t, role, "/desk/find?part=1&q="+url.QueryEscape(words))
	if w.Code != http.StatusOK {
		t.Fatalf("%s asks %q: %d", role, words, w.Code)
	}
	return w.Body.String()
}

func TestTheBoxFindsActsRecordsAndGoods(t *testing.T) {
	t.Parallel()
	h := open(t)
	for words, want := range map[string]string{
		"登记需求": `href="/desk/needs/new"`, "new need": `href="/desk/needs/new"`, "djxq": `href="/desk/needs/new"`, "kc": `href="/desk/stock"`,
		"receipts": `href="/desk/receipts"`, "口罩": `href="/desk/catalogue/mask-surgical"`, "示例": `href="/desk/orgs/`, "醫院": `href="/desk/orgs/`,
		"医院": `href="/desk/needs/`, "没有这样的东西": "没有找到",
	} {
		page := ask(t, h, account.Coordinator, words)
		if !strings.Contains(page, want) {
			t.Errorf("%q does not find %s", words, want)
		}
		if !strings.Contains(page, `role="listbox"`) || strings.Contains(page, "<h1") {
			t.Errorf("%q: the part is no list alone", words)
		}
	}
	if page := h.Get(t, account.Coordinator, "/desk/find?q="+url.QueryEscape("口罩")).Body.String(); !strings.Contains(page, "<h1") || !strings.Contains(page, "/desk/catalogue/mask-surgical") {
		t.Error("the page of results shows none")
	}
}

func TestTheBoxShowsNobodyWhatTheyMayNotRead(t *testing.T) {
	t.Parallel()
	h := open(t)
	for role, hidden := range map[account.Role][]string{
		account.Recipient: {"/desk/orgs", "/desk/receipts", "/desk/lots", "/desk/stock", "/desk/journal", "/desk/people"},
		account.Driver:    {"/desk/orgs", "/desk/receipts", "/desk/lots", "/desk/needs", "/desk/stock", "/desk/journal"},
	} {
		for _, words := range []string{"", "示例", "医院", "日志", "需求", "库存"} {
			page := ask(t, h, role, words)
			for _, path := range hidden {
				if strings.Contains(page, `href="`+path) {
					t.Errorf("%s asks %q and is led to %s", role, words, path)
				}
			}
		}
	}
	if w := h.Get(t, "", "/desk/find?q=x"); w.Code != http.StatusSeeOther {
		t.Errorf("nobody: %d", w.Code)
	}
}

func TestHostileWordsAreWords(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, words := range []string{"%", "_", "' OR 1=1 --", "<script>alert(1)</script>", strings.Repeat("长", 5000), "\x00", "\xff", "\u202e", "🈶"} {
		if page := ask(t, h, account.Coordinator, words); strings.Contains(page, "<script>alert") {
			t.Errorf("%q is written as it is", words)
		}
	}
}
