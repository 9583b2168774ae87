// SPDX-License-Identifier: Apache-2.0

package session

import (
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// hostPrefix makes browsers refuse the cookie from any other host and without TLS.
const hostPrefix = "__Host-"

// Cookie keeps a token in the reader's browser.
type Cookie struct {
	name  string
	https bool
}

// NewCookie returns the cookie of that name. publicURL is how people reach the
// server; when it begins with https, a proxy speaks TLS before us.
func NewCookie(name, publicURL string) Cookie {
	return Cookie{name: name, https: strings.HasPrefix(strings.ToLower(publicURL), "https://")}
}

// secure reports whether the answer reaches the browser over TLS.
func (c Cookie) secure(r *http.Request) bool { return c.https || r.TLS != nil }

func (c Cookie) nameFor(r *http.Request) string {
	if c.secure(r) {
		return hostPrefix + c.name
	}
	return c.name
}

// Read returns the token that the browser sent. Text that is no token is none,
// and so are two different ones.
func (c Cookie) Read(r *http.Request) (token string, ok bool) {
	for _, cookie := range r.CookiesNamed(c.nameFor(r)) {
		if token != "" && token != cookie.Value {
			return "", false // somebody planted one beside ours
		}
		token = cookie.Value
	}
	if _, ok := ParseToken(token); !ok {
		return "", false
	}
	return token, true
}

// Write gives the browser the token for that time; zero means until it is closed.
func (c Cookie) Write(w http.ResponseWriter, r *http.Request, token string, lifetime time.Duration) {
	c.set(w, r, token, int(lifetime/time.Second))
}

// Origin returns scheme and host by which the browser reached us.
func (c Cookie) Origin(r *http.Request) string {
	if c.secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Clear takes the token away from the browser.
func (c Cookie) Clear(w http.ResponseWriter, r *http.Request) { c.set(w, r, "", -1) }

func (c Cookie) set(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as far as the connection is: on this machine there is no TLS
		Name: c.nameFor(r), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.secure(r), SameSite: http.SameSiteLaxMode,
	})
	w.Header().Add("Cache-Control", "no-store") // an answer with a token belongs to one reader
}

// Address returns the address from which the request comes. When the one who
// connects is this machine or a proxy of the list, it is the last address in
// X-Forwarded-For, which that proxy has added.
func Address(r *http.Request, proxies []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := peer.Addr().Unmap().WithZone("")
	forwarded := r.Header.Values("X-Forwarded-For")
	if len(forwarded) == 0 || !trusted(address, proxies) {
		return address
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return address
		}
		address = hop.Unmap().WithZone("")
		if !trusted(address, proxies) {
			break
		}
	}
	return address
}

func trusted(a netip.Addr, proxies []netip.Prefix) bool {
	if a.IsLoopback() {
		return true
	}
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
