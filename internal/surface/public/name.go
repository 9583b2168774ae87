// SPDX-License-Identifier: Apache-2.0

package public

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// publicName returns the name of an organisation that may be shown, else nothing.
func publicName(o org.Org) string {
	if !o.Public {
		return ""
	}
	return visible(o.Name)
}

// visible leaves out what cannot be seen but turns or hides the text around it:
// marks of direction, control characters, blanks without width.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
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
func reason(l *i18n.Localizer, w *Words, words string) string {
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

// placeCode is what a code of the atlas looks like. The place of a document may
// also be words of its writer's own, which can name anybody.
var placeCode = regexp.MustCompile(`^(\d{2}|\d{4}|\d{6}|country:[A-Z]{2}|airport:[A-Z]{3})$`)

func isPlaceCode(s string) bool { return placeCode.MatchString(s) }

// airportPrefix begins the code of an airport in the atlas.
const airportPrefix = "airport:"

// placeName names a place. An airport that the atlas has no Chinese name for is
// shown with the code that stands on every waybill.
func placeName(places PlaceNames, code string, lang i18n.Lang) string {
	name := places.PlaceName(code, lang)
	if iata, ok := strings.CutPrefix(code, airportPrefix); ok && lang.IsChinese() && name != "" && !hasHan(name) {
		return iata + " " + name
	}
	return name
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
