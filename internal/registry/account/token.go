// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Token is what is known of a program's token; its secret is not.
type Token struct {
	ID        id.ID
	Name      string // what it is for
	Role      Role
	Org       id.ID
	CreatedAt time.Time
	CreatedBy id.ID
	ExpiresAt time.Time // zero: never
	RevokedAt time.Time // zero: not revoked
	LastUsed  clock.Day // zero: never used
}

// Actor returns who acts with the token.
func (t Token) Actor() Actor {
	return Actor{ID: t.ID, Name: t.Name, Memberships: []Membership{{Role: t.Role, Org: t.Org}}}
}

// alive reports whether the token can be used at that moment.
func (t Token) alive(now time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt))
}

// NewToken says what token is wanted.
type NewToken struct {
	Name      string // 1 to 100 characters
	Role      Role
	Org       id.ID
	ExpiresAt time.Time // zero: never
}

// Validate names the wrong fields.
func (n NewToken) Validate(now time.Time) error {
	bad := errs.Bad()
	if length := utf8.RuneCountInString(strings.TrimSpace(n.Name)); length == 0 || length > 100 || !utf8.ValidString(n.Name) {
		bad.Field("name", "account.name")
	}
	if !n.Role.Valid() {
		bad.Field("role", "account.role")
	}
	if (n.Role == Recipient || n.Role == Driver) && n.Org.IsZero() {
		bad.Field("org", "account.org_needed")
	}
	if !n.ExpiresAt.IsZero() && !n.ExpiresAt.After(now) {
		bad.Field("expires_at", "account.expiry")
	}
	return bad.OrNil()
}

// The text of a token: qiao_ + 22 characters of id + _ + 43 characters of
// secret, both base64url. The prefix lets scanners of leaked secrets find it.
const (
	tokenPrefix = "qiao_"
	secretSize  = 32 // bytes
	idLength    = 22
	tokenLength = len(tokenPrefix) + idLength + 1 + 43
)

// encoding is strict: one token has one text.
func encoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }

func formatToken(tokenID id.ID, secret [secretSize]byte) string {
	return tokenPrefix + encoding().EncodeToString(tokenID[:]) + "_" + encoding().EncodeToString(secret[:])
}

// parseToken reads the text of a token.
func parseToken(text string) (tokenID id.ID, secret [secretSize]byte, ok bool) {
	const second = len(tokenPrefix) + idLength
	// base64 skips line breaks; no token has any.
	if len(text) != tokenLength || text[:len(tokenPrefix)] != tokenPrefix || text[second] != '_' || strings.ContainsAny(text, "\r\n") {
		return tokenID, secret, false
	}
	if n, err := encoding().Decode(tokenID[:], []byte(text[len(tokenPrefix):second])); err != nil || n != len(tokenID) {
		return id.Zero, secret, false
	}
	if n, err := encoding().Decode(secret[:], []byte(text[second+1:])); err != nil || n != secretSize {
		return id.Zero, [secretSize]byte{}, false
	}
	return tokenID, secret, true
}

// digest is what is stored of a secret. It has 256 random bits, so a slow hash
// would protect nothing.
func digest(secret [secretSize]byte) [sha256.Size]byte { return sha256.Sum256(secret[:]) }
