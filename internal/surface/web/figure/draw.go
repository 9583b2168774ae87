// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// keyKinds lists the segments of a coverage bar in their order, with the
// message keys of their names.
var keyKinds = [...]struct{ kind, text string }{
	{"delivered", "web.delivered"}, {"way", "web.on_the_way"}, {"held", "web.held"},
	{"pledged", "web.pledged"}, {"missing", "web.missing"},
}

// dashed gives the end line of a need "about" its dashes.
func dashed(b Bar) templ.Attributes {
	if !b.Dashed {
		return nil
	}
	return templ.Attributes{"stroke-dasharray": "3 3"}
}

// daysText tells the bars in words: the range and the highest day.
func daysText(l *i18n.Localizer, days []DayQuantity, span Span) string {
	best := Highest(days, span)
	if best.Quantity == 0 {
		return l.T("web.days_none")
	}
	return l.T("web.days", "from", l.DateShort(span.From), "to", l.DateShort(span.To),
		"n", l.Number(best.Quantity), "day", l.DateShort(best.Day))
}
