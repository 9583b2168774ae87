// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

// ErrZero is the answer to a quantity of nothing.
var ErrZero = errors.New("zero")

// Parse reads a cell that holds a quantity: `198箱`, `约5000只`, `至少2万`,
// `若干`, `200箱（100只/箱）`. It is not ok when the cell holds something else, or
// a number that is no count.
func Parse(cell string) (qty.Quantity, bool) {
	q, err := Read(cell)
	return q, err == nil
}

// Read is Parse that says what is wrong: ErrNotNumber, ErrNegative, ErrZero,
// ErrFraction or qty.ErrOverflow. An empty cell is an unknown quantity.
func Read(cell string) (qty.Quantity, error) {
	s := strings.ToLower(text.Normalise(cell))
	if unsaid(s) {
		return qty.Unsaid(cell), nil
	}
	state, s := qualifier(s)
	n, rest, err := leading(s)
	if err != nil {
		return qty.Quantity{}, err
	}
	if n == 0 {
		return qty.Quantity{}, ErrZero
	}
	q := qty.Quantity{State: state, Value: n, Text: cell}
	rest = surer(&q, strings.TrimLeft(rest, " "))
	q.Unit, rest = leadingUnit(rest)
	rest = surer(&q, rest)
	if rest = strings.TrimSpace(rest); rest == "" {
		return q, nil
	}
	if q.Unit == qty.NoUnit {
		return qty.Quantity{}, ErrNotNumber
	}
	if q.Pack, _ = ParsePack(rest); len(q.Pack) == 0 {
		return qty.Quantity{}, ErrNotNumber
	}
	return q, nil
}

// unsaid reports whether the whole cell says that nobody knows how many.
func unsaid(s string) bool {
	switch strings.Trim(s, " .。!?()") {
	case "", "-", "--", "/", "若干", "不详", "不明", "未知", "待定", "待确认", "急需", "大量", "少量", "适量", "足量", "一批", "一些", "多多益善",
		"越多越好", "不限", "无", "未统计", "暂无", "几个", "数个", "若干件", "若干个", "若干箱", "1批", "n/a", "na", "unknown", "some", "many", "tbd", "any", "lots", "as many as possible":
		return true
	}
	return false
}

// qualifier cuts the words before a number that say how sure it is.
func qualifier(s string) (qty.State, string) {
	state := qty.Stated
	for again := true; again; {
		again = false
		s = strings.TrimLeft(s, " :")
		for _, w := range [...]struct {
			word  string
			state qty.State
		}{
			{"大约", qty.About}, {"大概", qty.About}, {"约", qty.About}, {"近", qty.About}, {"about ", qty.About}, {"approx. ", qty.About}, {"approx ", qty.About},
			{"around ", qty.About}, {"~", qty.About}, {"≈", qty.About},
			{"至少", qty.AtLeast}, {"最少", qty.AtLeast}, {"不少于", qty.AtLeast}, {"不低于", qty.AtLeast}, {"超过", qty.AtLeast}, {">=", qty.AtLeast}, {"≥", qty.AtLeast},
			{"at least ", qty.AtLeast}, {"over ", qty.AtLeast}, {"more than ", qty.AtLeast},
			{"共计", ""}, {"合计", ""}, {"总计", ""}, {"共", ""}, {"计", ""}, {"数量", ""},
		} {
			if rest, ok := strings.CutPrefix(s, w.word); ok {
				s, again = rest, true
				if w.state != "" {
					state = w.state
				}
				break
			}
		}
	}
	return state, s
}

// surer cuts the words after a number, or after its unit, that say how sure it
// is: 5000多只, 200箱左右.
func surer(q *qty.Quantity, rest string) string {
	for _, w := range [...]struct {
		word  string
		state qty.State
	}{
		{"余", qty.AtLeast}, {"多", qty.AtLeast}, {"以上", qty.AtLeast}, {"+", qty.AtLeast}, {"左右", qty.About}, {"上下", qty.About},
	} {
		if after, ok := strings.CutPrefix(rest, w.word); ok {
			q.State = w.state
			return strings.TrimLeft(after, " ")
		}
	}
	return rest
}

// longestUnit is the length of the longest measure word, in runes.
const longestUnit = 9

// leadingUnit reads the longest measure word that s begins with.
func leadingUnit(s string) (qty.Unit, string) {
	word := wordAt(s)
	for n := len(word); n > 0; {
		if utf8.RuneCountInString(word[:n]) <= longestUnit {
			if u, ok := unitOf(word[:n]); ok && wholeWord(word, n) {
				return u, s[n:]
			}
		}
		_, size := utf8.DecodeLastRuneInString(word[:n])
		n -= size
	}
	return qty.NoUnit, s
}

// wholeWord reports whether cutting word at n does not cut an English word.
func wholeWord(word string, n int) bool {
	return n == len(word) || word[n-1] >= utf8.RuneSelf || !startsWithLetter(word[n:])
}

// wordAt returns the letters that s begins with, at most enough for a unit.
func wordAt(s string) string {
	n := 0
	for i, r := range s {
		if n == longestUnit || !letter(r) {
			return s[:i]
		}
		n++
	}
	return s
}

func letter(r rune) bool {
	return r >= 'a' && r <= 'z' || r == '°' || r == 'μ' || r > 0x2fff && r != '。' && r != '、'
}
