// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// HeldRow is a row that waits for a person, or did.
type HeldRow struct {
	Run     id.ID
	N       int // number of the row in its run
	Kind    Kind
	Sheet   string
	Row     int // as a spreadsheet program numbers it
	Status  Status
	Key     string // message key: why it was not posted
	Args    map[string]any
	Columns []string
	Cells   []string         // as the file has them
	Values  map[Field]string // as they were read: what a correction starts from
	Reason  string           // of a discarded row

	stored stored
	key    string
}

// Filter narrows a list of rows.
type Filter struct {
	Run id.ID  // zero: of every run
	Key string // message key of the reason; empty: every reason
	All bool   // also those that a person has dealt with
}

// Waiting returns how many rows wait for a person; it stops at most.
func (s *Service) Waiting(ctx context.Context, actor account.Actor, most int) (int, error) {
	if err := s.policy.Authorize(ctx, actor, "import.review", account.Object{Kind: "import"}); err != nil {
		return 0, err
	}
	n, err := db.Value[int](ctx, s.db, countHeld, most)
	if err != nil {
		return 0, fmt.Errorf("count rows: %w", err)
	}
	return n, nil
}

// List returns one page of rows, the oldest run first.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter, p page.Request) (page.Page[HeldRow], error) {
	if err := s.policy.Authorize(ctx, actor, "import.review", account.Object{Kind: "import"}); err != nil {
		return page.Page[HeldRow]{}, err
	}
	var where db.Filter
	if !f.All {
		where.And("status IN ('held', 'rejected')")
	}
	if !f.Run.IsZero() {
		where.And("run_id = ?", f.Run)
	}
	if f.Key != "" {
		where.And("why = ?", f.Key)
	}
	if p.Cursor != "" {
		var after struct {
			Run id.ID
			N   int
		}
		if err := page.Decode(p.Cursor, &after); err != nil {
			return page.Page[HeldRow]{}, err
		}
		where.And("(run_id > ? OR run_id = ? AND n > ?)", after.Run, after.Run, after.N)
	}
	query, args := where.Query(selectRowsHead, "ORDER BY run_id, n", p.Rows()+1)
	rows, err := db.All(ctx, s.db, query, args, scanRow)
	if err != nil {
		return page.Page[HeldRow]{}, fmt.Errorf("list rows: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(h HeldRow) string {
		return page.Encode(struct {
			Run id.ID
			N   int
		}{h.Run, h.N})
	}), nil
}

// keep is what is needed to read the row again.
func keep(kind Kind, e *layout.Entry) stored {
	t := e.Table
	s := stored{
		Kind: kind, File: t.File, Values: map[Field]string{}, Goods: e.Goods, Notes: e.Notes, EarmarkFor: e.EarmarkFor,
		AmountUnit: t.AmountUnit, OneUnknown: t.OneUnknown,
	}
	for f, text := range e.Values {
		if text != "" {
			s.Values[Field(f)] = text
		}
	}
	if s.Values[layout.Date] == "" {
		if day, _ := t.Day(&e.Values); day != 0 {
			s.Values[layout.Date] = day.String()
		}
	}
	if s.Values[layout.Currency] == "" && t.Currency+t.Defaults[layout.Currency] != "" {
		s.Values[layout.Currency] = t.Currency + t.Defaults[layout.Currency]
	}
	return s
}

// Fix is what a person says about a row.
type Fix struct {
	Values    map[Field]string // these fields instead of what was read
	Confirmed bool             // the unusual number is right
	Class     string           // what the articles are; empty: as they were read
}

// Resolve posts a held row with a person's corrections, by the same way as any
// other row, and returns the document.
func (s *Service) Resolve(ctx context.Context, actor account.Actor, run id.ID, n int, fix Fix) (id.ID, error) {
	h, err := s.open(ctx, actor, run, n)
	if err != nil {
		return id.Zero, err
	}
	row, err := s.Read(ctx, h, fix)
	if err != nil {
		return id.Zero, err
	}
	var document id.ID
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := stillOpen(ctx, tx, h); err != nil {
			return err
		}
		if claimed, err := claimHeld(ctx, tx, h.key); err != nil || !claimed {
			if err == nil {
				err = errs.New(errs.Conflict, "register.row.closed").With(h)
			}
			return err
		}
		if document, err = s.posters[row.Kind].Post(ctx, tx, actor, *row); err != nil {
			return err
		}
		if err := closeHeld(ctx, tx, h.key, document); err != nil {
			return err
		}
		_, err = journal.Write(ctx, tx, journal.Fact{
			Actor: actor.ID, Action: "register.resolve", SubjectKind: "register", Subject: run,
			Payload: map[string]any{"row": int64(n), "document": document},
		})
		return err
	})
	return document, err
}

const maxReason = 1800 // characters

// Discard ends a held row without posting it.
func (s *Service) Discard(ctx context.Context, actor account.Actor, run id.ID, n int, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return errs.Bad().Field("reason", "error.reason_missing")
	}
	h, err := s.open(ctx, actor, run, n)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := stillOpen(ctx, tx, h); err != nil {
			return err
		}
		if err := discardHeld(ctx, tx, h.key, reason); err != nil {
			return err
		}
		_, err := journal.Write(ctx, tx, journal.Fact{
			Actor: actor.ID, Action: "register.discard", SubjectKind: "register", Subject: run, Reason: reason,
			Payload: map[string]any{"row": int64(n)},
		})
		return err
	})
}

// open returns a row that the actor may decide about.
func (s *Service) open(ctx context.Context, actor account.Actor, run id.ID, n int) (HeldRow, error) {
	if err := s.policy.Authorize(ctx, actor, "import.review", account.Object{Kind: "import", ID: run}); err != nil {
		return HeldRow{}, err
	}
	return rowByNumber(ctx, s.db, run, n)
}

// stillOpen refuses a row that somebody else has dealt with. One person waits
// for the other.
func stillOpen(ctx context.Context, tx *db.Tx, h HeldRow) error {
	if err := tx.Lock(ctx, "register.row."+h.key); err != nil {
		return err
	}
	now, err := rowByNumber(ctx, tx, h.Run, h.N)
	if err != nil {
		return err
	}
	if now.Status != Held && now.Status != Refused {
		return errs.New(errs.Conflict, "register.row.closed").With(now)
	}
	return nil
}

// Row returns one held row.
func (s *Service) Row(ctx context.Context, actor account.Actor, run id.ID, n int) (HeldRow, error) {
	return s.open(ctx, actor, run, n)
}

// Read reads a row again with corrections and posts nothing; the error is why
// it would still be held.
func (s *Service) Read(ctx context.Context, h HeldRow, fix Fix) (*Row, error) {
	kept := h.stored
	if _, ok := s.sources.Catalog.Class(fix.Class); fix.Class != "" && !ok {
		return nil, errs.Bad().Field("class", "goods.class_unknown", "class", cell.Cut(fix.Class, 40))
	}
	t := &layout.Table{
		Sheet: h.Sheet, File: kept.File, Columns: h.Columns, AmountUnit: kept.AmountUnit, OneUnknown: kept.OneUnknown,
	}
	e := layout.NewEntry(t, kept.Kind)
	e.Row, e.Cells, e.Goods, e.Notes, e.EarmarkFor = h.Row, h.Cells, kept.Goods, kept.Notes, kept.EarmarkFor
	for f, text := range kept.Values {
		e.Values[f] = text
	}
	for f, text := range fix.Values {
		e.Values[f] = sheet.Clean(text)
		if f == layout.Item || f == layout.Qty {
			e.Goods = nil
		}
	}
	if len(t.Columns) == 0 {
		t.Columns = []string{""}
	}
	of, err := s.knowing(ctx)
	if err != nil {
		return nil, err
	}
	r := meaning.NewReader(of, kept.Kind, t)
	r.Confirmed, r.Class = fix.Confirmed, fix.Class
	row, p := r.Prepare(e)
	if p != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Key: p.Key, Args: p.Args}
	}
	return row, nil
}
