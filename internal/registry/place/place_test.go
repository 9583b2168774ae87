// SPDX-License-Identifier: Apache-2.0

package place_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/registry/place"
)

func load(t testing.TB) *place.Atlas {
	t.Helper()
	a, err := place.Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// all returns every place but the airports, found by walking down from the top.
func all(a *place.Atlas) []place.Place {
	var list []place.Place
	var walk func(code string)
	walk = func(code string) {
		for _, p := range a.Children(code) {
			list = append(list, p)
			walk(p.Code)
		}
	}
	walk("")
	return list
}

func codes(places []place.Place) []string {
	list := make([]string, 0, len(places))
	for _, p := range places {
		list = append(list, p.Code)
	}
	return list
}

func TestACodeNamesItsPlace(t *testing.T) {
	t.Parallel()
	a := load(t)
	for code, want := range map[string]place.Place{
		"43":          {Code: "43", NameZH: "湖南省", NameEN: "湖南省"},
		"4301":        {Code: "4301", Parent: "43", NameZH: "长沙市", NameEN: "长沙市"},
		"430102":      {Code: "430102", Parent: "4301", NameZH: "芙蓉区", NameEN: "芙蓉区"},
		"110101":      {Code: "110101", Parent: "1101", NameZH: "东城区", NameEN: "东城区"},
		"429004":      {Code: "429004", Parent: "4290", NameZH: "仙桃市", NameEN: "仙桃市"},
		"country:IT":  {Code: "country:IT", NameZH: "意大利", NameEN: "Italy"},
		"airport:CSX": {Code: "airport:CSX", Parent: "country:CN", NameZH: "长沙黄花国际机场", NameEN: "Changsha Huanghua International Airport"},
		"airport:MXP": {Code: "airport:MXP", Parent: "country:IT", NameZH: "米兰马尔彭萨机场", NameEN: "Malpensa International Airport"},
	} {
		if got, ok := a.Place(code); !ok || got != want {
			t.Errorf("%s: %+v, %v", code, got, ok)
		}
	}
}

func TestACodeThatIsNoneNamesNothing(t *testing.T) {
	t.Parallel()
	a := load(t)
	for _, code := range []string{
		"", "4", "430", "43010", "4301022", "99", "长沙", "43 ", " 43", "４３", "IT", "country:", "country:it", "country:XX", "COUNTRY:IT",
		"airport:", "airport:csx", "airport:ZZZ", "airport:airport:CSX", "\x00", "43\x00", "country:\xff", strings.Repeat("43", 100_000),
	} {
		if p, ok := a.Place(code); ok || p != (place.Place{}) {
			t.Errorf("%.40q is %+v", code, p)
		}
		if children := a.Children(code); code != "" && len(children) != 0 {
			t.Errorf("%.40q has %d places below it", code, len(children))
		}
	}
}

// TestDivisionsFormATree holds for every place of the lists: GB/T 2260 codes are
// digits, two for each level, and the place above is there.
func TestDivisionsFormATree(t *testing.T) {
	t.Parallel()
	a := load(t)
	counts := map[int]int{}
	for _, p := range all(a) {
		if p.NameZH == "" || p.NameEN == "" || strings.TrimSpace(p.NameZH) != p.NameZH || !utf8.ValidString(p.NameZH) {
			t.Errorf("%s is called %q, %q", p.Code, p.NameZH, p.NameEN)
		}
		if country, ok := strings.CutPrefix(p.Code, "country:"); ok {
			counts[0]++
			if len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || p.Parent != "" {
				t.Errorf("country %+v", p)
			}
			continue
		}
		counts[len(p.Code)]++
		if strings.Trim(p.Code, "0123456789") != "" || p.Parent != p.Code[:len(p.Code)-2] {
			t.Errorf("division %+v", p)
		}
		above, ok := a.Province(p.Code)
		if !ok || above.Code != p.Code[:2] {
			t.Errorf("%s is in province %+v", p.Code, above)
		}
	}
	if counts[2] != 31 || counts[4] < 330 || counts[6] < 2800 || counts[0] < 245 || len(counts) != 4 {
		t.Errorf("%v places by length of code", counts)
	}
	if top := codes(a.Children("")); !slices.Contains(top, "43") || !slices.Contains(top, "country:IT") || slices.Contains(top, "4301") {
		t.Error("the top holds provinces and countries, nothing else")
	}
	if got := codes(a.Children("43")); len(got) != 14 || !slices.IsSorted(got) {
		t.Errorf("Hunan has %v, want its 14 prefectures in order", got)
	}
}

func TestNoCountryOrAirportIsInAProvince(t *testing.T) {
	t.Parallel()
	a := load(t)
	for _, code := range []string{"", "4", "country:CN", "airport:CSX", "9901", "省"} {
		if p, ok := a.Province(code); ok {
			t.Errorf("%q is in %+v", code, p)
		}
	}
}

func TestFindKnowsHowPeopleCallAPlace(t *testing.T) {
	t.Parallel()
	a := load(t)
	for name, want := range map[string]string{
		"长沙市": "4301", "长沙": "4301 430121", "长沙县": "430121", "湖南": "43", "湖南省": "43", " 湖南省\t": "43", "北京": "11", "芙蓉区": "430102",
		"湘西": "4331", "湘西土家族苗族自治州": "4331", "恩施": "4228 422801", "延边": "2224", "临夏": "6229 622901 622921", "大理": "5329 532901",
		"西双版纳": "5328", "内蒙古": "15", "广西": "45", "新疆": "65", "宁夏": "64", "西藏": "54", "芷江": "431228", "新晃": "431227",
		"意大利": "country:IT", "Italy": "country:IT", "ITALY": "country:IT", "中国": "country:CN", "China": "country:CN",
		"香港": "country:HK", "hong kong": "country:HK", "United States": "country:US", "USA": "country:US", "美国": "country:US", "Russia": "country:RU",
		// never a guess: one character of a name, a part of a name, a code
		"长": "", "": "", " ": "", "沙市": "421002", "市": "", "4301": "", "country:IT": "", "CSX": "",
	} {
		if got := strings.Join(codes(a.Find(name)), " "); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestEveryPlaceIsFoundByItsName holds for each name of the lists, and higher
// places come first: an office that writes 海南 means the province.
func TestEveryPlaceIsFoundByItsName(t *testing.T) {
	t.Parallel()
	a := load(t)
	for _, p := range all(a) {
		for _, name := range []string{p.NameZH, p.NameEN, strings.ToUpper(p.NameEN), " " + p.NameZH + " "} {
			found := codes(a.Find(name))
			if !slices.Contains(found, p.Code) {
				t.Errorf("%q does not find %s, only %v", name, p.Code, found)
			}
			divisions := slices.DeleteFunc(found, func(code string) bool { return strings.HasPrefix(code, "country:") })
			if !slices.IsSortedFunc(divisions, func(a, b string) int { return len(a) - len(b) }) {
				t.Errorf("%q: %v is not from high to low", name, divisions)
			}
		}
	}
	if first := a.Find("海南")[0]; first.Code != "46" {
		t.Errorf("海南 is %+v first", first)
	}
}

func TestKnownDoesNotTakeAPersonForAPlace(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"上海": true, "长沙": true, "湖南省": true, "中国": true, "Italy": true, "和平区": true, "长沙县": true,
		"和平": false, "高明": false, "示例": false, "": false, "\xff\xfe": false,
	} {
		if got := place.Known(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestTheAtlasIsReadByManyAtOnce(t *testing.T) {
	t.Parallel()
	a := load(t)
	done := make(chan bool)
	for range 8 {
		go func() {
			_, airport := a.Place("airport:FCO")
			done <- airport && len(a.Find("长沙")) == 2
		}()
	}
	for range 8 {
		if !<-done {
			t.Error("not found")
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"长沙", "湖南省", "Italy", "", "市", "\xff", "自治区", "％００", "长沙\x00", "'; DROP TABLE org; --"} {
		f.Add(seed)
	}
	a := load(f)
	f.Fuzz(func(t *testing.T, name string) {
		found := a.Find(name)
		want := strings.ToLower(strings.TrimSpace(name))
		for _, p := range found {
			if kept, ok := a.Place(p.Code); !ok || kept != p {
				t.Fatalf("%q finds %+v, which has no such code", name, p)
			}
			if zh, en := strings.ToLower(p.NameZH), strings.ToLower(p.NameEN); len(want) < 2 || !strings.HasPrefix(zh, want) && en != want && len(p.Code) != len("country:XX") {
				t.Fatalf("%q finds %+v", name, p)
			}
		}
		if again := a.Find(want); !slices.Equal(codes(found), codes(again)) {
			t.Fatalf("%q finds %v, %q finds %v", name, codes(found), want, codes(again))
		}
		if place.Known(name) && len(found) == 0 {
			t.Fatalf("%q is known and not found", name)
		}
	})
}
