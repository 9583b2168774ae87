// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"errors"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

// What can be wrong with a number; qty.ErrOverflow is the fourth.
var (
	ErrNotNumber = errors.New("not a number")
	ErrNegative  = errors.New("less than zero")
	ErrFraction  = errors.New("not a whole number")
)

// ParseNumber reads a count: 10,000, ５０００, 1.5万, 两百, 三千五, 5k. A fraction
// is refused unless it comes out whole (1.5万, 1.0); so is anything after the
// number.
func ParseNumber(s string) (int64, error) {
	n, rest, err := leading(strings.ToLower(text.Normalise(s)))
	if err == nil && strings.TrimSpace(rest) != "" {
		return 0, ErrNotNumber
	}
	return n, err
}

// leading reads the number that s (normalised, lower case) begins with and
// returns what follows it. The rest is meaningful also beside ErrFraction,
// ErrNegative and qty.ErrOverflow.
func leading(s string) (n int64, rest string, err error) {
	s = strings.TrimLeft(s, " +")
	negative := false
	for _, sign := range []string{"-", "负"} {
		if after, ok := strings.CutPrefix(s, sign); ok {
			s, negative = after, true
			break
		}
	}
	sum, rest := tally(s)
	switch {
	case len(rest) == len(s):
		return 0, s, ErrNotNumber
	case sum.broken || strings.HasPrefix(rest, "."):
		return 0, rest, ErrNotNumber
	case sum.overflow:
		return 0, rest, qty.ErrOverflow
	case negative && sum.value != 0:
		return 0, rest, ErrNegative
	case sum.value != math.Trunc(sum.value):
		return 0, rest, ErrFraction
	case sum.value > 1e15:
		return 0, rest, qty.ErrOverflow
	}
	return int64(sum.value), rest, nil
}

// sum adds up a number from its digits and its 十百千万亿. A float64 is exact
// for every whole number up to 2^53, and leading refuses what is larger than 1e15.
type sum struct {
	value, section, current float64
	have                    bool    // current holds a number
	chinese                 bool    // current is one Chinese digit
	last                    float64 // the multiplier before current; 1 after 零
	broken, overflow        bool
}

// tally reads as much of s as is a number.
func tally(s string) (sum, string) {
	t := sum{}
	rest := s
	for rest != "" {
		after, ok := t.step(rest)
		if !ok {
			break
		}
		rest = after
	}
	t.finish()
	return t, rest
}

// step reads one digit group or one multiplier.
func (t *sum) step(s string) (string, bool) {
	if s[0] >= '0' && s[0] <= '9' {
		if t.have {
			return s, false
		}
		value, rest, ok := arabic(s)
		t.current, t.have, t.chinese = value, true, false
		t.broken = t.broken || !ok
		t.overflow = t.overflow || value > 1e15
		return rest, true
	}
	r, size := utf8.DecodeRuneInString(s)
	rest := s[size:]
	if d, ok := digit(r); ok {
		return rest, t.digit(d)
	}
	m := multiplier(r)
	if m == 0 || r < utf8.RuneSelf && (!t.have || t.chinese || startsWithLetter(rest)) {
		return s, false // 5kg is no 5,000 g
	}
	return rest, t.multiply(m)
}

func (t *sum) digit(d float64) bool {
	switch {
	case !t.have && d == 0 && t.last > 0:
		t.last = 1 // 三千零五: the 5 stands for itself
		return true
	case !t.have:
		t.current, t.have, t.chinese = d, true, true
		return true
	case t.chinese && t.last == 0: // 二〇二〇
		t.current = t.current*10 + d
		t.overflow = t.overflow || t.current > 1e15
		return true
	}
	return false
}

func (t *sum) multiply(m float64) bool {
	if !t.have && m == 10 && t.section == 0 {
		t.current, t.have = 1, true // 十五
	}
	switch {
	case m < 1e4 && !t.have, m >= 1e4 && !t.have && t.section == 0 && t.value == 0:
		return false
	case m < 1e4:
		t.section += t.current * m
	case !t.have && t.section == 0:
		t.value *= m // 万亿
	default:
		t.value += (t.section + t.current) * m
		t.section = 0
	}
	t.value, t.section = tidy(t.value), tidy(t.section)
	t.overflow = t.overflow || t.value > 1e15
	t.current, t.have, t.chinese, t.last = 0, false, false, m
	return true
}

// finish adds what is left: 三千五 is 3,500, 三千零五 is 3,005.
func (t *sum) finish() {
	if t.have && t.last >= 100 && t.current < 10 && t.current == math.Trunc(t.current) {
		t.current *= t.last / 10
	}
	t.value = tidy(t.value + t.section + t.current)
}

// tidy takes away the dust of decimals: 1.1 × 10,000 is 11,000.
func tidy(v float64) float64 {
	if r := math.Round(v); math.Abs(v-r) < 1e-6 {
		return r
	}
	return v
}

// arabic reads digits with groups of three and decimals. It is not ok for groups
// of another size: 1,2 and 1,23 are two numbers or a mistake.
func arabic(s string) (value float64, rest string, ok bool) {
	n, ok := digits(s), true
	var whole strings.Builder
	whole.WriteString(s[:n])
	s = s[n:]
	for lead := n; len(s) > 1 && s[0] == ',' && isDigit(s[1]); {
		g := digits(s[1:])
		ok = ok && g == 3 && lead <= 3
		whole.WriteString(s[1 : 1+g])
		s = s[1+g:]
	}
	for _, c := range whole.String() {
		value = value*10 + float64(c-'0')
	}
	if len(s) > 1 && s[0] == '.' && isDigit(s[1]) {
		n := digits(s[1:])
		part, scale := 0.0, 1.0
		for _, c := range s[1 : 1+n] {
			part, scale = part*10+float64(c-'0'), scale*10
		}
		value += part / scale
		s = s[1+n:]
		ok = ok && n <= 9
	}
	return value, s, ok
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func startsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r < utf8.RuneSelf && unicode.IsLetter(r)
}

// digit returns the value of a Chinese digit, plain or as on a cheque.
func digit(r rune) (float64, bool) {
	switch r {
	case '零', '〇':
		return 0, true
	case '一', '壹':
		return 1, true
	case '二', '两', '贰', '俩':
		return 2, true
	case '三', '叁', '仨':
		return 3, true
	case '四', '肆':
		return 4, true
	case '五', '伍':
		return 5, true
	case '六', '陆':
		return 6, true
	case '七', '柒':
		return 7, true
	case '八', '捌':
		return 8, true
	case '九', '玖':
		return 9, true
	}
	return 0, false
}

// multiplier returns the value of a word that multiplies the number before it.
func multiplier(r rune) float64 {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟', 'k':
		return 1e3
	case '万', '萬', 'w':
		return 1e4
	case '亿', '億':
		return 1e8
	}
	return 0
}
