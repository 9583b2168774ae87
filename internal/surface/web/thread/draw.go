// SPDX-License-Identifier: Apache-2.0

package thread

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// unexplained is what the parts do not say where it went; below zero when they
// say more than was given.
func (v *View) unexplained() int64 {
	rest := v.Given
	for _, p := range v.Parts {
		rest -= p.Quantity
	}
	return rest
}

// terms are the parts that are drawn: those that are not zero.
func (v *View) terms() []Part {
	var terms []Part
	for _, p := range v.Parts {
		if p.Quantity != 0 {
			terms = append(terms, p)
		}
	}
	return terms
}

// piece is one piece of the bar under the equation.
type piece struct{ Kind, X, Width string }

func (v *View) pieces() []piece {
	if v.Given <= 0 {
		return nil
	}
	var pieces []piece
	x := 0.0
	for _, p := range append(v.terms(), Part{Kind: "open", Quantity: v.unexplained()}) {
		width := min(100*float64(p.Quantity)/float64(v.Given), 100-x)
		if width <= 0 {
			continue
		}
		pieces = append(pieces, piece{Kind: p.Kind, X: percent(x), Width: percent(width)})
		x += width
	}
	return pieces
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

// equationText is the equation in words, for those who do not see the bar.
func (v *View) equationText(l *i18n.Localizer) string {
	parts := []string{l.T("web.count_of", "what", l.T("thread.part.given"), "n", l.Number(v.Given))}
	for _, p := range v.terms() {
		parts = append(parts, l.T("web.count_of", "what", l.T("thread.part."+p.Kind), "n", l.Number(p.Quantity)))
	}
	if rest := v.unexplained(); rest != 0 {
		parts = append(parts, l.T("web.count_of", "what", l.T("thread.part.open"), "n", l.Number(rest)))
	}
	return strings.Join(parts, l.T("web.list_mark"))
}

// The drawing space of the fork, and the most branches that it is drawn for:
// more are listed without it.
const (
	forkWidth  = 836.0
	stem       = 180.0 // where the line of the steps ends
	mostForked = 4
	wholeLine  = 10.0 // width of the line for the whole lot
)

// prong is one arm of the fork.
type prong struct{ Width, Path string }

// fork draws an arm to each branch; its width is the quantity.
func (v *View) fork() []prong {
	n := len(v.Branches)
	if n == 0 || n > mostForked || v.Given <= 0 {
		return nil
	}
	prongs := make([]prong, 0, n)
	for i, b := range v.Branches {
		end := forkWidth * (float64(i) + .5) / float64(n)
		prongs = append(prongs, prong{
			Width: fmt.Sprintf("%.1f", max(1.5, wholeLine*float64(b.Accepted)/float64(v.Given))),
			Path:  fmt.Sprintf("M%g 0C%g 60 %.0f 30 %.0f 92", stem, stem, end, end),
		})
	}
	return prongs
}

// endsClass sets the number of columns of the branches.
func (v *View) endsClass() string {
	if len(v.Branches) > mostForked {
		return "ends--many"
	}
	return "ends--" + strconv.Itoa(len(v.Branches))
}

// outcome says what the recipient accepted.
func (v *View) outcome(l *i18n.Localizer, b Branch) string {
	if b.Rejected == 0 {
		return l.T("thread.all_accepted")
	}
	text := l.T("thread.rejected", "n", l.Number(b.Rejected), "unit", v.unit(l, b.Rejected))
	if b.Reason != "" {
		text += l.T("thread.because", "why", b.Reason)
	}
	return text
}

// moment writes when something happened, with the zone where it did.
func (b Branch) moment(l *i18n.Localizer) string {
	if b.At.IsZero() {
		return l.Date(b.Day)
	}
	return l.DateTime(b.At, b.Zone)
}

// unit is the measure word of the lot behind a number.
func (v *View) unit(l *i18n.Localizer, n int64) string {
	return figure.UnitOf(l, n, v.Lot.Unit, v.Lot.Class)
}
