// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/sheet/write"
)

// header is one or more rows of names.
type header struct {
	rows        int        // how many
	first, last int        // their numbers
	names       []string   // by column
	own         [][]string // cleaned cells of each row, without covered ones
}

// bestHeader weighs every row of the window as the beginning of a header and
// returns its place; a header of no rows at place zero when none looks like one.
func bestHeader(rows []Row, opt TableOptions) (at int, best header) {
	top := 1.2
	for i := range rows {
		h := stack(rows[i:], opt)
		if h.rows == 0 {
			continue
		}
		if score := weigh(h, rows[i+h.rows:], opt) - 0.12*float64(i); score > top {
			at, best, top = i, h, score
		}
	}
	return at, best
}

// stack reads a header that begins with the first row, with the rows below
// that belong to it.
func stack(rows []Row, opt TableOptions) header {
	if len(rows) == 0 {
		return header{}
	}
	h := header{rows: 1, first: rows[0].Number, own: [][]string{own(rows[0])}}
	// A single text above everything is a title, not the first row of a header.
	for filled(h.own[0]) > 1 && h.rows < opt.HeaderRows && h.rows < len(rows)-1 && continues(h, rows[h.rows], rows[h.rows+1:]) {
		h.own = append(h.own, own(rows[h.rows]))
		h.rows++
	}
	h.last = rows[h.rows-1].Number
	h.names = join(h.own)
	return h
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

func own(row Row) []string {
	cells := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		if row.Mark(i)&Covered == 0 {
			cells[i] = Clean(c)
		}
	}
	return cells
}

// continues reports whether the next row is one more row of the header: it
// names columns that have no name so far, leaves others blank under a name in
// which the data has values, and has no numbers.
func continues(h header, next Row, data []Row) bool {
	cells := own(next)
	upper := h.own[len(h.own)-1]
	fills, leaves := false, false
	for i, c := range cells {
		if c != "" && (numeric(c) || !short(c) && len(h.own) == 1) {
			return false
		}
		named := false
		for _, row := range h.own {
			named = named || i < len(row) && row[i] != ""
		}
		if c != "" && !(i < len(upper) && upper[i] != "") {
			fills = true
		}
		if c == "" && (named || len(h.own) > 1) && usual(data, i) {
			leaves = true
		}
	}
	return fills && leaves
}

// usual reports whether most of the next rows have a value in the column.
func usual(rows []Row, column int) bool {
	n, all := 0, 0
	for _, row := range rows[:min(len(rows), 10)] {
		all++
		if row.Mark(column)&Covered == 0 && Clean(row.Cell(column)) != "" {
			n++
		}
	}
	return n*2 >= all && n > 0
}

// join makes one name of the rows of a header. A group name counts for the
// columns to its right up to the next one on its own or a higher row.
func join(levels [][]string) []string {
	width := 0
	for _, l := range levels {
		width = max(width, len(l))
	}
	cell := func(level, column int) string {
		if column < len(levels[level]) {
			return levels[level][column]
		}
		return ""
	}
	names, group := make([]string, width), make([]string, len(levels))
	for i := range width {
		var parts []string
		lowest := -1
		for l := range levels {
			if cell(l, i) != "" {
				lowest = l
			}
		}
		for l := 0; l <= lowest; l++ {
			if c := cell(l, i); c != "" {
				group[l] = c
				clear(group[l+1:])
			}
			if c := group[l]; c != "" && (len(parts) == 0 || parts[len(parts)-1] != c) {
				parts = append(parts, c)
			}
		}
		if lowest >= 0 && lowest < len(levels)-1 {
			clear(group[lowest+1:])
		}
		names[i] = strings.Join(parts, " / ")
	}
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	return names
}

// weigh says how much a header looks like one above its data: short, distinct
// texts without numbers, over all columns that the data uses, known words, and
// numbers below the names.
func weigh(h header, data []Row, opt TableOptions) float64 {
	data = data[:min(len(data), 12)]
	named, good, known, contrast := 0, 0.0, 0, 0
	distinct := map[string]bool{}
	for i, name := range h.names {
		if name == "" {
			continue
		}
		named++
		distinct[name] = true
		last := lowest(h.own, i)
		switch {
		case numeric(last):
			good -= 2
		case short(last) && !strings.ContainsAny(last, "。！？；"):
			good++
		default:
			good -= 0.5
		}
		if opt.Known != nil && (opt.Known(last) || opt.Known(name)) {
			known++
		}
		if numbers(data, i) {
			contrast++
		}
	}
	used, covered := 0, 0
	for i := range width(data) {
		if usual(data, i) {
			used++
			if i < len(h.names) && h.names[i] != "" {
				covered++
			}
		}
	}
	if named == 0 || (named == 1 && used > 1) {
		return 0
	}
	n := float64(named)
	cover := float64(covered) / float64(max(used, 1))
	return 2.5*cover + 1.5*good/n + float64(len(distinct))/n + 1.5*float64(contrast)/n + 3*float64(known)/n - 2
}

func lowest(levels [][]string, column int) (name string) {
	for _, l := range levels {
		if column < len(l) && l[column] != "" {
			name = l[column]
		}
	}
	return name
}

func width(rows []Row) int {
	n := 0
	for _, row := range rows {
		n = max(n, len(row.Cells))
	}
	return n
}

// numbers reports whether most values of the column are numbers or days.
func numbers(rows []Row, column int) bool {
	n, all := 0, 0
	for _, row := range rows {
		if c := Clean(row.Cell(column)); c != "" {
			all++
			if numeric(c) {
				n++
			}
		}
	}
	return n*2 > all
}

// numeric reports whether a text is a number, a day or a quantity: it begins
// with a digit, or is a number with a sign.
func numeric(s string) bool {
	if write.Number(s) {
		return true
	}
	if _, ok := ParseDay(s, 2000); ok {
		return true
	}
	return s != "" && s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0123456789.,-/: ") == ""
}
