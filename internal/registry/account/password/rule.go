// SPDX-License-Identifier: Apache-2.0

package password

import (
	"bytes"
	"compress/gzip"
	_ "embed" // common.txt.gz
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The bounds of a password.
const (
	MinRunes = 12
	MaxBytes = 1024
)

// The message keys of refusals.
const (
	TooShort = "password.too_short"
	TooLong  = "password.too_long"
	Broken   = "password.broken"
	Common   = "password.common"
)

//go:embed common.txt.gz
var commonText []byte

// Rules says which passwords are good enough. It is safe for concurrent use.
type Rules struct {
	words   map[string]bool
	longest int // runes of the longest word
}

// LoadRules reads the list of common passwords.
func LoadRules() (*Rules, error) {
	unzip, err := gzip.NewReader(bytes.NewReader(commonText))
	if err != nil {
		return nil, fmt.Errorf("common passwords: %w", err)
	}
	text, err := io.ReadAll(unzip)
	if err != nil {
		return nil, fmt.Errorf("common passwords: %w", err)
	}
	r := &Rules{words: map[string]bool{}}
	for line := range strings.Lines(string(text)) {
		r.add(strings.TrimSpace(line))
	}
	for word := range strings.FieldsSeq(ownWords) {
		r.add(word)
	}
	return r, nil
}

// ownWords are what people of this work would take first.
const ownWords = `qiao qiaorelief relief donation charity redcross wuhan hubei beijing shanghai zhongguo china jiayou
	juanzeng juankuan woaini woaini1314 5201314 1314520 520520 admin administrator letmein welcome changeme
	passwort mima password secret login desk server hospital yiyuan 888888 666666 168168 a123456 aini abc123`

func (r *Rules) add(word string) {
	if word != "" {
		r.words[word] = true
		r.longest = max(r.longest, utf8.RuneCountInString(word))
	}
}

// Check returns the message key that says why a password is refused, or "".
// personal is what guessers know of the person: name, e-mail address.
func (r *Rules) Check(password string, personal ...string) string {
	switch {
	case len(password) > MaxBytes:
		return TooLong
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return Broken
	case utf8.RuneCount(Normalise(password)) < MinRunes:
		return TooShort
	case r.strength(password, ownParts(personal)) < enough:
		return Common
	}
	return ""
}

// enough is how many things a guesser must guess: a character that belongs to no
// common part counts as one, a whole common part as one too.
const enough = 6

// ownParts returns the words of a person's name and e-mail address, folded.
func ownParts(personal []string) map[string]bool {
	parts := map[string]bool{}
	for _, text := range personal {
		folded := fold(text)
		for _, word := range strings.FieldsFunc(folded, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
			if n := utf8.RuneCountInString(word); n >= 3 || n == 2 && word[0] >= utf8.RuneSelf {
				parts[word] = true
			}
		}
		if joined := strings.ReplaceAll(folded, " ", ""); utf8.RuneCountInString(joined) >= 2 {
			parts[joined] = true
		}
	}
	return parts
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// strength covers the password with the longest common parts from the left and
// counts parts and what is left over. It looks at the text as typed and with the
// usual disguises (0 for o) undone, and takes the weaker.
func (r *Rules) strength(password string, own map[string]bool) int {
	plain := fold(password)
	least := min(r.cover([]rune(plain), own), r.cover([]rune(undisguise(plain)), own))
	if unit := period([]rune(plain)); unit > 0 {
		least = min(least, unit)
	}
	return least
}

func (r *Rules) cover(text []rune, own map[string]bool) int {
	count, seen := 0, map[string]bool{}
	for i := 0; i < len(text); {
		n := max(r.word(text[i:], own), run(text[i:]), walk(text[i:]), date(text[i:]))
		if n == 0 {
			n = 1
		}
		if part := string(text[i : i+n]); !seen[part] { // the same once more is no more to guess
			seen[part] = true
			count++
		}
		i += n
	}
	return count
}

// word returns the length of the longest common word at the beginning.
func (r *Rules) word(text []rune, own map[string]bool) int {
	for n := min(len(text), max(r.longest, 64)); n >= 2; n-- {
		if s := string(text[:n]); own[s] || n >= 4 && r.words[s] {
			return n
		}
	}
	return 0
}

// undisguise undoes the usual replacements.
func undisguise(s string) string {
	return strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "l", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t").Replace(s)
}
