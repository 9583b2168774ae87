// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// Goods is a quantity of one kind of goods in base units.
type Goods struct {
	Class    string // code of the class or group; chooses the Chinese measure word
	Name     string // in the reader's language
	Unit     qty.Unit
	Quantity int64
}

// Text returns the goods in words: 医用外科口罩 24,000 只.
func (g Goods) Text(l *i18n.Localizer) string {
	return l.T("web.goods", "name", g.Name, "n", l.Number(g.Quantity), "unit", UnitOf(l, g.Quantity, g.Unit, g.Class))
}

// Unit returns the name of a unit, for any number: pieces. In Chinese a piece is
// called by the measure word of the goods: 件 for suits, 只 for masks, 副 for
// goggles.
func Unit(l *i18n.Localizer, unit qty.Unit, class string) string { return UnitOf(l, 0, unit, class) }

// UnitOf returns the name of a unit as it stands behind a number: 1 piece.
func UnitOf(l *i18n.Localizer, n int64, unit qty.Unit, class string) string {
	if unit == qty.NoUnit {
		return ""
	}
	key := "unit." + string(unit) + "." + class
	if !l.Has(key) {
		key = "unit." + string(unit)
	}
	if !l.Has(key) {
		return string(unit)
	}
	return l.T(key, "n", n)
}

// foreign reports whether a name on a Chinese page is written in Latin letters
// only.
func foreign(l *i18n.Localizer, name string) bool {
	return l.Lang().IsChinese() && strings.ContainsFunc(name, unicode.IsLetter) &&
		!strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxLatin1 && unicode.IsLetter(r) })
}

// inChinese reports whether a name on an English page is written in Chinese.
func inChinese(l *i18n.Localizer, name string) bool {
	return l.Lang() == i18n.English && strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// Value writes a number for the value attribute of the data element.
func Value(n int64) string { return strconv.FormatInt(n, 10) }

// The flows whose rows a number can open to.
const (
	FlowIn           = "in"
	FlowOut          = "out"
	FlowStock        = "stock"
	FlowUnreconciled = "unreconciled"
	FlowMoneyIn      = "money-in"
	FlowMoneyOut     = "money-out"
	FlowValue        = "value"
)

// RowsURL is the address of the rows behind a figure of the report of a day.
// Pairs are alternating names and values of the query; empty values are left
// out.
func RowsURL(day clock.Day, flow string, pairs ...string) string {
	query := url.Values{"flow": {flow}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return ReportURL(day) + "/rows?" + query.Encode()
}

// ReportURL is the address of the report of a day; the zero day is the latest.
func ReportURL(day clock.Day) string {
	if day == 0 {
		return "/report/latest"
	}
	return "/report/" + day.String()
}

// ThreadURL is the address of the thread of a lot.
func ThreadURL(lot string) string { return "/thread/" + url.PathEscape(lot) }
