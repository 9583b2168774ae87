// SPDX-License-Identifier: Apache-2.0

package item_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/reading/item"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

func classifier(t testing.TB) (*item.Classifier, *catalog.Catalog) {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return item.NewClassifier(c), c
}

func TestClassify(t *testing.T) {
	t.Parallel()
	k, _ := classifier(t)
	for _, tt := range []struct {
		why, name, spec, class string
		medical                catalog.Medical
	}{
		{"a plain word", "口罩", "", "mask-other", catalog.Unsaid},
		{"the longest word", "医用外科口罩", "", "mask-surgical", catalog.Yes},
		{"full width and capitals", "Ｎ９５ 口罩", "", "respirator", catalog.Unsaid},
		{"English", "Surgical Mask", "", "mask-surgical", catalog.Yes},
		{"English, many", "Face Masks", "", "mask-other", catalog.Unsaid},
		{"the specification claims more", "口罩", "医用", "mask-medical", catalog.Yes},
		{"the specification names the grade", "口罩", "KN95", "respirator", catalog.Unsaid},
		{"the specification names the standard", "N95口罩", "GB19083-2010", "respirator-medical", catalog.Unsaid},
		{"the model is a medical one", "口罩", "3M 1860", "respirator-medical", catalog.Unsaid},
		{"the model is none", "口罩", "8210", "respirator", catalog.Unsaid},
		{"only the specification names the goods", "示例牌", "医用外科口罩", "mask-surgical", catalog.Yes},
		{"the last word is the goods", "消毒液喷壶", "", "sprayer", catalog.Unsaid},
		{"what stands in brackets comes second", "护目镜（配口罩）", "", "goggles", catalog.Unsaid},
		{"unless nothing else is known", "示例牌（口罩）", "", "mask-other", catalog.Unsaid},
		{"a word that only ends a name", "三拗片", "", "medicine", catalog.Unsaid},
		{"a maker's kind of goods", "Tyvek", "", "suit-other", catalog.Unsaid},
		{"a whole Latin word", "capsule", "", "medicine", catalog.Unsaid},

		{"medical use denied", "防护服（非医用）", "", "suit-other", catalog.No},
		{"medical use denied in the specification", "医用口罩", "非医用", "mask-other", catalog.No},
		{"medical use denied, with a blank", "非 医用口罩", "", "mask-other", catalog.No},
		{"medical use denied by another word", "非医疗口罩", "", "mask-other", catalog.No},
		{"medical use denied in English", "Non-medical mask", "", "mask-other", catalog.No},
		{"medical use denied in two words", "non medical masks", "", "mask-other", catalog.No},
		{"surgical use denied", "non-surgical mask", "", "mask-other", catalog.No},

		{"a count is no model", "口罩", "2200只/箱", "mask-other", catalog.Unsaid},
		{"nor is a part of a number", "口罩", "12200", "mask-other", catalog.Unsaid},
		{"a model before a count is one", "口罩", "1860 120只/箱", "respirator-medical", catalog.Unsaid},
		{"gloves for examination", "Nitrile exam gloves", "", "gloves-medical", catalog.Yes},
		{"gloves for examination, in full", "Examination gloves", "", "gloves-medical", catalog.Yes},
		{"an example is no examination", "Example nitrile gloves", "", "gloves-other", catalog.Unsaid},

		{"nothing known", "示例牌", "", "", catalog.Unsaid},
		{"a word inside another", "片仔", "", "", catalog.Unsaid},
		{"a number", "8210", "", "", catalog.Unsaid},
		{"nothing", "", "", "", catalog.Unsaid},
		{"blanks", " \u200b\u3000", "/", "", catalog.Unsaid},
	} {
		got := k.Classify(tt.name, tt.spec)
		if got.Class != tt.class || got.Medical != tt.medical {
			t.Errorf("%s: %q %q is %s by %q, medical: %s; want %s, %s", tt.why, tt.name, tt.spec, got.Class, got.Rule, got.Medical, tt.class, tt.medical)
		}
	}
}

func TestADecisionIsExplained(t *testing.T) {
	t.Parallel()
	k, _ := classifier(t)
	for _, tt := range []struct {
		name, spec, rule string
		sure             bool
	}{
		{"口罩", "", "口罩", true},
		{"口罩", "外科", "口罩 mask.surgical", true},
		{"Tyvek", "", "tyvek", false}, // a maker's name alone
		{"示例牌", "", "", false},
	} {
		if got := k.Classify(tt.name, tt.spec); got.Rule != tt.rule || got.Sure != tt.sure {
			t.Errorf("%q %q: %q, sure %t", tt.name, tt.spec, got.Rule, got.Sure)
		}
	}
}

func TestStandards(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"口罩", nil},
		{"GB 19083-2010", []string{"GB 19083-2010"}},
		{"符合gb19083—2010标准", []string{"GB 19083-2010"}},
		{"YY/T0969-2013", []string{"YY/T 0969-2013"}},
		{"YY / T 0969", []string{"YY/T 0969"}},
		{"GB/T 32610-2016", []string{"GB/T 32610-2016"}},
		{"GB 19083.1-2010", []string{"GB 19083.1-2010"}},
		{"GB 19083-1899", []string{"GB 19083"}}, // not a year
		{"EN149:2001 / EN 14683 Type IIR", []string{"EN 149", "EN 14683"}},
		{"ASTM F2100-19", []string{"ASTM F2100"}},
		{"KN95, N95 和 kn95", []string{"KN95", "N95"}},
		{"GB2626-2006 KN95 GB 2626-2006", []string{"GB 2626-2006", "KN95"}},
		{"n950, EN 1490, AGB 19083", nil},
	} {
		if got := item.Standards(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q names %q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, s := range [][2]string{
		{"医用外科口罩", "50只/盒"}, {"Ｎ９５ 口罩", "GB19083—2010"}, {"non-medical mask", ""}, {"护目镜（配口罩", ")]"}, {"三拗片", ""}, {"Example", "exam"}, {"", "\xff"}, {"2200", "2200只"},
	} {
		f.Add(s[0], s[1])
	}
	k, c := classifier(f)
	f.Fuzz(func(t *testing.T, name, spec string) {
		got := k.Classify(name, spec)
		if _, known := c.Class(got.Class); known != (got.Class != "") {
			t.Fatalf("%q %q is of class %q", name, spec, got.Class)
		}
		if (got.Rule == "") != (got.Class == "") || got.Sure && got.Class == "" {
			t.Fatalf("%q %q: %+v", name, spec, got)
		}
		if got.Medical != catalog.Yes && got.Medical != catalog.No && got.Medical != catalog.Unsaid {
			t.Fatalf("%q %q: medical %q", name, spec, got.Medical)
		}
		for i, s := range got.Standards {
			if slices.Contains(got.Standards[:i], s) || strings.ToUpper(s) != s || !slices.Equal(item.Standards(s), []string{s}) {
				t.Fatalf("%q %q: standards %q", name, spec, got.Standards)
			}
		}
	})
}
