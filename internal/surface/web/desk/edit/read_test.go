// SPDX-License-Identifier: Apache-2.0

package edit_test

import (
	"net/url"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/edit"
)

func TestMoneyIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, currency string
		want           string
		wrong          string // field: key
	}{
		{"1,234.56", "", "1234.56 CNY", ""},
		{"1，234.5", "usd", "1234.50 USD", ""},
		{" 12 000 ", "JPY", "12000 JPY", ""},
		{"", "EUR", "0.00 EUR", ""},
		{"12.5", "JPY", "", "amount: desk.money_digits"},
		{"1.234", "CNY", "", "amount: desk.money_digits"},
		{"12..5", "CNY", "", "amount: desk.money_syntax"},
		{"１２", "CNY", "", "amount: desk.money_syntax"},
		{"99999999999999999999", "CNY", "", "amount: error.amount_absurd"},
		{"5", "XX", "", "currency: error.currency_unknown"},
	} {
		bad := errs.Bad()
		a := edit.Money(bad, url.Values{"amount": {c.text}, "currency": {c.currency}}, "amount", "currency")
		got := ""
		if len(bad.Fields) > 0 {
			got = bad.Fields[0].Name + ": " + bad.Fields[0].Key
		}
		if got != c.wrong || c.wrong == "" && a.String()+" "+string(a.Currency) != c.want {
			t.Errorf("%q %q: %s %s, %q; want %s, %q", c.text, c.currency, a, a.Currency, got, c.want, c.wrong)
		}
	}
}

func TestWhatMoneyIsWrittenAsIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := money.Amount{
			Minor:    rapid.Int64Range(0, 1<<60).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]money.Currency{"CNY", "JPY", "KWD"}).Draw(t, "currency"),
		}
		bad := errs.Bad()
		got := edit.Money(bad, url.Values{"a": {want.String()}, "c": {string(want.Currency)}}, "a", "c")
		if got != want || len(bad.Fields) > 0 {
			t.Errorf("%v became %v (%v)", want, got, bad.Fields)
		}
	})
}

func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want int64 // less than zero: refused
	}{
		{"1,200", 1200}, {"1，200", 1200}, {" 7 ", 7}, {"", 0}, {"0", 0}, {"-1", -1}, {"1.5", -1}, {"一", -1}, {"9223372036854775808", -1},
	} {
		bad := errs.Bad()
		n := edit.Whole(bad, url.Values{"n": {c.text}}, "n", "wrong")
		if refused := len(bad.Fields) == 1; refused != (c.want < 0) || !refused && n != c.want {
			t.Errorf("%q: %d, refused %v", c.text, n, refused)
		}
	}
}

func TestSeveralThingsInOneField(t *testing.T) {
	t.Parallel()
	if got, want := edit.Words("GB 19083-2010，EN 149； ,YY 0469、\nGB 2626"), []string{"GB 19083-2010", "EN 149", "YY 0469", "GB 2626"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
