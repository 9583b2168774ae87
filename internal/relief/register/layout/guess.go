// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
)

// sampleRows is how many rows are looked at to learn what columns hold.
const sampleRows = 60

// places are the columns of the fields; -1 where there is none.
type places [fieldCount]int

func nowhere() (at places) {
	for f := range at {
		at[f] = -1
	}
	return at
}

// guess finds the columns of a table: those that the person named, then those
// whose header says it, then those whose content does.
func (fd *Finder) guess(kind Kind, t *Table, given *Mapping) error {
	t.at = nowhere()
	taken := make([]bool, len(t.Columns))
	if given != nil {
		for field, column := range given.Columns {
			i := column.find(t.Columns)
			if i < 0 {
				return missing(field.String(), t)
			}
			t.at[field], t.how[field], taken[i] = i, Given, true
		}
		for _, column := range given.Ignore {
			if i := column.find(t.Columns); i >= 0 {
				taken[i] = true
			}
		}
	}
	fd.guessByWords(kind, t, taken)
	if kind == Needs && t.at[Item] < 0 && t.at[Supplies] < 0 {
		fd.guessGoods(t, taken)
	}
	fd.guessByContent(kind, t, taken)
	if kind == Money && t.at[Amount] < 0 && len(t.Columns) == 1 {
		t.at[Amount], t.how[Amount] = 0, ByContent
	}
	return fd.checkRequired(kind, t, given)
}

// guessByWords gives each field the column whose header fits it best; of equal
// ones the first.
func (fd *Finder) guessByWords(kind Kind, t *Table, taken []bool) {
	type candidate struct{ score, field, column int }
	var all []candidate
	for i, name := range t.Columns {
		if taken[i] || name == "" || len(name) > 300 {
			continue
		}
		for field, score := range fd.words.score(kind, name) {
			if score > 0 {
				all = append(all, candidate{score, field, i})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range all {
		if t.at[c.field] < 0 && !taken[c.column] {
			t.at[c.field], t.how[c.field], taken[c.column] = c.column, ByHeader, true
		}
	}
}

// content says what most cells of a column are.
type content struct {
	filled, days, numbers, measures, names, goods, serial int

	named      bool // the column has a header
	sameLength int  // length of every number; -1 when they differ
}

// guessByContent gives columns without a telling name to fields that are needed
// and were not found. A column counts when nine of ten cells fit.
func (fd *Finder) guessByContent(kind Kind, t *Table, taken []bool) {
	found := make([]content, len(t.Columns))
	for i, name := range t.Columns {
		found[i].named = name != ""
	}
	for n, row := range t.sample {
		for i := range t.Columns {
			if !taken[i] {
				fd.weigh(&found[i], sheet.Clean(row.Cell(i)), n)
			}
		}
	}
	take := func(field Field, fits func(content) int) {
		if t.at[field] >= 0 {
			return
		}
		for i, c := range found {
			if !taken[i] && c.filled > 0 && 2*c.filled >= len(t.sample) && fits(c)*10 >= c.filled*9 {
				t.at[field], t.how[field], taken[i] = i, ByContent, true
				return
			}
		}
	}
	party := map[Kind]Field{Needs: Recipient, Receipts: Donor, Distributions: Recipient}
	take(Date, func(c content) int { return c.days })
	if kind != Money {
		take(Unit, func(c content) int { return c.measures })
	}
	if f, ok := party[kind]; ok {
		take(f, func(c content) int { return c.names })
	}
	number := func(c content) int {
		if c.serial == c.filled {
			return 0
		}
		return c.numbers
	}
	if kind == Money {
		take(Amount, number)
		return
	}
	if t.at[Supplies] < 0 && len(t.goods) == 0 {
		take(Item, func(c content) int { return c.goods * 3 / 2 })
		t.underItem(found, taken)
		// A number under a name that nobody knows may be a code of anything.
		take(Qty, func(c content) int {
			if kind == Needs && c.named || c.sameLength >= 5 {
				return 0
			}
			return number(c)
		})
	}
}

// underItem takes the column without a name beside the articles as their
// specification: one name was merged over both.
func (t *Table) underItem(found []content, taken []bool) {
	next := t.at[Item] + 1
	if t.at[Item] < 0 || t.at[Spec] >= 0 || next >= len(t.Columns) || taken[next] || t.Columns[next] != "" {
		return
	}
	if c := found[next]; 2*c.numbers <= c.filled {
		t.at[Spec], t.how[Spec], taken[next] = next, ByContent, true
	}
}

func (fd *Finder) weigh(c *content, text string, n int) {
	if text == "" {
		return
	}
	c.filled++
	_, isDay := sheet.ParseDay(text, 2000)
	number, isNumber := cell.ParseDecimal(text)
	switch {
	case isNumber:
		c.numbers++
		if c.numbers == 1 {
			c.sameLength = len(text)
		} else if c.sameLength != len(text) {
			c.sameLength = -1
		}
		if number.Text == strconv.Itoa(n+1) {
			c.serial++
		}
		if isDay && strings.ContainsAny(text, "-/.年") {
			c.days++
		}
	case isDay:
		c.days++
	case fd.words.measure(text):
		c.measures++
	default:
		if org.LooksPublic(text) {
			c.names++
		}
		if fd.goods(text, "") {
			c.goods++
		}
	}
}

// checkRequired returns register.column.missing for what is needed and neither
// in a column nor in a default.
func (fd *Finder) checkRequired(kind Kind, t *Table, given *Mapping) error {
	has := func(f Field) bool {
		return t.at[f] >= 0 || given != nil && given.Defaults[f] != ""
	}
	for _, group := range required[kind] {
		if !slices.ContainsFunc(group, has) && !(group[0] == Item && len(t.goods) > 0) {
			return missing(group[0].String(), t)
		}
	}
	if kind != Needs && !has(Date) && !t.datedElsewhere() {
		return missing(Date.String(), t)
	}
	return nil
}

// missing is the message for a column that is not there. It lists what is.
func missing(field string, t *Table) error {
	names := make([]string, 0, len(t.Columns))
	for i, name := range t.Columns {
		if name == "" {
			name = "#" + strconv.Itoa(i+1)
		}
		names = append(names, name)
		if len(names) == 30 && len(t.Columns) > 31 {
			names = append(names, "…")
			break
		}
	}
	return errs.New(errs.Invalid, "register.column.missing", "field", field, "sheet", t.Sheet, "found", strings.Join(names, "、"))
}

// Mapping returns what was found, for people to see and to keep.
func (t *Table) Mapping(kind Kind, given *Mapping) Mapping {
	m := Mapping{Kind: kind, Sheet: t.Sheet, HeaderRow: t.HeaderRow, Columns: map[Field]Column{}, Carry: t.carry}
	for _, g := range t.goods {
		m.Goods = append(m.Goods, g.item)
	}
	for field, i := range t.at {
		if i < 0 {
			continue
		}
		m.Columns[Field(field)] = Column{Name: t.Columns[i], Number: i + 1}
	}
	if kind == Needs {
		unknown := t.OneUnknown
		m.OneMeansUnknown = &unknown
	}
	if given != nil {
		m.Defaults, m.Ignore, m.HeaderRows = given.Defaults, given.Ignore, given.HeaderRows
	}
	return m
}
