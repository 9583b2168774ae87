// SPDX-License-Identifier: Apache-2.0

package session

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

const (
	tokenSize   = 32 // bytes
	tokenLength = 43 // characters of base64url
)

// Digest is what is stored of a token. It has 256 random bits, so a slow hash
// would protect nothing.
type Digest [sha256.Size]byte

func encoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// NewToken makes a token; random fills a slice with random bytes.
func NewToken(random func([]byte)) (text string, digest Digest) {
	var b [tokenSize]byte
	random(b[:])
	return encoding().EncodeToString(b[:]), sha256.Sum256(b[:])
}

// ParseToken returns the digest of a token. Text that is no token is not ok.
func ParseToken(text string) (digest Digest, ok bool) {
	var b [tokenSize]byte
	if len(text) != tokenLength || strings.ContainsAny(text, "\r\n") { // base64 skips line breaks
		return Digest{}, false
	}
	if n, err := encoding().Decode(b[:], []byte(text)); err != nil || n != len(b) {
		return Digest{}, false
	}
	return sha256.Sum256(b[:]), true
}
