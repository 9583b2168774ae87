// SPDX-License-Identifier: Apache-2.0

// Package quantity reads numbers, units and packs as people write them:
// `198箱`, `1.5万`, `约5000只`, `1只/袋 50袋/盒 12盒/箱`. What it cannot read for
// sure it leaves unread.
package quantity

import (
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/reading/text"
)

// han are the digits and han multipliers of Chinese numerals.
var (
	hanDigits = map[rune]int64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	hanUnits  = map[rune]int64{'十': 10, '百': 100, '千': 1000}
	hanLarge  = map[rune]int64{'万': 10_000, '亿': 100_000_000}
)

// ParseNumber reads a whole number: 10,000, 1.5万, 5k, ５０００, 两百, 三千五, and a
// spreadsheet's 15.0. Fractions, signs and anything else are refused.
func ParseNumber(s string) (int64, bool) {
	s = strings.ToLower(strings.ReplaceAll(text.Normalise(s), " ", ""))
	if s == "" || len(s) > 40 {
		return 0, false
	}
	if first, _ := utf8.DecodeRuneInString(s); first >= '0' && first <= '9' {
		return arabic(s)
	}
	return chinese(s)
}

// arabic reads digits with grouping, a fraction and a multiplier.
func arabic(s string) (int64, bool) {
	factor := int64(1)
	for _, m := range []struct {
		suffix string
		factor int64
	}{{"亿", 100_000_000}, {"万", 10_000}, {"千", 1000}, {"百", 100}, {"k", 1000}} {
		if rest, ok := strings.CutSuffix(s, m.suffix); ok {
			s, factor = rest, m.factor
			break
		}
	}
	whole, fraction, dot := strings.Cut(s, ".")
	if !grouped(whole) || dot && !digitsOnly(fraction) {
		return 0, false
	}
	n, ok := new(big.Rat).SetString(strings.ReplaceAll(whole, ",", "") + "." + fraction + "0")
	if !ok {
		return 0, false
	}
	n.Mul(n, new(big.Rat).SetInt64(factor))
	if !n.IsInt() || !n.Num().IsInt64() {
		return 0, false
	}
	return n.Num().Int64(), true
}

// grouped accepts digits, and commas only between groups of three.
func grouped(s string) bool {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		if !digitsOnly(p) || len(parts) > 1 && (i > 0 && len(p) != 3 || i == 0 && len(p) > 3) {
			return false
		}
	}
	return true
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// chinese reads numerals such as 两百, 三千五, 一万二千, 十五.
func chinese(s string) (int64, bool) {
	var total, section, digit, last int64
	seen := false
	for _, r := range s {
		if d, ok := hanDigits[r]; ok {
			if digit != 0 {
				return 0, false
			}
			digit, seen = d, true
			if r == '零' || r == '〇' {
				last = 1
			}
			continue
		}
		if u, ok := hanUnits[r]; ok {
			if digit == 0 {
				if u != 10 || section != 0 {
					return 0, false
				}
				digit = 1
			}
			section, digit, last, seen = section+digit*u, 0, u, true
			continue
		}
		u, ok := hanLarge[r]
		if !ok || !seen {
			return 0, false
		}
		total, section, digit, last = (total+section+digit)*u, 0, 0, u
		if total > 1e15 {
			return 0, false
		}
	}
	if digit != 0 && last >= 100 { // 三千五 is 3500
		digit *= last / 10
	}
	return total + section + digit, seen
}
