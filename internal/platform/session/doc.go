// SPDX-License-Identifier: Apache-2.0

// Package session is the cookie by which a browser is known again: 256 random
// bits that name nothing, of which the server keeps only the SHA-256. What they
// stand for is not its business.
//
// The cookie is HttpOnly, SameSite=Lax and for the whole site. Over TLS, or when
// the public address begins with https, it is Secure and its name begins with
// __Host-, so that no other host of the domain can plant one.
package session
