// SPDX-License-Identifier: Apache-2.0

package httpx_test

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/httpx"
)

func download(t *testing.T, method, name, seen string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
	r.Header.Set("If-None-Match", seen)
	err := httpx.WriteDownload(w, r, httpx.Download{Name: name, Type: "image/jpeg", Tag: "ab12", Size: 5, Content: strings.NewReader("hello")})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestADownloadIsSavedAndNeverRun(t *testing.T) {
	t.Parallel()
	w := download(t, http.MethodGet, "运单 1.jpg", "")
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
		"Cache-Control": "private, no-cache", "ETag": `"ab12"`, "Content-Length": "5", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if w.Code != http.StatusOK || w.Body.String() != "hello" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if w := download(t, http.MethodHead, "a.jpg", ""); w.Body.Len() != 0 || w.Header().Get("Content-Length") != "5" {
		t.Errorf("HEAD: %d bytes", w.Body.Len())
	}
	if w := download(t, http.MethodGet, "a.jpg", `"ab12"`); w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("X-Content-Type-Options") == "" {
		t.Errorf("known: %d, %d bytes", w.Code, w.Body.Len())
	}
}

// TestAnyNameIsOneHeader: the name that a reader decodes is the one that was given,
// and nothing of it becomes another parameter or another header.
func TestAnyNameIsOneHeader(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"waybill.jpg", "运单 二.jpg", `a"; filename="evil.exe`, "a\r\nSet-Cookie: x=1.jpg", "100%.jpg", "a+b c.jpg", "=cmd|' /C calc'!A0.jpg",
		"\u202egpj.exe", "ü;ö=.jpg", "😷.jpg", strings.Repeat("长", 500), "", "\x00",
	} {
		got := download(t, http.MethodGet, name, "").Header().Get("Content-Disposition")
		if strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q: %q", name, got)
		}
		first, star, _ := strings.Cut(got, "; filename*=")
		kind, plain, err := mime.ParseMediaType(first)
		if err != nil || kind != "attachment" || len(plain) > 1 {
			t.Errorf("%q: %q (%v)", name, first, err)
		}
		_, full, err := mime.ParseMediaType("attachment; filename*=" + star)
		if err != nil || full["filename"] != name {
			t.Errorf("%q came as %q (%v)", name, full["filename"], err)
		}
	}
}
