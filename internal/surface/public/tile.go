// SPDX-License-Identifier: Apache-2.0

package public

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/place"
	"github.com/qiaorelief/qiao/internal/surface/public/area"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/report"
)

// places shows how far one class has reached each prefecture: the class that is
// asked for in most places, of those the one of which most is missing.
func (s *Report) places(f *report.Figures, v *page.View, lang i18n.Lang) {
	var most *report.Need
	for i := range f.Needs {
		n := &f.Needs[i]
		if len(n.Places) > 1 && (most == nil || len(n.Places) > len(most.Places) || n.Missing > most.Missing && len(n.Places) == len(most.Places)) {
			most = n
		}
	}
	if most == nil {
		return
	}
	v.PlacesOf = className(s.Bundle.In(lang), s.Catalog, most.Class)
	sums := byPrefecture(most.Places)
	province := area.Province(maps.Keys(sums))
	tiles := area.Grid(province)
	for _, t := range tiles {
		sum, asked := sums[t.Code]
		if t.Code == province {
			sum, asked = whole(sums, province), true
		}
		delete(sums, t.Code)
		p := s.place(most, sum, t.Code, lang)
		p.Col, p.Row, p.NotAsked = t.Col, t.Row, !asked
		if p.Whole = t.Code == province; p.Whole {
			p.Name = s.Bundle.In(lang).T("report.whole_province")
		}
		v.Places = append(v.Places, p)
	}
	v.PlacesGrid = len(tiles) > 0
	var rest []page.Place
	for code, sum := range sums {
		rest = append(rest, s.place(most, sum, code, lang))
	}
	slices.SortFunc(rest, func(a, b page.Place) int {
		x, _ := a.Coverage.Percent()
		y, _ := b.Coverage.Percent()
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Code, b.Code))
	})
	v.Places = append(v.Places, rest...)
}

func (s *Report) place(n *report.Need, sum report.PlaceNeed, code string, lang i18n.Lang) page.Place {
	return page.Place{Code: code, Name: place.Short(placeName(s.Places, code, lang)), Coverage: figure.Coverage{
		Class: n.Class, Unit: n.Unit, State: stateOf(n, sum), Needed: sum.Needed, Delivered: sum.Delivered, Missing: sum.Missing,
	}}
}

// stateOf is how sure the need of a place is: as sure as that of all.
func stateOf(n *report.Need, sum report.PlaceNeed) qty.State {
	if sum.Needed == 0 {
		return qty.Unstated
	}
	return n.State
}

// byPrefecture adds counties up. A place that is not said, or in words of
// somebody's own, is left out.
func byPrefecture(places []report.PlaceNeed) map[string]report.PlaceNeed {
	sums := map[string]report.PlaceNeed{}
	for _, p := range places {
		if area.IsCode(p.Place) {
			code := area.Prefecture(p.Place)
			sums[code] = add(sums[code], p)
		}
	}
	return sums
}

func add(a, b report.PlaceNeed) report.PlaceNeed {
	return report.PlaceNeed{Needed: a.Needed + b.Needed, Delivered: a.Delivered + b.Delivered, Missing: a.Missing + b.Missing}
}

func whole(sums map[string]report.PlaceNeed, province string) report.PlaceNeed {
	var sum report.PlaceNeed
	for code, n := range sums {
		if strings.HasPrefix(code, province) {
			sum = add(sum, n)
		}
	}
	return sum
}
