// SPDX-License-Identifier: Apache-2.0

// Package money holds amounts as integers of the currency's smallest unit
// (ISO 4217 minor units). There is no floating point anywhere.
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code in capitals.
type Currency string

// CNY is the currency of the books unless a receipt says otherwise.
const CNY Currency = "CNY"

// digits is the number of decimal places by currency: ISO 4217, for the
// currencies that donations have come in. Others are not accepted.
var digits = map[Currency]int{
	"AED": 2, "AUD": 2, "BRL": 2, "CAD": 2, "CHF": 2, "CNY": 2, "DKK": 2, "EUR": 2, "GBP": 2, "HKD": 2,
	"IDR": 2, "ILS": 2, "INR": 2, "JPY": 0, "KHR": 2, "KRW": 0, "KZT": 2, "LAK": 2, "MMK": 2, "MOP": 2,
	"MXN": 2, "MYR": 2, "NGN": 2, "NOK": 2, "NZD": 2, "PHP": 2, "PKR": 2, "PLN": 2, "RUB": 2, "SAR": 2,
	"SEK": 2, "SGD": 2, "THB": 2, "TRY": 2, "TWD": 2, "UAH": 2, "USD": 2, "VND": 0, "ZAR": 2, "KWD": 3,
	"BHD": 3, "JOD": 3, "OMR": 3, "TND": 3,
}

// Known reports whether amounts in the currency can be kept.
func (c Currency) Known() bool { _, ok := digits[c]; return ok }

// Digits returns the number of decimal places of the currency.
func (c Currency) Digits() int {
	if d, ok := digits[c]; ok {
		return d
	}
	return 2
}

// Amount is a sum of money: Minor smallest units of Currency.
type Amount struct {
	Minor    int64
	Currency Currency
}

// The ways in which text is no amount.
var (
	ErrSyntax   = errors.New("not an amount of money")
	ErrDigits   = errors.New("more decimal places than the currency has")
	ErrRange    = errors.New("amount too large")
	ErrCurrency = errors.New("unknown currency")
)

// Parse reads a decimal such as 13547626.00 or -0.5. Grouping signs are for
// the caller to remove: a comma means different things in different places.
func Parse(s string, c Currency) (Amount, error) {
	if !c.Known() {
		return Amount{}, fmt.Errorf("%w: %.10q", ErrCurrency, c)
	}
	text, negative := strings.CutPrefix(s, "-")
	whole, fraction, dot := strings.Cut(text, ".")
	if !allDigits(whole) || (dot && !allDigits(fraction)) {
		return Amount{}, fmt.Errorf("%w: %.40q", ErrSyntax, s)
	}
	places := c.Digits()
	if extra := len(fraction) - places; extra > 0 {
		if strings.Trim(fraction[places:], "0") != "" {
			return Amount{}, fmt.Errorf("%w: %.40q", ErrDigits, s)
		}
		fraction = fraction[:places]
	}
	fraction += strings.Repeat("0", places-len(fraction))
	number := whole + fraction
	if negative {
		number = "-" + number
	}
	minor, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("%w: %.40q", ErrRange, s)
	}
	return Amount{Minor: minor, Currency: c}, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// String returns the plain decimal, without grouping and without the currency:
// 13547626.00.
func (a Amount) String() string {
	places := a.Currency.Digits()
	sign, u := "", uint64(a.Minor)
	if a.Minor < 0 {
		sign, u = "-", -u
	}
	s := strconv.FormatUint(u, 10)
	if places == 0 {
		return sign + s
	}
	if len(s) <= places {
		s = strings.Repeat("0", places-len(s)+1) + s
	}
	return sign + s[:len(s)-places] + "." + s[len(s)-places:]
}
