// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// Coverage is how far the need for one class of goods is met, in base units.
type Coverage struct {
	Class string // code
	Name  string // in the reader's language
	Unit  qty.Unit
	State qty.State // of Needed; anything but the first three is unknown

	Needed    int64 // 0 when State is unknown
	Delivered int64
	OnTheWay  int64
	Held      int64 // reserved in a warehouse
	Pledged   int64 // announced, not binding
	Missing   int64 // Needed less all of the above, never below zero

	Recipients   int // who asked
	UnknownLines int // lines of the need without a number
}

// known reports whether there is a number to measure against.
func (c Coverage) known() bool {
	return c.Needed > 0 && (c.State == qty.Stated || c.State == qty.About || c.State == qty.AtLeast)
}

// Over returns how much more than the need is delivered or coming; 0 when the
// need is not known.
func (c Coverage) Over() int64 {
	if !c.known() {
		return 0
	}
	return max(0, c.Delivered+c.OnTheWay+c.Held+c.Pledged-c.Needed)
}

// Percent returns the delivered share in whole percents, cut, at most 100, and
// whether there is one.
func (c Coverage) Percent() (int64, bool) {
	if !c.known() {
		return 0, false
	}
	return min(100, i18n.Percent(c.Delivered, c.Needed)), true
}

// Low reports whether less than 60 % of a known need is delivered.
func (c Coverage) Low() bool {
	percent, ok := c.Percent()
	return ok && percent < lowPercent
}

const (
	lowPercent = 60
	// atLeastEnd is where the bar of a need "at least" ends; the rest is a
	// hatched tail.
	atLeastEnd = 92.0
)

// Segment is one piece of a coverage bar.
type Segment struct {
	Kind  string // delivered, way, held, pledged
	X     string // percent from the left, with the sign
	Width string
}

// Bar is the drawn form of a Coverage.
type Bar struct {
	Unknown  bool
	Segments []Segment
	Ground   string // where the white ground ends
	Edge     string // where the need ends
	Short    bool   // the end is vermilion: something is missing
	Dashed   bool   // the need is about a number
	Tail     bool   // the need is at least a number
	OverX    string // where the surplus begins; empty when there is none
	OverW    string
}

// Bar computes the picture: the length is the need, in the order delivered, on
// the way, held, pledged, missing, each at its true width. With more than the
// need the scale is the sum and everything beyond the need is an outline.
func (c Coverage) Bar() Bar {
	if !c.known() {
		return Bar{Unknown: true}
	}
	end := 100.0
	if c.State == qty.AtLeast {
		end = atLeastEnd
	}
	need := float64(c.Needed)
	sum := float64(c.Delivered) + float64(c.OnTheWay) + float64(c.Held) + float64(c.Pledged)
	scale := end / max(need, sum)
	edge := need * scale
	bar := Bar{
		Ground: percent(end), Edge: percent(edge), Short: c.Missing > 0,
		Dashed: c.State == qty.About, Tail: c.State == qty.AtLeast,
	}
	x := 0.0
	for _, part := range []struct {
		kind string
		n    int64
	}{{"delivered", c.Delivered}, {"way", c.OnTheWay}, {"held", c.Held}, {"pledged", c.Pledged}} {
		width := min(float64(part.n)*scale, edge-x)
		if width <= 0 {
			continue
		}
		bar.Segments = append(bar.Segments, Segment{Kind: part.kind, X: percent(x), Width: percent(width)})
		x += width
	}
	if sum > need {
		bar.OverX, bar.OverW = percent(edge), percent(end-edge)
	}
	return bar
}

// percent writes a position with two decimals and no needless zeros.
func percent(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".") + "%"
}

// Sign stands before the missing number: ≈ for about, ≥ for at least.
func (c Coverage) Sign() string {
	switch c.State {
	case qty.About:
		return "≈"
	case qty.AtLeast:
		return "≥"
	}
	return ""
}

// NeedText says how much is needed: 至少需要 2,600,000 只.
func (c Coverage) NeedText(l *i18n.Localizer) string {
	if !c.known() {
		return l.T("web.need_unknown")
	}
	return l.T("web.need_"+string(c.State), "n", l.Number(c.Needed), "unit", UnitOf(l, c.Needed, c.Unit, c.Class))
}

// Sentence is the whole bar in words.
func (c Coverage) Sentence(l *i18n.Localizer) string {
	parts := []string{c.NeedText(l)}
	if c.Name != "" {
		parts = []string{c.Name, c.NeedText(l)}
	}
	add := func(key string, n int64) {
		if n > 0 {
			parts = append(parts, l.T("web.count_of", "what", l.T(key), "n", l.Number(n)))
		}
	}
	add("web.delivered", c.Delivered)
	add("web.on_the_way", c.OnTheWay)
	add("web.held", c.Held)
	add("web.pledged", c.Pledged)
	if c.known() {
		add("web.missing", c.Missing)
		add("web.over", c.Over())
	}
	return strings.Join(parts, l.T("web.list_mark"))
}
