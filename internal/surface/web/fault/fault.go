// SPDX-License-Identifier: Apache-2.0

// Package fault is the page of a failure: what happened, which fields are
// wrong and what to do next. It never says what went wrong inside.
package fault

import (
	_ "embed"
	"strconv"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

//go:embed fault.css
var style string

// Style returns the style sheet of the page.
func Style() string { return style }

// Page draws the page of a failure in a frame.
func Page(frame layout.Frame, failure render.Failure) templ.Component {
	frame.Title = failure.Title
	return page(frame, failure)
}

// next says what the reader can do, by status or in general.
func next(l *i18n.Localizer, status int) string {
	return l.Or("error.next."+strconv.Itoa(status), "error.next")
}
