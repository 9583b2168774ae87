// SPDX-License-Identifier: Apache-2.0

package components_test

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

func TestADemonstrationShowsItsParts(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	w := h.Get(t, account.Driver, "/desk/components")
	page := w.Body.String()
	for _, want := range []string{`class="cov cov--l"`, "seal--open", "field--error", "toast--stop", `id="kit-why"`, "chip--guess", "btn--seal"} {
		if !strings.Contains(page, want) {
			t.Errorf("%d: the page has no %s", w.Code, want)
		}
	}
}

func TestARealHouseHasNoSuchPage(t *testing.T) {
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
	r := httptest.NewRequest(http.MethodGet, "/desk/components", nil)
	r.AddCookie(&http.Cookie{Name: apptest.RoleCookie, Value: string(account.Administrator)})
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
}
