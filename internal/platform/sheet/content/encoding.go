// SPDX-License-Identifier: Apache-2.0

package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// Text is a file of characters: it can be read from the start as UTF-8.
type Text struct {
	src      Source
	Encoding string // utf-8, utf-16le, utf-16be or gb18030
	bom      int64  // bytes to leave out at the beginning
}

// Reader returns the characters as UTF-8. Bytes that are no character come as
// U+FFFD, except in UTF-8 itself where they stay and the row reader replaces them.
func (t Text) Reader() io.Reader {
	raw := io.NewSectionReader(t.src.At, t.bom, t.src.Size-t.bom)
	switch t.Encoding {
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(raw)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(raw)
	case "gb18030":
		return simplifiedchinese.GB18030.NewDecoder().Reader(raw)
	}
	return raw
}

// Head returns about the first n bytes as UTF-8.
func (t Text) Head(n int) ([]byte, error) {
	b := make([]byte, n)
	got, err := io.ReadFull(t.Reader(), b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:got], err
}

// census counts what tells encodings apart.
type census struct {
	zero    int // NUL bytes
	multi   int // UTF-8 characters of more than one byte
	bad     int // bytes that are no UTF-8
	pairs   int // two- and four-byte characters, read as GB18030
	common  int // of these: GB 2312 punctuation and first-level characters
	strange int // bytes that are no GB18030
}

// Decode decides how the characters of the file are written. It looks at
// every byte: a single name at the end can be the only one outside ASCII.
func Decode(ctx context.Context, src Source) (Text, error) {
	head, err := src.Head(3)
	if err != nil {
		return Text{}, fmt.Errorf("read the byte order mark: %w", err)
	}
	switch {
	case len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe:
		return Text{src, "utf-16le", 2}, nil
	case len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff:
		return Text{src, "utf-16be", 2}, nil
	}
	t := Text{src: src, Encoding: "utf-8"}
	if string(head) == "\xef\xbb\xbf" {
		t.bom = 3
	}
	c, err := count(ctx, src)
	switch {
	case err != nil:
		return Text{}, err
	case c.zero > 0 && int64(c.zero)*100 > src.Size:
		return Text{}, wrongType("BIN")
	case c.bad == 0:
		return t, nil
	case c.pairs > 0 && c.strange == 0 && c.common*10 >= c.pairs*6:
		return Text{src, "gb18030", 0}, nil
	case c.multi >= 20 && c.bad*50 <= c.multi, t.bom > 0 && c.bad*10 <= c.multi:
		// A few bytes were damaged on the way; the rows that have them are marked.
		return t, nil
	}
	return Text{}, errs.New(errs.Unsupported, "sheet.encoding.unknown")
}

func count(ctx context.Context, src Source) (census, error) {
	var c census
	r := src.Reader()
	buf := make([]byte, 1<<16)
	kept := 0
	var gb pairReader
	for {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		n, err := r.Read(buf[kept:])
		fresh := buf[kept : kept+n]
		gb.read(&c, fresh)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return c, fmt.Errorf("read the text: %w", err)
		}
		kept = c.utf8(buf[:kept+n], end)
		if end {
			if gb.at > 0 {
				c.strange++
			}
			return c, nil
		}
	}
}

// utf8 counts the characters of b and moves an unfinished one to its front,
// whose length it returns.
func (c *census) utf8(b []byte, end bool) int {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			if b[i] == 0 {
				c.zero++
			}
			i++
			continue
		}
		if !end && !utf8.FullRune(b[i:]) {
			return copy(b, b[i:])
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			c.bad++
		} else {
			c.multi++
		}
		i += n
	}
	return 0
}

// pairReader walks through GB18030 byte by byte, over the borders of buffers.
type pairReader struct {
	lead byte
	at   int // bytes of the current character that have been seen
}

func (p *pairReader) read(c *census, b []byte) {
	for _, x := range b {
		switch p.at {
		case 0:
			p.first(c, x)
		case 1:
			p.second(c, x)
		case 2:
			p.expect(c, x >= 0x81 && x <= 0xfe, 3)
		case 3:
			p.expect(c, x >= '0' && x <= '9', 0)
		}
	}
}

func (p *pairReader) first(c *census, x byte) {
	switch {
	case x < 0x80:
	case x == 0x80 || x == 0xff:
		c.strange++
	default:
		p.lead, p.at = x, 1
	}
}

// second takes the second byte. Characters that people write every day have
// lead bytes A1-A3 (punctuation, full width) or B0-D7 (first level of GB 2312)
// and second bytes from A1 on; UTF-8 or Big5 read as GB18030 has few of them.
func (p *pairReader) second(c *census, x byte) {
	p.at = 0
	switch {
	case x >= '0' && x <= '9':
		p.at = 2
		c.pairs++
	case x < 0x40 || x == 0x7f || x == 0xff:
		c.strange++
	default:
		c.pairs++
		if x >= 0xa1 && (p.lead >= 0xa1 && p.lead <= 0xa3 || p.lead >= 0xb0 && p.lead <= 0xd7) {
			c.common++
		}
	}
}

func (p *pairReader) expect(c *census, ok bool, next int) {
	p.at = next
	if !ok {
		c.strange++
		p.at = 0
	}
}
