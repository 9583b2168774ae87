// SPDX-License-Identifier: Apache-2.0

package han

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func tables(t testing.TB) (toTraditional, toSimplified *Table) {
	t.Helper()
	toTraditional, err := Traditional()
	if err != nil {
		t.Fatal(err)
	}
	toSimplified, err = Simplified()
	if err != nil {
		t.Fatal(err)
	}
	return toTraditional, toSimplified
}

func TestTraditionalTakesThePhraseBeforeTheCharacter(t *testing.T) {
	t.Parallel()
	table, _ := tables(t)
	for simplified, want := range map[string]string{
		"发放":       "發放",
		"头发":       "頭髮",
		"理发后发放面罩":  "理髮後發放面罩",
		"皇后，以后，后面": "皇后，以後，後面",
		"这里，公里，里程": "這裡，公里，里程",
		"干净，干部，若干": "乾淨，幹部，若干",
		"系统，关系，联系": "系統，關係，聯繫",
		"一台，平台，台灯": "一台，平台，檯燈",
		"复杂，恢复，重复": "複雜，恢復，重複",
		"批准，准确":    "批准，準確",
		"为了群众":     "為了群眾",
		"N95 口罩 🙂": "N95 口罩 🙂",
		"":         "",
	} {
		if got := table.Convert(simplified); got != want {
			t.Errorf("%s became %s, want %s", simplified, got, want)
		}
	}
}

func TestSimplifiedReadsEveryRegionsForms(t *testing.T) {
	t.Parallel()
	_, table := tables(t)
	for traditional, want := range map[string]string{
		"防護服、護目鏡、醫用外科口罩":  "防护服、护目镜、医用外科口罩",
		"湖南省歸國華僑聯合會":      "湖南省归国华侨联合会",
		"臺灣、台灣":           "台湾、台湾",
		"裏面、裡面、衆人、眾人、為、爲": "里面、里面、众人、众人、为、为",
		"体温计": "体温计",
	} {
		if got := table.Convert(traditional); got != want {
			t.Errorf("%s became %s, want %s", traditional, got, want)
		}
	}
}

func TestOwnEntriesGoFirst(t *testing.T) {
	t.Parallel()
	table, _ := tables(t)
	own := table.With(map[string]string{"复核": "覆核", "": "nothing"})
	if got := own.Convert("复核人，核对"); got != "覆核人，核對" {
		t.Error(got)
	}
	if got := table.Convert("复核"); got != "複核" {
		t.Errorf("the table itself changed: %s", got)
	}
}

func TestSignsAndLettersStay(t *testing.T) {
	t.Parallel()
	toTraditional, toSimplified := tables(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		plain := strings.Map(func(r rune) rune {
			if r >= 0x2e80 {
				return -1
			}
			return r
		}, s)
		if got := toTraditional.Convert(plain); got != plain {
			t.Fatalf("%q became %q", plain, got)
		}
		if got := toSimplified.Convert(plain); got != plain {
			t.Fatalf("%q became %q", plain, got)
		}
	})
}

func TestThereAndBackIsTheSame(t *testing.T) {
	t.Parallel()
	toTraditional, toSimplified := tables(t)
	words := []string{"发放", "入库", "医用", "防护服", "口罩", "护目镜", "登记", "核准", "单位", "医院", "捐赠", "，", "N95", "12,000"}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom(words)).Draw(t, "words"), "")
		if got := toSimplified.Convert(toTraditional.Convert(s)); got != s {
			t.Fatalf("%s came back as %s", s, got)
		}
	})
}

func TestReadRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"发\n", "\t發\n", "发\t\n"} {
		if _, err := read(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func FuzzConvert(f *testing.F) {
	for _, s := range []string{"头发发放", "\xff发", "里\x00后", "发"} {
		f.Add(s)
	}
	toTraditional, toSimplified := tables(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, table := range []*Table{toTraditional, toSimplified} {
			if got := table.Convert(s); utf8.ValidString(s) && !utf8.ValidString(got) {
				t.Fatalf("%q became %q", s, got)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := Traditional(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConvert(b *testing.B) {
	table, _ := tables(b)
	for b.Loop() {
		table.Convert("收到、发出、在库的每一件捐赠物资，都从某处来，都在某处，任何人都可以核对。")
	}
}
