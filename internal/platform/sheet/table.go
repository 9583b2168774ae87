// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"context"
	"iter"
	"strings"
	"unicode/utf8"
)

// TableOptions help to find the headers of a sheet.
type TableOptions struct {
	// Known says which words are names of columns; the caller knows the field.
	// Without it headers are told by their looks alone.
	Known func(cell string) bool
	// HeaderRows is the most rows that one header takes; 4.
	HeaderRows int
}

// Column is one column of a table.
type Column struct {
	Index int    // counted from zero, place in Row.Cells
	Name  string // cleaned; rows of a header are joined as 上 / 下; empty without a name
}

// Table is a header and the rows under it.
type Table struct {
	Sheet     string
	Title     []string // rows above the header, cleaned
	HeaderRow int      // number of the first header row; zero when there is none
	Columns   []Column
	Count     int   // rows of data; blank rows are not counted
	Repeated  []int // numbers of rows that repeat the header

	sheet    *Sheet
	from, to int // first and last number of the data
	skip     map[int]bool
}

// Rows delivers the data of the table: no headers, no blank rows. Every row has
// at least as many cells as the table has columns.
func (t *Table) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range t.sheet.Rows(ctx) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if row.Number > t.to {
				return
			}
			if row.Number < t.from || t.skip[row.Number] || row.Blank() {
				continue
			}
			for len(row.Cells) < len(t.Columns) {
				row.Cells = append(row.Cells, "")
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Column returns the first column of the name, or -1.
func (t *Table) Column(name string) int {
	for _, c := range t.Columns {
		if c.Name == name {
			return c.Index
		}
	}
	return -1
}

// maxTables bounds the tables of one sheet: each costs a pass over it.
const maxTables = 50

// Tables finds the tables of a sheet: title rows, a header of one or more rows,
// data. A row that repeats the header is left out and noted; a header with
// another layout begins a new table. It reads the sheet once.
func (s *Sheet) Tables(ctx context.Context, opt TableOptions) ([]*Table, error) {
	if opt.HeaderRows <= 0 {
		opt.HeaderRows = 4
	}
	f := finder{sheet: s, opt: opt}
	if s.Fields != nil {
		f.begin(nil, header{names: s.Fields})
	}
	for row, err := range s.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		if row.Blank() {
			continue
		}
		f.take(row)
	}
	f.flush()
	return f.tables, nil
}

// lookAhead is how many rows are weighed to find a header.
const lookAhead = 24

// finder cuts a sheet into tables.
type finder struct {
	sheet  *Sheet
	opt    TableOptions
	tables []*Table
	head   header // of the current table
	window []Row  // rows not yet given to a table
}

func (f *finder) take(row Row) {
	if len(f.tables) > 0 && !(f.maybeHeader(row) || len(f.window) > 0) {
		f.data(row)
		return
	}
	f.window = append(f.window, row)
	if len(f.window) >= lookAhead {
		f.settle()
	}
}

func (f *finder) flush() {
	for len(f.window) > 0 {
		f.settle()
	}
}

// settle decides about the rows of the window, at least about the first.
func (f *finder) settle() {
	rows := f.window
	f.window = nil
	if len(f.tables) == 0 {
		at, h := bestHeader(rows, f.opt)
		f.begin(rows[:at], h)
		f.window = nil
		for _, row := range rows[at+h.rows:] {
			f.take(row)
		}
		return
	}
	h := stack(rows, f.opt)
	same := h.rows > 0 && f.head.rows > 0 && f.same(rows)
	switch {
	case same:
		t := f.tables[len(f.tables)-1]
		for _, row := range rows[:f.head.rows] {
			t.Repeated = append(t.Repeated, row.Number)
			t.skip[row.Number] = true
			t.to = row.Number
		}
		h.rows = f.head.rows
	case f.known(rows[0]) >= 2 && len(f.tables) < maxTables:
		f.begin(nil, h)
	default:
		f.data(rows[0])
		h.rows = 1
	}
	for _, row := range rows[h.rows:] {
		f.take(row)
	}
}

func (f *finder) begin(titles []Row, h header) {
	t := &Table{Sheet: f.sheet.Name, sheet: f.sheet, skip: map[int]bool{}, HeaderRow: h.first, from: h.last + 1, to: h.last}
	for _, row := range titles {
		var parts []string
		for i, c := range row.Cells {
			if c = Clean(c); c != "" && row.Mark(i)&Covered == 0 {
				parts = append(parts, c)
			}
		}
		t.Title = append(t.Title, strings.Join(parts, " "))
	}
	for i, name := range h.names {
		t.Columns = append(t.Columns, Column{Index: i, Name: name})
	}
	f.tables, f.head = append(f.tables, t), h
}

func (f *finder) data(row Row) {
	t := f.tables[len(f.tables)-1]
	t.Count++
	t.to = row.Number
	for len(t.Columns) < len(row.Cells) {
		t.Columns = append(t.Columns, Column{Index: len(t.Columns)})
	}
}

// maybeHeader is a quick look: does the row repeat names of the header, or is
// it made of known words?
func (f *finder) maybeHeader(row Row) bool {
	return f.repeats(row, 0) || f.known(row) >= 2
}

// known counts the known names in a row of mostly known names; otherwise zero.
func (f *finder) known(row Row) int {
	if f.opt.Known == nil {
		return 0
	}
	n, all := 0, 0
	for i, c := range row.Cells {
		if c = Clean(c); c != "" && row.Mark(i)&Covered == 0 {
			all++
			if f.opt.Known(c) {
				n++
			}
		}
	}
	if n*10 < all*6 {
		return 0
	}
	return n
}

// same reports whether the window begins with the whole header again.
func (f *finder) same(rows []Row) bool {
	if len(rows) < f.head.rows {
		return false
	}
	for i := range f.head.rows {
		if !f.repeats(rows[i], i) {
			return false
		}
	}
	return true
}

// repeats reports whether most cells of the row are the names of their own
// columns. Columns that a person added beside the header may differ.
func (f *finder) repeats(row Row, level int) bool {
	if level >= len(f.head.own) {
		return false
	}
	equal, all := 0, 0
	for i, name := range f.head.own[level] {
		if name == "" {
			continue
		}
		all++
		if Clean(row.Cell(i)) == name {
			equal++
		}
	}
	return all > 0 && equal*10 >= all*6 && (equal >= 2 || all == 1)
}

// Fill carries values down: in the given columns a blank cell takes the value
// of the row above and is marked Carried. It is for merged cells that were
// exported as blanks; only the caller knows which columns those are.
func Fill(rows iter.Seq2[Row, error], columns ...int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		above := map[int]string{}
		for row, err := range rows {
			for _, i := range columns {
				switch {
				case err != nil || i < 0:
				case Clean(row.Cell(i)) != "":
					above[i] = row.Cells[i]
				case above[i] != "":
					for len(row.Cells) <= i {
						row.Cells = append(row.Cells, "")
					}
					row.Cells[i] = above[i]
					row.mark(i, Carried)
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func short(s string) bool { return utf8.RuneCountInString(s) <= 24 }
