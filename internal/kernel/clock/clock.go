// SPDX-License-Identifier: Apache-2.0

// Package clock is the only place that asks the machine for the time. Every
// other package is given a Clock, so that a test or a story decides what time
// it is. Days are the days of the books' own time zone.
package clock

import (
	"fmt"
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	// Now returns the current moment in UTC, cut to microseconds, which is
	// what the database keeps.
	Now() time.Time
}

// System is the machine's clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Since returns the time passed since start on the machine's monotonic clock;
// for measuring durations only.
func Since(start time.Time) time.Duration { return time.Since(start) }

// Start returns a moment to be given to Since.
func Start() time.Time { return time.Now() }

// Manual is a clock that stands still until it is set. Safe for concurrent use.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// NewManual returns a clock that shows now.
func NewManual(now time.Time) *Manual { return &Manual{now: now.UTC().Truncate(time.Microsecond)} }

// Now implements Clock.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Set moves the clock to now.
func (m *Manual) Set(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = now.UTC().Truncate(time.Microsecond)
}

// Advance moves the clock forward.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d).Truncate(time.Microsecond)
}

// Day is a calendar day as the number YYYYMMDD, the form in which days are
// stored: it sorts, and a person can read it. Zero is no day.
type Day int32

// DayOf returns the day of t in the zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day(y*10000 + int(m)*100 + d)
}

// ParseDay reads 2020-02-17.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("day %.20q is not YYYY-MM-DD", s)
	}
	return DayOf(t, time.UTC), nil
}

// String returns 2020-02-17; the zero day is empty.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// Start returns the first moment of the day in the zone: midnight, or the moment
// after it where the clocks are put forward at midnight, or the first of two
// midnights where they are put back soon after it.
func (d Day) Start(zone *time.Location) time.Time {
	t := time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, zone)
	began, ends := t.ZoneBounds()
	if DayOf(t, zone) < d {
		return ends
	}
	if before := began.Add(-time.Nanosecond); !began.IsZero() && DayOf(before, zone) == d {
		_, old := before.Zone()
		_, now := t.Zone()
		return t.Add(time.Duration(now-old) * time.Second)
	}
	return t
}

// End returns the first moment after the day in the zone.
func (d Day) End(zone *time.Location) time.Time { return d.Add(1).Start(zone) }

// Add returns the day n days later.
func (d Day) Add(n int) Day {
	return DayOf(d.Start(time.UTC).AddDate(0, 0, n), time.UTC)
}

// Sub returns the number of days from e to d.
func (d Day) Sub(e Day) int {
	const secondsOfDay = 24 * 60 * 60
	return int((d.Start(time.UTC).Unix() - e.Start(time.UTC).Unix()) / secondsOfDay)
}

// MarshalText returns 2020-02-17.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2020-02-17; empty text is the zero day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
