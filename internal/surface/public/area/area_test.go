// SPDX-License-Identifier: Apache-2.0

package area

import (
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/registry/place"
)

func TestTheGridOfAProvinceHasEachPrefectureOnceInAPlaceOfItsOwn(t *testing.T) {
	t.Parallel()
	atlas, err := place.Load()
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, province := range atlas.Children("") {
		tiles := Grid(province.Code)
		lines += len(tiles)
		if len(tiles) == 0 {
			continue
		}
		taken, have := map[[2]int]string{}, map[string]bool{}
		for _, tile := range tiles {
			const columns, rows = 8, 10 // what the style sheet knows
			if tile.Col < 1 || tile.Col > columns || tile.Row < 1 || tile.Row > rows {
				t.Errorf("%s stands outside of the grid", tile.Code)
			}
			spot := [2]int{tile.Col, tile.Row}
			if taken[spot] != "" || have[tile.Code] {
				t.Errorf("%s stands on %s, or twice", tile.Code, taken[spot])
			}
			taken[spot], have[tile.Code] = tile.Code, true
			if _, ok := atlas.Place(tile.Code); !ok {
				t.Errorf("nobody knows %s", tile.Code)
			}
		}
		for _, prefecture := range atlas.Children(province.Code) {
			if !have[prefecture.Code] && prefecture.NameZH != "市辖区" && !strings.Contains(prefecture.NameZH, "直辖") {
				t.Errorf("%s %s has no tile", prefecture.Code, prefecture.NameZH)
			}
		}
	}
	if want := strings.Count(tileLines, "\n") - strings.Count(tileLines, "#"); lines != want || len(Grid("43")) != 15 {
		t.Errorf("%d lines of the file are read, of %d", lines, want)
	}
	if len(Grid("44")) != 0 {
		t.Error("a province without a grid has one")
	}
}

func TestACountyCountsForItsPrefectureAndADivisionForItsCountry(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][2]string{
		"430102": {"4301", Home}, "4301": {"4301", Home}, "43": {"43", Home}, "country:IT": {"country:IT", "country:IT"},
		"airport:CSX": {"airport:CSX", ""}, "": {"", ""}, "somebody": {"somebody", ""}, "4301027": {"4301027", ""},
	} {
		if got := [2]string{Prefecture(code), CountryOf(code)}; got != want {
			t.Errorf("%q is of %v, want %v", code, got, want)
		}
	}
	if got := Province(slices.Values([]string{"4401", "4301", "4302", "country:IT", "", "x"})); got != "43" {
		t.Errorf("the usual province is %q", got)
	}
}
