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
	//go:embed data/airports_zh.tsv
	airportNames string
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
	for name, country := range usual {
		a.names[name] = append(a.names[name], countryPrefix+country)
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

// usual are the names of countries that the list has under a longer one.
var usual = map[string]string{
	"china": "CN", "czechia": "CZ", "gambia": "GM", "iran": "IR", "laos": "LA", "moldova": "MD", "north macedonia": "MK",
	"palestine": "PS", "russia": "RU", "syria": "SY", "taiwan": "TW", "tanzania": "TZ", "united states": "US", "usa": "US",
	"台湾": "TW", "台湾省": "TW",
}

// Short returns a division's name as people say it: 长沙 for 长沙市, 湘西 for
// 湘西土家族苗族自治州.
func Short(name string) string { return short(name) }

// endings are taken off a division's name for its short name, the longest first.
var endings = []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "县", "区"}

// nationalities stand between the name of an autonomous division and its ending.
var nationalities = []string{
	"土家族", "苗族", "侗族", "布依族", "藏族", "羌族", "回族", "壮族", "彝族", "傣族", "白族", "哈尼族", "傈僳族", "景颇族", "朝鲜族", "蒙古族",
	"蒙古", "维吾尔", "哈萨克族", "哈萨克", "柯尔克孜", "满族", "瑶族", "畲族", "黎族", "水族", "仡佬族", "仫佬族", "毛南族", "各族", "佤族", "拉祜族",
	"纳西族", "普米族", "独龙族", "怒族", "布朗族", "土族", "撒拉族", "保安族", "东乡族", "裕固族", "锡伯", "达斡尔族", "塔吉克",
}

// short returns 长沙 for 长沙市 and 湘西 for 湘西土家族苗族自治州; a name that would
// be one character stays whole.
func short(name string) string {
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(name, e); ok && len([]rune(rest)) > 1 {
			if strings.HasPrefix(e, "自治") {
				return withoutNationalities(rest)
			}
			return rest
		}
	}
	return name
}

func withoutNationalities(name string) string {
	for again := true; again; {
		again = false
		for _, n := range nationalities {
			if rest, ok := strings.CutSuffix(name, n); ok && len([]rune(rest)) > 1 {
				name, again = rest, true
			}
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
	chinese := map[string]string{}
	for line := range lines(airportNames) {
		code, name, _ := strings.Cut(line, "\t")
		chinese[code] = name
	}
	for line := range lines(airports) {
		f := strings.Split(line, "\t")
		if len(f) < 4 {
			continue
		}
		p := Place{Code: airportPrefix + f[0], Parent: countryPrefix + f[3], NameZH: f[1], NameEN: f[1]}
		if name, ok := chinese[f[0]]; ok {
			p.NameZH = name
		}
		a.airports[p.Code] = p
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

// loaded is the atlas for those who only ask whether a word is a place.
var loaded = sync.OnceValues(Load)

// Known reports whether a text plainly names a country or a division. Counties
// count by their full name only: 和平 is a district and many people's name.
func Known(name string) bool {
	a, err := loaded()
	if err != nil {
		return false
	}
	for _, p := range a.Find(name) {
		if len(p.Code) <= 4 || strings.HasPrefix(p.Code, countryPrefix) || p.NameZH == strings.TrimSpace(name) {
			return true
		}
	}
	return false
}

// Province returns the province of a division's code.
func (a *Atlas) Province(code string) (Place, bool) {
	if len(code) < 2 {
		return Place{}, false
	}
	return a.Place(code[:2])
}
