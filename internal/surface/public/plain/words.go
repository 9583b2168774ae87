// SPDX-License-Identifier: Apache-2.0

package plain

import (
	"cmp"
	_ "embed"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

//go:embed words.txt
var plainWords string

// Words decides which free text may stand on a public page. Nobody can list the
// names of all people, but the words that name goods, and what happens to goods,
// can be listed: a text of only such words names nobody. Everything else stays
// in the books.
type Words struct {
	known   map[string]bool
	longest int // in characters
}

// New returns the words of the catalogue and of words.txt.
func New(c *catalog.Catalog) *Words {
	w := &Words{known: map[string]bool{}}
	for line := range strings.Lines(plainWords) {
		if !strings.HasPrefix(line, "#") {
			for word := range strings.SplitSeq(strings.TrimSpace(line), "|") {
				w.add(word)
			}
		}
	}
	for _, a := range c.Aliases() {
		if a.Kind != catalog.End { // 片 alone is no word
			w.add(a.Text)
		}
	}
	for _, class := range c.Classes() {
		for _, part := range strings.FieldsFunc(class.NameZH+" "+class.NameEN, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			w.add(part)
		}
	}
	return w
}

func (w *Words) add(word string) {
	if word == "" {
		return
	}
	word = strings.ToLower(text.Normalise(word))
	w.known[word] = true
	w.longest = max(w.longest, utf8.RuneCountInString(word))
}

// longestShown is the longest free text on a public page, in characters.
const longestShown = 120

// Plain returns the text as it was written when it names nobody; else nothing.
func (w *Words) Plain(s string) string {
	s = strings.TrimSpace(Visible(s))
	shape := text.Normalise(s)
	if w == nil || shape == "" || utf8.RuneCountInString(shape) > longestShown || number(shape) {
		return ""
	}
	if !w.covers([]rune(strings.ToLower(shape))) {
		return ""
	}
	return s
}

var (
	standardYear = regexp.MustCompile(`\d{3,5}(\.\d+)?-(19|20)\d{2}`) // GB 19083-2010
	model        = regexp.MustCompile(`^([a-z]{1,4}\d{1,5}[a-z]{0,2}|\d+[a-z]{1,3}|gb|yy|en|iso|astm|niosh|iir?|ce|fda|ml|mg|kg|cm|mm|xx?l|[xsml])$`)
)

// callable is how many digits in a row can be somebody's telephone.
const callable = 7

// number reports whether the text holds what may be a telephone or card number:
// many digits with nothing but blanks, dots and dashes between them.
func number(s string) bool {
	digits := 0
	for _, r := range standardYear.ReplaceAllString(s, " # ") {
		switch {
		case unicode.IsNumber(r):
			if digits++; digits >= callable {
				return true
			}
		case r != ' ' && r != '-' && r != '.' && r != '(' && r != ')' && r != '+':
			digits = 0
		}
	}
	return false
}

// covers reports whether the text can be cut into known words, numbers, numbers
// with a measure word, models such as kn95, and signs.
func (w *Words) covers(s []rune) bool {
	reached := make([]bool, len(s)+1)
	reached[0] = true
	for i := range s {
		if !reached[i] {
			continue
		}
		if !unicode.IsLetter(s[i]) && !unicode.IsNumber(s[i]) && !unicode.IsMark(s[i]) && s[i] != '@' {
			reached[i+1] = true
			if s[i] == '/' && i+1 < len(s) && strings.ContainsRune(measures, s[i+1]) { // 24瓶/箱
				reached[i+2] = true
			}
		}
		if end := latin(s, i); end > i && model.MatchString(string(s[i:end])) {
			reached[end] = true
		}
		if end := counted(s, i); end > i {
			reached[end] = true
		}
		for end := i + 1; end <= min(len(s), i+w.longest); end++ {
			if w.known[string(s[i:end])] && (!ascii(s[end-1]) || end == len(s) || !ascii(s[end])) {
				reached[end] = true
			}
		}
	}
	return reached[len(s)]
}

func ascii(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// latin returns where the run of small letters and digits at i ends.
func latin(s []rune, i int) int {
	for i < len(s) && ascii(s[i]) {
		i++
	}
	return i
}

const (
	numerals = "一二三四五六七八九十百千万半两几"
	measures = "只件个箱包盒瓶支台套副双张块片卷桶袋条把顶对罐份根枚辆人次处天日月年号层家"
)

// counted returns where a number at i ends: digits with or without a measure
// word, or a numeral with one. A numeral alone may be part of a name.
func counted(s []rune, i int) int {
	end, digits := i, false
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || strings.ContainsRune(numerals, s[end])) {
		digits = digits || s[end] <= '9'
		end++
	}
	switch {
	case end == i || end < len(s) && s[end] >= 'a' && s[end] <= 'z':
		return i
	case end < len(s) && strings.ContainsRune(measures, s[end]):
		return end + 1
	case digits:
		return end
	}
	return i
}

var (
	code   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./:+()_-]{0,39}$`)
	mobile = regexp.MustCompile(`(^|\D)1[3-9]\d{9}(\D|$)`)
)

// Code returns the number of a lot or a standard, when it plainly is one:
// digits, signs and short words in capitals, and no telephone.
func Code(s string) string {
	if !code.MatchString(s) || !strings.ContainsAny(s, "0123456789") || mobile.MatchString(s) {
		return ""
	}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(word) > 4 || strings.ToUpper(word) != word {
			return ""
		}
	}
	return s
}

// Item returns the words of an article when no class of the catalogue stands
// for it and they name nobody; else nothing. A bracket that may name somebody is
// left out.
func (w *Words) Item(class, s string) string {
	if class != Other {
		return ""
	}
	if plain := w.Plain(s); plain != "" {
		return plain
	}
	if i := strings.IndexAny(s, "（(【["); i > 0 {
		return w.Plain(s[:i])
	}
	return ""
}

// Other is the class of goods that nobody has classified.
const Other = "other"

// Standards returns the standards that can be shown.
func (w *Words) Standards(all []string) []string {
	var shown []string
	for _, s := range all {
		if s = cmp.Or(Code(s), w.Plain(s)); s != "" {
			shown = append(shown, s)
		}
	}
	return shown
}

// Visible leaves out what cannot be seen but turns or hides the text around it:
// marks of direction, control characters, blanks without width.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}
