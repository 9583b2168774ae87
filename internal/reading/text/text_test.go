// SPDX-License-Identifier: Apache-2.0

package text

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormalise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"医用外科口罩", "医用外科口罩"},
		{" 口罩 ", "口罩"},
		{"\u200b\ufeff口\u200b罩\u00a0 \u3000Ｎ９５", "口罩 N95"},
		{"５０００只（大号）", "5000只(大号)"},
		{"【急】防护服—Ａ", "[急]防护服-A"},
		{"50只×10盒＊2", "50只×10盒*2"},
		{"a\tb\r\nc\x00d", "a b cd"},
		{"10²㎝ ½ ①", "10²cm ½ ①"},
		{"Ⅱ型 37℃", "II型 37°C"},
		{"ﾏｽｸ", "マスク"},
		{"e\u0301", "é"},
	} {
		if got := Normalise(tt.in); got != tt.want {
			t.Errorf("Normalise(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestKeyIgnoresCaseBlanksAndPunctuation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, b string }{
		{"示例市第一医院（东院区）", "示例市 第一医院(东院区）"},
		{"Example Hospital, Ltd.", "example hospital ltd"},
		{"Ｎ９５ 口罩", "n95口罩"},
	} {
		if Key(tt.a) != Key(tt.b) || Key(tt.a) == "" {
			t.Errorf("%q has %q, %q has %q", tt.a, Key(tt.a), tt.b, Key(tt.b))
		}
	}
	if Key("第一医院") == Key("第二医院") {
		t.Error("two hospitals have one key")
	}
}

func TestNormalisingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := Normalise(s)
		if twice := Normalise(once); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"口罩\u200b", "Ｎ９５", "\xff", "ﾏｽｸ\u3099", "각 각"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalise(s)
		if !utf8.ValidString(once) {
			t.Fatalf("%q is not UTF-8", once)
		}
		if Normalise(once) != once {
			t.Fatalf("%q becomes %q, then %q", s, once, Normalise(once))
		}
		if Key(Key(s)) != Key(s) {
			t.Fatalf("%q has the key %q, that has %q", s, Key(s), Key(Key(s)))
		}
	})
}
