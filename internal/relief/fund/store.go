// SPDX-License-Identifier: Apache-2.0

package fund

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertRecord = `
		INSERT INTO fund_record
		  (id, direction, channel, purpose, party, organiser, earmark, amount, currency, occurred_at, day,
		   source, note, status, replaces, reason, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`

	updateCorrected = `
		UPDATE fund_record
		SET status = $2, reason = $3, version = $4, updated_at = $5
		WHERE id = $1 AND version = $6`

	selectRecord = `
		SELECT id, direction, channel, purpose, party, organiser, earmark, amount, currency, occurred_at, day,
		       source, note, status, replaces, reason, version, created_at, updated_at
		FROM fund_record
		WHERE id = $1`

	countRecordsHead = `
		SELECT count(*)
		FROM fund_record`

	selectRecordsHead = `
		SELECT id, direction, channel, purpose, party, organiser, earmark, amount, currency, occurred_at, day,
		       source, note, status, replaces, reason, version, created_at, updated_at
		FROM fund_record`
)

func insert(ctx context.Context, tx *db.Tx, r Record) error {
	var replaces any
	if !r.Replaces.IsZero() {
		replaces = r.Replaces
	}
	_, err := tx.Exec(ctx, insertRecord, r.ID, string(r.Direction), r.Channel, r.Purpose, r.Party, r.Organiser, r.Earmark,
		r.Amount.Minor, string(r.Amount.Currency), r.OccurredAt, r.Day, r.Source, r.Note, string(r.Status), replaces,
		r.Reason, r.Version, r.CreatedAt, r.UpdatedAt)
	if err != nil {
		return fmt.Errorf("insert fund record: %w", err)
	}
	return nil
}

func markCorrected(ctx context.Context, tx *db.Tx, r Record, version int64) (bool, error) {
	n, err := tx.Exec(ctx, updateCorrected, r.ID, string(r.Status), r.Reason, r.Version, r.UpdatedAt, version)
	if err != nil {
		return false, fmt.Errorf("correct fund record: %w", err)
	}
	return n == 1, nil
}

func scanRecord(rows *db.Rows) (Record, error) {
	var r Record
	err := rows.Scan(&r.ID, &r.Direction, &r.Channel, &r.Purpose, &r.Party, &r.Organiser, &r.Earmark,
		&r.Amount.Minor, &r.Amount.Currency, &r.OccurredAt, &r.Day, &r.Source, &r.Note, &r.Status, &r.Replaces,
		&r.Reason, &r.Version, &r.CreatedAt, &r.UpdatedAt)
	return r, err
}

func byID(ctx context.Context, q db.Queryer, recordID id.ID) (Record, error) {
	r, err := db.One(ctx, q, selectRecord, []any{recordID}, scanRecord)
	if errors.Is(err, db.ErrNoRows) {
		return Record{}, errs.New(errs.NotFound, "fund.not_found")
	}
	return r, err
}

// Filter narrows a list of records.
type Filter struct {
	Direction Direction
	Currency  money.Currency
	Channel   string
	Day       clock.Day  // exactly this day; zero: any
	UpTo      clock.Day  // this day or before; zero: any
	Corrected bool       // also what was corrected away
	Sort      page.Order // by day or recorded; empty: see Rows
}

type position struct {
	Day clock.Day `json:"d"`
	ID  id.ID     `json:"i"`
}

// Rows returns one page of records: the newest day first when direction and
// currency are given (there is an index for that), else the last recorded first.
func Rows(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Record], error) {
	where := f.where()
	byDay := f.Sort.Is(page.ByDay) || f.Sort == "" && f.Direction != "" && f.Currency != ""
	order, beyond := "DESC", "<"
	if f.Sort == page.ByDay || f.Sort == page.Recorded {
		order, beyond = "ASC", ">"
	}
	if p.Cursor != "" {
		var after position
		if err := page.Decode(p.Cursor, &after); err != nil {
			return page.Page[Record]{}, err
		}
		if byDay {
			where.And("(day, id) "+beyond+" (?, ?)", after.Day, after.ID)
		} else {
			where.And("id "+beyond+" ?", after.ID)
		}
	}
	tail := "ORDER BY id " + order
	if byDay {
		tail = "ORDER BY day " + order + ", id " + order
	}
	query, args := where.Query(selectRecordsHead, tail, p.Rows()+1)
	rows, err := db.All(ctx, q, query, args, scanRecord)
	if err != nil {
		return page.Page[Record]{}, fmt.Errorf("list fund records: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(r Record) string { return page.Encode(position{r.Day, r.ID}) }), nil
}

// Count returns how many records there are behind a filter.
func Count(ctx context.Context, q db.Queryer, f Filter) (int64, error) {
	query, args := f.where().Query(countRecordsHead, "", 0)
	n, err := db.Value[int64](ctx, q, query, args...)
	if err != nil {
		return 0, fmt.Errorf("count fund records: %w", err)
	}
	return n, nil
}

func (f Filter) where() *db.Filter {
	where := &db.Filter{}
	if f.Direction != "" {
		where.And("direction = ?", string(f.Direction))
	}
	if f.Currency != "" {
		where.And("currency = ?", string(f.Currency))
	}
	if f.Channel != "" {
		where.And("channel = ?", f.Channel)
	}
	if f.Day != 0 {
		where.And("day = ?", f.Day)
	}
	if f.UpTo != 0 {
		where.And("day <= ?", f.UpTo)
	}
	if !f.Corrected {
		where.And("status = 'posted'")
	}
	return where
}
