// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet/content"
	"github.com/qiaorelief/qiao/internal/platform/sheet/write"
)

// Options are the limits and choices of reading. The zero value takes the
// defaults.
type Options struct {
	MaxBytes       int64 // size of the file; 64 MB
	MaxUnzipped    int64 // sum of the parts of a workbook; 1 GB, streamed
	MaxRows        int   // rows with content in one sheet; 1,000,000
	MaxColumns     int   // columns up to the last cell with content; 512
	MaxCell        int   // characters in one cell; 32,767
	Delimiter      byte  // of delimited text; zero guesses among , ; tab |
	TrimApostrophe bool  // take off the apostrophe that a CSV writer put before a formula
}

const (
	defaultBytes    = 64 << 20
	defaultUnzipped = 1 << 30
	defaultRows     = 1_000_000
	defaultColumns  = 512
	defaultCell     = 32_767
)

func (o Options) withDefaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultBytes
	}
	if o.MaxUnzipped <= 0 {
		o.MaxUnzipped = defaultUnzipped
	}
	if o.MaxRows <= 0 {
		o.MaxRows = defaultRows
	}
	if o.MaxColumns <= 0 {
		o.MaxColumns = defaultColumns
	}
	if o.MaxCell <= 0 {
		o.MaxCell = defaultCell
	}
	return o
}

// Kind is what a file turned out to be.
type Kind string

// The kinds that are read.
const (
	Text     Kind = "text"
	Workbook Kind = "xlsx"
	Records  Kind = "json"
)

// Book is an opened file. It reads from the reader given to Open, which has to
// stay open as long as rows are asked for.
type Book struct {
	Name      string // as given to Open; decides nothing
	Kind      Kind
	Encoding  string // of text: utf-8, utf-16le, utf-16be, gb18030
	Delimiter byte   // of text
	Sheets    []*Sheet
}

// Sheet is one sheet of a workbook, or the only one of any other file.
type Sheet struct {
	Name   string
	Hidden bool
	// Fields are the names of the columns of a JSON file, whose rows have no
	// header; nil for every other kind.
	Fields []string

	rows func(context.Context) iter.Seq2[Row, error]
	opt  Options
}

// Mark says something about one cell; marks are bits.
type Mark uint8

// The marks of a cell.
const (
	Formula Mark = 1 << iota // the file holds a formula; the cell is its last computed value
	Covered                  // part of a merged area; the cell repeats the area's value
	Date                     // a date or time of a workbook, written out; Raw has the number
	Carried                  // was blank and took the value of the row above (Fill)
	Failed                   // an error value such as #N/A
)

// Row is one row. The slices belong to the receiver.
type Row struct {
	Number int // 1-based, as a spreadsheet program numbers it
	Line   int // 1-based line at which the row begins in a text file; zero otherwise
	Cells  []string
	Broken bool   // could not be split or decoded sanely; nothing of it is lost
	Record []byte // JSON only: the object as written

	marks []Mark
	raw   []string
}

// Cell returns the text of the column, counted from zero; empty beyond the end.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}

// Mark returns the marks of the column.
func (r Row) Mark(column int) Mark {
	if column < 0 || column >= len(r.marks) {
		return 0
	}
	return r.marks[column]
}

// Raw returns what the file holds where Cell shows it written out: the serial
// number of a date. For every other cell it is Cell.
func (r Row) Raw(column int) string {
	if r.Mark(column)&Date != 0 && column < len(r.raw) {
		return r.raw[column]
	}
	return r.Cell(column)
}

// Blank reports whether no cell has content of its own.
func (r Row) Blank() bool {
	for i, c := range r.Cells {
		if r.Mark(i)&(Covered|Carried) == 0 && Clean(c) != "" {
			return false
		}
	}
	return true
}

func (r *Row) mark(column int, m Mark) {
	for len(r.marks) < len(r.Cells) {
		r.marks = append(r.marks, 0)
	}
	r.marks[column] |= m
}

// Rows reads the sheet from its beginning, as often as it is called. An error
// ends the iteration. Blank lines of a text are delivered; rows of a workbook
// without content are not.
func (s *Sheet) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		filled := 0
		for row, err := range s.rows(ctx) {
			if err == nil {
				err = s.check(&row, &filled)
			}
			if err == nil && row.Number&1023 == 0 {
				err = ctx.Err()
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// check holds a row to the limits and takes off what writers of CSV put on.
func (s *Sheet) check(row *Row, filled *int) error {
	last := -1
	for i, c := range row.Cells {
		if c == "" {
			continue
		}
		if row.Mark(i)&Covered == 0 {
			last = i
		}
		if len(c) > s.opt.MaxCell && runes(c) > s.opt.MaxCell {
			return errs.New(errs.TooLarge, "sheet.cell_too_long", "row", row.Number, "column", i+1, "limit", s.opt.MaxCell)
		}
		if c[0] == '\'' && s.opt.TrimApostrophe && write.Runs(c[1:]) {
			row.Cells[i] = c[1:]
		}
	}
	if last >= s.opt.MaxColumns {
		return errs.New(errs.TooLarge, "sheet.too_many_columns", "row", row.Number, "found", last+1, "limit", s.opt.MaxColumns)
	}
	if len(row.Cells) > s.opt.MaxColumns {
		row.Cells = row.Cells[:s.opt.MaxColumns]
	}
	if last < 0 {
		return nil
	}
	if *filled++; *filled > s.opt.MaxRows {
		return errs.New(errs.TooLarge, "sheet.too_many_rows", "limit", s.opt.MaxRows)
	}
	return nil
}

// Open finds out what the size bytes of r are and lists their sheets. The name
// is kept for the caller. Sheets without any content are left out; a file in
// which nothing is left is refused as empty.
func Open(ctx context.Context, r io.ReaderAt, size int64, name string, opt Options) (*Book, error) {
	opt = opt.withDefaults()
	if size > opt.MaxBytes {
		return nil, errs.New(errs.TooLarge, "sheet.too_large", "limit", opt.MaxBytes>>20)
	}
	if size <= 0 {
		return nil, errs.New(errs.Malformed, "sheet.empty")
	}
	book, err := open(ctx, content.Source{At: r, Size: size}, opt)
	if err != nil {
		return nil, failure(err)
	}
	book.Name = name
	if len(book.Sheets) == 0 {
		return nil, errs.New(errs.Malformed, "sheet.empty")
	}
	return book, nil
}

func open(ctx context.Context, src content.Source, opt Options) (*Book, error) {
	workbook, err := content.Workbook(src)
	if err != nil {
		return nil, err
	}
	if workbook {
		return openWorkbook(ctx, src, opt)
	}
	text, err := content.Decode(ctx, src)
	if err != nil {
		return nil, err
	}
	if looksLikeRecords(text) {
		return openRecords(ctx, text, opt)
	}
	return openText(ctx, text, opt)
}

// failure turns what the decoders report into a message for the reader.
// Cancelling stays what it is.
func failure(err error) error {
	var known *errs.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errs.Wrap(err, errs.Malformed, "sheet.damaged")
}

func runes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

// hasContent reads a sheet up to the first cell with content.
func hasContent(ctx context.Context, s *Sheet) (bool, error) {
	for row, err := range s.rows(ctx) {
		if err != nil {
			return false, err
		}
		if !row.Blank() {
			return true, nil
		}
	}
	return false, nil
}

// Clean takes off blanks and invisible characters around a text, removes
// invisible ones inside it and turns line breaks into blanks.
func Clean(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case r < ' ' || r == '\u00a0' || r == '\u3000' || r == '\u0085':
			return ' '
		}
		return r
	}, s)
	if strings.Contains(s, "  ") {
		return strings.Join(strings.Fields(s), " ")
	}
	return strings.TrimSpace(s)
}

// invisible reports whether r takes no room and means nothing by itself.
func invisible(r rune) bool {
	switch {
	case r < 0x80:
		return r == 0x7f
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	}
	return r == 0xad || r == 0xfeff || r == 0x180e || r == 0x061c
}
