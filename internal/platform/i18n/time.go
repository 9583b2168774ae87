// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// Date returns a day in full: 2020年2月17日, 17 February 2020. The zero day is
// empty.
func (l *Localizer) Date(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return l.T("date.full", dayArgs(l, d)...)
}

// DateShort returns a day without its year: 2月17日, 17 Feb.
func (l *Localizer) DateShort(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return l.T("date.short", dayArgs(l, d)...)
}

// Axis returns a day in the fewest characters, for the foot of a picture:
// 2/17, 17 Feb.
func (l *Localizer) Axis(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return l.T("date.axis", dayArgs(l, d)...)
}

// Weekday returns the day of the week: 星期一, Monday.
func (l *Localizer) Weekday(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return l.T(fmt.Sprintf("weekday.%d", d.Start(time.UTC).Weekday()))
}

func dayArgs(l *Localizer, d clock.Day) []any {
	month := int(d / 100 % 100)
	return []any{
		"year", int(d / 10000), "month", month, "day", int(d % 100),
		"name", l.T(fmt.Sprintf("month.%d", month)), "abbr", l.T(fmt.Sprintf("month.short.%d", month)),
	}
}

// DateTime returns a moment with its zone: 2020年2月17日 18:00 北京时间 UTC+8.
// The zero moment is empty.
func (l *Localizer) DateTime(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	zone = orUTC(zone)
	return l.T("date.time", "date", l.Date(clock.DayOf(t, zone)), "time", l.Clock(t, zone), "zone", l.Zone(t, zone))
}

// Clock returns the time of day: 18:00.
func (l *Localizer) Clock(t time.Time, zone *time.Location) string {
	return t.In(orUTC(zone)).Format("15:04")
}

// Zone returns the name and offset of a zone at a moment: 北京时间 UTC+8. A
// zone without a name of its own has only the offset.
func (l *Localizer) Zone(t time.Time, zone *time.Location) string {
	zone = orUTC(zone)
	offset := Offset(t, zone)
	if key := "zone." + zone.String(); l.Has(key) {
		return l.T(key) + " " + offset
	}
	return offset
}

// Offset returns the distance of a zone from UTC at a moment: UTC+8,
// UTC+5:30, UTC−5, UTC.
func Offset(t time.Time, zone *time.Location) string {
	_, seconds := t.In(orUTC(zone)).Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	hours, minutes := seconds/3600, seconds%3600/60
	if minutes == 0 {
		return fmt.Sprintf("UTC%s%d", sign, hours)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, hours, minutes)
}

// Stamp writes a moment for the datetime attribute: 2020-02-17T18:00:00+08:00.
func Stamp(t time.Time, zone *time.Location) string { return t.In(orUTC(zone)).Format(time.RFC3339) }

// orUTC keeps a missing zone from being a panic: the time is then UTC, and says
// so.
func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}
