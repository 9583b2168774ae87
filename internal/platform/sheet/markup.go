// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads the parts of a workbook tag by tag. Each text and tag has a
// limit, so that no part of a hostile file is ever in memory as a whole.
type scanner struct {
	r     *bufio.Reader
	text  []byte // before the tag
	tag   []byte // without < and >
	limit int    // bytes of one text or tag
}

var errLong = errors.New("a text or tag of the workbook is too long")

func newScanner(r io.Reader, limit int) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, 1<<16), limit: limit}
}

// next reads up to and with the next tag; io.EOF at the end.
func (s *scanner) next() error {
	s.text = s.text[:0]
	for {
		var err error
		if s.text, err = s.until(s.text, '<'); err != nil {
			return err
		}
		if s.tag, err = s.until(s.tag[:0], '>'); err != nil {
			return err
		}
		switch {
		case bytes.HasPrefix(s.tag, []byte("!--")):
			err = s.finish("--")
		case bytes.HasPrefix(s.tag, []byte("![CDATA[")):
			if err = s.finish("]]"); err == nil {
				s.text = append(s.text, escapeAmp(s.tag[len("![CDATA["):len(s.tag)-2])...)
			}
		case len(s.tag) > 0 && (s.tag[0] == '?' || s.tag[0] == '!'):
		default:
			for bytes.Count(s.tag, []byte(`"`))%2 == 1 {
				s.tag = append(s.tag, '>')
				if s.tag, err = s.until(s.tag, '>'); err != nil {
					return err
				}
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func escapeAmp(b []byte) []byte { return bytes.ReplaceAll(b, []byte("&"), []byte("&amp;")) }

// finish reads on until the tag ends with the given signs.
func (s *scanner) finish(end string) (err error) {
	for !bytes.HasSuffix(s.tag, []byte(end)) {
		s.tag = append(s.tag, '>')
		if s.tag, err = s.until(s.tag, '>'); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) until(b []byte, sign byte) ([]byte, error) {
	for {
		part, err := s.r.ReadSlice(sign)
		if len(b)+len(part) > s.limit {
			return b, errLong
		}
		b = append(b, part...)
		if err == nil {
			return b[:len(b)-1], nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return b, err
		}
	}
}

// name returns the name of the tag without its prefix, with / before the name
// of an end tag.
func (s *scanner) name() string {
	t := s.tag
	slash := len(t) > 0 && t[0] == '/'
	if slash {
		t = t[1:]
	}
	if i := bytes.IndexAny(t, " \t\r\n/"); i >= 0 {
		t = t[:i]
	}
	if i := bytes.IndexByte(t, ':'); i >= 0 {
		t = t[i+1:]
	}
	if slash {
		return "/" + string(t)
	}
	return string(t)
}

// empty reports whether the tag closes itself.
func (s *scanner) empty() bool { return len(s.tag) > 0 && s.tag[len(s.tag)-1] == '/' }

// attr returns the value of an attribute, given with its prefix.
func (s *scanner) attr(name string) string {
	rest := s.tag
	for {
		i := bytes.IndexByte(rest, '=')
		if i < 0 || i+1 >= len(rest) {
			return ""
		}
		key := bytes.TrimSpace(rest[:i])
		if j := bytes.LastIndexAny(key, " \t\r\n"); j >= 0 {
			key = key[j+1:]
		}
		value := bytes.TrimLeft(rest[i+1:], " \t\r\n")
		if len(value) == 0 {
			return ""
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return ""
		}
		if string(key) == name {
			return unescape(value[1 : end+1])
		}
		rest = value[end+2:]
	}
}

var (
	entity = regexp.MustCompile(`&(#[xX]?[0-9a-fA-F]{1,7}|lt|gt|amp|quot|apos);`)
	wideX  = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)
)

// unescape reads the entities of XML.
func unescape(b []byte) string {
	s := string(b)
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = entity.ReplaceAllStringFunc(s, func(e string) string {
			switch e {
			case "&lt;":
				return "<"
			case "&gt;":
				return ">"
			case "&amp;":
				return "&"
			case "&quot;":
				return `"`
			case "&apos;":
				return "'"
			}
			digits, base := e[2:len(e)-1], 10
			if digits[0] == 'x' || digits[0] == 'X' {
				digits, base = digits[1:], 16
			}
			n, err := strconv.ParseInt(digits, base, 32)
			if err != nil || !utf8.ValidRune(rune(n)) {
				return "\ufffd"
			}
			return string(rune(n))
		})
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// unescapeText also reads _x000D_, by which workbooks write control characters.
func unescapeText(b []byte) string {
	s := unescape(b)
	if !strings.Contains(s, "_x") {
		return s
	}
	return wideX.ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[2:6], 16, 16)
		if err != nil || !utf8.ValidRune(rune(n)) {
			return e
		}
		return string(rune(n))
	})
}

// limited stops a part that unpacks to more than it may.
type limited struct {
	r    io.Reader
	left int64
	over error
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, l.over
	}
	n, err := l.r.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("unpack: %w", err)
	}
	return n, err
}
