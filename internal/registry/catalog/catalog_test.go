// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

func load(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheTenGroupsOfTheNoticeComeFirst(t *testing.T) {
	t.Parallel()
	var got []string
	for _, g := range load(t).Groups()[:10] {
		got = append(got, g.Code)
		if g.NameEN == "" || g.NameZH == "" {
			t.Errorf("%s has no name", g.Code)
		}
	}
	want := strings.Fields("suits masks goggles face-shields medical-gloves shoe-covers alcohol detergent thermometers caps")
	if !slices.Equal(got, want) {
		t.Errorf("groups are %v", got)
	}
}

func TestEveryClassHasItsGroup(t *testing.T) {
	t.Parallel()
	c := load(t)
	in := map[string]string{}
	for _, g := range c.Groups() {
		for _, class := range g.Classes {
			in[class] = g.Code
		}
	}
	for _, cl := range c.Classes() {
		if in[cl.Code] != cl.Group || c.GroupOf(cl.Code) != cl.Group {
			t.Errorf("%s is in %q, says %q", cl.Code, in[cl.Code], cl.Group)
		}
	}
	for class, group := range map[string]string{"mask-surgical": "masks", "suit-other": "suits", "soap": "detergent", "gloves-other": "gloves-other", "nothing": ""} {
		if got := c.GroupOf(class); got != group {
			t.Errorf("group of %s is %q, want %q", class, got, group)
		}
	}
}

func TestEveryClassButOtherCanBeNamed(t *testing.T) {
	t.Parallel()
	c := load(t)
	named := map[string]bool{}
	for _, a := range c.Aliases() {
		named[a.Class] = true
	}
	for _, r := range c.Rules() {
		named[r.To] = true
	}
	for _, cl := range c.Classes() {
		if !named[cl.Code] {
			t.Errorf("no word names %s", cl.Code)
		}
	}
}

func TestSuccessorsOfStandardsAreListedAndFollowWithoutAGap(t *testing.T) {
	t.Parallel()
	all := map[string]Standard{}
	for _, s := range load(t).Standards() {
		if _, twice := all[s.Code()]; twice {
			t.Errorf("%s comes twice", s.Code())
		}
		all[s.Code()] = s
	}
	for _, s := range all {
		for _, date := range []string{s.ValidFrom, s.ValidTo} {
			if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
				t.Errorf("%s: %v", s.Code(), err)
			}
		}
		if s.ReplacedBy == "" {
			continue
		}
		next, ok := all[s.ReplacedBy]
		if !ok {
			t.Errorf("%s is replaced by %s, which is not listed", s.Code(), s.ReplacedBy)
		}
		if s.ValidTo != "" && next.ValidFrom != "" {
			last, _ := time.Parse(time.DateOnly, s.ValidTo)
			if got := last.AddDate(0, 0, 1).Format(time.DateOnly); got != next.ValidFrom {
				t.Errorf("%s ends %s, %s begins %s", s.Code(), s.ValidTo, next.Code(), next.ValidFrom)
			}
		}
	}
	if s := all["GB 19082-2023"]; s.ValidFrom != "2025-12-01" || s.Covers[0] != "suit-medical" {
		t.Errorf("GB 19082-2023 is %+v", s)
	}
}

func TestCommodityKeepsUnknownPacksApart(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, tt := range []struct {
		class string
		unit  qty.Unit
		want  string
	}{
		{"mask-surgical", qty.Piece, "mask-surgical"},
		{"mask-surgical", qty.Case, "mask-surgical#case"},
		{"gloves-medical", qty.Pair, "gloves-medical"},
		{"gloves-medical", qty.Piece, "gloves-medical#piece"},
		{"suit-medical", qty.Set, "suit-medical"}, // 套 is one suit
		{"goggles", qty.Pair, "goggles"},          // 副 is one pair of goggles
		{"disinfectant", qty.Barrel, "disinfectant#barrel"},
	} {
		got := c.CommodityOf(tt.class, tt.unit)
		if got != tt.want {
			t.Errorf("%s in %s is %q, want %q", tt.class, tt.unit, got, tt.want)
		}
		class, unit, err := c.Split(got)
		if err != nil || class.Code != tt.class || !class.Counts(tt.unit) && unit != tt.unit {
			t.Errorf("split %q: %s %s %v", got, class.Code, unit, err)
		}
	}
	for _, bad := range []string{"", "#case", "nothing", "mask-surgical#", "mask-surgical#piece", "mask-surgical#crate", "suit-medical#set"} {
		if _, _, err := c.Split(bad); err == nil && bad != "mask-surgical#" {
			t.Errorf("split %q worked", bad)
		}
	}
}

func TestCountNeverDividesPiecesIntoPairs(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, tt := range []struct {
		name, class string
		q           qty.Quantity
		confirmed   bool
		commodity   string
		amount      int64
		key         string
	}{
		{"pieces of gloves", "gloves-medical", qty.Exactly(400, qty.Piece), false, "gloves-medical#piece", 400, ""},
		{"cases whose content is said", "mask-surgical", qty.Quantity{State: qty.Stated, Value: 3, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 600}}}, false, "mask-surgical", 1800, ""},
		{"cases", "mask-surgical", qty.Exactly(3, qty.Case), false, "mask-surgical#case", 3, ""},
		{"sets of suits", "suit-medical", qty.Exactly(20, qty.Set), false, "suit-medical", 20, ""},
		{"nobody said", "mask-surgical", qty.Unsaid("若干"), false, "", 0, "goods.not_counted"},
		{"no unit", "mask-surgical", qty.Exactly(3, ""), false, "", 0, "goods.unit_missing"},
		{"too many", "vehicle", qty.Exactly(100000, qty.Piece), false, "", 0, "goods.absurd"},
		{"too many, but sure", "vehicle", qty.Exactly(100000, qty.Piece), true, "vehicle", 100000, ""},
		{"no such class", "nothing", qty.Exactly(1, qty.Piece), false, "", 0, "goods.class_unknown"},
	} {
		got, err := c.Count(tt.class, tt.q, tt.confirmed)
		switch {
		case err != nil && err.Key != tt.key:
			t.Errorf("%s: key %q, want %q", tt.name, err.Key, tt.key)
		case err == nil && (got.Commodity != tt.commodity || got.Amount != tt.amount || tt.key != ""):
			t.Errorf("%s: %d of %q", tt.name, got.Amount, got.Commodity)
		}
	}
}

func TestDataWithAFaultIsRefused(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"groups":    "code\nmasks\tMasks\t口罩\n",
		"classes":   "code\nmask\tMask\t口罩\tpiece\t\tmasks\t10\tunsaid\n",
		"aliases":   "class\nmask\t\t口罩|mask\n",
		"rules":     "name\nr\tmask\tn95\t\t\tmask\n",
		"standards": "body\nGB\t1\t2000\tt\tmask\n",
	}
	if _, err := read(good); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file, text string }{
		{"alias twice", "aliases", "class\nmask\t\t口罩|口罩\n"},
		{"alias of an unknown class", "aliases", "class\nhat\t\t帽\n"},
		{"alias of an unknown kind", "aliases", "class\nmask\toften\t口罩\n"},
		{"alias in capitals", "aliases", "class\nmask\t\tMask\n"},
		{"empty alias", "aliases", "class\nmask\t\t口罩||mask\n"},
		{"rule to an unknown class", "rules", "name\nr\tmask\tn95\t\t\that\n"},
		{"rule without a word", "rules", "name\nr\tmask\t\t\t\tmask\n"},
		{"standard of an unknown class", "standards", "body\nGB\t1\t2000\tt\that\n"},
		{"standard without a number", "standards", "body\nGB\t\t2000\tt\tmask\n"},
		{"class twice", "classes", good["classes"] + "mask\tMask\t口罩\tpiece\t\tmasks\t10\tunsaid\n"},
		{"class with an unknown unit", "classes", "code\nmask\tMask\t口罩\tcrate\t\tmasks\t10\tunsaid\n"},
		{"class with an unknown other unit", "classes", "code\nmask\tMask\t口罩\tpiece\tcrate\tmasks\t10\tunsaid\n"},
		{"class without a bound", "classes", "code\nmask\tMask\t口罩\tpiece\t\tmasks\t0\tunsaid\n"},
		{"class without a group", "classes", "code\nmask\tMask\t口罩\tpiece\t\that\t10\tunsaid\n"},
		{"class that is perhaps medical", "classes", "code\nmask\tMask\t口罩\tpiece\t\tmasks\t10\tperhaps\n"},
		{"group twice", "groups", good["groups"] + "masks\tMasks\t口罩\n"},
		{"group without a class", "groups", good["groups"] + "hats\tHats\t帽\n"},
		{"a cell too many", "groups", "code\nmasks\tMasks\t口罩\tmore\n"},
	} {
		texts := map[string]string{}
		for name, text := range good {
			texts[name] = text
		}
		texts[tt.file] = tt.text
		if _, err := read(texts); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
}
