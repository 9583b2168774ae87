// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

// public returns the public pages over the given services.
func public(t testing.TB, services web.Services) http.Handler {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := web.New(layout.Site{Office: "示例省侨联 Example Federation", Demonstration: true}, services, bundle, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	return mux
}

func samples() web.Services {
	return web.Services{Report: sample{}, Rows: sample{}, RowFiles: sample{}, Thread: sample{}, ThreadFiles: sample{}, Catalogue: sample{}, Needs: sample{}}
}

// get asks for a page with headers given as name, value, name, value.
func get(t testing.TB, handler http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// ask sends a request of any method.
func ask(handler http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

func BenchmarkReport(b *testing.B) {
	handler := public(b, samples())
	for b.Loop() {
		get(b, handler, "/", "Accept-Encoding", "gzip")
	}
}
