// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/config"
)

// quiet is an answer that nobody keeps.
type quiet struct {
	header http.Header
	status int
}

func (q *quiet) Header() http.Header         { return q.header }
func (q *quiet) Write(b []byte) (int, error) { return len(b), nil }
func (q *quiet) WriteHeader(status int)      { q.status = status }

// BenchmarkThePublicPage is what the whole program but the network spends on one
// reader of the report.
func BenchmarkThePublicPage(b *testing.B) {
	when := clock.NewManual(story.Begin)
	a, err := app.Open(b.Context(), config.Config{Data: b.TempDir()}, slog.New(slog.DiscardHandler), app.Options{Clock: when})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // the benchmark is over
	if err := a.PlayStory(b.Context(), when); err != nil {
		b.Fatal(err)
	}
	handler, err := a.Handler(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for name, headers := range map[string]map[string]string{
		"whole":     {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"},
		"unchanged": {"Accept-Encoding": "gzip", "If-None-Match": "*"},
	} {
		b.Run(name, func(b *testing.B) {
			request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			for key, value := range headers {
				request.Header.Set(key, value)
			}
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(&quiet{header: http.Header{}}, request)
			}
		})
	}
}
