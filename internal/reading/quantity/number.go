// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"errors"
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
// number, and what people say when they mean two numbers (两三百).
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
	case sum.value.whole > maxNumber:
		return 0, rest, qty.ErrOverflow
	case negative && sum.value != decimal{}:
		return 0, rest, ErrNegative
	case sum.value.nano != 0:
		return 0, rest, ErrFraction
	}
	return sum.value.whole, rest, nil
}

// sum adds up a number from its digits and its 十百千万亿.
type sum struct {
	value, section, current decimal
	have                    bool  // current holds a number
	run                     int   // how many Chinese digits current has
	last                    int64 // the multiplier before current; 1 after 零
	least, top              int64 // what the next 十百千, the next 万亿 must be less than; 0: anything
	broken                  bool
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
	if isDigit(s[0]) {
		if t.have {
			return s, false
		}
		value, rest, ok := arabic(s)
		t.current, t.have, t.run = value, true, 0
		t.broken = t.broken || !ok
		return rest, true
	}
	r, size := utf8.DecodeRuneInString(s)
	rest := s[size:]
	if d, ok := digit(r); ok {
		return rest, t.digit(d)
	}
	m := multiplier(r)
	if m == 0 || r < utf8.RuneSelf && (!t.have || t.run > 0 || startsWithLetter(rest)) {
		return s, false // 5kg is no 5,000 g
	}
	return rest, t.multiply(m)
}

func (t *sum) digit(d int64) bool {
	switch {
	case !t.have && d == 0 && t.last > 0:
		t.last = 1 // 三千零五: the 5 stands for itself
		return true
	case !t.have:
		t.current, t.have, t.run = decimal{whole: d}, true, 1
		return true
	case t.run > 0 && t.last == 0: // 二〇二〇
		t.current = t.current.times(10).plus(decimal{whole: d})
		t.run++
		return true
	}
	return false
}

func (t *sum) multiply(m int64) bool {
	if !t.have && m == 10 && t.section == (decimal{}) {
		t.current, t.have = decimal{whole: 1}, true // 十五
	}
	begun := t.have || t.section != decimal{}
	if !t.have && m < 1e4 || !begun && t.value == (decimal{}) {
		return false
	}
	t.broken = t.broken || t.run > 1 // 两三百 is two or three hundred
	switch {
	case m < 1e4:
		t.broken = t.broken || t.least > 0 && m >= t.least // 1千2千 are two numbers
		t.section, t.least = t.section.plus(t.current.times(m)), m
	case !begun:
		t.value, t.top = t.value.times(m), m // 万亿
	default:
		// 三千五万 is 3,005 or 3,500 times 万; 1万2万 are two numbers.
		t.broken = t.broken || t.have && t.last >= 100 && t.last < 1e4 || t.top > 0 && m >= t.top
		t.value = t.value.plus(t.section.plus(t.current).times(m))
		t.section, t.least, t.top = decimal{}, 0, m
	}
	t.current, t.have, t.run, t.last = decimal{}, false, 0, m
	return true
}

// finish adds what is left: 三千五 is 3,500, 三千零五 is 3,005.
func (t *sum) finish() {
	// 三五 is three to five, and only digits with a 〇 or at least three are read one by one.
	t.broken = t.broken || t.run == 2 && t.current.whole > 10 && t.current.whole%10 != 0
	if t.have && t.last >= 100 && t.current.whole < 10 && t.current.nano == 0 {
		t.current = t.current.times(t.last / 10)
	}
	t.value = t.value.plus(t.section).plus(t.current)
}

// arabic reads digits with groups of three and at most nine decimals. It is not
// ok for groups of another size, or after a leading 0: 1,2 and 1,23 and 0,123
// are two numbers or a mistake.
func arabic(s string) (value decimal, rest string, ok bool) {
	n, ok := digits(s), true
	value, lead := value.append(s[:n]), n
	first := s[0]
	s = s[n:]
	for len(s) > 1 && s[0] == ',' && isDigit(s[1]) {
		n := digits(s[1:])
		ok = ok && n == 3 && lead <= 3 && first != '0'
		value, s = value.append(s[1:1+n]), s[1+n:]
	}
	if len(s) > 1 && s[0] == '.' && isDigit(s[1]) {
		n := digits(s[1:])
		ok = ok && n <= 9
		part := decimal{}.append((s[1:1+n] + "000000000")[:9])
		value.nano, s = part.whole, s[1+n:]
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
