// SPDX-License-Identifier: Apache-2.0

package totp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what RFC 6238 and every app use; HMAC does not need a hash without collisions
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The form of the codes.
const (
	SecretSize = 20 // bytes: the length of a SHA-1, as RFC 4226 recommends
	Period     = 30 * time.Second
	Digits     = 6
	window     = 1 // steps before and after that count too
)

// Secret is what the app on the phone and the server share.
type Secret [SecretSize]byte

// ErrSecret is returned for text that is no secret.
var ErrSecret = errors.New("totp: not a secret of 20 bytes in base32")

func encoding() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// String returns the secret as a person types it: 32 characters of base32.
func (s Secret) String() string { return encoding().EncodeToString(s[:]) }

// ParseSecret reads what String returns.
func ParseSecret(text string) (Secret, error) {
	var s Secret
	b, err := encoding().DecodeString(text)
	if err != nil || len(b) != len(s) {
		return Secret{}, ErrSecret
	}
	copy(s[:], b)
	if s.String() != text {
		return Secret{}, ErrSecret
	}
	return s, nil
}

// Step returns the number of the half minute in which the moment lies.
func Step(now time.Time) int64 { return now.Unix() / int64(Period/time.Second) }

// Code returns the six digits of a step.
func (s Secret) Code(step int64) string {
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(step))
	mac := hmac.New(sha1.New, s[:])
	mac.Write(message[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	number := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", Digits, number%1_000_000)
}

// Check reports whether the code is good at that moment, and its step, which
// the caller keeps. Steps up to last were used before. Every wrong code takes
// the same time.
func (s Secret) Check(code string, now time.Time, last int64) (step int64, good bool) {
	given, ok := ParseCode(code)
	if !ok {
		given = strings.Repeat("x", Digits) // no code looks like it
	}
	current := Step(now)
	for candidate := current - window; candidate <= current+window; candidate++ {
		same := subtle.ConstantTimeCompare([]byte(s.Code(candidate)), []byte(given)) == 1
		if same && candidate > last && !good {
			step, good = candidate, true
		}
	}
	return step, good
}

// ParseCode reads six digits as people type them: with blanks or a hyphen
// between them, on a Chinese keyboard too.
func ParseCode(text string) (code string, ok bool) {
	const longest = 64
	if len(text) > longest {
		return "", false
	}
	code = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || c == '-' {
			return -1
		}
		return c
	}, norm.NFKC.String(text))
	return code, len(code) == Digits && strings.Trim(code, "0123456789") == ""
}

// URI returns what a QR code shows to the app: the secret with the names of the
// house and of the account.
func (s Secret) URI(issuer, account string) string {
	label := url.PathEscape(strings.ReplaceAll(issuer, ":", " ") + ":" + account)
	query := fmt.Sprintf("secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d",
		s, strings.ReplaceAll(url.QueryEscape(issuer), "+", "%20"), Digits, int(Period/time.Second))
	return "otpauth://totp/" + label + "?" + query
}
