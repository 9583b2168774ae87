// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet/markup"
	"github.com/qiaorelief/qiao/internal/platform/sheet/numeral"
)

// bookReader turns the tags of one sheet into rows.
type bookReader struct {
	*workbook
	areas  map[int][]area
	active []area
	row    Row
	err    error

	column      int
	kind, style string
	value       string
	text        strings.Builder
	formula     bool
	phonetic    bool
}

func (w *workbook) rows(ctx context.Context, part string, merged func() (map[int][]area, error)) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		areas, err := merged()
		if err != nil {
			yield(Row{}, failure(err))
			return
		}
		b := &bookReader{workbook: w, areas: areas}
		seen := 0
		err = w.scan(part, w.opt.MaxUnzipped, func(s *markup.Scanner) bool {
			if seen++; seen&0xffff == 0 && b.err == nil {
				b.err = ctx.Err()
			}
			done := b.tag(s)
			if b.err != nil {
				return false
			}
			if done {
				b.cover()
				if !b.row.Blank() {
					return yield(b.row, nil)
				}
			}
			return s.Name() != "/sheetData"
		})
		if b.err != nil {
			err = b.err
		}
		if err != nil {
			yield(Row{}, failure(err))
		}
	}
}

// tag takes one tag and reports whether it ends a row.
func (b *bookReader) tag(s *markup.Scanner) bool {
	switch s.Name() {
	case "row":
		number := b.row.Number + 1
		if r := s.Attr("r"); r != "" {
			number = atoi(r)
		}
		if number < 1 || number > bookRows {
			b.err = errs.New(errs.Malformed, "sheet.damaged")
		}
		b.row, b.column = Row{Number: number}, -1
	case "/row":
		return true
	case "c":
		b.column++
		if column, _, ok := reference(s.Attr("r")); ok {
			b.column = column
		}
		b.kind, b.style, b.value, b.formula = s.Attr("t"), s.Attr("s"), "", false
		b.text.Reset()
	case "/c":
		b.cell()
	case "f":
		b.formula = true
	case "/v":
		b.value = markup.Unescape(s.Text)
		if b.kind == "str" {
			b.value = markup.UnescapeText(s.Text)
		}
	case "rPh":
		b.phonetic = !s.Empty()
	case "/rPh":
		b.phonetic = false
	case "/t":
		if !b.phonetic {
			b.text.WriteString(markup.UnescapeText(s.Text))
		}
	}
	return false
}

func (b *bookReader) cell() {
	text, mark := b.value, Mark(0)
	switch b.kind {
	case "s":
		text = ""
		if i, err := strconv.Atoi(b.value); err == nil && i >= 0 && i < len(b.shared) {
			text = b.shared[i]
		}
	case "inlineStr":
		text = b.text.String()
	case "b":
		text = "FALSE"
		if b.value == "1" {
			text = "TRUE"
		}
	case "e":
		mark |= Failed
	case "", "n":
		text = numeral.Text(b.value)
		if written, ok := b.date(text); ok {
			b.set(written, mark|Date)
			for len(b.row.raw) <= b.column {
				b.row.raw = append(b.row.raw, "")
			}
			b.row.raw[b.column] = text
			return
		}
	}
	b.set(text, mark)
}

func (b *bookReader) set(text string, mark Mark) {
	if b.formula {
		mark |= Formula
	}
	if text == "" && mark == 0 && b.kind != "inlineStr" {
		return
	}
	if b.column >= b.opt.MaxColumns && text != "" {
		b.err = errs.New(errs.TooLarge, "sheet.too_many_columns", "row", b.row.Number, "found", b.column+1, "limit", b.opt.MaxColumns)
		return
	}
	if b.column >= b.opt.MaxColumns || b.column < 0 {
		return
	}
	for len(b.row.Cells) <= b.column {
		b.row.Cells = append(b.row.Cells, "")
	}
	b.row.Cells[b.column] = text
	if mark != 0 {
		b.row.mark(b.column, mark)
	}
}

// cover writes the value of merged areas into the cells that they cover.
func (b *bookReader) cover() {
	kept := b.active[:0]
	for _, a := range b.active {
		if a.bottom >= b.row.Number {
			kept = append(kept, a)
		}
	}
	b.active = kept
	for _, a := range b.areas[b.row.Number] {
		if a.value = b.row.Cell(a.left); a.value != "" && len(b.active) < b.opt.MaxColumns {
			b.active = append(b.active, a)
		}
	}
	b.formula, b.kind = false, ""
	for _, a := range b.active {
		for b.column = a.left; b.column <= a.right; b.column++ {
			if b.row.Cell(b.column) == "" {
				b.set(a.value, Covered)
			}
		}
	}
}

// date writes a number out when the style of the cell shows a day or a time.
func (b *bookReader) date(text string) (string, bool) {
	i := atoi(b.style)
	if i < 0 || i >= len(b.formats) {
		return "", false
	}
	return b.formats[i].Date(text, b.from1904)
}
