// SPDX-License-Identifier: Apache-2.0

package quantity

// maxNumber bounds what is read as a count.
const maxNumber = 1_000_000_000_000_000

// nanos are in one whole.
const nanos = 1_000_000_000

// decimal is an exact number: whole and billionths. What is larger than
// maxNumber stays larger than maxNumber, whatever is done with it.
type decimal struct{ whole, nano int64 }

func (d decimal) plus(e decimal) decimal {
	nano := d.nano + e.nano
	return decimal{min(d.whole+e.whole+nano/nanos, maxNumber+1), nano % nanos}
}

// times multiplies by one of the multipliers.
func (d decimal) times(m int64) decimal {
	nano := d.nano * m
	if d.whole > maxNumber/m {
		return decimal{maxNumber + 1, nano % nanos}
	}
	return decimal{min(d.whole*m+nano/nanos, maxNumber+1), nano % nanos}
}

// append writes digits behind the whole part.
func (d decimal) append(digits string) decimal {
	for _, c := range digits {
		d = d.times(10).plus(decimal{whole: int64(c - '0')})
	}
	return d
}

// digit returns the value of a Chinese digit, plain or as on a cheque.
func digit(r rune) (int64, bool) {
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
func multiplier(r rune) int64 {
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
