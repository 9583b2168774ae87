// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

// unknownWords say that nobody knows the number.
var unknownWords = []string{"若干", "不详", "不明", "未知", "大量", "急需", "少量", "一批", "unknown", "n/a"}

// stateWords say how sure a number is. They stand before or after it.
var stateWords = []struct {
	word  string
	state qty.State
	after bool
}{
	{"约", qty.About, false}, {"大约", qty.About, false}, {"大概", qty.About, false}, {"近", qty.About, false}, {"about", qty.About, false},
	{"左右", qty.About, true}, {"上下", qty.About, true}, {"余", qty.AtLeast, true}, {"多", qty.AtLeast, true}, {"以上", qty.AtLeast, true},
	{"至少", qty.AtLeast, false}, {"不少于", qty.AtLeast, false}, {"超过", qty.AtLeast, false}, {"at least", qty.AtLeast, false}, {"+", qty.AtLeast, true},
}

// Parse reads a cell that holds a quantity: `198箱`, `100 支 `, `约5000只`,
// `至少2万`, `若干`, `10000`. It reports false for anything else.
func (r *Reader) Parse(cell string) (qty.Quantity, bool) {
	s := strings.ToLower(text.Normalise(cell))
	if s == "" {
		return qty.Quantity{}, false
	}
	for _, w := range unknownWords {
		if s == w {
			return qty.Unsaid(cell), true
		}
	}
	q := qty.Quantity{State: qty.Stated, Text: cell}
	s, q.State = stateBefore(s)
	number, unit := split(s)
	for _, w := range stateWords {
		if !w.after {
			continue
		}
		for _, part := range []*string{&number, &unit} {
			if rest, ok := strings.CutSuffix(strings.TrimSpace(*part), w.word); ok {
				*part, q.State = rest, w.state
			}
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(unit), w.word); ok {
			unit, q.State = rest, w.state
		}
	}
	n, ok := ParseNumber(number)
	if !ok || n <= 0 {
		return qty.Quantity{}, false
	}
	q.Value = n
	if unit = strings.TrimSpace(unit); unit != "" {
		if q.Unit, ok = r.UnitOf(unit); !ok {
			return qty.Quantity{}, false
		}
	}
	return q, true
}

func stateBefore(s string) (string, qty.State) {
	for _, w := range stateWords {
		if rest, ok := strings.CutPrefix(s, w.word); ok && !w.after {
			return strings.TrimSpace(rest), w.state
		}
	}
	return s, qty.Stated
}

// split cuts a quantity where its number ends.
func split(s string) (number, unit string) {
	for i, r := range s {
		if strings.ContainsRune("0123456789.,零〇一二两三四五六七八九十百千万亿 ", r) {
			continue
		}
		if r == 'k' && i > 0 && (i+1 == len(s) || s[i+1] == ' ') {
			continue
		}
		return s[:i], s[i:]
	}
	return s, ""
}
