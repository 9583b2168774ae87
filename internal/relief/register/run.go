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
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// chunkRows is how many rows are posted in one write. More would not be faster;
// other writers wait for it.
const chunkRows = 400

// ErrMoved ends a run that cannot go on: what it has dealt with is no more what
// the file begins with, because the program reads it in another way than
// before. A new run of the file posts nothing twice.
var ErrMoved = errs.New(errs.Conflict, "register.run.moved")

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
	of     meaning.Sources
	begun  bool // the run is in the database
	total  int
	seen   int    // rows that were met so far
	done   int    // rows that the run had dealt with before it was broken off
	last   string // key of the last of them
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
	if p.of, err = s.knowing(ctx); err != nil {
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
	if req.Run.IsZero() {
		p.id = s.db.IDs().New(s.db.Clock().Now())
		return p, nil
	}
	p.id = req.Run
	return p, p.goOn(ctx)
}

// goOn takes up a run that was begun before.
func (p *run) goOn(ctx context.Context) error {
	before, err := runByID(ctx, p.s.db, p.id)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if p.result.Reasons, err = reasonsOf(ctx, p.s.db, p.id); err != nil {
		return err
	}
	r := &p.result
	r.Read, r.Posted, r.Held, r.Rejected, r.Already = before.Read, before.Posted, before.Held, before.Rejected, before.Already
	p.begun, p.done, p.last, r.Run = true, before.Read, before.last, p.id
	return nil
}

// tables posts the rows of every table and ends the run.
func (p *run) tables(ctx context.Context, all []*layout.Table) error {
	for _, t := range all {
		r, walk := meaning.NewReader(p.of, p.req.Kind, t), p.s.finder.Walk(t)
		for e, err := range walk.Entries(ctx) {
			if err == nil {
				err = p.take(ctx, r, e)
			}
			if err != nil {
				p.result.Skipped += walk.Skipped
				return err
			}
		}
		p.result.Skipped += walk.Skipped
		p.result.Unknowns += r.Ones
	}
	if p.seen < p.done {
		return ErrMoved
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	return p.finish(ctx)
}

func (p *run) take(ctx context.Context, r *meaning.Reader, e *layout.Entry) error {
	p.seen++
	it := item{e: e, n: p.seen}
	it.row, it.problem = r.Prepare(e)
	it.key, it.content = p.keys.of(e)
	it.strong = it.row != nil && p.keys.strong(e, it.row)
	if it.n <= p.done {
		if it.n == p.done && it.key != p.last {
			return ErrMoved
		}
		return nil
	}
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
