// SPDX-License-Identifier: Apache-2.0

package apitest_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// BenchmarkReceipt posts durable receipts without the network: what the server
// itself spends on one, alone and with 64 callers.
func BenchmarkReceipt(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) { post(b, callers) })
	}
}

func post(b *testing.B, callers int) {
	a, err := app.Open(b.Context(), config.Config{Data: b.TempDir()}, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // the folder is thrown away
	handler, err := a.Handler(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	_, token, err := a.Accounts.CreateToken(b.Context(), account.System(), account.NewToken{Name: "bench", Role: account.Administrator})
	if err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				key := strconv.FormatInt(i, 10)
				request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/api/v1/receipts", strings.NewReader(masks(600)))
				request.Header.Set("Authorization", "Bearer "+token)
				request.Header.Set("Idempotency-Key", key)
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, request)
				if w.Code != http.StatusCreated {
					b.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
	all.Wait()
}
