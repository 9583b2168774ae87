// SPDX-License-Identifier: Apache-2.0

package attachment

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/platform/picture"
)

// FuzzCleanName: whatever is sent becomes the name of one file of its type.
func FuzzCleanName(f *testing.F) {
	for _, name := range []string{"a.jpg", "../x", "\u202egpj.exe", "a\nb.pdf", strings.Repeat("长", 500), "e\u0301.png", ".", "a.jpg.jpg. "} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, given string) {
		for _, kind := range []picture.Type{picture.JPEG, picture.PNG, picture.PDF} {
			name := cleanName(given, kind)
			base, whole := strings.CutSuffix(name, kind.Extension())
			if !whole || base == "" || utf8.RuneCountInString(name) > maxName || !utf8.ValidString(name) {
				t.Errorf("%q became %q", given, name)
			}
			if strings.ContainsAny(name, "/\\\"<>:|?*") || name[0] == '.' || name[0] == ' ' || strings.ContainsFunc(name, unicode.IsControl) ||
				strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
				t.Errorf("%q became %q", given, name)
			}
			if again := cleanName(name, kind); again != name && !strings.Contains(base, ".") {
				t.Errorf("%q became %q, then %q", given, name, again)
			}
		}
	})
}
