// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
)

// Table is one table of the file with what is known about its columns.
type Table struct {
	Sheet     string
	File      string // base name
	Title     []string
	HeaderRow int
	Columns   []string // none: nobody knows what the columns are
	Count     int      // rows with content
	Repeated  int      // headers that came again

	Year       int // of days without one; 0: not known
	Defaults   map[Field]string
	OneUnknown bool   // in needs, 1 means that nobody said how many
	AmountUnit int    // ten to the n that an amount or value is multiplied with: 万元 is 4
	Currency   string // that the header of the amount names

	// Problem is why the rows cannot be read, where the source was looked at to
	// be shown; nil: they can.
	Problem *errs.Error

	kind   Kind
	rows   func(context.Context) iter.Seq2[sheet.Row, error]
	sample []sheet.Row
	at     places
	how    [fieldCount]How
	goods  []goodsColumn
	carry  []Field
}

// Source is a file to look into.
type Source struct {
	Kind    Kind
	Name    string
	File    io.ReaderAt
	Size    int64
	Mapping *Mapping // what a person said about it; nil: nothing
	Show    bool     // also tables that cannot be read yet, each with its Problem
}

// Finder finds tables and what their columns mean. It is safe for concurrent
// use.
type Finder struct {
	words *words
	goods func(item, spec string) bool
	clock clock.Clock
}

// NewFinder returns a finder; goods tells whether a text names an article.
func NewFinder(goods func(item, spec string) bool, c clock.Clock) (*Finder, error) {
	w, err := loadWords(columnsText)
	if err != nil {
		return nil, err
	}
	return &Finder{words: w, goods: goods, clock: c}, nil
}

// Base returns the last part of a file's name, on any system.
func Base(name string) string { return path.Base(strings.ReplaceAll(name, "\\", "/")) }

// Tables opens the file and finds its tables and their columns. The error says
// what is wrong with the file as a whole.
func (fd *Finder) Tables(ctx context.Context, src Source) ([]*Table, error) {
	book, err := sheet.Open(ctx, src.File, src.Size, src.Name, sheet.Options{TrimApostrophe: true})
	if err != nil {
		return nil, err
	}
	var all []*Table
	for _, sh := range book.Sheets {
		if sh.Hidden && (src.Mapping == nil || src.Mapping.Sheet != sh.Name) ||
			src.Mapping != nil && src.Mapping.Sheet != "" && src.Mapping.Sheet != sh.Name {
			continue
		}
		found, err := fd.tablesOf(ctx, sh, src)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, errs.New(errs.Invalid, "register.no_table")
	}
	return fd.mapped(ctx, all, src)
}

func (fd *Finder) tablesOf(ctx context.Context, sh *sheet.Sheet, src Source) ([]*Table, error) {
	if src.Mapping != nil && src.Mapping.HeaderRow > 0 && sh.Fields == nil {
		t, err := underRow(ctx, sh, src.Mapping)
		if err != nil {
			return nil, err
		}
		t.kind = src.Kind
		return []*Table{t}, nil
	}
	found, err := sh.Tables(ctx, sheet.TableOptions{Known: fd.words.known(src.Kind)})
	if err != nil {
		return nil, err
	}
	var all []*Table
	for _, f := range found {
		if f.Count == 0 {
			continue
		}
		t := &Table{
			kind: src.Kind, Sheet: sh.Name, Title: f.Title, HeaderRow: f.HeaderRow,
			Count: f.Count, Repeated: len(f.Repeated), rows: f.Rows,
		}
		for _, c := range f.Columns {
			t.Columns = append(t.Columns, c.Name)
		}
		all = append(all, t)
	}
	return all, nil
}

// underRow is the table below the header row that a person named.
func underRow(ctx context.Context, sh *sheet.Sheet, given *Mapping) (*Table, error) {
	header, first := given.HeaderRow, given.HeaderRow-max(given.HeaderRows, 1)+1
	t := &Table{Sheet: sh.Name, HeaderRow: header}
	for row, err := range sh.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		switch {
		case row.Number < first:
			t.Title = append(t.Title, sheet.Clean(strings.Join(row.Cells, " ")))
		case row.Number <= header:
			t.name(row.Cells)
		case !row.Blank():
			t.Count++
			for len(t.Columns) < len(row.Cells) {
				t.Columns = append(t.Columns, "")
			}
		}
	}
	t.rows = func(ctx context.Context) iter.Seq2[sheet.Row, error] {
		return func(yield func(sheet.Row, error) bool) {
			for row, err := range sh.Rows(ctx) {
				if err == nil && (row.Number <= header || row.Blank()) {
					continue
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
	if t.Count == 0 {
		return nil, errs.New(errs.Invalid, "register.no_table")
	}
	return t, nil
}

// name joins a row of the header to the names of the columns.
func (t *Table) name(cells []string) {
	for i, c := range cells {
		if i == len(t.Columns) {
			t.Columns = append(t.Columns, "")
		}
		switch c = sheet.Clean(c); {
		case c == "" || c == t.Columns[i]:
		case t.Columns[i] == "":
			t.Columns[i] = c
		default:
			t.Columns[i] += " / " + c
		}
	}
}

// mapped finds the columns of every table. Beside a table that can be read, one
// that cannot is kept: its rows are held, so that nothing is lost in silence.
func (fd *Finder) mapped(ctx context.Context, all []*Table, src Source) ([]*Table, error) {
	var first error
	good := 0
	for _, t := range all {
		t.File = Base(src.Name)
		if err := t.hold(ctx); err != nil {
			return nil, err
		}
		if err := t.look(ctx); err != nil {
			return nil, err
		}
		err := fd.guess(src.Kind, t, src.Mapping)
		if err != nil && !errs.Is(err, errs.Invalid) {
			return nil, err
		}
		if err != nil && src.Show {
			t.Problem = errs.As(err)
			t.settle(src.Kind, src.Mapping)
			good++
			continue
		}
		if err != nil {
			t.Columns, t.at = nil, nowhere()
			if first == nil {
				first = err
			}
			continue
		}
		good++
		t.settle(src.Kind, src.Mapping)
		if err := t.learnYear(ctx, fd.clock.Now()); err != nil {
			return nil, err
		}
	}
	if good == 0 {
		return nil, first
	}
	return all, nil
}

// heldRows is up to how many rows a table is kept in memory, so that a workbook
// is not parsed again for each look at it.
const heldRows = 20_000

// hold reads the rows of a table that is not large.
func (t *Table) hold(ctx context.Context) error {
	if t.Count > heldRows {
		return nil
	}
	all := make([]sheet.Row, 0, t.Count)
	for row, err := range t.rows(ctx) {
		if err != nil {
			return err
		}
		all = append(all, row)
	}
	t.rows = func(ctx context.Context) iter.Seq2[sheet.Row, error] {
		return func(yield func(sheet.Row, error) bool) {
			for _, row := range all {
				if err := ctx.Err(); err != nil {
					yield(sheet.Row{}, err)
					return
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	return nil
}

// look keeps the first rows.
func (t *Table) look(ctx context.Context) error {
	for row, err := range t.rows(ctx) {
		if err != nil {
			return err
		}
		if t.sample = append(t.sample, row); len(t.sample) == sampleRows {
			break
		}
	}
	return nil
}

// settle takes the settings of the mapping and what the headers say beside the
// names of the columns.
func (t *Table) settle(kind Kind, given *Mapping) {
	t.carry, t.OneUnknown = usualCarry[kind], true
	if given != nil {
		t.Defaults = given.Defaults
		if given.Carry != nil {
			t.carry = given.Carry
		}
		if given.OneMeansUnknown != nil {
			t.OneUnknown = *given.OneMeansUnknown
		}
	}
	for _, f := range []Field{Value, Amount} {
		if t.at[f] < 0 {
			continue
		}
		name := strings.ToLower(t.Columns[t.at[f]])
		if strings.Contains(name, "万元") {
			t.AmountUnit = 4
		}
		for _, c := range foreign {
			if slices.ContainsFunc(c.words, func(w string) bool { return strings.Contains(name, w) }) {
				t.Currency = c.code
			}
		}
	}
}

// foreign are currencies that a header of amounts may name.
var foreign = []struct {
	code  string
	words []string
}{
	{"USD", []string{"美元", "usd", "$"}},
	{"EUR", []string{"欧元", "eur", "€"}},
	{"HKD", []string{"港币", "港元", "hkd"}},
	{"JPY", []string{"日元", "jpy"}},
}

// learnYear looks for the one year that the file speaks of, for days that are
// written without it. Two years in one file make it unknown.
func (t *Table) learnYear(ctx context.Context, now time.Time) error {
	years := map[int]bool{}
	cell.YearsIn(t.Defaults[Date], years)
	if m := onlyYear.FindStringSubmatch(t.Defaults[Date]); m != nil {
		if y, err := strconv.Atoi(m[1]); err == nil {
			years[y] = true
		}
	}
	if len(years) == 0 {
		for _, title := range t.Title {
			cell.YearsIn(title, years)
		}
		cell.YearsIn(t.File, years)
	}
	if len(years) == 0 && (t.at[Date] >= 0 || t.at[File] >= 0) {
		for row, err := range t.rows(ctx) {
			if err != nil {
				return err
			}
			cell.YearsIn(row.Cell(t.at[Date]), years)
			cell.YearsIn(row.Cell(t.at[File]), years)
		}
	}
	if len(years) != 1 {
		return nil
	}
	for y := range years {
		if y <= now.Year() {
			t.Year = y
		}
	}
	return nil
}

// datedElsewhere reports whether title, file name or file column name a day.
func (t *Table) datedElsewhere() bool {
	const leap = 2000 // a year that makes every day readable
	texts := append([]string{t.File}, t.Title...)
	if t.at[File] >= 0 {
		for _, row := range t.sample {
			texts = append(texts, row.Cell(t.at[File]))
		}
	}
	for _, text := range texts {
		if first, _ := cell.DaysIn(text, leap); first != 0 {
			return true
		}
	}
	return false
}

// Day returns the day that holds for rows without one: the default, the file
// column of the row, the title, the file name. A period counts by its last day.
func (t *Table) Day(v *Values) (day clock.Day, period bool) {
	if d, ok := sheet.ParseDay(t.Defaults[Date], t.Year); ok {
		return d, false
	}
	for _, text := range append([]string{v[File]}, append(t.Title, t.File)...) {
		first, last := cell.DaysIn(text, t.Year)
		if last != 0 {
			return last, first != last
		}
	}
	return 0, false
}

// Source says where a row stands, for the document that is made of it.
func (t *Table) Source(row int) string {
	if t.Sheet == "" {
		return fmt.Sprintf("%s:%d", t.File, row)
	}
	return fmt.Sprintf("%s#%s:%d", t.File, t.Sheet, row)
}

// Header returns the name of the column of a field; empty without one.
func (t *Table) Header(f Field) string {
	if i := t.at[f]; i >= 0 && i < len(t.Columns) {
		return t.Columns[i]
	}
	return ""
}
