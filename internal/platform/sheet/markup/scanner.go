// SPDX-License-Identifier: Apache-2.0

// Package markup reads the XML parts of office files as a stream of tags, with
// bounded memory and without ever expanding what the file itself defines.
package markup

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

// Scanner reads the parts of a workbook tag by tag. Each text and tag has a
// limit, so that no part of a hostile file is ever in memory as a whole.
type Scanner struct {
	r     *bufio.Reader
	Text  []byte // before the tag, as written
	tag   []byte // without < and >
	limit int    // bytes of one text or tag
}

var errLong = errors.New("a text or tag of the workbook is too long")

// NewScanner returns a scanner whose texts and tags may have limit bytes.
func NewScanner(r io.Reader, limit int) *Scanner {
	return &Scanner{r: bufio.NewReaderSize(r, 1<<16), limit: limit}
}

// Next reads up to and with the next tag; io.EOF at the end.
func (s *Scanner) Next() error {
	s.Text = s.Text[:0]
	for {
		var err error
		if s.Text, err = s.until(s.Text, '<'); err != nil {
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
				s.Text = append(s.Text, escapeAmp(s.tag[len("![CDATA["):len(s.tag)-2])...)
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
func (s *Scanner) finish(end string) (err error) {
	for !bytes.HasSuffix(s.tag, []byte(end)) {
		s.tag = append(s.tag, '>')
		if s.tag, err = s.until(s.tag, '>'); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scanner) until(b []byte, sign byte) ([]byte, error) {
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

// Name returns the name of the tag without its prefix, with / before the name
// of an end tag.
func (s *Scanner) Name() string {
	t := s.tag
	if i := bytes.IndexAny(t[min(1, len(t)):], " \t\r\n/"); i >= 0 {
		t = t[:i+1]
	}
	if i := bytes.IndexByte(t, ':'); i >= 0 {
		if t[0] == '/' {
			return "/" + string(t[i+1:])
		}
		t = t[i+1:]
	}
	// The names of which a sheet has millions cost no memory.
	for _, known := range [...]string{"c", "/c", "v", "/v", "t", "/t", "is", "/is", "row", "/row", "f", "/f"} {
		if string(t) == known {
			return known
		}
	}
	return string(t)
}

// Empty reports whether the tag closes itself.
func (s *Scanner) Empty() bool { return len(s.tag) > 0 && s.tag[len(s.tag)-1] == '/' }

// Attr returns the value of an attribute, given with its prefix.
func (s *Scanner) Attr(name string) string {
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
			return Unescape(value[1 : end+1])
		}
		rest = value[end+2:]
	}
}

var (
	entity = regexp.MustCompile(`&(#[xX]?[0-9a-fA-F]{1,7}|lt|gt|amp|quot|apos);`)
	wideX  = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)
)

// Unescape reads the entities of XML.
func Unescape(b []byte) string {
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

// UnescapeText also reads _x000D_, by which workbooks write control characters.
func UnescapeText(b []byte) string {
	s := Unescape(b)
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

// Limited stops a part that unpacks to more than it may.
type Limited struct {
	R    io.Reader
	Left int64
	Over error // what to report then
}

func (l *Limited) Read(b []byte) (int, error) {
	if l.Left <= 0 {
		return 0, l.Over
	}
	n, err := l.R.Read(b[:min(int64(len(b)), l.Left)])
	l.Left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("unpack: %w", err)
	}
	return n, err
}
