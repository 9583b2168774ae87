// SPDX-License-Identifier: Apache-2.0

package render

import "net/http"

// contentPolicy lets a page use only what this server sends, and no inline
// style or script at all.
const contentPolicy = "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure are the headers that every answer carries, made once: answers share
// their values, and nobody changes a value in place.
var secure = []struct {
	name  string // in Go's canonical form: it is used as a key of the map
	value []string
}{
	{"Content-Security-Policy", []string{contentPolicy}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
	{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=()"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
}

// SecureHeaders sets the headers that every answer of this server carries.
func SecureHeaders(h http.Header) {
	for _, s := range secure {
		h[s.name] = s.value
	}
}
