// SPDX-License-Identifier: Apache-2.0

package render

import (
	"bytes"
	"strings"
)

// Stylesheet joins style sheets in order and drops comments and needless
// space. It knows no more of CSS than strings, comments and space, and so it
// changes no meaning.
func Stylesheet(parts ...string) []byte {
	source := strings.Join(parts, "\n")
	out := make([]byte, 0, len(source))
	for i := 0; i < len(source); {
		switch c := source[i]; {
		case strings.HasPrefix(source[i:], "/*"):
			i = commentEnd(source, i)
			out = space(out)
		case c == '"' || c == '\'':
			end := stringEnd(source, i)
			out = append(out, source[i:end]...)
			i = end
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			out = space(out)
			i++
		default:
			out = punctuate(out, c)
			i++
		}
	}
	return bytes.TrimSpace(out)
}

// commentEnd returns the place behind the comment that starts at start.
func commentEnd(s string, start int) int {
	end := strings.Index(s[start+2:], "*/")
	if end < 0 {
		return len(s)
	}
	return start + 2 + end + 2
}

// stringEnd returns the place behind the string that starts at start.
func stringEnd(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[start]:
			return i + 1
		}
	}
	return len(s)
}

// space adds one space unless the last byte makes it needless.
func space(out []byte) []byte {
	if len(out) == 0 || strings.IndexByte(" {};,", out[len(out)-1]) >= 0 {
		return out
	}
	return append(out, ' ')
}

// punctuate adds c, without the space before it where none is needed and
// without the last semicolon of a block.
func punctuate(out []byte, c byte) []byte {
	if strings.IndexByte("{};,", c) >= 0 {
		out = bytes.TrimSuffix(out, []byte(" "))
		if c == '}' {
			out = bytes.TrimSuffix(out, []byte(";"))
		}
	}
	return append(out, c)
}
