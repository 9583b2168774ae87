// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/money"
)

// Number returns n with a comma between groups of three: 5,050,120.
func (l *Localizer) Number(n int64) string { return group(strconv.FormatInt(n, 10)) }

// group puts commas into the whole part of a plain decimal.
func group(s string) string {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, dot := strings.Cut(digits, ".")
	var b strings.Builder
	b.Grow(len(s) + len(whole)/3)
	if negative {
		b.WriteString("−")
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if dot {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}

// Signed returns n with its sign: +2,140, −50, 0.
func (l *Localizer) Signed(n int64) string {
	if n > 0 {
		return "+" + l.Number(n)
	}
	return l.Number(n)
}

// The steps of the short forms.
const (
	tenThousand    = 10_000
	hundredMillion = 100_000_000
	million        = 1_000_000
)

// Short returns the short form that stands beside a large exact number: 505.01
// 万 and 1.20 亿 in Chinese, 5.05 million in English. It is cut, never rounded
// up, and empty where the number is short enough to be read at a glance.
func (l *Localizer) Short(n int64) string {
	size, negative := uint64(n), n < 0
	if negative {
		size = -size
	}
	step, key := uint64(0), ""
	switch {
	case l.lang.IsChinese() && size >= hundredMillion:
		step, key = hundredMillion, "number.yi"
	case l.lang.IsChinese() && size >= tenThousand:
		step, key = tenThousand, "number.wan"
	case !l.lang.IsChinese() && size >= million:
		step, key = million, "number.million"
	default:
		return ""
	}
	hundredths := size % step * 100 / step
	text := group(strconv.FormatUint(size/step, 10)) + "." + string([]byte{byte('0' + hundredths/10), byte('0' + hundredths%10)})
	if negative {
		text = "−" + text
	}
	return l.T(key, "n", text)
}

// Percent returns part of whole as whole percents, cut: 99 until nothing is
// missing. A whole of zero or less gives 0. More than the whole gives more
// than 100.
func Percent(part, whole int64) int64 {
	if whole <= 0 || part <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(part), 100)
	if hi >= uint64(whole) {
		return 0 // more than 2⁶³ percent: no number of goods reaches it
	}
	quotient, _ := bits.Div64(hi, lo, uint64(whole))
	if quotient > 1<<62 {
		return 0
	}
	return int64(quotient)
}

// Money returns the grouped amount without its currency: 13,547,626.00.
func (l *Localizer) Money(a money.Amount) string { return group(a.String()) }

// MoneyWhole returns the amount with the name of its currency: 13,547,626.00
// 元, CNY 13,547,626.00.
func (l *Localizer) MoneyWhole(a money.Amount) string {
	return l.T("money.whole", "amount", l.Money(a), "currency", l.Currency(a.Currency))
}

// MoneyShort is Short for the whole units of an amount.
func (l *Localizer) MoneyShort(a money.Amount) string {
	whole := a.Minor
	for range a.Currency.Digits() {
		whole /= 10
	}
	return l.Short(whole)
}

// Currency returns the everyday name of a currency (元), or its code.
func (l *Localizer) Currency(c money.Currency) string {
	if key := "currency." + string(c); l.Has(key) {
		return l.T(key)
	}
	return string(c)
}
