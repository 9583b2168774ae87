// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// A time of day after the day, which is read over: 02:24:00, T02:24Z, 24时.
const timeOfDay = `(?:[ T]*(?:[01]?\d|2[0-4])(?::\d{2}(?::\d{2}(?:\.\d+)?)?|[时點点](?:\d{1,2}分?)?)(?: ?(?:Z|UTC|GMT|CST|[+-]\d{2}:?\d{2}))?)?$`

var (
	yearFirst  = regexp.MustCompile(`^(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?[日号號]?` + timeOfDay)
	monthFirst = regexp.MustCompile(`^()(\d{1,2}) ?月 ?(\d{1,2}) ?[日号號]` + timeOfDay)
	compact    = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:(?:[01]\d|2[0-4])[0-5]\d(?:[0-5]\d)?)?$`)
	named      = regexp.MustCompile(`(?i)^(\d{1,2})[- ]([a-z]{3,9})(?:[- ,]+(\d{4}))?` + timeOfDay)
	serial     = regexp.MustCompile(`^(\d{5})(?:\.\d+)?$`)
)

// ParseDay reads a day as people and programs write it: 2020-02-03, 2020/2/3,
// 2020.2.3, 2020年2月3日, 20200203, each with or without a time of day,
// 20200215201308, 3-Feb-2020, and the serial number of a workbook (43864). A day
// without its year (2月3日, 3-Feb) takes the given year; with year zero it is
// no day. Forms in which the order is a guess (02-03-20) are no day.
func ParseDay(text string, year int) (clock.Day, bool) {
	if len(text) > 64 {
		return 0, false
	}
	s := strings.Map(narrow, Clean(text))
	for _, form := range []*regexp.Regexp{yearFirst, compact, monthFirst} {
		if m := form.FindStringSubmatch(s); m != nil {
			y := year
			if m[1] != "" {
				y = atoi(m[1])
			}
			return dayOf(y, atoi(m[2]), atoi(m[3]))
		}
	}
	if m := named.FindStringSubmatch(s); m != nil {
		y := year
		if m[3] != "" {
			y = atoi(m[3])
		}
		return dayOf(y, monthNamed(m[2]), atoi(m[1]))
	}
	if m := serial.FindStringSubmatch(s); m != nil && m[1] >= "10000" {
		return clock.Day(18991230).Add(atoi(m[1])), true
	}
	return 0, false
}

// narrow turns full-width digits and signs into plain ones.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// atoi reads digits that an expression has matched.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func monthNamed(s string) int {
	s = strings.ToLower(s)
	for m := time.January; m <= time.December; m++ {
		if name := strings.ToLower(m.String()); s == name || s == name[:3] || s == "sept" && m == time.September {
			return int(m)
		}
	}
	return 0
}

// dayOf refuses days that the calendar does not have.
func dayOf(year, month, day int) (clock.Day, bool) {
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	d := clock.DayOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), time.UTC)
	return d, int(d) == year*10000+month*100+day
}
