// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// drop marks a rune that leaves nothing behind.
const drop = -1

// Normalise returns s in the shape that words are looked up in: half width,
// visible, blanks trimmed and collapsed to one, one kind of dash and bracket.
// Normalising twice changes nothing more. Invalid UTF-8 becomes U+FFFD.
func Normalise(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	write := func(r rune) {
		switch f := fold(r); {
		case f == drop:
		case f == ' ':
			blank = b.Len() > 0
		default:
			if blank {
				b.WriteByte(' ')
				blank = false
			}
			b.WriteRune(f)
		}
	}
	for _, r := range s {
		if r < utf8.RuneSelf || common(r) || kept(r) {
			write(r)
			continue
		}
		for _, part := range norm.NFKC.String(string(r)) {
			write(part)
		}
	}
	return norm.NFC.String(b.String())
}

// Key returns s for comparing names: normalised, lower case, without blanks,
// punctuation and signs.
func Key(s string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return drop
		}
		return unicode.ToLower(r)
	}, Normalise(s))
	return norm.NFC.String(key)
}

// plain reports whether s needs no work: visible ASCII and common Chinese, with
// single blanks inside.
func plain(s string) bool {
	blank := true
	for _, r := range s {
		switch {
		case r == ' ':
			if blank {
				return false
			}
			blank = true
			continue
		case r > ' ' && r < 0x7f, common(r):
		default:
			return false
		}
		blank = false
	}
	return s == "" || !blank
}

// common reports whether r is a Chinese character that has one shape only.
func common(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// kept reports whether r means something else than what NFKC makes of it:
// powers, fractions, numbers in circles.
func kept(r rune) bool {
	switch {
	case r == '²' || r == '³' || r == '¹', r == '¼' || r == '½' || r == '¾':
		return true
	case r >= 0x2070 && r <= 0x209f, r >= 0x2150 && r <= 0x215f, r == 0x2189:
		return true
	case r >= 0x2460 && r <= 0x24ff, r >= 0x3200 && r <= 0x32ff:
		return true
	}
	return false
}

// fold returns the one rune that stands for r and its like.
func fold(r rune) rune {
	if r > ' ' && r < 0x7f || common(r) {
		return r
	}
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', '─', '━', '﹘', '﹣', '－':
		return '-'
	case '【', '〔', '〖', '﹝':
		return '['
	case '】', '〕', '〗', '﹞':
		return ']'
	case '✕', '✖', '╳', '⨯', '×':
		return '×'
	case '∗', '﹡', '＊':
		return '*'
	case '〜', '～', '∼':
		return '~'
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == 0x115f, r == 0x3164:
		return drop
	}
	return r
}
