// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// maxLine bounds one line of a text file in bytes, and so the memory of a row.
const maxLine = 8 << 20

// lineReader cuts a text at LF, CRLF and CR. Lines can be put back.
type lineReader struct {
	r          io.Reader
	buf        []byte
	start, end int
	number     int // lines handed out and not put back
	back       [][]byte
	eof        bool
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{r: r, buf: make([]byte, 1<<16)} }

// next returns the next line with its ending; io.EOF after the last. The line
// is valid until the following call.
func (l *lineReader) next() ([]byte, error) {
	if n := len(l.back); n > 0 {
		line := l.back[n-1]
		l.back = l.back[:n-1]
		l.number++
		return line, nil
	}
	scanned := 0
	for {
		if n := lineEnd(l.buf[l.start+scanned:l.end], l.eof); n > 0 {
			line := l.buf[l.start : l.start+scanned+n]
			l.start += scanned + n
			l.number++
			return line, nil
		}
		if l.eof {
			return nil, io.EOF
		}
		// The last byte may be the CR of a CRLF.
		scanned = max(0, l.end-l.start-1)
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// lineEnd returns the length of the first line with its ending; zero when the
// line is not complete.
func lineEnd(b []byte, last bool) int {
	i := bytes.IndexAny(b, "\r\n")
	switch {
	case i < 0 && last:
		return len(b)
	case i < 0:
		return 0
	case b[i] == '\n':
		return i + 1
	case i+1 < len(b) && b[i+1] == '\n':
		return i + 2
	case i+1 < len(b) || last:
		return i + 1
	}
	return 0
}

func (l *lineReader) fill() error {
	if l.start > 0 {
		copy(l.buf, l.buf[l.start:l.end])
		l.start, l.end = 0, l.end-l.start
	}
	if l.end == len(l.buf) {
		if len(l.buf) >= maxLine {
			return errs.New(errs.TooLarge, "sheet.row_too_long", "line", l.number+1)
		}
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	n, err := l.r.Read(l.buf[l.end:])
	l.end += n
	if errors.Is(err, io.EOF) {
		l.eof = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a line: %w", err)
	}
	return nil
}

// putBack returns lines, given in their order, to be read again.
func (l *lineReader) putBack(lines [][]byte) {
	for i := len(lines) - 1; i >= 0; i-- {
		l.back = append(l.back, bytes.Clone(lines[i]))
	}
	l.number -= len(lines)
}
