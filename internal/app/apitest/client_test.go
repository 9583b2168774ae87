// SPDX-License-Identifier: Apache-2.0

// Package apitest calls the API of the whole program, on both engines, as a
// partner's script would.
package apitest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// house is a running program and a client with a token.
type house struct {
	app   *app.App
	url   string
	token string
}

// onBothEngines runs the test on SQLite and on PostgreSQL.
func onBothEngines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, config.Config{Data: t.TempDir()}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, config.Config{Data: t.TempDir(), DatabaseURL: config.Secret(dbtest.PostgresURL(t))}))
	})
}

func open(t *testing.T, cfg config.Config) *house {
	t.Helper()
	now := clock.NewManual(time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), app.Options{Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	handler, err := a.Handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h := &house{app: a, url: server.URL}
	h.token = h.tokenOf(t, account.Administrator)
	return h
}

func (h *house) tokenOf(t *testing.T, role account.Role) string {
	t.Helper()
	in := account.NewToken{Name: "test", Role: role}
	if role == account.Recipient || role == account.Driver {
		in.Org = id.Derive("test", string(role))
	}
	_, text, err := h.app.Accounts.CreateToken(t.Context(), account.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// into decodes the body.
func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

// problem decodes an RFC 9457 document.
func (a answer) problem(t *testing.T) problem {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%d %s: %s", a.status, got, a.body)
	}
	var p problem
	a.into(t, &p)
	return p
}

type problem struct {
	Title, Code string
	Status      int
	Fields      []struct{ Name, Code, Text string }
	Versions    struct {
		Current map[string]any
		Yours   map[string]any
	}
}

// do sends a request; headers are alternating names and values. A POST gets a
// new key unless one is given.
func (h *house) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+h.token)
	request.Header.Set("Accept-Language", "en")
	if method == http.MethodPost {
		request.Header.Set("Idempotency-Key", id.NewSource(nil).Token())
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			request.Header.Del(headers[i])
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end below
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, bytes.TrimSpace(text)}
}

// must is do for what has to succeed.
func (h *house) must(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	a := h.do(t, method, path, body, headers...)
	if a.status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	return a
}

// masks is a receipt of n surgical masks.
func masks(n int) string {
	text, err := json.Marshal(map[string]any{
		"kind": "donation", "donor_name": "Example Association", "place": "warehouse", "occurred_at": "2020-02-03T10:00:00+08:00",
		"lines": []any{map[string]any{
			"class": "mask-surgical", "item": "=cmd|' /C calc'!A0", "quantity": map[string]any{"value": n, "unit": "piece"},
			"value": map[string]any{"amount": "2500.00", "currency": "CNY"}, "value_source": "donor",
		}},
	})
	if err != nil {
		panic(err) // plain maps always marshal
	}
	return string(text)
}
