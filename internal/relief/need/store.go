// SPDX-License-Identifier: Apache-2.0

package need

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertNeed = `
		INSERT INTO need
		  (id, recipient, place, setting, stated_on, by_date, status, source, note, replaces, reason, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

	insertLine = `
		INSERT INTO need_line
		  (need_id, n, class, item_text, spec_text, qty_text, state, value, unit, base_value, standards)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	updateEnded = `
		UPDATE need
		SET status = $2, reason = $3, version = $4, updated_at = $5
		WHERE id = $1 AND version = $6`

	selectNeed = `
		SELECT id, recipient, place, setting, stated_on, by_date, status, source, note, replaces, reason, version, created_at, updated_at
		FROM need
		WHERE id = $1`

	selectLines = `
		SELECT class, item_text, spec_text, qty_text, state, value, unit, base_value, standards
		FROM need_line
		WHERE need_id = $1
		ORDER BY n`

	selectRowsHead = `
		SELECT d.id, d.recipient, d.place, d.setting, d.stated_on, d.by_date, d.status, d.source, d.note, d.replaces,
		       d.reason, d.version, d.created_at, d.updated_at, l.n,
		       l.class, l.item_text, l.spec_text, l.qty_text, l.state, l.value, l.unit, l.base_value, l.standards
		FROM need_line l
		JOIN need d ON d.id = l.need_id`

	countRowsHead = `
		SELECT count(*)
		FROM need_line l
		JOIN need d ON d.id = l.need_id`

	selectCountHead = `
		SELECT 1
		FROM need_line l
		JOIN need d ON d.id = l.need_id`

	selectDemand = `
		SELECT l.class, d.recipient, d.place, l.state, count(*), coalesce(sum(l.base_value), 0), count(l.base_value)
		FROM need_line l
		JOIN need d ON d.id = l.need_id
		WHERE d.status = 'open' AND d.stated_on <= $1
		GROUP BY l.class, d.recipient, d.place, l.state
		ORDER BY l.class, d.recipient, l.state`
)

func insert(ctx context.Context, tx *db.Tx, n Need) error {
	var replaces any
	if !n.Replaces.IsZero() {
		replaces = n.Replaces
	}
	_, err := tx.Exec(ctx, insertNeed, n.ID, n.Recipient, n.Place, n.Setting, n.StatedOn, n.ByDate, string(n.Status),
		n.Source, n.Note, replaces, n.Reason, n.Version, n.CreatedAt, n.UpdatedAt)
	if err != nil {
		return fmt.Errorf("insert need: %w", err)
	}
	for i, l := range n.Lines {
		standards, err := json.Marshal(slices.Concat([]string{}, l.Standards))
		if err != nil {
			return fmt.Errorf("standards: %w", err)
		}
		var base any
		if l.Base != nil {
			base = *l.Base
		}
		_, err = tx.Exec(ctx, insertLine, n.ID, i, l.Class, l.ItemText, l.SpecText, l.Quantity.Text,
			string(l.Quantity.State), l.Quantity.Value, string(l.Quantity.Unit), base, string(standards))
		if err != nil {
			return fmt.Errorf("insert need line: %w", err)
		}
	}
	return nil
}

func markEnded(ctx context.Context, tx *db.Tx, n Need, version int64) (bool, error) {
	changed, err := tx.Exec(ctx, updateEnded, n.ID, string(n.Status), n.Reason, n.Version, n.UpdatedAt, version)
	if err != nil {
		return false, fmt.Errorf("end need: %w", err)
	}
	return changed == 1, nil
}

func (n *Need) fields() []any {
	return []any{
		&n.ID, &n.Recipient, &n.Place, &n.Setting, &n.StatedOn, &n.ByDate, &n.Status, &n.Source, &n.Note, &n.Replaces,
		&n.Reason, &n.Version, &n.CreatedAt, &n.UpdatedAt,
	}
}

func (l *Line) fields() []any {
	return []any{
		&l.Class, &l.ItemText, &l.SpecText, &l.Quantity.Text, &l.Quantity.State, &l.Quantity.Value, &l.Quantity.Unit,
		&l.Base, db.JSON(&l.Standards),
	}
}

func byID(ctx context.Context, q db.Queryer, needID id.ID) (Need, error) {
	n, err := db.One(ctx, q, selectNeed, []any{needID}, func(r *db.Rows) (n Need, err error) {
		err = r.Scan(n.fields()...)
		return n, err
	})
	if errors.Is(err, db.ErrNoRows) {
		return Need{}, errs.New(errs.NotFound, "need.not_found")
	}
	if err != nil {
		return Need{}, fmt.Errorf("read need: %w", err)
	}
	n.Lines, err = db.All(ctx, q, selectLines, []any{needID}, func(r *db.Rows) (l Line, err error) {
		err = r.Scan(l.fields()...)
		return l, err
	})
	if err != nil {
		return Need{}, fmt.Errorf("read need lines: %w", err)
	}
	return n, nil
}

// ByID returns a need without asking for permission, for what is kept beside it.
func ByID(ctx context.Context, q db.Queryer, needID id.ID) (Need, error) { return byID(ctx, q, needID) }

// Row is one line together with its need (whose Lines are empty).
type Row struct {
	Need Need
	N    int64
	Line Line
}

// Filter narrows a list of lines.
type Filter struct {
	Class        string
	Unclassified bool // only lines that a person must classify
	Recipient    id.ID
	Recipients   []id.ID // any of them; empty: all
	Place        string  // code of the place or of one above it
	State        qty.State
	Ended        bool // also needs that were replaced or withdrawn
}

type position struct {
	Need id.ID `json:"i"`
	N    int64 `json:"n"`
}

// count returns how many lines there are behind a filter, and stops at most.
func count(ctx context.Context, q db.Queryer, f Filter, most int) (int, error) {
	query, args := f.where().Query(selectCountHead, "", most)
	n, err := db.Value[int](ctx, q, "SELECT count(*) FROM ("+query+") AS found", args...)
	if err != nil {
		return 0, fmt.Errorf("count needs: %w", err)
	}
	return n, nil
}

// Rows returns one page of lines, the last recorded first.
func Rows(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Row], error) {
	where := f.where()
	if p.Cursor != "" {
		var after position
		if err := page.Decode(p.Cursor, &after); err != nil {
			return page.Page[Row]{}, err
		}
		where.And("(l.need_id, l.n) < (?, ?)", after.Need, after.N)
	}
	query, args := where.Query(selectRowsHead, "ORDER BY l.need_id DESC, l.n DESC", p.Rows()+1)
	rows, err := db.All(ctx, q, query, args, func(r *db.Rows) (row Row, err error) {
		err = r.Scan(slices.Concat(row.Need.fields(), []any{&row.N}, row.Line.fields())...)
		return row, err
	})
	if err != nil {
		return page.Page[Row]{}, fmt.Errorf("list needs: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(r Row) string { return page.Encode(position{r.Need.ID, r.N}) }), nil
}

// Count returns how many lines there are behind a filter.
func Count(ctx context.Context, q db.Queryer, f Filter) (int64, error) {
	query, args := f.where().Query(countRowsHead, "", 0)
	n, err := db.Value[int64](ctx, q, query, args...)
	if err != nil {
		return 0, fmt.Errorf("count needs: %w", err)
	}
	return n, nil
}

func (f Filter) where() *db.Filter {
	where := &db.Filter{}
	if f.Class != "" || f.Unclassified {
		where.And("l.class = ?", f.Class)
	}
	if !f.Recipient.IsZero() {
		where.And("d.recipient = ?", f.Recipient)
	}
	if len(f.Recipients) > 0 {
		db.AndIn(where, "d.recipient", f.Recipients)
	}
	if f.State == qty.Unstated {
		where.And("l.state = 'unknown'") // has an index of its own
	} else if f.State != "" {
		where.And("l.state = ?", string(f.State))
	}
	if !f.Ended {
		where.And("d.status = 'open'")
	}
	if f.Place != "" {
		where.And("substr(d.place, 1, ?) = ?", len(f.Place), f.Place)
	}
	return where
}

// Demand is what one recipient needs of one class, in one state of knowledge.
type Demand struct {
	Class     string
	Recipient id.ID
	Place     string
	State     qty.State
	Lines     int64
	Base      int64 // sum of what is known in base units
	Counted   int64 // lines that have a base value
}

// Demands returns the open needs stated up to and with the day, summed per
// class, recipient and state.
func Demands(ctx context.Context, q db.Queryer, upTo clock.Day) ([]Demand, error) {
	return db.All(ctx, q, selectDemand, []any{upTo}, func(r *db.Rows) (d Demand, err error) {
		err = r.Scan(&d.Class, &d.Recipient, &d.Place, &d.State, &d.Lines, &d.Base, &d.Counted)
		return d, err
	})
}
