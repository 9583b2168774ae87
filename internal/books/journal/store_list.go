// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	selectListHead = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record`

	selectByID = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record
		WHERE id = $1`

	selectBySeq = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record
		WHERE seq = $1`

	// SQLite uses only the first column of (action, subject_kind) > (…): two steps.
	selectNextKind = `
		SELECT action, subject_kind
		FROM journal_record
		WHERE action = $1 AND subject_kind > $2
		ORDER BY subject_kind
		LIMIT 1`

	selectNextAction = `
		SELECT action, subject_kind
		FROM journal_record
		WHERE action > $1
		ORDER BY action, subject_kind
		LIMIT 1`

	selectLatestOfDeed = `
		SELECT id
		FROM journal_record
		WHERE action = $1 AND subject_kind = $2
		ORDER BY id DESC
		LIMIT 1`
)

// Filter narrows a list of records.
type Filter struct {
	Chapter     string // of the action: receipt for receipt.create
	SubjectKind string
	Actor       id.ID
	From, To    time.Time // recorded at From or later and before To; zero: any
}

// Deed is an action on a kind of subjects that the journal has a record of.
type Deed struct{ Action, SubjectKind string }

// Chapter is the part of the action before the dot.
func (d Deed) Chapter() string {
	chapter, _, _ := strings.Cut(d.Action, ".")
	return chapter
}

// Deeds returns what was ever done to what, by skipping through an index: there
// are some dozens among millions of records.
func Deeds(ctx context.Context, q db.Queryer) ([]Deed, error) {
	var all []Deed
	for last := (Deed{}); ; {
		next, err := deedAfter(ctx, q, last)
		if errors.Is(err, db.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("deeds of the journal: %w", err)
		}
		all, last = append(all, next), next
	}
}

// deedAfter is the same action on the next kind, or else the next action.
func deedAfter(ctx context.Context, q db.Queryer, last Deed) (Deed, error) {
	scan := func(r *db.Rows) (d Deed, err error) {
		err = r.Scan(&d.Action, &d.SubjectKind)
		return d, err
	}
	if last.Action != "" {
		next, err := db.One(ctx, q, selectNextKind, []any{last.Action, last.SubjectKind}, scan)
		if !errors.Is(err, db.ErrNoRows) {
			return next, err
		}
	}
	return db.One(ctx, q, selectNextAction, []any{last.Action}, scan)
}

// latestOf returns the last record of each deed on the kinds.
func latestOf(ctx context.Context, q db.Queryer, kinds []string) ([]id.ID, error) {
	deeds, err := Deeds(ctx, q)
	latest := []id.ID{}
	for _, d := range deeds {
		if err != nil || !slices.Contains(kinds, d.SubjectKind) {
			continue
		}
		var last id.ID
		last, err = db.Value[id.ID](ctx, q, selectLatestOfDeed, d.Action, d.SubjectKind)
		latest = append(latest, last)
	}
	return latest, err
}

// ofKinds returns at most limit records of the kinds in a range of numbers.
func ofKinds(ctx context.Context, q db.Queryer, kinds []string, after, upTo int64, limit int) ([]Record, error) {
	where := &db.Filter{}
	where.And("seq > ? AND seq <= ?", after, upTo)
	db.AndIn(where, "subject_kind", kinds)
	query, args := where.Query(selectListHead, "ORDER BY seq", limit)
	return db.All(ctx, q, query, args, scanRecord)
}

// position is the place of a record in a list.
type position struct {
	ID id.ID `json:"i"`
}

// apart is how far the time in an id may be from the time of its record: as far
// as a clock was set back while the program ran, such as one that was taken for
// local time.
const apart = 12 * time.Hour

// List returns one page of records, the last made first: by their ids, which
// ascend as long as one program writes, whatever its clock does. What was done to
// what is read by its index, each deed for itself, and merged: the cost does not
// grow with the journal.
func List(ctx context.Context, q db.Queryer, f Filter, p page.Request) (page.Page[Record], error) {
	var before position
	if p.Cursor != "" {
		if err := page.Decode(p.Cursor, &before); err != nil {
			return page.Page[Record]{}, err
		}
	}
	deeds := []Deed{{}} // any
	if f.Chapter != "" || f.SubjectKind != "" {
		all, err := Deeds(ctx, q)
		if err != nil {
			return page.Page[Record]{}, err
		}
		deeds = slices.DeleteFunc(all, func(d Deed) bool {
			return f.Chapter != "" && d.Chapter() != f.Chapter || f.SubjectKind != "" && d.SubjectKind != f.SubjectKind
		})
	}
	var records []Record
	for _, d := range deeds {
		where := f.where(d, before)
		query, args := where.Query(selectListHead, "ORDER BY id DESC", p.Rows()+1)
		some, err := db.All(ctx, q, query, args, scanRecord)
		if err != nil {
			return page.Page[Record]{}, fmt.Errorf("list the journal: %w", err)
		}
		records = append(records, some...)
	}
	slices.SortFunc(records, func(a, b Record) int { return bytes.Compare(b.ID[:], a.ID[:]) })
	return page.Cut(records, p.Rows(), func(r Record) string { return page.Encode(position{r.ID}) }), nil
}

func (f Filter) where(d Deed, before position) *db.Filter {
	where := &db.Filter{}
	if d.Action != "" {
		where.And("action = ? AND subject_kind = ?", d.Action, d.SubjectKind)
	}
	if !f.Actor.IsZero() {
		where.And("actor = ?", f.Actor)
	}
	if !f.From.IsZero() { // the ids say where to look, the times what counts
		where.And("id >= ? AND recorded_at >= ?", id.Floor(f.From.Add(-apart)), f.From)
	}
	top := before.ID
	if !f.To.IsZero() {
		where.And("recorded_at < ?", f.To)
		if end := id.Floor(f.To.Add(apart)); top.IsZero() || bytes.Compare(end[:], top[:]) < 0 {
			top = end
		}
	}
	if !top.IsZero() {
		where.And("id < ?", top)
	}
	return where
}

// ByID returns one record.
func ByID(ctx context.Context, q db.Queryer, recordID id.ID) (Record, error) {
	return found(db.One(ctx, q, selectByID, []any{recordID}, scanRecord))
}

// BySeq returns the record of a number.
func BySeq(ctx context.Context, q db.Queryer, seq int64) (Record, error) {
	return found(db.One(ctx, q, selectBySeq, []any{seq}, scanRecord))
}

func found(r Record, err error) (Record, error) {
	if errors.Is(err, db.ErrNoRows) {
		return Record{}, errs.New(errs.NotFound, "error.not_found")
	}
	return r, err
}
