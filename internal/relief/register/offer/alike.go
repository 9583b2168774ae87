// SPDX-License-Identifier: Apache-2.0

package offer

import (
	"context"
	"maps"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// Summary is what became of the rows with the same question.
type Summary struct {
	Rows    int            // that were open: Posted + Closed + Left
	Posted  int            // by this call
	Closed  int            // by somebody else meanwhile
	Left    int            // that the answer does not settle
	Reasons map[string]int // of those left: message key → rows
}

// Alike returns how many open rows of the run have the question of row n in the
// same words, row n itself included.
func (s *Service) Alike(ctx context.Context, actor account.Actor, run id.ID, n int, fix register.Fix) (int, error) {
	rows, err := s.alike(ctx, actor, run, n, fix)
	return len(rows), err
}

// Resolve applies one answer to all of them. Each row has its own record in the
// journal, and all have one together; a second call finds none left. An error
// that is nobody's answer ends it; the rows before are posted.
func (s *Service) Resolve(ctx context.Context, actor account.Actor, run id.ID, n int, fix register.Fix) (Summary, error) {
	rows, err := s.alike(ctx, actor, run, n, fix)
	if err != nil {
		return Summary{}, err
	}
	sum := Summary{Reasons: map[string]int{}}
	for _, h := range rows {
		_, err := s.Registers.Resolve(ctx, actor, run, h.N, fix)
		switch {
		case err == nil:
			sum.Posted++
		case errs.As(err).Key == "register.row.closed":
			sum.Closed++
		case stops(err):
			return sum, err
		default:
			sum.Left++
			sum.Reasons[reason(err)]++
		}
		sum.Rows++
	}
	if sum.Posted == 0 {
		return sum, nil
	}
	return sum, s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := journal.Write(ctx, tx, journal.Fact{
			Actor: actor.ID, Action: "register.resolve_alike", SubjectKind: "register", Subject: run,
			Payload: map[string]any{"row": int64(n), "posted": int64(sum.Posted), "left": int64(sum.Left)},
		})
		return err
	})
}

// reason is the message key of a refusal.
func reason(err error) string {
	e := errs.As(err)
	if len(e.Fields) > 0 {
		return e.Fields[0].Key
	}
	return e.Key
}

// alike returns the open rows of the run whose question is that of row n.
func (s *Service) alike(ctx context.Context, actor account.Actor, run id.ID, n int, fix register.Fix) ([]register.HeldRow, error) {
	sample, err := s.Registers.Row(ctx, actor, run, n)
	if err != nil {
		return nil, err
	}
	var rows []register.HeldRow
	for cursor := ""; ; {
		found, err := s.Registers.List(ctx, actor, register.Filter{Run: run, Key: sample.Key}, page.Request{Cursor: cursor, Limit: page.MaxLimit})
		if err != nil {
			return nil, err
		}
		for _, h := range found.Items {
			if sameQuestion(sample, h, fix) {
				rows = append(rows, h)
			}
		}
		if cursor = found.Next; cursor == "" {
			return rows, nil
		}
	}
}

// sameQuestion reports whether an answer that was given for one row answers
// another: the cells that it replaces say the same; of a class the article, of
// a confirmed number also number and unit; of neither, what the problem names.
func sameQuestion(a, b register.HeldRow, fix register.Fix) bool {
	if a.Key != b.Key || a.Sheet != b.Sheet {
		return false
	}
	same := func(fields ...register.Field) bool {
		for _, f := range fields {
			if a.Values[f] != b.Values[f] {
				return false
			}
		}
		return true
	}
	for f := range fix.Values {
		if !same(f) {
			return false
		}
	}
	switch {
	case fix.Confirmed:
		return same(layout.Item, layout.Spec, layout.Qty, layout.Unit)
	case fix.Class != "", changesGoods(fix):
		return same(layout.Item)
	case len(fix.Values) == 0:
		return maps.Equal(a.Args, b.Args)
	}
	return true
}

// changesGoods reports whether an answer is about the goods: it then holds for
// the same article alone.
func changesGoods(fix register.Fix) bool {
	for _, f := range []register.Field{layout.Qty, layout.Unit, layout.Spec} {
		if _, ok := fix.Values[f]; ok {
			return true
		}
	}
	return false
}

// stops reports whether a failure is not about one row.
func stops(err error) bool {
	switch errs.KindOf(err) {
	case errs.Internal, errs.Unavailable, errs.Forbidden, errs.Unauthenticated:
		return true
	}
	return false
}
