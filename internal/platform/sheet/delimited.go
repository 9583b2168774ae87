// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/sheet/content"
)

// maxRecordLines bounds the lines of one row: a quote that is still open after
// so many was never meant to be closed.
const maxRecordLines = 1000

func openText(ctx context.Context, t content.Text, opt Options) (*Book, error) {
	head, err := t.Head(1 << 16)
	if err != nil {
		return nil, err
	}
	delimiter := opt.Delimiter
	if delimiter == 0 {
		delimiter = guessDelimiter(head)
	}
	s := &Sheet{opt: opt, rows: func(context.Context) iter.Seq2[Row, error] { return delimitedRows(t, delimiter, opt) }}
	book := &Book{Kind: Text, Encoding: t.Encoding, Delimiter: delimiter}
	some, err := hasContent(ctx, s)
	if some {
		book.Sheets = []*Sheet{s}
	}
	return book, err
}

// guessDelimiter takes the sign that cuts the most rows of the beginning into
// the same number of cells.
func guessDelimiter(head []byte) byte {
	best, score := byte(','), 0.0
	for _, d := range []byte{',', '\t', ';', '|'} {
		p := recordReader{lines: newLineReader(bytes.NewReader(head)), delimiter: d, maxCell: defaultCell}
		widths, rows := map[int]int{}, 0
		for rows < 100 {
			row, err := p.next()
			if err != nil {
				break
			}
			if len(row.Cells) > 1 || Clean(row.Cells[0]) != "" {
				widths[len(row.Cells)]++
				rows++
			}
		}
		for width, n := range widths {
			if s := float64(n) / float64(rows) * math.Log2(float64(width)); s > score {
				best, score = d, s
			}
		}
	}
	return best
}

func delimitedRows(t content.Text, delimiter byte, opt Options) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		p := recordReader{lines: newLineReader(t.Reader()), delimiter: delimiter, maxCell: opt.MaxCell}
		for {
			row, err := p.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, failure(err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// recordReader joins lines into rows.
type recordReader struct {
	lines     *lineReader
	delimiter byte
	maxCell   int
	number    int // of the row
	width     int // cells of the row before
}

func (p *recordReader) next() (Row, error) {
	line, err := p.lines.next()
	if err != nil {
		return Row{}, err
	}
	p.number++
	row := Row{Number: p.number, Line: p.lines.number}
	if bytes.IndexByte(line, '"') < 0 {
		row.Cells = splitPlain(trimEnd(line), p.delimiter, make([]string, 0, p.width))
	} else if err := p.quoted(line, &row); err != nil {
		return Row{}, err
	}
	p.width = len(row.Cells)
	for i, c := range row.Cells {
		if valid := strings.ToValidUTF8(c, "\ufffd"); valid != c {
			row.Cells[i], row.Broken = valid, true
		} else if strings.Contains(c, "\ufffd") {
			row.Broken = true
		}
	}
	return row, nil
}

// quoted reads a row that has quotes and may go over several lines. When the
// quotes do not come out even, the first line is a row by itself, marked
// Broken, and the others are read again: better one odd row than a lost page.
func (p *recordReader) quoted(line []byte, row *Row) error {
	cells, state := splitQuoted(trimEnd(line), p.delimiter, false)
	if state != unclosed {
		row.Cells, row.Broken = cells, state == odd
		return nil
	}
	record := bytes.Clone(line)
	lines := [][]byte{record}
	for state == unclosed && len(lines) < maxRecordLines && len(record) < 4*p.maxCell+maxLine/64 {
		more, err := p.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		lines = append(lines, bytes.Clone(more))
		record = append(record, more...)
		if bytes.IndexByte(more, '"') >= 0 {
			cells, state = splitQuoted(trimEnd(record), p.delimiter, false)
		}
	}
	alone, _ := splitQuoted(trimEnd(lines[0]), p.delimiter, true)
	if state == even && (p.width == 0 || len(cells) == p.width || len(alone) != p.width) {
		row.Cells = cells
		return nil
	}
	row.Cells, row.Broken = alone, true
	p.lines.putBack(lines[1:])
	return nil
}

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// splitPlain cuts a line without quotes. The cells share one string.
func splitPlain(line []byte, delimiter byte, cells []string) []string {
	s := string(line)
	for {
		i := strings.IndexByte(s, delimiter)
		if i < 0 {
			return append(cells, s)
		}
		cells = append(cells, s[:i])
		s = s[i+1:]
	}
}

// quoting says how the quotes of a record came out.
type quoting int

const (
	even     quoting = iota
	odd              // a quote inside a cell that is neither doubled nor at the end
	unclosed         // the last quoted cell is not closed
)

// splitQuoted cuts a record at the delimiters outside quotes. With last set
// there is nothing more to come, and an open quote is a character like others.
func splitQuoted(record []byte, delimiter byte, last bool) (cells []string, state quoting) {
	rest := record
	for {
		cell, n, s := quotedCell(rest, delimiter)
		if s == unclosed {
			if !last {
				return nil, unclosed
			}
			s = odd
			if n = bytes.IndexByte(rest, delimiter); n < 0 {
				n = len(rest)
			}
			cell = string(rest[:n])
		}
		state = max(state, s)
		cells = append(cells, cell)
		if n >= len(rest) {
			return cells, state
		}
		rest = rest[n+1:]
	}
}

// quotedCell reads the first cell of b and returns how many bytes it takes,
// without the delimiter. Blanks outside the quotes are left out.
func quotedCell(b []byte, delimiter byte) (string, int, quoting) {
	inner := bytes.TrimLeft(b, " ")
	if len(inner) == 0 || inner[0] != '"' {
		n := bytes.IndexByte(b, delimiter)
		if n < 0 {
			n = len(b)
		}
		return string(b[:n]), n, even
	}
	from := len(b) - len(inner) + 1
	var text []byte
	for i := from; ; {
		q := bytes.IndexByte(b[i:], '"')
		if q < 0 {
			return "", 0, unclosed
		}
		text = append(text, b[i:i+q]...)
		i += q + 1
		if i < len(b) && b[i] == '"' {
			text = append(text, '"')
			i++
			continue
		}
		after := bytes.TrimLeft(b[i:], " ")
		if len(after) == 0 || after[0] == delimiter {
			return string(text), len(b) - len(after), even
		}
		// Something follows the closing quote: the quotes belong to the text.
		n := bytes.IndexByte(b[i:], delimiter)
		if n < 0 {
			n = len(b) - i
		}
		return string(b[:i+n]), i + n, odd
	}
}
