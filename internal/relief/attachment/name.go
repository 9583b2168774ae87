// SPDX-License-Identifier: Apache-2.0

package attachment

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/qiaorelief/qiao/internal/platform/picture"
)

const (
	maxName  = 200 // characters of a file's name
	nameless = "file"
)

// cleanName makes the name of a sender's file harmless on every system that it is
// saved on: one line, no folders, nothing invisible, nothing that turns the
// direction of writing (so that fdp.exe cannot look like exe.pdf), and an end that
// is that of the type that is kept.
func cleanName(name string, t picture.Type) string {
	name = cleanText(name)
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	if end := strings.ToLower(path.Ext(name)); end == t.Extension() || replaced(end) {
		name = name[:len(name)-len(end)]
	}
	name = strings.Trim(name, ". ")
	if name == "" {
		name = nameless
	}
	return cut(name, maxName-utf8.RuneCountInString(t.Extension())) + t.Extension()
}

// replaced reports whether the end belongs to a type that is taken: what was sent
// as one may be kept as another.
func replaced(end string) bool {
	switch end {
	case ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".pdf":
		return true
	}
	return false
}

// cleanText makes one line of a text: white space becomes a blank, what is not
// seen goes.
func cleanText(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// cut keeps the first n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n]), ". ")
}
