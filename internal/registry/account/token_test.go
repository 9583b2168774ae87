// SPDX-License-Identifier: Apache-2.0

package account

import (
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

func FuzzParseToken(f *testing.F) {
	var secret [secretSize]byte
	good := formatToken(id.Derive("a"), secret)
	for _, seed := range []string{good, "", "qiao_", good + "A", good[:70] + "B", strings.Replace(good, "A", "\n", 1), strings.ToUpper(good)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokenID, secret, ok := parseToken(text)
		if !ok {
			if !tokenID.IsZero() && secret != [secretSize]byte{} {
				t.Errorf("%q is refused and half read", text)
			}
			return
		}
		if back := formatToken(tokenID, secret); back != text {
			t.Errorf("two texts of one token: %q and %q", text, back)
		}
	})
}

func TestTokenTextHasOneForm(t *testing.T) {
	t.Parallel()
	secret := [secretSize]byte{0xff, 0xfe, 31: 7}
	want := id.Derive("a")
	text := formatToken(want, secret)
	got, gotSecret, ok := parseToken(text)
	if !ok || got != want || gotSecret != secret {
		t.Fatalf("%q is read as %s, %x, %t", text, got, gotSecret, ok)
	}
	if len(text) != 71 || !strings.HasPrefix(text, "qiao_") {
		t.Errorf("text %q", text)
	}
	for _, bad := range []string{"", text + " ", " " + text, text[:70], text[:70] + "=", text[:70] + "\n", "Qiao_" + text[5:], text[:27] + "-" + text[28:]} {
		if _, _, ok := parseToken(bad); ok {
			t.Errorf("%q is taken for a token", bad)
		}
	}
}
