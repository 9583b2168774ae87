// SPDX-License-Identifier: Apache-2.0

package edit

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// Text is a field without the space around it.
func Text(values url.Values, name string) string { return strings.TrimSpace(values.Get(name)) }

// KeepMoment puts a time into a form: its day to change, and the moment itself,
// which is kept while the day is.
func KeepMoment(c *frame.Call, values url.Values, at time.Time) {
	values.Set("occurred_at", clock.DayOf(at, c.Zone()).String())
	values.Set("occurred_at_id", at.UTC().Format(time.RFC3339Nano))
	values.Set("occurred_at_name", values.Get("occurred_at"))
}

// Moment reads what KeepMoment wrote: another day begins where the books' zone
// has its midnight.
func Moment(c *frame.Call, bad *errs.Error, values url.Values) time.Time {
	if code, kept := form.KeptCode(values, "occurred_at"); kept {
		if at, err := time.Parse(time.RFC3339Nano, code); err == nil {
			return at
		}
	}
	day := frame.Day(bad, values, "occurred_at")
	if day == 0 {
		return time.Time{}
	}
	return day.Start(c.Zone())
}

// ungrouped takes away the signs by which people group digits.
func ungrouped(text string) string {
	return strings.NewReplacer(",", "", "，", "", " ", "", "\u00a0", "").Replace(text)
}

// Whole reads a whole number that is not negative; empty is zero.
func Whole(bad *errs.Error, values url.Values, name, key string) int64 {
	text := ungrouped(values.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		bad.Field(name, key)
	}
	return n
}

// Money reads an amount in decimals, its currency in the field beside it.
func Money(bad *errs.Error, values url.Values, name, currency string) money.Amount {
	code := money.Currency(strings.ToUpper(Text(values, currency)))
	if code == "" {
		code = money.CNY
	}
	text := ungrouped(Text(values, name))
	if text == "" {
		return money.Amount{Currency: code}
	}
	a, err := money.Parse(text, code)
	switch {
	case errors.Is(err, money.ErrCurrency):
		bad.Field(currency, "error.currency_unknown", "currency", string(code))
	case errors.Is(err, money.ErrRange):
		bad.Field(name, "error.amount_absurd")
	case errors.Is(err, money.ErrDigits):
		bad.Field(name, "desk.money_digits", "n", code.Digits())
	case err != nil:
		bad.Field(name, "desk.money_syntax")
	}
	return a
}

// Words splits a field in which several things are written.
func Words(text string) []string {
	var words []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",，;；、\n", r) }) {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}
