// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

func TestCoverageBarFollowsTheRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   Coverage
		want Bar
	}{
		"stated and short: in order, at true width, vermilion end": {
			Coverage{State: qty.Stated, Needed: 1000, Delivered: 500, OnTheWay: 100, Held: 50, Pledged: 10, Missing: 340},
			Bar{Ground: "100%", Edge: "100%", Short: true, Segments: []Segment{
				{"delivered", "0%", "50%"}, {"way", "50%", "10%"}, {"held", "60%", "5%"}, {"pledged", "65%", "1%"},
			}},
		},
		"covered: the end is ink": {
			Coverage{State: qty.Stated, Needed: 100, Delivered: 100},
			Bar{Ground: "100%", Edge: "100%", Segments: []Segment{{"delivered", "0%", "100%"}}},
		},
		"about: the end is dashed": {
			Coverage{State: qty.About, Needed: 100, Held: 20, Missing: 80},
			Bar{Ground: "100%", Edge: "100%", Short: true, Dashed: true, Segments: []Segment{{"held", "0%", "20%"}}},
		},
		"at least: the bar ends at 92 % with a tail": {
			Coverage{State: qty.AtLeast, Needed: 100, Delivered: 50, Missing: 50},
			Bar{Ground: "92%", Edge: "92%", Short: true, Tail: true, Segments: []Segment{{"delivered", "0%", "46%"}}},
		},
		"unknown: all hatch, no numbers": {
			Coverage{State: qty.Unstated, Delivered: 40}, Bar{Unknown: true},
		},
		"a need of zero is not known": {
			Coverage{State: qty.Stated, Delivered: 40}, Bar{Unknown: true},
		},
		"more than needed: the scale is the sum, the rest an outline": {
			Coverage{State: qty.Stated, Needed: 100, Delivered: 80, Pledged: 120},
			Bar{Ground: "100%", Edge: "50%", OverX: "50%", OverW: "50%", Segments: []Segment{{"delivered", "0%", "40%"}, {"pledged", "40%", "10%"}}},
		},
	} {
		if diff := cmp.Diff(c.want, c.in.Bar()); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestCoverageBarNeverLeavesItsFrame(t *testing.T) {
	t.Parallel()
	count := rapid.Int64Range(0, 1_000_000_000_000)
	rapid.Check(t, func(t *rapid.T) {
		c := Coverage{
			State:  rapid.SampledFrom([]qty.State{qty.Stated, qty.About, qty.AtLeast, qty.Unstated, ""}).Draw(t, "state"),
			Needed: count.Draw(t, "needed"), Delivered: count.Draw(t, "delivered"), OnTheWay: count.Draw(t, "way"),
			Held: count.Draw(t, "held"), Pledged: count.Draw(t, "pledged"),
		}
		bar, at := c.Bar(), 0.0
		for _, s := range bar.Segments {
			x, width := value(t, s.X), value(t, s.Width)
			if x < at-.02 || width < 0 {
				t.Fatalf("segment %+v begins before %v", s, at)
			}
			at = x + width
		}
		if !bar.Unknown && at > value(t, bar.Edge)+.02 {
			t.Fatalf("solid to %v, beyond the need at %s", at, bar.Edge)
		}
		if percent, ok := c.Percent(); ok && (percent < 0 || percent > 100 || (percent == 100 && c.Delivered < c.Needed)) {
			t.Fatalf("%d %% of %+v", percent, c)
		}
	})
}

func value(t *rapid.T, percent string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(percent, "%"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCoverageInWords(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	suits := Coverage{Class: "suit-medical", Name: "防护服", Unit: qty.Piece, State: qty.AtLeast, Needed: 2_600, Delivered: 2_000, Pledged: 5, Missing: 595}
	if got, want := suits.Sentence(bundle.For("zh")), "防护服；至少需要 2,600 件；已交付 2,000；认捐 5；还缺 595"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	suits.State = qty.Unstated
	if got, want := suits.Sentence(bundle.For("zh")), "防护服；需求数量不明；已交付 2,000；认捐 5"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestDayBars(t *testing.T) {
	t.Parallel()
	last := clock.Day(20200302)
	days := []DayQuantity{{Day: 20200228, Quantity: 10}, {Day: 20200301, Quantity: -5}, {Day: last, Quantity: 20}}
	span := SpanOf(last, days)
	if span.From != 20200228 || span.Len() != 4 {
		t.Fatalf("span %+v of %d days, want 4 from 28 February of a leap year", span, span.Len())
	}
	bars := DayBars(days, span)
	if len(bars) != 2 || bars[0].Last || !bars[1].Last || bars[1].Height != "30" || bars[0].Height != "15" {
		t.Errorf("bars %+v: want none for a day below zero, and the highest day to fill the height", bars)
	}
	if long := SpanOf(last, []DayQuantity{{Day: 20190101, Quantity: 1}}); long.Len() != mostDays {
		t.Errorf("span of %d days, want at most %d", long.Len(), mostDays)
	}
	if got := DayBars(nil, Span{}); got != nil {
		t.Errorf("bars of nothing: %+v", got)
	}
	for _, n := range []int{1, 2, 3, 9, 60} {
		if ticks := Ticks(Span{From: last.Add(1 - n), To: last}); ticks[len(ticks)-1].Day != last || len(ticks) > 4 {
			t.Errorf("%d days: ticks %+v", n, ticks)
		}
	}
}

func TestRowsURLEscapes(t *testing.T) {
	t.Parallel()
	if got, want := RowsURL(20200217, FlowIn, "group", "a&b=c", "class", ""), "/report/2020-02-17/rows?flow=in&group=a%26b%3Dc"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ThreadURL("L/1?x"), "/thread/L%2F1%3Fx"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnitIsTheMeasureWordOfTheGoods(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	zh := bundle.For("zh")
	for class, want := range map[string]string{"suits": "件", "masks": "只", "goggles": "副", "caps": "顶", "anything": "个", "": "个"} {
		if got := Unit(zh, qty.Piece, class); got != want {
			t.Errorf("a piece of %q is %q, want %q", class, got, want)
		}
	}
	for _, unit := range qty.Units() {
		for _, l := range []*i18n.Localizer{zh, bundle.For("en")} {
			if !l.Has("unit." + string(unit)) {
				t.Errorf("unit %s has no name in %s", unit, l.Lang())
			}
		}
	}
	if got := Unit(zh, qty.NoUnit, "masks"); got != "" {
		t.Errorf("no unit is %q", got)
	}
}
