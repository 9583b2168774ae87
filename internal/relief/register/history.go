// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Runs returns one page of runs, the latest first.
func (s *Service) Runs(ctx context.Context, actor account.Actor, p page.Request) (page.Page[RunInfo], error) {
	if err := s.policy.Authorize(ctx, actor, "import.read", account.Object{Kind: "import"}); err != nil {
		return page.Page[RunInfo]{}, err
	}
	var where db.Filter
	if p.Cursor != "" {
		var before id.ID
		if err := page.Decode(p.Cursor, &before); err != nil {
			return page.Page[RunInfo]{}, err
		}
		where.And("id < ?", before)
	}
	query, args := where.Query(selectRunsHead, "ORDER BY id DESC", p.Rows()+1)
	rows, err := db.All(ctx, s.db, query, args, scanRun)
	if err != nil {
		return page.Page[RunInfo]{}, fmt.Errorf("list runs: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(r RunInfo) string { return page.Encode(r.ID) }), nil
}

// RunInfo returns a run as it stands and, by message key, how many of its rows
// still wait for a person.
func (s *Service) RunInfo(ctx context.Context, actor account.Actor, run id.ID) (RunInfo, map[string]int, error) {
	if err := s.policy.Authorize(ctx, actor, "import.read", account.Object{Kind: "import", ID: run}); err != nil {
		return RunInfo{}, nil, err
	}
	info, err := runByID(ctx, s.db, run)
	if err != nil {
		return info, nil, err
	}
	open, err := countByKey(ctx, s.db, selectOpenReasons, run)
	return info, open, err
}

// RowWriter is a table that is written row by row: CSV or XLSX of platform/sheet.
type RowWriter interface {
	Header(names []string) error
	Row(cells ...any) error
}

// WriteRows writes the rows of a filter as people send them back: number,
// sheet, state, reason, then the cells as they were. The caller closes w.
func (s *Service) WriteRows(ctx context.Context, actor account.Actor, f Filter, w RowWriter, translate func(key string, args map[string]any) string) error {
	head, widest := []string{"row", "sheet", "status", "reason"}, []string(nil)
	for i, name := range head {
		head[i] = translate("register.review."+name, nil)
	}
	var rows []HeldRow
	for cursor := ""; ; {
		found, err := s.List(ctx, actor, f, page.Request{Cursor: cursor, Limit: page.MaxLimit})
		if err != nil {
			return err
		}
		for _, h := range found.Items {
			if len(h.Columns) > len(widest) {
				widest = h.Columns
			}
		}
		rows = append(rows, found.Items...)
		if cursor = found.Next; cursor == "" {
			break
		}
	}
	if err := w.Header(append(head, named(widest)...)); err != nil {
		return err
	}
	for _, h := range rows {
		cells := []any{h.Row, h.Sheet, translate("register.status."+string(h.Status), nil), translate(h.Key, h.Args)}
		for _, c := range h.Cells {
			cells = append(cells, c)
		}
		if err := w.Row(cells...); err != nil {
			return err
		}
	}
	return nil
}
