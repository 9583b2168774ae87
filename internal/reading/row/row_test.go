// SPDX-License-Identifier: Apache-2.0

package row_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/row"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

func newReader(t testing.TB) (*row.Reader, *catalog.Catalog) {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return row.NewReader(c), c
}

// cells are what stands in one row of a register.
type cells struct{ name, spec, unit, count string }

func TestRowsThatCanBeBooked(t *testing.T) {
	t.Parallel()
	reader, c := newReader(t)
	for _, tt := range []struct {
		cells
		class string
		value int64
		in    qty.Unit
		pack  string
		base  int64 // 0: not known
	}{
		{cells{"医用外科口罩", "", "只", "5000"}, "mask-surgical", 5_000, qty.Piece, "", 5_000},
		{cells{"医用外科口罩", "", "", "5000只"}, "mask-surgical", 5_000, qty.Piece, "", 5_000},
		{cells{"医用外科口罩", "50只/盒", "盒", "1.5万"}, "mask-surgical", 15_000, qty.Box, "box:50", 750_000},
		{cells{"医用外科口罩", "50只*40盒/箱", "箱", "10"}, "mask-surgical", 10, qty.Case, "box:50>case:2000", 20_000},
		{cells{"医用外科口罩", "", "箱", "10"}, "mask-surgical", 10, qty.Case, "", 0},
		{cells{"医用外科口罩", "", "", "200箱（100只/箱）"}, "mask-surgical", 200, qty.Case, "case:100", 20_000},
		{cells{"医用外科口罩", "", "只", "200箱"}, "mask-surgical", 200, qty.Case, "", 0},   // the word at the number counts
		{cells{"医用外科口罩", "只", "", "300"}, "mask-surgical", 300, qty.Piece, "", 300}, // a specification that is a unit
		{cells{"N95口罩", "1860，120只/箱", "件", "92"}, "respirator-medical", 92, qty.Case, "case:120", 11_040},
		{cells{"医用防护服", "XL", "套", "100"}, "suit-medical", 100, qty.Piece, "", 100}, // a set of a suit is one suit
		{cells{"护目镜", "", "副", "40"}, "goggles", 40, qty.Piece, "", 40},
		{cells{"护目镜", "", "个", "40副"}, "goggles", 40, qty.Piece, "", 40},
		{cells{"医用手套", "", "双", "100"}, "gloves-medical", 100, qty.Pair, "", 100},
		{cells{"医用手套", "", "只", "100"}, "gloves-medical", 100, qty.Piece, "", 0}, // pieces never become pairs
		{cells{"医用手套", "100只/盒", "盒", "5"}, "gloves-medical", 5, qty.Box, "", 0}, // nor do they inside a pack
		{cells{"医用手套", "50双/盒", "盒", "5"}, "gloves-medical", 5, qty.Box, "box:50", 250},
		{cells{"84消毒液", "500ml*30瓶/箱", "箱", "4"}, "disinfectant", 4, qty.Case, "case:30", 120},
		{cells{"84消毒液", "20kg", "桶", "77"}, "disinfectant", 77, qty.Barrel, "", 0},
		{cells{"示例牌未知物资", "", "个", "3"}, "other", 3, qty.Piece, "", 3},
	} {
		got := reader.Read(tt.name, tt.spec, tt.unit, tt.count)
		q := got.Quantity
		if got.Why != "" || got.Class != tt.class || q.State != qty.Stated || q.Value != tt.value || q.Unit != tt.in || q.Pack.String() != tt.pack {
			t.Errorf("%+v is %s, %+v, %s", tt.cells, got.Class, q, got.Why)
			continue
		}
		class, _ := c.Class(got.Class)
		if base, known, err := class.Base(q); err != nil || base != tt.base || known != (tt.base != 0) {
			t.Errorf("%+v holds %d, %t, %v; want %d", tt.cells, base, known, err, tt.base)
		}
	}
}

// held lists rows that a person must look at, by the reason that is given.
var held = map[string][]cells{
	"register.item.missing": {
		{"", "50只/盒", "盒", "5"},
		{" \u200b\u3000", "", "只", "5"},
	},
	"register.quantity.unknown": {
		{"口罩", "", "只", ""},
		{"口罩", "", "只", "若干"},
		{"口罩", "", "只", "急需"},
		{"口罩", "", "只", "两三百"},
		{"口罩", "", "只", "100-200"},
		{"口罩", "", "只", "见附件"},
	},
	"register.quantity.uncertain": {
		{"口罩", "", "只", "约5000"},
		{"口罩", "", "", "5000多只"},
		{"口罩", "", "", "至少2万个"},
		{"口罩", "", "箱", "200左右"},
	},
	"register.quantity.negative": {{"口罩", "", "只", "-4"}, {"口罩", "", "", "－4只"}},
	"register.quantity.zero":     {{"口罩", "", "只", "0"}, {"口罩", "", "", "0箱"}},
	"register.quantity.fraction": {{"口罩", "", "箱", "1.5"}, {"口罩", "", "", "0.5箱"}},
	"register.quantity.huge":     {{"口罩", "", "只", "99999999999999999999"}, {"口罩", "", "", "1亿亿只"}},
	"register.unit.missing": {
		{"口罩", "", "", "5000"},
		{"口罩", "50只/盒", "", "5000"},
		{"口罩", "", "口罩", "5000"},
		{"隔离衣", "L", "", "50"}, // a size is no litre
		{"隔离衣", "S", "", "50"}, // and no tablet
	},
	"register.unit.conflict": {
		{"医用手套", "", "双", "50只"}, // 50 pairs, or 25
		{"口罩", "", "公斤", "50只"},
	},
}

func TestRowsThatAPersonMustLookAt(t *testing.T) {
	t.Parallel()
	reader, _ := newReader(t)
	for why, rows := range held {
		for _, c := range rows {
			got := reader.Read(c.name, c.spec, c.unit, c.count)
			if got.Why != why {
				t.Errorf("%+v is held for %q, want %s", c, got.Why, why)
			}
			if readable := got.Quantity.State != qty.Unstated; !readable && got.Quantity.Value != 0 {
				t.Errorf("%+v has the quantity %+v", c, got.Quantity)
			}
		}
	}
}

func TestEveryReasonIsProvedAndHasItsSentenceInBothLanguages(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("row.go")
	if err != nil {
		t.Fatal(err)
	}
	var given []string
	for _, m := range regexp.MustCompile(`"(register\.[a-z.]+)"`).FindAllSubmatch(source, -1) {
		given = append(given, string(m[1]))
	}
	slices.Sort(given)
	if given, proved := slices.Compact(given), slices.Sorted(maps.Keys(held)); !slices.Equal(given, proved) {
		t.Errorf("the reasons are %v, the tests prove %v", given, proved)
	}
	for _, language := range []string{"zh", "en"} {
		sentences := map[string]string{}
		files, err := filepath.Glob("../../../locales/" + language + "/*.json")
		if err != nil || len(files) == 0 {
			t.Fatalf("no sentences in %s: %v", language, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(b, &sentences)
			}
			if err != nil {
				t.Fatal(file, err)
			}
		}
		for why := range held {
			if sentences[why] == "" {
				t.Errorf("%s has no sentence in %s", why, language)
			}
		}
	}
}

func TestWhatTheRowClaimsIsKept(t *testing.T) {
	t.Parallel()
	reader, _ := newReader(t)
	got := reader.Read("医用防护口罩", "GB19083-2010 N95", "只", "5")
	if got.Class != "respirator-medical" || got.Match.Medical != catalog.Yes || !slices.Equal(got.Match.Standards, []string{"GB 19083-2010", "N95"}) {
		t.Errorf("%+v", got)
	}
	if got := reader.Read("口罩", "", "", " 5000多只 "); got.Quantity.Text != " 5000多只 " {
		t.Errorf("the words of the cell became %q", got.Quantity.Text)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("医用外科口罩", "50只*40盒/箱", "箱", "10")
	for _, rows := range held {
		for _, c := range rows {
			f.Add(c.name, c.spec, c.unit, c.count)
		}
	}
	reader, c := newReader(f)
	f.Fuzz(func(t *testing.T, name, spec, unit, count string) {
		got := reader.Read(name, spec, unit, count)
		q := got.Quantity
		class, known := c.Class(got.Class)
		if !known && got.Why != "register.item.missing" {
			t.Fatalf("class %q", got.Class)
		}
		if _, listed := held[got.Why]; got.Why != "" && !listed {
			t.Fatalf("held for %q", got.Why)
		}
		base, _, err := class.Base(q)
		switch {
		case base < 0 || q.Value < 0:
			t.Fatalf("%+v holds %d", q, base)
		case got.Why != "":
			return
		case q.Validate() != nil || q.State != qty.Stated || q.Unit == qty.NoUnit || utf8.RuneCountInString(name) == 0:
			t.Fatalf("%+v is to be booked", got)
		case err == nil && base > 0 && base < q.Value:
			t.Fatalf("%d %s hold %d %s", q.Value, q.Unit, base, class.BaseUnit)
		}
	})
}
