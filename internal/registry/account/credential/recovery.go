// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Recovery codes: 80 random bits in 16 characters of four groups. So many bits
// need no slow hash.
const (
	RecoveryCodes = 10
	recoverySize  = 10 // bytes
)

// NewRecovery returns a code and what is stored of it.
func NewRecovery(random func([]byte)) (code, handle string) {
	var b [recoverySize]byte
	random(b[:])
	text := base32.StdEncoding.EncodeToString(b[:])
	code = text[0:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
	return code, RecoveryHandle(code)
}

// RecoveryHandle is what is stored of a code, however it was typed.
func RecoveryHandle(code string) string {
	const longest = 200
	if len(code) > longest {
		code = ""
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= '2' && r <= '7':
			return r
		case r == '0': // not in the alphabet: it was an O
			return 'O'
		case r == '1':
			return 'I'
		case r == '8':
			return 'B'
		}
		return -1
	}, strings.ToUpper(norm.NFKC.String(code)))
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
