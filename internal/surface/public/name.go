// SPDX-License-Identifier: Apache-2.0

package public

import (
	"strings"
	"unicode"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/public/area"
	"github.com/qiaorelief/qiao/internal/surface/public/plain"
)

// publicName returns the name of an organisation that may be shown, else nothing.
func publicName(o org.Org) string {
	if !o.Public {
		return ""
	}
	return plain.Visible(o.Name)
}

// shownName is publicName that says so when somebody is there whose name is
// not public; where nobody is known it is empty.
func shownName(l *i18n.Localizer, o org.Org) string {
	switch {
	case o.ID.IsZero():
		return ""
	case !o.Public:
		return l.T("public.unnamed")
	}
	return publicName(o)
}

// reason returns why something was done, when the words name nobody; else that
// the reason stands in the books.
func reason(l *i18n.Localizer, w *plain.Words, words string) string {
	if words == "" {
		return ""
	}
	if plain := w.Plain(words); plain != "" {
		return plain
	}
	return l.T("public.reason_kept")
}

// earmark says for whom or for where the donor meant the goods. Of the donor's
// own words only those that name nobody are shown.
func (s *Sources) earmark(e ledger.Earmark, recipient org.Org, lang i18n.Lang) string {
	l := s.Bundle.In(lang)
	if name := publicName(recipient); name != "" {
		return l.T("public.earmarked_for", "who", name)
	}
	if words := s.Words.Plain(e.AsStated); words != "" && lang.IsChinese() {
		return words
	}
	if place := placeName(s.Places, e.Place, lang); place != "" && e.Recipient.IsZero() {
		return l.T("public.earmarked_place", "place", place)
	}
	return l.T("public.earmarked")
}

// placeName names a place. An airport that the atlas has no Chinese name for is
// shown with the code that stands on every waybill.
func placeName(places PlaceNames, code string, lang i18n.Lang) string {
	name := places.PlaceName(code, lang)
	if iata, ok := strings.CutPrefix(code, area.Airport); ok && lang.IsChinese() && name != "" && !hasHan(name) {
		return iata + " " + name
	}
	return name
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// lotCode is what people call a lot: the number that was given to it, or the end
// of its id, in two groups of four.
func lotCode(lot ledger.Lot) string {
	if code := plain.Code(lot.Code); code != "" {
		return code
	}
	const shown, group = 8, 4
	end := lot.ID.String()
	end = strings.ToUpper(end[len(end)-shown:])
	return end[:group] + "-" + end[group:]
}
