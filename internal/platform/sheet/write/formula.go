// SPDX-License-Identifier: Apache-2.0

package write

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	plainNumber = regexp.MustCompile(`^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?$`)
	phoneNumber = regexp.MustCompile(`^\+\d[\d ()-]*\d$`)
)

// Runs reports whether a spreadsheet program would take the text for a formula
// or a command: after blanks, control and invisible characters and apostrophes
// it begins with = + - @, also in full width, or with a tab or line break.
// Plain numbers, telephone numbers with a country code and a lone hyphen, by
// which people say "none", do not run.
func Runs(text string) bool {
	s := strings.TrimLeft(text, "'")
	if s == "" {
		return false
	}
	if s[0] == '\t' || s[0] == '\r' || s[0] == '\n' {
		return true
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\'' || r == unicode.ReplacementChar
	})
	for _, r := range s {
		switch r {
		case '=', '@', '＝', '＠', '＋', '－':
			return true
		case '+', '-':
			return s != "-" && !plainNumber.MatchString(s) && !isPhone(s)
		}
		return false
	}
	return false
}

// isPhone accepts + and 7 to 15 digits (ITU E.164) with blanks, hyphens and
// brackets between them.
func isPhone(s string) bool {
	if len(s) > 40 || !phoneNumber.MatchString(s) {
		return false
	}
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	return digits >= 7 && digits <= 15
}

// Number reports whether a text is a plain number, such as -5, 1,234.5 or 7%.
func Number(text string) bool { return plainNumber.MatchString(text) }
