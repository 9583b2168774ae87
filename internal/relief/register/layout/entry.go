// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"context"
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
)

// Entry is one row of a register, put in order but not yet understood.
type Entry struct {
	Table      *Table
	Row        int      // as a spreadsheet program numbers it
	Cells      []string // as the file has them
	Values     Values
	Goods      []Good           // of a wide table
	Notes      []string         // what a reader of the document should know, in the words of the file
	EarmarkFor string           // the organisation for which the row is earmarked, when it is plainly named
	Continues  bool             // the number is merged with the row above
	Assumed    [fieldCount]bool // values that the mapping gave, not the row
	Broken     bool             // the file could not be cut into cells here, or a formula failed
}

// Note adds a remark for the document.
func (e *Entry) Note(text string) {
	if text = sheet.Clean(text); text != "" && !slices.Contains(e.Notes, text) {
		e.Notes = append(e.Notes, text)
	}
}

// Walk goes over the rows of a table.
type Walk struct {
	Skipped int // titles, totals, repeated headers, recipients that ask for nothing

	words *words
	t     *Table
	above Values
}

// Walk begins at the first row.
func (fd *Finder) Walk(t *Table) *Walk { return &Walk{words: fd.words, t: t} }

// Entries delivers the rows of the table that say something.
func (w *Walk) Entries(ctx context.Context) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		for row, err := range w.t.rows(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			e := w.entry(row)
			if e == nil {
				w.Skipped++
				continue
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// entry puts a row in order; nil when it is a title, a sum or a header.
func (w *Walk) entry(row sheet.Row) *Entry {
	e := &Entry{Table: w.t, Row: row.Number, Cells: row.Cells, Broken: row.Broken}
	for f, i := range w.t.at {
		if i >= 0 {
			e.take(Field(f), sheet.Clean(row.Cell(i)), row.Mark(i))
		}
	}
	if w.isTotal(e) || w.isHeader(e) || w.isTitle(e) {
		return nil
	}
	w.unshift(e)
	w.splitEarmark(e)
	w.carry(e)
	w.assume(e)
	for _, g := range w.t.goods {
		if text := row.Cell(g.index); sheet.Clean(text) != "" {
			e.Goods = append(e.Goods, g.read(text))
		}
	}
	if w.asksNothing(e) {
		return nil
	}
	return e
}

// take keeps the text of a field, as far as it is a statement of this row.
func (e *Entry) take(f Field, text string, mark sheet.Mark) {
	e.Values[f] = text
	switch {
	case mark&sheet.Failed != 0:
		e.Values[f], e.Broken = "", true
	case mark&sheet.Covered != 0 && counts(f): // merged with the row above: counted there
		e.Values[f], e.Continues = "", e.Continues || f != Value
	case mark&sheet.Formula != 0 && counts(f):
		e.Note("fx")
	}
}

// counts reports whether a field holds a number that is added up.
func counts(f Field) bool {
	switch f {
	case Qty, Accepted, Rejected, Amount, Value:
		return true
	}
	return false
}

// asksNothing finds the rows of a list of recipients that name one and leave
// everything that could be needed blank.
func (w *Walk) asksNothing(e *Entry) bool {
	if w.t.kind != Needs || e.Broken || e.Values[Recipient] == "" {
		return false
	}
	if len(w.t.goods) > 0 {
		return len(e.Goods) == 0
	}
	return w.t.at[Supplies] >= 0 && e.Values[Supplies] == "" && e.Values[Item] == ""
}

// isTotal finds rows that add up others.
func (w *Walk) isTotal(e *Entry) bool {
	for _, f := range []Field{Date, Donor, Recipient, Item, Channel} {
		if w.words.total(e.Values[f]) {
			return true
		}
	}
	for _, c := range e.Cells { // the first cell with content, mapped or not
		if c = sheet.Clean(c); c != "" {
			return w.words.total(c)
		}
	}
	return false
}

// isHeader finds a header that was pasted again between the rows.
func (w *Walk) isHeader(e *Entry) bool {
	same, all := 0, 0
	for f, i := range w.t.at {
		if i < 0 || e.Values[f] == "" || Field(f) == File || Field(f) == Date && len(e.Values[f]) >= 8 {
			continue
		}
		all++
		if fold(e.Values[f]) == fold(w.t.Columns[i]) || w.words.names(w.t.kind, Field(f), e.Values[f]) {
			same++
		}
	}
	return same >= 2 && same*10 >= all*6
}

// names reports whether a cell is exactly a header of the field.
func (w *words) names(kind Kind, field Field, cell string) bool {
	if len(cell) > 40 {
		return false
	}
	folded := fold(cell)
	return slices.ContainsFunc(w.byKind[kind], func(word word) bool { return word.field == field && word.text == folded })
}

// isTitle finds a title in the middle of a table: one text that names a day,
// or repeats the title above the header, with no number beside it.
func (w *Walk) isTitle(e *Entry) bool {
	if e.Values[Qty] != "" || e.Values[Amount] != "" || e.Values[Unit] != "" || e.Values[Spec] != "" || len(w.t.goods) > 0 || w.t.at[Supplies] >= 0 {
		return false
	}
	text := e.Values[Item]
	if text == "" {
		var filled []string
		for _, c := range e.Cells {
			if c = sheet.Clean(c); c != "" {
				filled = append(filled, c)
			}
		}
		if len(filled) != 1 {
			return false
		}
		text = filled[0]
	}
	if slices.Contains(w.t.Title, text) {
		return true
	}
	return w.t.at[Qty] >= 0 && titleDay.MatchString(cell.Narrow(text))
}

// titleDay is a day in brackets or a period: （2月2日）, 1月24日-1月28日.
var titleDay = regexp.MustCompile(`[(\[【]? ?(\d{4}年)? ?\d{1,2}月\d{1,2}日 ?(?:[-—~至到]+.{0,16})?[)\]】]?$`)

// unshift repairs a row that slipped one column to the left: the measure word
// stands under specification and the number under unit, and nothing is left.
func (w *Walk) unshift(e *Entry) {
	if e.Values[Qty] != "" || w.t.at[Qty] < 0 || w.t.at[Spec] < 0 || w.t.at[Unit] < 0 {
		return
	}
	if _, ok := cell.ParseDecimal(e.Values[Unit]); ok && w.words.measure(e.Values[Spec]) {
		e.Values[Spec], e.Values[Unit], e.Values[Qty] = "", e.Values[Spec], e.Values[Unit]
	}
}

// carry fills the cells that people merge. It never reaches into another file
// or sheet of a table that was put together from several.
func (w *Walk) carry(e *Entry) {
	if e.Values[File] != w.above[File] {
		w.above = Values{}
	}
	for _, f := range w.t.carry {
		switch {
		case e.Values[f] != "":
			w.above[f] = e.Values[f]
		case w.t.kind == Money && f == Date && !cell.PlainDay(w.above[f]):
		default:
			e.Values[f] = w.above[f]
		}
	}
	w.above[File] = e.Values[File]
}

// assume fills what the mapping says for blank cells. Day, currency, direction
// and channel have more places to be found in and are asked for there.
func (w *Walk) assume(e *Entry) {
	for f, text := range w.t.Defaults {
		switch f {
		case Date, Currency, Direction, Channel:
			continue
		}
		if e.Values[f] == "" {
			e.Values[f], e.Assumed[f] = sheet.Clean(text), true
		}
	}
}

var (
	earmarkClause = regexp.MustCompile(`(?:[（(【\[])?((?:定向|指定|捐给|捐至|转捐|专项用于|earmarked for|for use (?:by|in|at))[^（(）)】\]]*)(?:[（(][^（()）]*[)）])?[)）】\]]?`)
	earmarkVerb   = regexp.MustCompile(`^(?:定向捐赠|定向捐助|定向捐给|定向给|定向|指定捐赠|指定捐给|指定给|指定用于|指定|捐赠给|捐给|捐至|转捐|专项用于|earmarked for|for use (?:by|in|at))(?:给|至|到|于|用于)?[：: ]*`)
	phoneLike     = regexp.MustCompile(`[0-9][0-9Xx*\- ]{6,}`)
)

// splitEarmark moves a condition out of the cells of donor and item into the
// earmark, in the words of the file. In other cells it stays and is copied.
func (w *Walk) splitEarmark(e *Entry) {
	if w.t.kind != Receipts && w.t.kind != Money {
		return
	}
	clause := e.Values[Earmark]
	for _, f := range []Field{Donor, Item, Note, Spec} {
		text := e.Values[f]
		m := earmarkClause.FindStringSubmatchIndex(text)
		if m == nil || f == Item && m[0] == 0 && m[1] == len(text) && e.Values[Qty] != "" {
			continue
		}
		if clause == "" {
			clause = text[m[2]:m[3]]
		}
		if f == Donor || f == Item {
			e.Values[f] = strings.Trim(sheet.Clean(text[:m[0]]+text[m[1]:]), " ，,;；、")
		}
	}
	if clause == "" {
		return
	}
	e.Values[Earmark] = strings.Trim(phoneLike.ReplaceAllString(clause, ""), " ，,;；、")
	if name := strings.TrimSpace(earmarkVerb.ReplaceAllString(e.Values[Earmark], "")); org.LooksPublic(name) && !strings.ContainsAny(name, "、，,和及") {
		e.EarmarkFor = name
	}
}

// NewEntry returns an empty entry of a table of which nothing but the names of
// the columns is known, for a row that was kept and is read again.
func NewEntry(t *Table, kind Kind) *Entry {
	t.kind, t.at = kind, nowhere()
	return &Entry{Table: t}
}

// Unnamed describes a recipient of whom the register gives no name: what it is
// and where. Only tables without a column of names have such rows.
func (e *Entry) Unnamed() string {
	if e.Table.at[Recipient] >= 0 {
		return ""
	}
	var parts []string
	for _, f := range []Field{RecipientType, District, City, Province} {
		if e.Values[f] != "" {
			parts = append(parts, e.Values[f])
		}
	}
	return cell.Cut(strings.Join(parts, ", "), org.MaxName)
}
