// SPDX-License-Identifier: Apache-2.0

package password

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func rules(t testing.TB) *Rules {
	t.Helper()
	r, err := LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhichPasswordsAreGoodEnough(t *testing.T) {
	t.Parallel()
	r := rules(t)
	for password, want := range map[string]string{
		"":                             TooShort,
		"elevenchar1":                  TooShort,
		"x7#Kq9!vLm2":                  TooShort,
		strings.Repeat("长", 342):       TooLong,
		strings.Repeat("é8", 400):      TooLong,
		"twelve\x00characters":         Broken,
		"not utf-8 \xff at all":        Broken,
		"password1234":                 Common,
		"Password2024!":                Common,
		"P@ssw0rd2020":                 Common,
		"qwertyuiop12":                 Common,
		"1qaz2wsx3edc":                 Common,
		"zaq12wsxcde3":                 Common,
		"123456789012":                 Common,
		"aaaaaaaaaaaa":                 Common,
		"abcabcabcabc":                 Common,
		"qiaoqiaoqiao":                 Common,
		"Qiao-2026-Qiao":               Common,
		"xk4xk4xk4xk4xk4":              Common,
		"administrator":                Common,
		"20200123wuhan":                Common,
		"woaini5201314":                Common,
		"sunshine monkey":              Common,
		"zhangwei19900101":             Common, // own name and a date
		"Wei.Zhang.2020!":              Common,
		"ｐａｓｓｗｏｒｄ１２３４":                 Common, // full width
		"correct horse battery staple": "",
		"a quiet river, seven boats":   "",
		"窗前明月光疑是地上霜举头":                 "",
		"kT9#vQ2!xL7m":                 "",
		"三月七日沙头雨 12 boats":             "",
	} {
		if got := r.Check(password, "Zhang Wei", "wei.zhang@relief.example.org"); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
	if got := r.Check("王小明王小明19900101", "王小明"); got != Common {
		t.Errorf("own name in Chinese: %q", got)
	}
}

func TestRandomPasswordsAreNeverRefused(t *testing.T) {
	t.Parallel()
	r := rules(t)
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("bcdfghjkmnpqrtvwxyzBCDFGHJKMNPQRTVWXYZ26789+%")), 24, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := letters.Draw(t, "password")
		distinct := map[rune]bool{}
		for _, c := range strings.ToLower(s) {
			distinct[c] = true
		}
		if got := r.Check(s); got != "" && len(distinct) > 12 {
			t.Errorf("%q: %s", s, got)
		}
	})
}

func FuzzCheck(f *testing.F) {
	r := rules(f)
	for _, seed := range []string{"", "password1234", "\xff", "长", "1qaz2wsx3edc", "~!@#$%^&*()_+"} {
		f.Add(seed, "name")
	}
	f.Fuzz(func(t *testing.T, password, name string) {
		if r.Check(password, name) == "" && len(password) > MaxBytes {
			t.Errorf("%d bytes are taken", len(password))
		}
	})
}

func TestListIsSmall(t *testing.T) {
	t.Parallel()
	if len(commonText) > 100_000 {
		t.Errorf("%d bytes", len(commonText))
	}
	if r := rules(t); len(r.words) < 5000 || !r.words["administrator"] {
		t.Errorf("%d words", len(r.words))
	}
}
