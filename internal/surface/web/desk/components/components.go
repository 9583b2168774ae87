// SPDX-License-Identifier: Apache-2.0

// Package components shows every part that the pages are made of, in every
// state, on one page: a designer sees at once what changed. It is there where the
// site is a demonstration, and uses the parts themselves, not copies.
package components

import (
	_ "embed"
	"net/http"
	"net/url"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

//go:embed components.css
var style string

// Style returns the style of the page.
func Style() string { return style }

// Chapter answers /desk/components.
type Chapter struct{}

// Routes implements desk.Chapter.
func (h Chapter) Routes() []frame.Route {
	return []frame.Route{{Method: http.MethodGet, Path: "/desk/components", Action: frame.Enter, Handle: h.show}}
}

// show answers with the page; elsewhere than in a demonstration there is none.
func (h Chapter) show(c *frame.Call) error {
	f := c.Page(c.Reader.T("desk.components_title"), frame.Nowhere)
	if !f.Site.Demonstration {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return c.Write(componentsPage(f, wrongForm(c.Reader.Localizer)))
}

// wrongForm is a form with two faults.
func wrongForm(l *i18n.Localizer) *form.State {
	bad := errs.Bad().Field("amount", "goods.absurd", "max", int64(5_000_000)).Field("day", "desk.not_day")
	return form.New(l, url.Values{"amount": {"199999999999998"}, "day": {""}, "item": {""}, "unsure": {"true"}}, bad)
}

// colours are the tokens of the palette, by their class and name.
var colours = []string{"paper", "sheet", "sunken", "rule-firm", "ink", "ink-2", "ink-3", "seal", "seal-tint", "teal", "teal-tint", "bar"}

// bar is one state of the coverage bar.
type bar struct {
	Key  string
	Size string
	Of   figure.Coverage
}

// bars are the states of the coverage bar.
func bars(l *i18n.Localizer) []bar {
	of := func(state qty.State, needed, delivered, way, held, pledged int64) figure.Coverage {
		return figure.Coverage{
			Class: "mask-surgical", Name: l.T("desk.components_goods"), Unit: qty.Piece, State: state, Needed: needed, Delivered: delivered,
			OnTheWay: way, Held: held, Pledged: pledged, Missing: max(0, needed-delivered-way-held-pledged), Recipients: 1,
		}
	}
	return []bar{
		{"all", "cov--l", of(qty.Stated, 1000, 1000, 0, 0, 0)},
		{"some", "cov--l", of(qty.Stated, 1000, 400, 200, 100, 150)},
		{"pledged", "cov--l", of(qty.Stated, 1000, 0, 0, 0, 700)},
		{"nothing", "cov--l", of(qty.Stated, 1000, 0, 0, 0, 0)},
		{"about", "cov--l", of(qty.About, 1000, 400, 200, 0, 0)},
		{"at_least", "cov--l", of(qty.AtLeast, 1000, 600, 100, 100, 0)},
		{"unknown", "cov--l", of(qty.Unstated, 0, 0, 0, 0, 0)},
		{"over", "cov--l", of(qty.Stated, 1000, 900, 300, 0, 0)},
		{"small", "cov--s", of(qty.Stated, 1000, 400, 200, 100, 150)},
		{"smallest", "cov--xs", of(qty.Stated, 1000, 400, 200, 100, 150)},
	}
}
