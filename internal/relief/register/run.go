// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// chunkRows is how many rows are posted in one write. More would not be faster;
// other writers wait for it.
const chunkRows = 400

// run is an import in progress.
type run struct {
	s      *Service
	actor  account.Actor
	req    Request
	id     id.ID
	file   string // base name
	digest string // of the file
	as     string // identity of the file: its name, or that of an earlier copy
	keys   *keys
	review *review
	result Result
	begun  bool // the run is in the database
	total  int
	chunk  []item
}

// item is a row on its way.
type item struct {
	e            *layout.Entry
	row          *Row
	problem      *Problem
	key, content string
	strong       bool
	again        bool // was held in an earlier run
	n            int  // number of the row in the run, from 1
}

// Run imports a file. With an error the result says what was done before it;
// an error about the file itself leaves nothing behind.
func (s *Service) Run(ctx context.Context, actor account.Actor, req Request) (Result, error) {
	if err := s.policy.Authorize(ctx, actor, "import.run", account.Object{Kind: "import"}); err != nil {
		return Result{}, err
	}
	if !req.Kind.Valid() {
		return Result{}, errs.New(errs.Invalid, "register.kind.unknown", "kind", string(req.Kind))
	}
	if req.Mapping != nil && req.Mapping.Kind != "" && req.Mapping.Kind != req.Kind {
		return Result{}, errs.New(errs.Invalid, "register.mapping.other_kind", "kind", string(req.Mapping.Kind))
	}
	all, err := s.finder.Tables(ctx, layout.Source{
		Kind: req.Kind, Name: req.FileName, File: req.File, Size: req.Size, Mapping: req.Mapping,
	})
	if err != nil {
		return Result{}, err
	}
	p, err := s.begin(ctx, actor, req, all)
	if err != nil {
		return Result{}, err
	}
	if req.Mapped != nil {
		req.Mapped(p.result.Mappings)
	}
	err = p.tables(ctx, all)
	if e := p.review.close(); err == nil {
		err = e
	}
	p.result.ReviewFile = p.review.written()
	return p.result, err
}

// begin prepares a run; nothing is written yet.
func (s *Service) begin(ctx context.Context, actor account.Actor, req Request, all []*layout.Table) (*run, error) {
	p := &run{s: s, actor: actor, req: req, file: layout.Base(req.FileName)}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(req.File, 0, req.Size)); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	p.digest = hex.EncodeToString(h.Sum(nil))
	var err error
	if p.as, err = nameOfCopy(ctx, s.db, req.Kind, p.digest, p.file); err != nil {
		return nil, err
	}
	p.keys = newKeys(req.Kind, p.as)
	p.result = Result{File: req.FileName, Reasons: map[string]int{}}
	widest := all[0]
	for _, t := range all {
		p.total += t.Count
		p.result.Skipped += t.Repeated
		p.result.Mappings = append(p.result.Mappings, t.Mapping(req.Kind, req.Mapping))
		if len(t.Columns) > len(widest.Columns) {
			widest = t
		}
	}
	p.review = newReview(req, widest.Columns)
	p.id = s.db.IDs().New(s.db.Clock().Now())
	return p, nil
}

// tables posts the rows of every table and ends the run.
func (p *run) tables(ctx context.Context, all []*layout.Table) error {
	for _, t := range all {
		r := &reader{s: p.s, kind: p.req.Kind, t: t, walk: p.s.finder.Walk(t)}
		for e, err := range r.walk.Entries(ctx) {
			if err == nil {
				err = p.take(ctx, r, e)
			}
			if err != nil {
				p.result.Skipped += r.walk.Skipped
				return err
			}
		}
		p.result.Skipped += r.walk.Skipped
		p.result.Unknowns += r.ones
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	return p.finish(ctx)
}

func (p *run) take(ctx context.Context, r *reader, e *layout.Entry) error {
	it := item{e: e, n: p.result.Read + len(p.chunk) + 1}
	it.row, it.problem = r.prepare(e)
	it.key, it.content = p.keys.of(e)
	it.strong = it.row != nil && p.keys.strong(e, it.row)
	p.chunk = append(p.chunk, it)
	if len(p.chunk) < chunkRows {
		return nil
	}
	return p.flush(ctx)
}

// finish marks the run as complete.
func (p *run) finish(ctx context.Context) error {
	if p.req.DryRun {
		p.result.Run = id.Zero
		return nil
	}
	return p.s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := p.open(ctx, tx); err != nil {
			return err
		}
		tx.OnCommit(func() { p.begun, p.result.Run = true, p.id })
		return finishRun(ctx, tx, p.id, tx.Now(), p.result)
	})
}

// open stores the run with its first write and says so in the journal. The name
// of the file is not in there: it may name a person.
func (p *run) open(ctx context.Context, tx *db.Tx) error {
	if p.begun {
		return nil
	}
	mapping, err := json.Marshal(p.result.Mappings)
	if err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	if err := insertRun(ctx, tx, p, string(mapping)); err != nil {
		return err
	}
	_, err = journal.Write(ctx, tx, journal.Fact{
		Actor: p.actor.ID, Action: "register.run", SubjectKind: "register", Subject: p.id,
		Payload: map[string]any{"kind": string(p.req.Kind), "file_hash": p.digest},
	})
	return err
}
