// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// errDry rolls back what a dry run tried.
var errDry = errors.New("register: dry run")

// badRow is what the books refused; the rows before it are fine.
type badRow struct {
	index int
	err   error
}

func (b *badRow) Error() string { return fmt.Sprintf("row %d of the chunk: %v", b.index, b.err) }
func (b *badRow) Unwrap() error { return b.err }

// flush posts the rows that wait. When the books refuse one, the rows up to it
// are written with that one held, and then those behind it.
func (p *run) flush(ctx context.Context) error {
	rest := p.chunk
	p.chunk = nil
	for len(rest) > 0 {
		if p.req.Between != nil {
			if err := p.req.Between(ctx); err != nil {
				return err
			}
		}
		now := rest
		err := p.write(ctx, now)
		var bad *badRow
		if errors.As(err, &bad) {
			now = rest[:bad.index+1]
			now[bad.index].problem, now[bad.index].row = refusal(bad.err), nil
			err = p.write(ctx, now)
		}
		if constraint(err) && len(now) > 1 { // the commit failed: whose fault it is shows row by row
			now = now[:1]
			err = p.write(ctx, now)
		}
		if constraint(err) {
			now[0].problem, now[0].row = meaning.Hold("register.row.refused"), nil
			err = p.write(ctx, now)
		}
		if err != nil {
			return err
		}
		rest = rest[len(now):]
	}
	return nil
}

// refusal turns what the books say into the reason of a held row.
func refusal(err error) *Problem {
	e := errs.As(err)
	if len(e.Fields) > 0 {
		return &Problem{Status: Held, Key: e.Fields[0].Key, Args: e.Fields[0].Args}
	}
	return &Problem{Status: Held, Key: e.Key, Args: e.Args}
}

// refusable reports whether an error is the row's fault.
func refusable(err error) bool {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Exhausted, errs.Conflict, errs.NotFound, errs.Malformed:
		return true
	}
	return false
}

func constraint(err error) bool {
	return errors.Is(err, db.ErrOverflow) || errors.Is(err, db.ErrCheck) || errors.Is(err, db.ErrDuplicate)
}

// ending is where one row of a write ended.
type ending struct {
	status  Status // empty: was there already
	problem *Problem
}

// write posts rows in one write of the database and, after its commit, counts.
func (p *run) write(ctx context.Context, items []item) error {
	var ends []ending
	err := p.s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		ends = make([]ending, len(items)) // the closure may run again
		if err := p.inside(ctx, tx, items, ends); err != nil {
			return err
		}
		if p.req.DryRun {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return err
	}
	if !p.req.DryRun {
		p.begun, p.result.Run = true, p.id
	}
	p.result.Read += len(items)
	for i, end := range ends {
		p.result.count(end.status, end.problem)
		if end.problem != nil && end.status != "" {
			if err := p.review.row(items[i].e, end); err != nil {
				return err
			}
		}
	}
	if p.req.Progress != nil {
		p.req.Progress(p.result.Read, p.total)
	}
	return nil
}

// inside is the body of a write.
func (p *run) inside(ctx context.Context, tx *db.Tx, items []item, ends []ending) error {
	// Imports of one kind take turns, so that each sees what the other did.
	if err := tx.Lock(ctx, "register."+string(p.req.Kind)); err != nil {
		return err
	}
	if err := p.open(ctx, tx); err != nil {
		return err
	}
	before, err := outcomes(ctx, tx, items)
	if err != nil {
		return err
	}
	elsewhere, err := postedElsewhere(ctx, tx, items, p.as)
	if err != nil {
		return err
	}
	add := make([]keyRow, 0, len(items))
	for i := range items {
		it := &items[i]
		outcome, seen := before[it.key]
		if seen && !outcome.open() {
			continue
		}
		it.again = seen
		end, document, err := p.decide(ctx, tx, it, elsewhere[it.content])
		switch {
		case err != nil && refusable(err):
			return &badRow{i, err}
		case err != nil:
			return fmt.Errorf("row %d: %w", it.e.Row, err)
		case seen && end.status != Posted:
			continue // held already, or just resolved by a person
		case !seen:
			add = append(add, keyRow{it.key, it.content, end.status, document})
		}
		if err := p.keep(ctx, tx, it, end, document); err != nil {
			return err
		}
		ends[i] = end
	}
	if err := insertKeys(ctx, tx, add, p.as); err != nil {
		return err
	}
	return p.addCounts(ctx, tx, ends, items[len(items)-1].key)
}

// keep stores a held row, or ends the earlier one of a row that is posted now.
func (p *run) keep(ctx context.Context, tx *db.Tx, it *item, end ending, document id.ID) error {
	if end.status != Posted {
		return insertRow(ctx, tx, p, it, end.problem)
	}
	if !it.again {
		return nil
	}
	return closeHeld(ctx, tx, it.key, document)
}

// decide holds a row or posts it. An empty ending is that of a held row which a
// person resolved at this very moment.
func (p *run) decide(ctx context.Context, tx *db.Tx, it *item, elsewhere string) (ending, id.ID, error) {
	if it.problem == nil && it.strong && elsewhere != "" {
		return ending{Held, meaning.Hold("register.maybe_duplicate", "file", elsewhere)}, id.Zero, nil
	}
	if it.problem != nil {
		return ending{it.problem.Status, it.problem}, id.Zero, nil
	}
	if it.again {
		if claimed, err := claimHeld(ctx, tx, it.key); err != nil || !claimed {
			return ending{}, id.Zero, err
		}
	}
	document, err := p.s.posters[p.req.Kind].Post(ctx, tx, p.actor, *it.row)
	return ending{status: Posted}, document, err
}

// addCounts keeps the sums of the run, so that they are right wherever it stops.
func (p *run) addCounts(ctx context.Context, tx *db.Tx, ends []ending, last string) error {
	r := Result{Reasons: map[string]int{}}
	for _, e := range ends {
		r.count(e.status, e.problem)
	}
	r.Read = len(ends)
	return p.count(ctx, tx, r, last)
}
