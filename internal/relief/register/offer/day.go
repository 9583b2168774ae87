// SPDX-License-Identifier: Apache-2.0

package offer

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// pairsOf returns the pairs of neighbouring letters of a text, and the text
// itself when it has only one.
func pairsOf(s string) map[string]bool {
	var letters []rune
	for _, r := range strings.ToLower(text.Normalise(s)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, r)
		}
	}
	pairs := map[string]bool{}
	if len(letters) == 1 {
		pairs[string(letters)] = true
	}
	for i := 1; i < len(letters); i++ {
		pairs[string(letters[i-1:i+1])] = true
	}
	return pairs
}

var numbers = regexp.MustCompile(`\d+`)

const fourYear = 1000 // from here on a number is a year

// numbersOf returns the numbers of a text that may be parts of a day.
func numbersOf(s string) []int {
	var found []int
	for _, m := range numbers.FindAllString(text.Normalise(s), 4) {
		n, err := strconv.Atoi(m)
		if err != nil || n > 9999 {
			return nil
		}
		found = append(found, n)
	}
	return found
}

// monthDays returns the months and days that a text can mean, the order month,
// day first.
func monthDays(s string) [][2]int {
	var parts []int
	for _, n := range numbersOf(s) {
		if n < fourYear {
			parts = append(parts, n)
		}
	}
	if len(parts) < 2 {
		return nil
	}
	return [][2]int{{parts[0], parts[1]}, {parts[1], parts[0]}}
}

// dayOf returns the day when the calendar has it.
func dayOf(year, month, day int) (clock.Day, bool) {
	t := time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	if year < 2000 || year > 2099 || int(t.Month()) != month || t.Day() != day {
		return 0, false
	}
	return clock.DayOf(t, time.UTC), true
}

// daysIn returns the days that three numbers can mean, in the orders that
// people write: year month day, day month year, month day year.
func daysIn(s string) []clock.Day {
	n := numbersOf(s)
	if len(n) < 3 {
		return nil
	}
	year := func(y int) int {
		if y < 100 {
			return 2000 + y
		}
		return y
	}
	var found []clock.Day
	for _, p := range [][3]int{{year(n[0]), n[1], n[2]}, {year(n[2]), n[1], n[0]}, {year(n[2]), n[0], n[1]}} {
		if d, ok := dayOf(p[0], p[1], p[2]); ok {
			found = append(found, d)
		}
	}
	return found
}
