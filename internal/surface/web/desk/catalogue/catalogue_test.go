// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

func TestAClassIsFoundByItsWordsAndGroup(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for query, c := range map[string]struct{ shows, hides string }{
		"":               {"mask-surgical", ""},
		"?word=口罩":       {"mask-surgical", "goggles"},
		"?word=ＭＡＳＫ":     {"mask-surgical", "goggles"}, // full width, capitals
		"?group=goggles": {"/catalogue/goggles", "mask-surgical"},
		"?word=恐龙":       {"没有符合的行", "mask-surgical"},
	} {
		address := "/desk/catalogue"
		if name, value, ok := strings.Cut(strings.TrimPrefix(query, "?"), "="); ok {
			address += "?" + url.Values{name: {value}}.Encode()
		}
		page := h.Get(t, account.Driver, address).Body.String()
		if !strings.Contains(page, c.shows) || c.hides != "" && strings.Contains(page, `/desk/catalogue/`+c.hides+`"`) {
			t.Errorf("%s shows the wrong classes", query)
		}
	}
}

func TestAClassShowsItsWordsAndStandards(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	page := h.Get(t, account.Coordinator, "/desk/catalogue/respirator").Body.String()
	for _, want := range []string{"GB 2626-2019", "GB 2626-2006", "/desk/needs?class=respirator", "代码", "<code"} {
		if !strings.Contains(page, want) {
			t.Errorf("the class does not show %s", want)
		}
	}
	if page := h.Get(t, account.Driver, "/desk/catalogue/respirator").Body.String(); strings.Contains(page, "/desk/needs?class") {
		t.Error("a driver is offered lists that a driver may not read")
	}
	for _, wrong := range []string{"nothing", "%00", "..%2f"} {
		if w := h.Get(t, account.Driver, "/desk/catalogue/"+wrong); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
}

func TestSupersededEditionsAreMarked(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t) // on a day of February 2020
	page := h.Get(t, account.Keeper, "/desk/catalogue/standards?superseded=true").Body.String()
	for code, want := range map[string]bool{"GB 19083-2003": true, "YY 0469-2004": true, "GB 2626-2006": false, "GB 19082-2009": false} {
		if strings.Contains(page, ">"+code+"</a>") != want {
			t.Errorf("%s among the superseded: %t", code, !want)
		}
	}
	page = h.Get(t, account.Keeper, "/desk/catalogue/standards?word="+url.QueryEscape("GB 2626")).Body.String()
	for _, want := range []string{"现行", "还没有实施"} {
		if !strings.Contains(page, want) {
			t.Errorf("the editions of GB 2626 do not show %s", want)
		}
	}
}

func TestTheCatalogueIsForWhoeverIsSignedIn(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	for role, want := range map[account.Role]int{"": http.StatusSeeOther, account.Recipient: http.StatusOK, account.Driver: http.StatusOK} {
		if w := h.Get(t, role, "/desk/catalogue"); w.Code != want {
			t.Errorf("%q: %d", role, w.Code)
		}
	}
}
