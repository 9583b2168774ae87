// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"strconv"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// DayQuantity is what came in on one day, in base units.
type DayQuantity struct {
	Day      clock.Day
	Quantity int64
}

// Span is a range of days, both ends in it.
type Span struct{ From, To clock.Day }

// mostDays is the widest range that the bars show; the earlier days are told
// in the total only.
const mostDays = 92

// SpanOf returns the range from the first day with a quantity to the given
// last day.
func SpanOf(last clock.Day, rows ...[]DayQuantity) Span {
	span := Span{From: last, To: last}
	for _, days := range rows {
		for _, d := range days {
			if d.Day != 0 && d.Day < span.From {
				span.From = d.Day
			}
		}
	}
	if last != 0 && last.Sub(span.From) >= mostDays {
		span.From = last.Add(1 - mostDays)
	}
	return span
}

// Len returns the number of days in the span.
func (s Span) Len() int {
	if s.To == 0 {
		return 0
	}
	return s.To.Sub(s.From) + 1
}

// The drawing space of the bars.
const (
	daysWidth  = 440.0
	daysHeight = 34.0
	barMost    = 30.0 // the highest bar
)

// DayBar is one bar, in the units of the drawing space.
type DayBar struct {
	X, Y, Width, Height string
	Last                bool // the last day of the span
}

// DayBars places a bar for each day with a quantity above zero. The highest
// day of the row fills the height.
func DayBars(days []DayQuantity, span Span) []DayBar {
	n := span.Len()
	top := Highest(days, span).Quantity
	if n == 0 || top <= 0 {
		return nil
	}
	step := daysWidth / float64(n)
	var bars []DayBar
	for _, d := range days {
		if d.Quantity <= 0 || d.Day < span.From || d.Day > span.To {
			continue
		}
		height := barMost * float64(d.Quantity) / float64(top)
		bars = append(bars, DayBar{
			X: number(step*float64(d.Day.Sub(span.From)) + step/8), Width: number(step * 3 / 4),
			Y: number(daysHeight - 1 - height), Height: number(height), Last: d.Day == span.To,
		})
	}
	return bars
}

// Highest returns the day of the span with the most.
func Highest(days []DayQuantity, span Span) DayQuantity {
	var best DayQuantity
	for _, d := range days {
		if d.Day >= span.From && d.Day <= span.To && d.Quantity > best.Quantity {
			best = d
		}
	}
	return best
}

// Tick is a day named under the bars.
type Tick struct {
	Day    clock.Day
	X      string // percent of the width
	Anchor string
}

// Ticks names the first and the last day and up to two between.
func Ticks(span Span) []Tick {
	n := span.Len()
	if n == 0 {
		return nil
	}
	last := Tick{Day: span.To, X: "100%", Anchor: "end"}
	if n < 3 {
		return []Tick{last}
	}
	ticks := []Tick{{Day: span.From, X: "0%", Anchor: "start"}}
	if n >= 9 {
		for _, i := range []int{(n - 1) / 3, (n - 1) * 2 / 3} {
			ticks = append(ticks, Tick{Day: span.From.Add(i), X: percent((float64(i) + .5) * 100 / float64(n)), Anchor: "middle"})
		}
	}
	return append(ticks, last)
}

func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	if len(s) > 2 && s[len(s)-2:] == ".0" {
		return s[:len(s)-2]
	}
	return s
}
