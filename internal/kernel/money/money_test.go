// SPDX-License-Identifier: Apache-2.0

package money

import (
	"errors"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text     string
		currency Currency
		minor    int64
		err      error
	}{
		{"13547626.00", CNY, 1354762600, nil},
		{"0.5", CNY, 50, nil},
		{"-0.5", CNY, -50, nil},
		{"-0", CNY, 0, nil},
		{"007", CNY, 700, nil},
		{"100", "JPY", 100, nil},
		{"1.234", "KWD", 1234, nil},
		{"1.2", "KWD", 1200, nil},
		{"1.000", CNY, 100, nil}, // zeros behind say nothing more
		{"1.0", "JPY", 1, nil},
		{"92233720368547758.07", CNY, math.MaxInt64, nil},
		{"-92233720368547758.08", CNY, math.MinInt64, nil},

		{"1.001", CNY, 0, ErrDigits},
		{"0.5", "JPY", 0, ErrDigits},
		{"1.2345", "KWD", 0, ErrDigits},
		{"92233720368547758.08", CNY, 0, ErrRange},
		{"-92233720368547758.09", CNY, 0, ErrRange},
		{strings.Repeat("9", 400), "JPY", 0, ErrRange},
		{"1", "XXX", 0, ErrCurrency},
		{"1", "cny", 0, ErrCurrency},
		{"1", "", 0, ErrCurrency},
		{"", CNY, 0, ErrSyntax},
		{"-", CNY, 0, ErrSyntax},
		{"--1", CNY, 0, ErrSyntax},
		{"+1", CNY, 0, ErrSyntax},
		{".5", CNY, 0, ErrSyntax},
		{"5.", CNY, 0, ErrSyntax},
		{"1.2.3", CNY, 0, ErrSyntax},
		{"1,000.00", CNY, 0, ErrSyntax}, // a comma means different things in different places
		{"1 000", CNY, 0, ErrSyntax},
		{"1e3", CNY, 0, ErrSyntax},
		{"0x10", CNY, 0, ErrSyntax},
		{"１００", CNY, 0, ErrSyntax},
		{"¥100", CNY, 0, ErrSyntax},
		{"NaN", CNY, 0, ErrSyntax},
	} {
		got, err := Parse(tt.text, tt.currency)
		if !errors.Is(err, tt.err) || got.Minor != tt.minor {
			t.Errorf("Parse(%q, %s) = %d, %v; want %d, %v", tt.text, tt.currency, got.Minor, err, tt.minor, tt.err)
		}
		if err == nil && got.Currency != tt.currency || err != nil && got != (Amount{}) {
			t.Errorf("Parse(%q, %s) = %+v, %v", tt.text, tt.currency, got, err)
		}
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		amount Amount
		want   string
	}{
		{Amount{0, CNY}, "0.00"},
		{Amount{5, CNY}, "0.05"},
		{Amount{-5, CNY}, "-0.05"},
		{Amount{50, CNY}, "0.50"},
		{Amount{1354762600, CNY}, "13547626.00"},
		{Amount{0, "JPY"}, "0"},
		{Amount{-12, "JPY"}, "-12"},
		{Amount{7, "KWD"}, "0.007"},
		{Amount{math.MaxInt64, CNY}, "92233720368547758.07"},
		{Amount{math.MinInt64, CNY}, "-92233720368547758.08"},
		{Amount{math.MinInt64, "JPY"}, "-9223372036854775808"},
	} {
		if got := tt.amount.String(); got != tt.want {
			t.Errorf("%d %s is %s, want %s", tt.amount.Minor, tt.amount.Currency, got, tt.want)
		}
	}
}

// Decimal places as in the list of ISO 4217.
func TestDigitsOfCurrencies(t *testing.T) {
	t.Parallel()
	for c, want := range map[Currency]int{"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "IDR": 2, "JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3} {
		if !c.Known() || c.Digits() != want {
			t.Errorf("%s has %d decimal places, want %d", c, c.Digits(), want)
		}
	}
	for _, c := range []Currency{"", "cny", "RMB", "BTC", "XXX"} {
		if c.Known() {
			t.Errorf("%q is said to be a currency", c)
		}
	}
	for c := range digits {
		if len(c) != 3 || strings.ToUpper(string(c)) != string(c) {
			t.Errorf("%q is no code of ISO 4217", c)
		}
	}
}

func currencies() *rapid.Generator[Currency] {
	return rapid.SampledFrom(slices.Sorted(maps.Keys(digits)))
}

func TestEveryAmountInEveryCurrencyIsReadBack(t *testing.T) {
	t.Parallel()
	for c := range digits {
		for _, minor := range []int64{math.MinInt64, math.MinInt64 + 1, -1000, -1, 0, 1, 9, 10, 99, 100, 999, 1000, math.MaxInt64} {
			a := Amount{minor, c}
			if got, err := Parse(a.String(), c); err != nil || got != a {
				t.Errorf("%d %s is written %s and read as %d, %v", minor, c, a, got.Minor, err)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := Amount{rapid.Int64().Draw(t, "minor"), currencies().Draw(t, "currency")}
		if got, err := Parse(a.String(), a.Currency); err != nil || got != a {
			t.Fatalf("%+v is written %s and read as %+v, %v", a, a, got, err)
		}
	})
}

// agrees checks an answer of Parse against exact arithmetic.
func agrees(t interface{ Fatalf(string, ...any) }, text string, c Currency) {
	got, err := Parse(text, c)
	if errors.Is(err, ErrSyntax) || errors.Is(err, ErrCurrency) {
		return
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q was read as %s, %v", text, got, err)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Digits())), nil)
	exact.Mul(exact, new(big.Rat).SetInt(scale))
	switch {
	case err == nil && exact.Cmp(new(big.Rat).SetInt64(got.Minor)) != 0:
		t.Fatalf("%q %s was read as %s", text, c, got)
	case errors.Is(err, ErrDigits) && exact.IsInt():
		t.Fatalf("%q %s has no more places than the currency: %v", text, c, err)
	case errors.Is(err, ErrRange) && exact.IsInt() && exact.Num().IsInt64():
		t.Fatalf("%q %s fits: %v", text, c, err)
	}
}

func TestParseAgreesWithExactArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		agrees(t, rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,5})?`).Draw(t, "text"), currencies().Draw(t, "currency"))
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"13547626.00", "-0.5", "92233720368547758.08", "1.000", "1e9", "-", "."} {
		f.Add(s, "CNY")
		f.Add(s, "JPY")
		f.Add(s, "KWD")
	}
	f.Fuzz(func(t *testing.T, s, code string) {
		c := Currency(code)
		a, err := Parse(s, c)
		if err != nil {
			if a != (Amount{}) {
				t.Fatalf("%q is refused and yet %+v", s, a)
			}
			return
		}
		if !c.Known() || a.Currency != c {
			t.Fatalf("an amount in %q", code)
		}
		agrees(t, s, c)
		if again, err := Parse(a.String(), c); err != nil || again != a {
			t.Fatalf("%q is written %s and read as %+v, %v", s, a, again, err)
		}
	})
}
