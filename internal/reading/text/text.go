// SPDX-License-Identifier: Apache-2.0

// Package text brings words into one form before they are compared: width,
// invisible characters, blanks. It guesses nothing and drops no word.
package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalise returns s in NFKC (full width and compatibility forms become plain
// ones) without invisible characters, with single blanks.
func Normalise(s string) string {
	s = strings.Map(visible, s)
	s = norm.NFKC.String(s)
	return strings.Join(strings.Fields(s), " ")
}

func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' || r == '\u3000':
		return ' '
	case r == '\ufffd', unicode.In(r, unicode.Cf), unicode.IsControl(r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	}
	return r
}

// Key returns what makes two spellings of a name the same: the normalised text
// in lower case without blanks, punctuation and signs. What stands in brackets
// stays.
func Key(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, Normalise(s))
}
