// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const selectRowsHead = `
	SELECT d.id, d.recipient, d.place, d.occurred_at, d.day, d.source, d.note, d.status,
	       d.replaces, d.reason, d.version, d.created_at, d.updated_at, l.n,
	       l.class, l.commodity, l.accepted, l.rejected, l.reject_reason, l.unreconciled,
	       l.item_text, l.spec_text, l.qty_text, l.pack
	FROM distribution_line l
	JOIN distribution d ON d.id = l.distribution_id`

const countRowsHead = `
	SELECT count(*)
	FROM distribution_line l
	JOIN distribution d ON d.id = l.distribution_id`

const selectCountHead = `
	SELECT 1
	FROM distribution_line l
	JOIN distribution d ON d.id = l.distribution_id`

// Row is one line together with its distribution (whose Lines are empty).
type Row struct {
	Distribution Distribution
	N            int64
	Line         Line
}

// Filter narrows a list of lines.
type Filter struct {
	Classes      []string  // any of them; empty: all
	Day          clock.Day // exactly this day; zero: any
	UpTo         clock.Day // this day or before; zero: any
	Recipient    id.ID
	Recipients   []id.ID    // any of them; empty: all
	Place        string     // code of the place or of one above it
	Unreconciled bool       // only what the books never received
	Corrected    bool       // also what was corrected away
	Sort         page.Order // by day or recorded; with classes always by day
}

// position is the place of a row in the list.
type position struct {
	Day          clock.Day `json:"d"`
	Distribution id.ID     `json:"i"`
	N            int64     `json:"n"`
}

func (r Row) position() position { return position{r.Distribution.Day, r.Distribution.ID, r.N} }

func newestFirst(a, b Row) int {
	return cmp.Or(cmp.Compare(b.Distribution.Day, a.Distribution.Day),
		slices.Compare(b.Distribution.ID[:], a.Distribution.ID[:]), cmp.Compare(b.N, a.N))
}

// Rows returns one page of lines: the newest day first when classes are asked
// for, else the last recorded first. Each class is read by its index and the
// results are merged, so that the cost does not grow with the number of
// distributions.
func Rows(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Row], error) {
	var after *position
	if p.Cursor != "" {
		after = new(position)
		if err := page.Decode(p.Cursor, after); err != nil {
			return page.Page[Row]{}, err
		}
	}
	classes := f.Classes
	if len(classes) == 0 {
		classes = []string{""}
	}
	var rows []Row
	for _, class := range classes {
		query, args := f.query(class, after, p.Rows()+1)
		some, err := db.All(ctx, q, query, args, scanRow)
		if err != nil {
			return page.Page[Row]{}, fmt.Errorf("list distributions: %w", err)
		}
		rows = append(rows, some...)
	}
	if len(classes) > 1 {
		slices.SortFunc(rows, newestFirst)
		if f.up() {
			slices.Reverse(rows)
		}
	}
	return page.Cut(rows, p.Rows(), func(r Row) string { return page.Encode(r.position()) }), nil
}

// Count returns how many rows there are behind a filter.
func Count(ctx context.Context, q db.Queryer, f Filter) (n int64, err error) {
	classes := f.Classes
	if len(classes) == 0 {
		classes = []string{""}
	}
	for _, class := range classes {
		where := f.where(class)
		query, args := where.Query(countRowsHead, "", 0)
		some, err := db.Value[int64](ctx, q, query, args...)
		if err != nil {
			return 0, fmt.Errorf("count distributions: %w", err)
		}
		n += some
	}
	return n, nil
}

// countUpTo is Count of lines of any class that stops at most.
func countUpTo(ctx context.Context, q db.Queryer, f Filter, most int) (int, error) {
	query, args := f.where("").Query(selectCountHead, "", most)
	n, err := db.Value[int](ctx, q, "SELECT count(*) FROM ("+query+") AS found", args...)
	if err != nil {
		return 0, fmt.Errorf("count distributions: %w", err)
	}
	return n, nil
}

func (f Filter) query(class string, after *position, limit int) (query string, args []any) {
	where := f.where(class)
	order, beyond := "DESC", "<"
	if f.up() {
		order, beyond = "ASC", ">"
	}
	byDay := class != "" || f.Sort.Is(page.ByDay)
	if after != nil && byDay {
		where.And("(l.day, l.distribution_id, l.n) "+beyond+" (?, ?, ?)", after.Day, after.Distribution, after.N)
	} else if after != nil {
		where.And("(l.distribution_id, l.n) "+beyond+" (?, ?)", after.Distribution, after.N)
	}
	tail := "ORDER BY l.distribution_id " + order + ", l.n " + order
	if byDay {
		tail = "ORDER BY l.day " + order + ", l.distribution_id " + order + ", l.n " + order
	}
	return where.Query(selectRowsHead, tail, limit)
}

// up reports whether the oldest is first.
func (f Filter) up() bool { return f.Sort == page.ByDay || f.Sort == page.Recorded }

func (f Filter) where(class string) *db.Filter {
	where := &db.Filter{}
	if class != "" {
		where.And("l.class = ?", class)
	}
	if f.Day != 0 {
		where.And("l.day = ?", f.Day)
	}
	if f.UpTo != 0 {
		where.And("l.day <= ?", f.UpTo)
	}
	if !f.Recipient.IsZero() {
		where.And("d.recipient = ?", f.Recipient)
	}
	if len(f.Recipients) > 0 {
		db.AndIn(where, "d.recipient", f.Recipients)
	}
	if f.Place != "" {
		where.And("substr(d.place, 1, ?) = ?", len(f.Place), f.Place)
	}
	if f.Unreconciled {
		where.And("l.unreconciled > 0")
	}
	if !f.Corrected {
		where.And("l.live = 1")
	}
	return where
}

func scanRow(rows *db.Rows) (Row, error) {
	var r Row
	err := rows.Scan(slices.Concat(r.Distribution.fields(), []any{&r.N}, r.Line.fields())...)
	return r, err
}
