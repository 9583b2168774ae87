// SPDX-License-Identifier: Apache-2.0

package story

import (
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

//go:embed data/*.tsv
var data embed.FS

// table is one of the story's tables. It remembers the first cell that could
// not be read, so that the caller asks once at the end.
type table struct {
	name string
	head map[string]int
	rows []row
	err  error
}

// row is one line of a table.
type row struct {
	table *table
	line  int
	cells []string
}

// read reads data/<name>.tsv: comments, a line of column names, rows.
func read(name string) (*table, error) {
	b, err := data.ReadFile("data/" + name + ".tsv")
	if err != nil {
		return nil, fmt.Errorf("story: %w", err)
	}
	t := &table{name: name}
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		cells := strings.Split(line, "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case t.head == nil:
			t.head = map[string]int{}
			for n, column := range cells {
				t.head[column] = n
			}
		case len(cells) != len(t.head):
			return nil, fmt.Errorf("story: %s.tsv:%d: %d cells, want %d", name, i+1, len(cells), len(t.head))
		default:
			t.rows = append(t.rows, row{t, i + 1, cells})
		}
	}
	return t, nil
}

// documents returns the rows in groups: neighbours with the same doc. In a table
// without that column every row is a document.
func (t *table) documents() [][]row {
	var all [][]row
	_, named := t.head["doc"]
	for _, r := range t.rows {
		if n := len(all); named && n > 0 && all[n-1][0].text("doc") == r.text("doc") {
			all[n-1] = append(all[n-1], r)
			continue
		}
		all = append(all, []row{r})
	}
	return all
}

func (r row) fail(column string, err error) {
	if err != nil && r.table.err == nil {
		r.table.err = fmt.Errorf("story: %s.tsv:%d: %s: %w", r.table.name, r.line, column, err)
	}
}

func (r row) text(column string) string {
	n, ok := r.table.head[column]
	if !ok {
		r.fail(column, errors.New("no such column"))
		return ""
	}
	return r.cells[n]
}

// number reads a whole number; an empty cell is 0.
func (r row) number(column string) int64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	r.fail(column, err)
	return n
}

// at is when it happened; the cell is local time.
func (r row) at() time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", r.text("at"), changsha)
	r.fail("at", err)
	return at.UTC()
}

// recorded is when it was written down.
func (r row) recorded() time.Time {
	return r.at().Add(time.Duration(r.number("after")) * time.Minute)
}

func (r row) yuan() money.Amount {
	a, err := money.Parse(r.text("yuan"), money.CNY)
	r.fail("yuan", err)
	return a
}

func (r row) day(column string) clock.Day {
	s := r.text(column)
	if s == "" {
		return 0
	}
	d, err := clock.ParseDay(s)
	r.fail(column, err)
	return d
}

// list reads values that are separated by |.
func (r row) list(column string) []string {
	if s := r.text(column); s != "" {
		return strings.Split(s, "|")
	}
	return nil
}

// pack reads a chain such as box:50>case:600.
func (r row) pack() qty.Pack {
	var p qty.Pack
	for level := range strings.SplitSeq(r.text("pack"), ">") {
		unit, of, found := strings.Cut(level, ":")
		if !found {
			continue
		}
		n, err := strconv.ParseInt(of, 10, 64)
		r.fail("pack", err)
		p = append(p, qty.Level{Unit: qty.Unit(unit), Of: n})
	}
	return p
}
