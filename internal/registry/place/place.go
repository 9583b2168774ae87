// SPDX-License-Identifier: Apache-2.0

// Package place knows where things are: provinces, prefectures and counties of
// China by their GB/T 2260 codes, countries by ISO 3166-1, airports by IATA. It
// is reference data that ships with the program (data/); it has no table.
//
// Codes: 43, 4301, 430102 for divisions; country:IT; airport:CSX.
package place

import (
	_ "embed" // the lists
	"fmt"
	"strings"
	"sync"
)

// The lists, one place a line, columns separated by tabs.
var (
	//go:embed data/divisions.tsv
	divisions string
	//go:embed data/countries.tsv
	countries string
	//go:embed data/airports.tsv
	airports string
)

// The prefixes of codes that are no division.
const (
	countryPrefix = "country:"
	airportPrefix = "airport:"
)

// Place is a division, a country or an airport.
type Place struct {
	Code   string
	Parent string // code of the place above; of an airport its country; empty at the top
	NameZH string
	NameEN string
}

// Atlas is every place. It is safe for concurrent use.
type Atlas struct {
	places   map[string]Place
	children map[string][]string
	names    map[string][]string // name or short name → codes

	once     sync.Once
	airports map[string]Place
}

// Load reads the lists. Airports are read when one is first asked for.
func Load() (*Atlas, error) {
	a := &Atlas{places: map[string]Place{}, children: map[string][]string{}, names: map[string][]string{}}
	for line := range lines(divisions) {
		code, name, ok := strings.Cut(line, "\t")
		if !ok || len(code) < 2 {
			return nil, fmt.Errorf("place: division %q", line)
		}
		p := Place{Code: code, NameZH: name, NameEN: name}
		if len(code) > 2 {
			p.Parent = code[:len(code)-2]
		}
		a.add(p)
	}
	for line := range lines(countries) {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("place: country %q", line)
		}
		a.add(Place{Code: countryPrefix + f[0], NameZH: f[1], NameEN: f[2]})
	}
	return a, nil
}

// lines yields the lines that are no comment.
func lines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\r\n")
			if line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}

func (a *Atlas) add(p Place) {
	a.places[p.Code] = p
	a.children[p.Parent] = append(a.children[p.Parent], p.Code)
	names := map[string]bool{strings.ToLower(p.NameZH): true, strings.ToLower(p.NameEN): true, short(p.NameZH): true}
	for name := range names {
		if name != "" {
			a.names[name] = append(a.names[name], p.Code)
		}
	}
}

// endings are taken off a division's name for its short name, the longest first.
var endings = []string{
	"土家族苗族自治州", "布依族苗族自治州", "藏族羌族自治州", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区",
	"特别行政区", "苗族侗族自治州", "自治州", "自治县", "地区", "省", "市", "县", "区",
}

// short returns 长沙 for 长沙市; a name that would be one character stays whole.
func short(name string) string {
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(name, e); ok && len([]rune(rest)) > 1 {
			return rest
		}
	}
	return name
}

// Place returns the place with a code.
func (a *Atlas) Place(code string) (Place, bool) {
	if strings.HasPrefix(code, airportPrefix) {
		a.once.Do(a.loadAirports)
		p, ok := a.airports[code]
		return p, ok
	}
	p, ok := a.places[code]
	return p, ok
}

func (a *Atlas) loadAirports() {
	a.airports = map[string]Place{}
	for line := range lines(airports) {
		f := strings.Split(line, "\t")
		if len(f) < 4 {
			continue
		}
		a.airports[airportPrefix+f[0]] = Place{Code: airportPrefix + f[0], Parent: countryPrefix + f[3], NameZH: f[1], NameEN: f[1]}
	}
}

// Children returns the places below a code in the order of their codes; the
// empty code has the provinces and the countries below it.
func (a *Atlas) Children(code string) []Place {
	list := make([]Place, 0, len(a.children[code]))
	for _, c := range a.children[code] {
		list = append(list, a.places[c])
	}
	return list
}

// Find returns the places of a name or short name, the higher ones first:
// 长沙 and 长沙市, 湖南 and 湖南省, 意大利 and Italy.
func (a *Atlas) Find(name string) []Place {
	name = strings.ToLower(strings.TrimSpace(name))
	codes := a.names[name]
	list := make([]Place, 0, len(codes))
	for _, length := range []int{2, 4, 6, 0} {
		for _, code := range codes {
			division := !strings.HasPrefix(code, countryPrefix)
			if division && len(code) == length || !division && length == 0 {
				list = append(list, a.places[code])
			}
		}
	}
	return list
}

// Province returns the province of a division's code.
func (a *Atlas) Province(code string) (Place, bool) {
	if len(code) < 2 {
		return Place{}, false
	}
	return a.Place(code[:2])
}
