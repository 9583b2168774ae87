// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	selectRowsHead = `
		SELECT r.id, r.kind, r.donor, r.supplier, r.holder, r.place, r.occurred_at, r.day, r.origin, r.source, r.note,
		       r.status, r.replaces, r.reason, r.version, r.created_at, r.updated_at, l.n,
		       l.lot_id, l.class, l.commodity, l.quantity, l.item_text, l.spec_text, l.qty_text,
		       l.pack, l.standards, l.expires_on, l.earmark, l.value, l.currency, l.value_source
		FROM receipt_line l
		JOIN receipt r ON r.id = l.receipt_id`

	countRowsHead = `
		SELECT count(*)
		FROM receipt_line l
		JOIN receipt r ON r.id = l.receipt_id`

	selectRowByLot = `
		SELECT r.id, r.kind, r.donor, r.supplier, r.holder, r.place, r.occurred_at, r.day, r.origin, r.source, r.note,
		       r.status, r.replaces, r.reason, r.version, r.created_at, r.updated_at, l.n,
		       l.lot_id, l.class, l.commodity, l.quantity, l.item_text, l.spec_text, l.qty_text,
		       l.pack, l.standards, l.expires_on, l.earmark, l.value, l.currency, l.value_source
		FROM receipt_line l
		JOIN receipt r ON r.id = l.receipt_id
		WHERE l.lot_id = $1`
)

// Row is one line together with its receipt (whose Lines are empty).
type Row struct {
	Receipt Receipt
	N       int64
	Line    Line
}

// Filter narrows a list of lines.
type Filter struct {
	Classes   []string  // any of them; empty: all
	Day       clock.Day // exactly this day; zero: any
	UpTo      clock.Day // this day or before; zero: any. Needs Classes.
	Donor     id.ID
	Holders   []id.ID    // kept by any of them; empty: by anybody
	Corrected bool       // also what was corrected away
	Sort      page.Order // by day or recorded; with classes always by day
	Valued    bool       // only lines with a value
}

// position is the place of a row in the list: newest day first.
type position struct {
	Day     clock.Day `json:"d"`
	Receipt id.ID     `json:"r"`
	N       int64     `json:"n"`
}

func (r Row) position() position { return position{r.Receipt.Day, r.Receipt.ID, r.N} }

func newestFirst(a, b Row) int {
	return cmp.Or(cmp.Compare(b.Receipt.Day, a.Receipt.Day), slices.Compare(b.Receipt.ID[:], a.Receipt.ID[:]), cmp.Compare(b.N, a.N))
}

// Rows returns one page of lines: the newest day first when classes are asked
// for, else the last recorded first. Each class is read by its index and the
// results are merged, so that the cost does not grow with the number of receipts.
func Rows(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Row], error) {
	var after *position
	if p.Cursor != "" {
		after = new(position)
		if err := page.Decode(p.Cursor, after); err != nil {
			return page.Page[Row]{}, err
		}
	}
	var rows []Row
	for _, class := range orAll(f.Classes) {
		query, args := f.query(class, after, p.Rows()+1)
		some, err := db.All(ctx, q, query, args, scanRow)
		if err != nil {
			return page.Page[Row]{}, fmt.Errorf("list receipts: %w", err)
		}
		rows = append(rows, some...)
	}
	if len(f.Classes) > 1 {
		slices.SortFunc(rows, newestFirst)
		if f.up() {
			slices.Reverse(rows)
		}
	}
	return page.Cut(rows, p.Rows(), func(r Row) string { return page.Encode(r.position()) }), nil
}

// orAll makes one query without a class of an empty list.
func orAll(classes []string) []string {
	if len(classes) == 0 {
		return []string{""}
	}
	return classes
}

// Count returns how many rows there are behind a filter.
func Count(ctx context.Context, q db.Queryer, f Filter) (n int64, err error) {
	for _, class := range orAll(f.Classes) {
		where := f.where(class)
		query, args := where.Query(countRowsHead, "", 0)
		some, err := db.Value[int64](ctx, q, query, args...)
		if err != nil {
			return 0, fmt.Errorf("count receipts: %w", err)
		}
		n += some
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
		where.And("(l.day, l.receipt_id, l.n) "+beyond+" (?, ?, ?)", after.Day, after.Receipt, after.N)
	} else if after != nil {
		where.And("(l.receipt_id, l.n) "+beyond+" (?, ?)", after.Receipt, after.N)
	}
	tail := "ORDER BY l.receipt_id " + order + ", l.n " + order
	if byDay {
		tail = "ORDER BY l.day " + order + ", l.receipt_id " + order + ", l.n " + order
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
	if !f.Donor.IsZero() {
		where.And("r.donor = ?", f.Donor)
	}
	if len(f.Holders) > 0 {
		db.AndIn(where, "r.holder", f.Holders)
	}
	if !f.Corrected {
		where.And("l.live = 1")
	}
	if f.Valued {
		where.And("l.value > 0")
	}
	return where
}

func scanRow(rows *db.Rows) (Row, error) {
	var r Row
	err := rows.Scan(slices.Concat(r.Receipt.fields(), []any{&r.N}, r.Line.fields())...)
	return r, err
}

// ByLot returns the line that opened a lot; false for a lot that the books
// never received.
func ByLot(ctx context.Context, q db.Queryer, lot id.ID) (Row, bool, error) {
	r, err := db.One(ctx, q, selectRowByLot, []any{lot}, scanRow)
	if errors.Is(err, db.ErrNoRows) {
		return Row{}, false, nil
	}
	return r, err == nil, err
}
