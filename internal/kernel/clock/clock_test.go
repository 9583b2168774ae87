// SPDX-License-Identifier: Apache-2.0

package clock_test

import (
	"encoding/json"
	"math"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // zones on a machine without zone files

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestADayIsTheDayOfTheZone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		moment, zone string
		want         clock.Day
	}{
		{"2020-02-16T15:59:59.999999Z", "Asia/Shanghai", 20200216},
		{"2020-02-16T16:00:00Z", "Asia/Shanghai", 20200217},
		{"2020-02-16T16:00:00Z", "UTC", 20200216},
		{"2020-02-17T04:59:59Z", "America/New_York", 20200216},
		{"2020-02-29T23:00:00+08:00", "Asia/Shanghai", 20200229},
		{"2019-12-31T16:00:00Z", "Asia/Shanghai", 20200101},
	} {
		moment, err := time.Parse(time.RFC3339Nano, tt.moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := clock.DayOf(moment, zone(t, tt.zone)); got != tt.want {
			t.Errorf("%s in %s is %s, want %s", tt.moment, tt.zone, got, tt.want)
		}
	}
}

func TestADayStartsWithItsFirstMoment(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ zone, day, start string }{
		{"UTC", "2020-02-17", "2020-02-17T00:00:00Z"},
		{"Asia/Shanghai", "2020-02-17", "2020-02-16T16:00:00Z"},
		{"America/Havana", "2020-03-08", "2020-03-08T05:00:00Z"}, // 00:00 becomes 01:00
		{"Asia/Amman", "2021-10-29", "2021-10-28T21:00:00Z"},     // 01:00 becomes 00:00: the first midnight counts
		{"Asia/Beirut", "2019-10-27", "2019-10-26T22:00:00Z"},    // 00:00 becomes 23:00 of the day before
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},   // the day before was left out
	} {
		day, err := clock.ParseDay(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.Start(zone(t, tt.zone)).UTC().Format(time.RFC3339); got != tt.start {
			t.Errorf("%s in %s starts at %s, want %s", tt.day, tt.zone, got, tt.start)
		}
	}
}

func TestDaysFollowEachOtherWithoutGapOrOverlap(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Asia/Shanghai", "Asia/Amman", "Asia/Beirut", "America/Havana", "Atlantic/Azores", "America/Sao_Paulo", "America/Asuncion", "Africa/Cairo"} {
		z := zone(t, name)
		for day := clock.Day(20000101); day < 20380101; day = day.Add(1) {
			start := day.Start(z)
			if clock.DayOf(start, z) != day || clock.DayOf(start.Add(-1), z) != day.Add(-1) {
				t.Fatalf("%s: %s starts at %s", name, day, start)
			}
			if end := day.End(z); clock.DayOf(end.Add(-1), z) != day || !end.Equal(day.Add(1).Start(z)) {
				t.Fatalf("%s: %s ends at %s", name, day, end)
			}
		}
	}
}

func TestParseDay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want clock.Day
		ok   bool
	}{
		{"2020-02-17", 20200217, true},
		{"2020-02-29", 20200229, true},
		{"9999-12-31", 99991231, true},
		{"2021-02-29", 0, false},
		{"2020-13-01", 0, false},
		{"2020-2-7", 0, false},
		{"2020/02/17", 0, false},
		{"20200217", 0, false},
		{" 2020-02-17", 0, false},
		{"2020-02-17T00:00:00Z", 0, false},
		{"", 0, false},
		{"昨天", 0, false},
	} {
		if got, err := clock.ParseDay(tt.text); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseDay(%q) = %d, %v", tt.text, got, err)
		}
	}
}

func TestDaysAreWrittenAsInJSONAndAnEmptyTextIsNoDay(t *testing.T) {
	t.Parallel()
	type form struct {
		On, Until clock.Day
	}
	b, err := json.Marshal(form{On: 20200217})
	if err != nil || string(b) != `{"On":"2020-02-17","Until":""}` {
		t.Errorf("%s, %v", b, err)
	}
	back := form{Until: 20200101}
	if err := json.Unmarshal(b, &back); err != nil || back.On != 20200217 || back.Until != 0 {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"On":"17.2.2020"}`), &back); err == nil {
		t.Error("17.2.2020 was taken for a day")
	}
}

// days draws a day of the four-digit years.
func days() *rapid.Generator[clock.Day] {
	return rapid.Custom(func(t *rapid.T) clock.Day {
		return clock.Day(10101).Add(rapid.IntRange(0, 3652058).Draw(t, "days since year 1"))
	})
}

func TestDayArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := days().Draw(t, "a"), days().Draw(t, "b")
		if n := b.Sub(a); a.Add(n) != b || (n > 0) != (b > a) {
			t.Fatalf("from %s to %s it is %d days, which leads to %s", a, b, n, a.Add(n))
		}
		if again, err := clock.ParseDay(a.String()); err != nil || again != a {
			t.Fatalf("%s is read as %s, %v", a, again, err)
		}
	})
}

func TestAMomentBelongsToItsDay(t *testing.T) {
	t.Parallel()
	z := zone(t, "Asia/Shanghai")
	rapid.Check(t, func(t *rapid.T) {
		moment := time.UnixMicro(rapid.Int64Range(0, math.MaxInt32*int64(1e6)).Draw(t, "microseconds"))
		day := clock.DayOf(moment, z)
		if moment.Before(day.Start(z)) || !moment.Before(day.End(z)) {
			t.Fatalf("%s is said to be in %s", moment, day)
		}
	})
}

func TestClocksShowUTCInMicroseconds(t *testing.T) {
	t.Parallel()
	given := time.Date(2020, 2, 17, 8, 0, 0, 1234567, zone(t, "Asia/Shanghai"))
	manual := clock.NewManual(given)
	if want := time.Date(2020, 2, 17, 0, 0, 0, 1234000, time.UTC); manual.Now() != want {
		t.Errorf("%s, want %s", manual.Now(), want)
	}
	manual.Set(given.Add(time.Hour))
	if want := time.Date(2020, 2, 17, 1, 0, 0, 1234000, time.UTC); manual.Now() != want {
		t.Errorf("%s, want %s", manual.Now(), want)
	}
	for _, c := range []clock.Clock{clock.System{}, manual} {
		if now := c.Now(); now.Location() != time.UTC || now != now.Truncate(time.Microsecond) {
			t.Errorf("%T shows %s", c, now)
		}
	}
	if start := clock.Start(); clock.Since(start) < 0 {
		t.Error("time ran backwards")
	}
}

func TestNoStepOfAManualClockIsLost(t *testing.T) {
	t.Parallel()
	start := time.Date(2020, 2, 17, 0, 0, 0, 0, time.UTC)
	manual := clock.NewManual(start)
	const workers, steps = 8, 500
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for range steps {
				manual.Advance(time.Millisecond)
			}
		})
	}
	wait.Wait()
	if got := manual.Now().Sub(start); got != workers*steps*time.Millisecond {
		t.Errorf("moved by %s", got)
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2020-02-17", "0000-01-01", "9999-12-31", "2020-02-30", "２０２０-02-17", "", "-001-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, err := clock.ParseDay(s)
		if err != nil {
			if day != 0 {
				t.Fatalf("%q is refused and yet %d", s, day)
			}
			return
		}
		if day.String() != s {
			t.Fatalf("%q became %s", s, day)
		}
		if clock.DayOf(day.Start(time.UTC), time.UTC) != day {
			t.Fatalf("%s starts on another day", day)
		}
	})
}
