// SPDX-License-Identifier: Apache-2.0

// Package item finds out what goods a name means: its class in the catalogue,
// by the catalogue's words and rules. It never guesses: a name without a known
// word has no class.
package item

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

// Match is what a name means.
type Match struct {
	Class     string          // empty: not known
	Sure      bool            // by a plain word, not by a maker's name alone
	Rule      string          // the word, and the rule that moved it, for explaining
	Standards []string        // as stated, in the usual spelling
	Medical   catalog.Medical // what the text claims
}

// Classifier finds classes. It is safe for concurrent use.
type Classifier struct {
	words map[string]catalog.Alias // by lower-case text
	long  int                      // the longest word, in runes
	rules []catalog.Rule
}

// NewClassifier returns a classifier over the catalogue's words and rules.
func NewClassifier(c *catalog.Catalog) *Classifier {
	k := &Classifier{words: map[string]catalog.Alias{}, rules: c.Rules()}
	for _, a := range c.Aliases() {
		k.words[a.Text] = a
		k.long = max(k.long, len([]rune(a.Text)))
	}
	return k
}

// Classify returns what an item with its specification means.
func (k *Classifier) Classify(name, spec string) Match {
	plain := shape(name)
	whole := plain
	if s := shape(spec); s != "" {
		whole += " " + s
	}
	m := Match{Standards: Standards(whole), Medical: medical(whole)}
	alias, ok := k.find(plain)
	if !ok {
		if alias, ok = k.find(whole); !ok {
			return m
		}
	}
	m.Class, m.Sure, m.Rule = alias.Class, alias.Kind != catalog.Weak, alias.Text
	for _, r := range k.rules {
		if slices.Contains(r.From, m.Class) && applies(r, whole) {
			m.Class = r.To
			m.Rule += " " + r.Name
			break
		}
	}
	return m
}

// notMedical writes what denies a medical use in the way that the rules know, so
// that a non-medical mask is not found as a "medical mask".
var notMedical = strings.NewReplacer(
	"non-medical", "非医用", "non medical", "非医用", "nonmedical", "非医用", "not medical", "非医用", "not for medical", "非医用",
	"non-surgical", "非医用", "non surgical", "非医用", "nonsurgical", "非医用",
	"非 医用", "非医用", "非医疗", "非医用", "不能医用", "非医用", "不医用", "非医用",
)

// shape brings a text into the shape in which words are looked for.
func shape(s string) string { return notMedical.Replace(strings.ToLower(text.Normalise(s))) }

// find reads from the left, the longest word at each place. The last plain word
// outside brackets names the goods; else the last inside; else a weak one.
func (k *Classifier) find(s string) (catalog.Alias, bool) {
	var outside, inside, weak catalog.Alias
	runes, depth := []rune(s), 0
	for i := 0; i < len(runes); {
		switch runes[i] {
		case '(', '[', '【', '{':
			depth++
		case ')', ']', '】', '}':
			depth = max(0, depth-1)
		}
		a, n := k.longest(runes, i)
		if n == 0 {
			i++
			continue
		}
		switch {
		case a.Kind == catalog.End && i+n < len(runes) && !strings.ContainsRune("([【{ ", runes[i+n]):
			n = 1
		case a.Kind == catalog.Weak:
			weak = a
		case depth > 0:
			inside = a
		default:
			outside = a
		}
		i += n
	}
	for _, a := range []catalog.Alias{outside, inside, weak} {
		if a.Class != "" {
			return a, true
		}
	}
	return catalog.Alias{}, false
}

// longest returns the longest word at a place and its length in runes.
func (k *Classifier) longest(runes []rune, at int) (catalog.Alias, int) {
	for n := min(k.long, len(runes)-at); n > 0; n-- {
		word := string(runes[at : at+n])
		a, ok := k.words[word]
		if ok && whole(runes, at, n) {
			return a, n
		}
	}
	return catalog.Alias{}, 0
}

// whole refuses a Latin word inside another one: "cap" in "capsule".
func whole(runes []rune, at, n int) bool {
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' }
	if !letter(runes[at]) && !letter(runes[at+n-1]) {
		return true
	}
	before := at == 0 || !letter(runes[at-1]) || !letter(runes[at])
	after := at+n == len(runes) || !letter(runes[at+n]) || !letter(runes[at+n-1])
	return before && after
}

func applies(r catalog.Rule, s string) bool {
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return says(s, w) })
	}
	return (len(r.Any) == 0 || has(r.Any)) && (len(r.And) == 0 || has(r.And)) && !has(r.Without)
}

// says reports whether s holds a word that stands for itself: "exam" is not in
// "example", and the model 2200 is neither in 12200 nor in 2200只/箱.
func says(s, word string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		at, end := from+i, from+i+len(word)
		if !continues(s[:at], s[at:]) && !continues(s[:end], s[end:]) && !counts(word, s[end:]) {
			return true
		}
		from = at + 1
	}
}

// continues reports whether a number or a Latin word goes on where before meets
// after.
func continues(before, after string) bool {
	if before == "" || after == "" {
		return false
	}
	a, b := before[len(before)-1], after[0]
	return isDigit(a) && isDigit(b) || isLetter(a) && isLetter(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }

// counts reports whether a word of digits is followed by what it counts.
func counts(word, after string) bool {
	if strings.Trim(word, "0123456789") != "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " "))
	return strings.ContainsRune("只个片枚副双套盒包袋箱件", r)
}

func medical(s string) catalog.Medical {
	for _, w := range []string{"非医用", "民用", "不可医用"} {
		if strings.Contains(s, w) {
			return catalog.No
		}
	}
	for _, w := range []string{"医用", "外科", "手术", "检查", "surgical", "medical", "exam", "examination"} {
		if says(s, w) {
			return catalog.Yes
		}
	}
	return catalog.Unsaid
}

var (
	chineseStandard = regexp.MustCompile(`\b(gb|yy)\s*(/\s*t)?\s*(\d{3,5}(?:\.\d)?)(?:\s*[-—–]\s*((?:19|20)\d{2}))?`)
	otherStandard   = regexp.MustCompile(`\b(en)\s*(149|14683|14126|166|374|455)\b|\b(astm)\s*(f\s*\d{4})`)
	grade           = regexp.MustCompile(`\b(kn95|n95|kf94|ffp2|ffp3)\b`)
)

// Standards returns the standards and grades that a text names, in the usual
// spelling, each once.
func Standards(s string) []string {
	s = strings.ToLower(s)
	var all []string
	add := func(code string) {
		if !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	for _, m := range chineseStandard.FindAllStringSubmatch(s, -1) {
		code := strings.ToUpper(m[1])
		if m[2] != "" {
			code += "/T"
		}
		code += " " + m[3]
		if m[4] != "" {
			code += "-" + m[4]
		}
		add(code)
	}
	for _, m := range otherStandard.FindAllStringSubmatch(s, -1) {
		add(strings.TrimSpace(strings.ToUpper(m[1] + m[3] + " " + strings.ReplaceAll(m[2]+m[4], " ", ""))))
	}
	for _, m := range grade.FindAllString(s, -1) {
		add(strings.ToUpper(m))
	}
	return all
}
