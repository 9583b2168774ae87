// SPDX-License-Identifier: Apache-2.0

package session_test

import (
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/session"
)

func fill(b []byte) { rand.Read(b) } // it never fails

func request(t *testing.T, cookies ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	for _, c := range cookies {
		r.Header.Add("Cookie", c)
	}
	return r
}

func TestCookieIsAsClosedAsTheConnectionAllows(t *testing.T) {
	t.Parallel()
	token, _ := session.NewToken(fill)
	overTLS := request(t)
	overTLS.TLS = &tls.ConnectionState{}
	for name, c := range map[string]struct {
		public string
		r      *http.Request
		want   string
	}{
		"plain":              {"", request(t), "q=" + token + "; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"},
		"public http":        {"http://relief.example.org", request(t), "q=" + token + "; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"},
		"TLS":                {"", overTLS, "__Host-q=" + token + "; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
		"TLS before a proxy": {"HTTPS://relief.example.org", request(t), "__Host-q=" + token + "; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
	} {
		cookie, w := session.NewCookie("q", c.public), httptest.NewRecorder()
		cookie.Write(w, c.r, token, time.Minute)
		if got := w.Header().Get("Set-Cookie"); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: the answer may be kept", name)
		}
		back := c.r.Clone(t.Context())
		back.Header.Set("Cookie", strings.Split(c.want, ";")[0])
		if got, ok := cookie.Read(back); !ok || got != token {
			t.Errorf("%s: read back as %q, %t", name, got, ok)
		}
		cleared := httptest.NewRecorder()
		cookie.Clear(cleared, c.r)
		if got := cleared.Header().Get("Set-Cookie"); !strings.Contains(got, "Max-Age=0") || strings.Contains(got, token) {
			t.Errorf("%s: cleared by %s", name, got)
		}
	}
}

func TestWhatIsNoTokenIsNotRead(t *testing.T) {
	t.Parallel()
	one, _ := session.NewToken(fill)
	two, _ := session.NewToken(fill)
	plain, tlsOnly := session.NewCookie("q", ""), session.NewCookie("q", "https://relief.example.org")
	for name, c := range map[string]struct {
		cookie  session.Cookie
		cookies []string
	}{
		"none":                         {plain, nil},
		"empty":                        {plain, []string{"q="}},
		"other name":                   {plain, []string{"r=" + one}},
		"too short":                    {plain, []string{"q=" + one[1:]}},
		"not base64":                   {plain, []string{"q=" + strings.Repeat("!", 43)}},
		"two that differ":              {plain, []string{"q=" + one, "q=" + two}},
		"planted without TLS":          {tlsOnly, []string{"q=" + one}},
		"half a megabyte":              {plain, []string{"q=" + strings.Repeat("A", 1<<19)}},
		"the TLS name on a plain site": {plain, []string{"__Host-q=" + one}},
	} {
		if token, ok := c.cookie.Read(request(t, c.cookies...)); ok || token != "" {
			t.Errorf("%s: read as %q", name, token)
		}
	}
	if got, ok := plain.Read(request(t, "a=1; q="+one+"; b=2")); !ok || got != one {
		t.Errorf("beside others: %q, %t", got, ok)
	}
}

func TestTokensAreRandomAndDigestsAreNotTokens(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token, digest := session.NewToken(fill)
		if seen[token] || len(token) != 43 {
			t.Fatalf("token %s", token)
		}
		seen[token] = true
		if again, ok := session.ParseToken(token); !ok || again != digest {
			t.Fatalf("%s has two digests", token)
		}
	}
}

func TestWhoseAddressCounts(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"direct":                         {"203.0.113.9:1234", nil, "203.0.113.9"},
		"direct, and lying":              {"203.0.113.9:1234", []string{"198.51.100.1"}, "203.0.113.9"},
		"proxy on this machine":          {"127.0.0.1:1234", []string{"198.51.100.1"}, "198.51.100.1"},
		"proxy of the list":              {"10.1.2.3:1234", []string{"198.51.100.1"}, "198.51.100.1"},
		"visitor invents hops":           {"10.1.2.3:1234", []string{"192.0.2.7, 198.51.100.1"}, "198.51.100.1"},
		"two proxies":                    {"127.0.0.1:1234", []string{"192.0.2.7, 198.51.100.1", "10.9.9.9"}, "198.51.100.1"},
		"proxy says nonsense":            {"127.0.0.1:1234", []string{"unknown"}, "127.0.0.1"},
		"IPv4 in IPv6":                   {"[::ffff:203.0.113.9]:1234", nil, "203.0.113.9"},
		"zone":                           {"[fe80::1%eth0]:1234", nil, "fe80::1"},
		"this machine, without a proxy":  {"[::1]:1234", nil, "::1"},
		"an address that cannot be read": {"@", nil, "invalid IP"},
	} {
		r := request(t)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		if got := session.Address(r, proxies).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	token, _ := session.NewToken(fill)
	for _, seed := range []string{"q=" + token, "q=; q=" + token, "q=\"" + token + "\"", "", ";;=", "q=" + token + "\n"} {
		f.Add(seed)
	}
	cookie := session.NewCookie("q", "")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Header["Cookie"] = []string{header}
		got, ok := cookie.Read(r)
		if _, good := session.ParseToken(got); ok != good {
			t.Errorf("%q is read as %q, %t", header, got, ok)
		}
	})
}

func FuzzParseToken(f *testing.F) {
	token, _ := session.NewToken(fill)
	f.Add(token)
	f.Add(token[:42] + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		if _, ok := session.ParseToken(text); ok && len(text) != 43 {
			t.Errorf("%q is a token", text)
		}
	})
}
