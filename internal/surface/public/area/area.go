// SPDX-License-Identifier: Apache-2.0

// Package area knows what the codes of places mean to a picture: which are codes
// at all, to which prefecture and country they belong, and where a prefecture
// stands in the grid of its province.
package area

import (
	_ "embed"
	"iter"
	"regexp"
	"strconv"
	"strings"
)

// placeCode is what a code of the atlas looks like. The place of a document may
// also be words of its writer's own, which can name anybody.
var placeCode = regexp.MustCompile(`^(\d{2}|\d{4}|\d{6}|country:[A-Z]{2}|airport:[A-Z]{3})$`)

// IsCode reports whether a text is a code of the atlas.
func IsCode(s string) bool { return placeCode.MatchString(s) }

// The prefixes of codes that are no division, and the code of the country whose
// divisions they are.
const (
	Airport = "airport:"
	Country = "country:"
	Home    = Country + "CN"
)

//go:embed data/tiles.tsv
var tileLines string

// Lengths of the codes of divisions.
const (
	provinceCode   = 2
	prefectureCode = 4
)

// Tile is where a division stands in the grid of its province.
type Tile struct {
	Code     string
	Col, Row int
}

// Grid returns the tiles of a province in the order of the file; none when the
// province has no grid.
func Grid(province string) []Tile {
	var found []Tile
	for line := range strings.Lines(tileLines) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) < 3 || len(cells[0]) < provinceCode || cells[0][:provinceCode] != province {
			continue
		}
		col, _ := strconv.Atoi(cells[1]) // a cell that is no number is 0: the tile flows; a test reads the file
		row, _ := strconv.Atoi(cells[2])
		found = append(found, Tile{cells[0], col, row})
	}
	return found
}

// IsDivision reports whether a code is one of a division.
func IsDivision(code string) bool { return IsCode(code) && code[0] >= '0' && code[0] <= '9' }

// Prefecture is the prefecture of a county; another code stays as it is.
func Prefecture(code string) string {
	if IsDivision(code) && len(code) > prefectureCode {
		return code[:prefectureCode]
	}
	return code
}

// CountryOf is the country of a code; empty when the code does not say.
func CountryOf(code string) string {
	switch {
	case strings.HasPrefix(code, Country):
		return code
	case IsDivision(code):
		return Home
	}
	return ""
}

// Province is the province of most codes; of several the first by code.
func Province(codes iter.Seq[string]) string {
	count := map[string]int{}
	for code := range codes {
		if IsDivision(code) {
			count[code[:provinceCode]]++
		}
	}
	best := ""
	for province, n := range count {
		if best == "" || n > count[best] || n == count[best] && province < best {
			best = province
		}
	}
	return best
}
