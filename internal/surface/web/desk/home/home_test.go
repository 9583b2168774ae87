// SPDX-License-Identifier: Apache-2.0

package home_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

func TestTodayShowsWhatWaitsAndWhatHappened(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	page := h.Get(t, account.Coordinator, "/desk").Body.String()
	for _, want := range []string{"等人处理", `href="/desk/needs?state=unknown"`, "今天的进出", "刚才发生的", `href="/desk/journal/`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if strings.Contains(page, "从这三步开始") {
		t.Error("a house with books is taught its first steps")
	}
	if w := h.Get(t, account.Coordinator, "/desk/"); w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/desk" {
		t.Errorf("/desk/: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := h.Get(t, account.Coordinator, "/desk/nowhere"); w.Code != http.StatusNotFound {
		t.Errorf("/desk/nowhere: %d", w.Code)
	}
}

func TestEverybodySeesOnlyWhatTheyMayRead(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for role, hidden := range map[account.Role][]string{
		account.Recipient: {"/desk/journal", "/desk/stock", "/desk/imports", "/desk/funds"},
		account.Driver:    {"/desk/journal", "/desk/needs", "/desk/stock", "/desk/funds", "/desk/receipts"},
		account.Keeper:    {"/desk/journal", "/desk/funds?"},
		account.Finance:   {},
	} {
		w := h.Get(t, role, "/desk")
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", role, w.Code)
		}
		for _, path := range hidden {
			if strings.Contains(w.Body.String(), `href="`+path) {
				t.Errorf("%s is led to %s", role, path)
			}
		}
	}
}

func TestAnEmptyHouseIsShownItsFirstSteps(t *testing.T) {
	t.Parallel()
	a, err := app.Open(t.Context(), config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &apptest.House{App: a}
	if h.Handler, err = a.HandlerBehind(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[account.Role]string{account.Administrator: "邀请一位同事", account.Liaison: "登记一条需求"} {
		r := httptest.NewRequest(http.MethodGet, "/desk", nil)
		r.AddCookie(&http.Cookie{Name: apptest.RoleCookie, Value: string(role)})
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, r)
		if page := w.Body.String(); !strings.Contains(page, want) || role == account.Liaison && strings.Contains(page, "邀请一位同事") {
			t.Errorf("%s: %d, or the wrong first steps", role, w.Code)
		}
	}
}
