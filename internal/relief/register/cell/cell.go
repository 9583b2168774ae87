// SPDX-License-Identifier: Apache-2.0

// Package cell reads the cells of registers as people fill them: exact numbers
// with commas and 万, days with and without year or time, days inside a title.
package cell

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
)

// Narrow turns full-width digits and signs into plain ones.
func Narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

// Decimal is an exact number as written: digits with at most one point.
type Decimal struct {
	Text     string
	Negative bool
}

var (
	plainDecimal = regexp.MustCompile(`^([-+−]?)[¥￥$€£]? ?(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d+))? ?([万萬亿億千百])? ?(?:元|圆|块|人民币|rmb|cny|yuan|usd|美元)?$`)
	scales       = map[string]int{"": 0, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
)

// ParseDecimal reads an amount: 1,000 · 1.5万 · ￥500元 · １００.
func ParseDecimal(text string) (Decimal, bool) {
	if len(text) > 60 || text == "" {
		return Decimal{}, false
	}
	m := plainDecimal.FindStringSubmatch(strings.ToLower(Narrow(sheet.Clean(text))))
	if m == nil || m[2] == "" && m[3] == "" {
		return Decimal{}, false
	}
	whole := strings.TrimLeft(strings.ReplaceAll(m[2], ",", ""), "0")
	return Decimal{Negative: m[1] == "-" || m[1] == "−", Text: join(whole, m[3])}.Shift(scales[m[4]]), true
}

// join writes whole and fraction as one number.
func join(whole, fraction string) string {
	if whole == "" {
		whole = "0"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// Shift multiplies by ten to the n.
func (d Decimal) Shift(n int) Decimal {
	if n == 0 {
		return d
	}
	whole, fraction, _ := strings.Cut(d.Text, ".")
	fraction += strings.Repeat("0", n)
	d.Text = join(strings.TrimLeft(whole+fraction[:n], "0"), fraction[n:])
	return d
}

// Zero reports whether the number is zero.
func (d Decimal) Zero() bool { return strings.Trim(d.Text, "0.") == "" }

// Amount is the decimal in the currency; it fails when it has more places than
// the currency, or is too large.
func (d Decimal) Amount(c money.Currency) (money.Amount, error) {
	a, err := money.Parse(d.Text, c)
	if d.Negative {
		a.Minor = -a.Minor
	}
	return a, err
}

var (
	clockTime    = regexp.MustCompile(`[ Tt日号]([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\.\d+)?(?: ?(Z|z|[+-]\d{2}:?\d{2}))?$`)
	compactTime  = regexp.MustCompile(`^\d{8}([01]\d|2[0-3])([0-5]\d)([0-5]\d)?$`)
	yearless     = regexp.MustCompile(`^(?:\d{1,2} ?月 ?\d{1,2} ?[日号號]|\d{1,2}[- ][A-Za-z]{3,9}$)`)
	until        = regexp.MustCompile(`^(?:截至|截止|至|到|as of|until)[ 到于]*(?:(\d{1,2})月)?(\d{1,2})[日号號]?$`)
	dayInText    = regexp.MustCompile(`(?:(\d{4}) ?[年./-] ?)?(\d{1,2}) ?[月./-] ?(\d{1,2}) ?[日号號]?`)
	yearInText   = regexp.MustCompile(`(?:^|\D)(20\d{2})(?:年|[-./]\d|\d{4}(?:\d{4}|\d{6})?(?:\D|$))`)
	compactDay   = regexp.MustCompile(`(?:^|\D)(20\d{2})([01]\d)([0-3]\d)(?:\D|$)`)
	chineseMonth = regexp.MustCompile(`\d{1,2} ?月 ?\d{1,2} ?[日号號]`)
)

// Moment is a day, and the time of day where one was written.
type Moment struct {
	Day   clock.Day
	At    time.Time
	Timed bool
}

// Noon is a Moment without a time of day.
func Noon(day clock.Day, zone *time.Location) Moment {
	return Moment{Day: day, At: day.Start(zone).Add(12 * time.Hour)}
}

// ParseMoment reads a day with or without a time. year stands in where none was
// written; with year zero such a day is not read.
func ParseMoment(text string, year int, zone *time.Location) (Moment, bool) {
	text = sheet.Clean(text)
	day, ok := sheet.ParseDay(text, year)
	if !ok {
		return Moment{}, false
	}
	s := Narrow(text)
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		if m = compactTime.FindStringSubmatch(s); m == nil {
			return Noon(day, zone), true
		}
		m = append(m, "")
	}
	seconds := atoi(m[1])*3600 + atoi(m[2])*60 + atoi(m[3])
	in := zone
	if off := m[4]; off != "" {
		in = offset(off)
	}
	d := day.Start(time.UTC)
	at := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, seconds, 0, in)
	return Moment{Day: clock.DayOf(at, zone), At: at, Timed: true}, true
}

func offset(s string) *time.Location {
	if s == "Z" || s == "z" {
		return time.UTC
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	seconds := atoi(digits[:2])*3600 + atoi(digits[2:])*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone(s, seconds)
}

// atoi reads digits that an expression has matched.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// DaysIn finds the days named in a title or file name, the first and the last:
// （1月24日-1月28日）, 2020年2月14日, 20200214. Days without a year take the
// given one, and are left out when it is zero.
func DaysIn(text string, year int) (first, last clock.Day) {
	text = Narrow(text)
	take := func(y, m, d string) {
		if y != "" {
			year = atoi(y)
		}
		day, ok := sheet.ParseDay(strconv.Itoa(year)+"-"+m+"-"+d, 0)
		if !ok || year == 0 {
			return
		}
		if first == 0 {
			first = day
		}
		last = day
	}
	for _, m := range compactDay.FindAllStringSubmatch(text, 4) {
		take(m[1], m[2], m[3])
	}
	if first != 0 {
		return first, last
	}
	for _, m := range dayInText.FindAllStringSubmatch(text, 4) {
		if m[1] != "" || chineseMonth.MatchString(m[0]) {
			take(m[1], m[2], m[3])
		}
	}
	return first, last
}

// YearsIn adds the years of full dates in the text.
func YearsIn(text string, years map[int]bool) {
	if len(text) < 8 || len(text) > 300 {
		return
	}
	for _, m := range yearInText.FindAllStringSubmatch(Narrow(text), 4) {
		years[atoi(m[1])] = true
	}
}

// PlainDay reports whether a text is a day without a time: the minute of one
// payment is not that of the next.
func PlainDay(s string) bool { return !strings.Contains(s, ":") && len(Narrow(s)) <= 12 }

// Until reads 截至28日 and returns the month, zero when none is written, and
// the day.
func Until(text string) (month, day int, ok bool) {
	m := until.FindStringSubmatch(Narrow(text))
	if m == nil {
		return 0, 0, false
	}
	return atoi(m[1]), atoi(m[2]), true
}

// Yearless reports whether a text is a day without its year.
func Yearless(text string) bool { return yearless.MatchString(Narrow(text)) }

// Blank reports whether a cell says nothing: empty, or a sign for it.
func Blank(s string) bool {
	switch s {
	case "", "/", "-", "—", "－", "无", "\\", "*":
		return true
	}
	return false
}

// Cut returns at most so many characters of a text.
func Cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes])
}
