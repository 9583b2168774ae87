// SPDX-License-Identifier: Apache-2.0

package cell_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
)

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5": "5", "1,000": "1000", "12,345,678.90": "12345678.9", "1.5万": "15000", "0.01": "0.01", ".5": "0.5", "007": "7",
		"￥1,000.50": "1000.5", "１２３": "123", "500元": "500", "3.9亿": "390000000", "0": "0", "-20": "-20", "−3": "-3", "0.00001万": "0.1", "1.23456万元": "12345.6",
	} {
		d, ok := cell.ParseDecimal(text)
		got := d.Text
		if d.Negative {
			got = "-" + got
		}
		if !ok || got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "一些", "1,00", "1.2.3", "5箱", "1e5", "--1", ".", "约5", strings.Repeat("9", 70)} {
		if d, ok := cell.ParseDecimal(text); ok {
			t.Errorf("%q was read as %v", text, d)
		}
	}
}

// Amounts are exact: what is written with two places comes back to the fen.
func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fen := rapid.Int64Range(0, 1<<53).Draw(t, "fen")
		a := money.Amount{Minor: fen, Currency: money.CNY}
		d, ok := cell.ParseDecimal(a.String())
		got, err := d.Amount(money.CNY)
		if !ok || err != nil || got != a {
			t.Fatalf("%s: %v, %v, %v", a, got, ok, err)
		}
	})
}

func TestParseMoment(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("UTC+8", 8*3600)
	for text, want := range map[string]string{
		"2020-02-03":                "2020-02-03 12:00:00",
		"2020年2月3日":                 "2020-02-03 12:00:00",
		"20200215201308":            "2020-02-15 20:13:08",
		"2020-02-15 20:13":          "2020-02-15 20:13:00",
		"2020-03-19 20:14:00+00:00": "2020-03-20 04:14:00",
		"2020-03-19T11:14:00Z":      "2020-03-19 19:14:00",
		"2月3日":                      "2020-02-03 12:00:00",
		"43864":                     "2020-02-03 12:00:00",
	} {
		m, ok := cell.ParseMoment(text, 2020, zone)
		if got := m.At.In(zone).Format(time.DateTime); !ok || got != want {
			t.Errorf("%q: %s, %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "2月3日", "截至28日", "2020-13-01", "32"} {
		if m, ok := cell.ParseMoment(text, 0, zone); ok {
			t.Errorf("%q was read as %v", text, m)
		}
	}
}

func TestDaysIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text        string
		year        int
		first, last clock.Day
	}{
		{"（1月24日-1月28日）", 2020, 20200124, 20200128},
		{"（1月24日-1月28日）", 0, 0, 0},
		{"捐赠明细2020年2月14日.xlsx", 0, 20200214, 20200214},
		{"01_2020-02-01T0159.json", 0, 20200201, 20200201},
		{"money 20200214.csv", 0, 20200214, 20200214},
		{"3-4月", 2020, 0, 0},
		{"receipts.csv", 2020, 0, 0},
	} {
		if first, last := cell.DaysIn(c.text, c.year); first != c.first || last != c.last {
			t.Errorf("%q in %d: %v to %v, want %v to %v", c.text, c.year, first, last, c.first, c.last)
		}
	}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"截至28日": "0 28 true", "截止2月3日": "2 3 true", "28日": "0 0 false", "截至": "0 0 false"} {
		month, day, ok := cell.Until(text)
		if got := fmt.Sprint(month, day, ok); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"1.5万", "2020-02-03 10:00+08:00", "截至28日", "（1月24日-1月28日）", "￥1,000", "20200215201308"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := cell.ParseDecimal(s); ok {
			if strings.Trim(d.Text, "0123456789.") != "" {
				t.Fatalf("%q became %q", s, d.Text)
			}
		}
		if m, ok := cell.ParseMoment(s, 2020, time.UTC); ok && m.At.IsZero() {
			t.Fatalf("%q has no moment", s)
		}
		cell.DaysIn(s, 2020)
		cell.Until(s)
		cell.Cut(s, 5)
	})
}
