// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

var (
	record = regexp.MustCompile(`href="(/desk/journal/[0-9a-f-]{36})"`)
	next   = regexp.MustCompile(`href="(/desk/journal\?[^"]*cursor=[^"]*)" rel="next"`)
)

func TestTheJournalIsReadByWhatWhoAndWhen(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	all := h.Get(t, account.Supervisor, "/desk/journal").Body.String()
	page := h.Get(t, account.Supervisor, "/desk/journal?chapter=office").Body.String()
	if !strings.Contains(page, "服务器命令行") || !strings.Contains(page, "改了本单位设置") {
		t.Error("the list does not say who did what")
	}
	page = h.Get(t, account.Supervisor, "/desk/journal?chapter=fund").Body.String()
	if !strings.Contains(page, "登记了收款") || strings.Contains(page, "登记了入库") {
		t.Error("the filter by matter lets others through")
	}
	page = h.Get(t, account.Supervisor, "/desk/journal?subject_kind=need&day=1999-01-01").Body.String()
	if !strings.Contains(page, "没有符合的行") {
		t.Error("a day before everything has records")
	}
	if more := next.FindStringSubmatch(all); more == nil {
		t.Error("a long journal has no second page")
	} else if w := h.Get(t, account.Supervisor, strings.ReplaceAll(more[1], "&amp;", "&")); w.Code != http.StatusOK || !record.MatchString(w.Body.String()) {
		t.Errorf("the second page: %d", w.Code)
	}
	for _, hostile := range []string{"?day=yesterday", "?actor=me", "?chapter=%00", "?chapter=king"} {
		if w := h.Get(t, account.Supervisor, "/desk/journal"+hostile); w.Code != http.StatusOK {
			t.Errorf("%s: %d", hostile, w.Code)
		}
	}
}

func TestARecordShowsWhatWasSealedAndOpensItsSubject(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	address := record.FindStringSubmatch(h.Get(t, account.Supervisor, "/desk/journal?chapter=need").Body.String())[1]
	page := h.Get(t, account.Supervisor, address).Body.String()
	for _, want := range []string{"核对相符", `href="/desk/needs/`, "印记", "规范形式", "&#34;action&#34;:&#34;need.create&#34;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the record does not show %s", want)
		}
	}
	erase(t, h, strings.TrimPrefix(address, "/desk/journal/"))
	if page := h.Get(t, account.Supervisor, address).Body.String(); !strings.Contains(page, "内容已删除") || strings.Contains(page, "核对相符") {
		t.Error("an erased record does not say so")
	}
	if w := h.Get(t, account.Supervisor, "/desk/journal/00000000-0000-7000-8000-000000000000"); w.Code != http.StatusNotFound {
		t.Errorf("a record that is not there: %d", w.Code)
	}
}

// erase removes the content of a record.
func erase(t *testing.T, h *apptest.House, recordID string) {
	t.Helper()
	records, err := journal.After(t.Context(), h.App.DB, 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if r.ID.String() != recordID {
			continue
		}
		err := h.App.DB.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return journal.Erase(ctx, tx, r.ID) })
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("no such record")
}

func TestWhoMayReadTheJournal(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for role, want := range map[account.Role]int{
		"": http.StatusSeeOther, account.Keeper: http.StatusForbidden, account.Liaison: http.StatusForbidden, account.Recipient: http.StatusForbidden,
		account.Driver: http.StatusForbidden, account.Finance: http.StatusOK, account.Coordinator: http.StatusOK, account.Supervisor: http.StatusOK,
	} {
		if w := h.Get(t, role, "/desk/journal"); w.Code != want {
			t.Errorf("%s: %d, want %d", role, w.Code, want)
		}
	}
}
