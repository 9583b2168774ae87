// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// The bounds of one shared commit.
const (
	groupWrites = 512                  // writes
	groupTime   = 8 * time.Millisecond // time spent on running them
	gatherTime  = 400 * time.Microsecond
	queueLength = 4096 // writes that may wait
)

// write is one closure that waits for its commit.
type write struct {
	ctx   context.Context
	fn    func(context.Context, *Tx) error
	tx    *Tx
	err   error
	panic any
	sent  time.Time // when Tx was called
	began time.Time // when fn was run first; zero when it never was
	done  chan struct{}
}

// group runs all writes of the process in one goroutine and lets those that
// wait share a commit.
//
// Invariant: a write's done is closed exactly once, after the commit that holds
// it is durable or after it is certain that nothing of it was written.
type group struct {
	db    *DB
	share bool

	// expected is how many writes came together lately. Callers who got their
	// answers together send their next writes within microseconds of each other; a
	// commit that did not wait for them would be made for the first alone. Only
	// the writing goroutine uses it.
	expected int

	mu     sync.RWMutex // held for reading while sending to queue
	closed bool
	queue  chan *write
	ended  chan struct{}
}

func newGroup(d *DB, share bool) *group {
	g := &group{db: d, share: share, queue: make(chan *write, queueLength), ended: make(chan struct{})}
	go g.run()
	return g
}

// do hands a write to the writer and waits for its outcome.
func (g *group) do(ctx context.Context, fn func(context.Context, *Tx) error) error {
	w := &write{ctx: ctx, fn: fn, sent: clock.Start(), done: make(chan struct{})}
	if err := g.send(w); err != nil {
		return err
	}
	<-w.done
	if w.panic != nil {
		panic(w.panic)
	}
	return w.err
}

func (g *group) send(w *write) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return errs.New(errs.Unavailable, "error.shutting_down")
	}
	select {
	case g.queue <- w:
		return nil
	case <-w.ctx.Done():
		return errs.Wrap(w.ctx.Err(), errs.Unavailable, "error.cancelled")
	}
}

func (g *group) close() {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		close(g.queue)
	}
	g.mu.Unlock()
	<-g.ended
}

func (g *group) run() {
	defer close(g.ended)
	for w := range g.queue {
		g.serve(w)
	}
}

// serve commits first together with the writes that arrive while it runs.
func (g *group) serve(first *write) {
	batch, err := g.commit(first, g.share)
	if err == nil {
		g.answer(batch)
		return
	}
	// The shared commit failed. Who is to blame is unknown, so each write is
	// tried alone; the one at fault then fails alone.
	if len(batch) == 1 {
		batch[0].fail(err)
		g.answer(batch)
		return
	}
	g.db.log.Warn("shared commit failed; repeating its writes one by one", "writes", len(batch), "error", err)
	for _, w := range batch {
		// Also one that was refused: it may have been because of a neighbour's
		// change, and that is undone.
		w.err, w.panic = nil, nil
		if _, err := g.commit(w, false); err != nil {
			w.fail(err)
		}
	}
	g.answer(batch)
}

func (w *write) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (g *group) answer(batch []*write) {
	wrote := false
	for _, w := range batch {
		if !w.began.IsZero() {
			g.db.tally.wait.add(w.began.Sub(w.sent).Seconds())
		}
		if w.err == nil && w.panic == nil {
			wrote = true
			for _, f := range w.tx.after {
				f()
			}
		}
	}
	if wrote {
		g.db.committed()
	}
	for _, w := range batch {
		close(w.done)
	}
}

// commit runs first, and with share those that wait, in one transaction. On an
// error nothing of the batch is in the database.
func (g *group) commit(first *write, share bool) (batch []*write, err error) {
	ctx := context.WithValue(context.Background(), insideTx{}, true)
	batch = []*write{first}
	raw, err := g.db.writer.BeginTx(ctx, nil)
	if err != nil {
		return batch, translate(err)
	}
	defer func() {
		if e := raw.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err == nil {
			err = translate(e)
		}
		g.db.wstmts.settle(ctx)
	}()
	shared := &Tx{db: g.db, tx: raw, ctx: ctx}
	sum := map[counterKey]int64{}
	start := clock.Start()
	for w := first; w != nil; {
		if err := g.execute(w, shared, sum); err != nil {
			return batch, err
		}
		if !share || len(batch) >= groupWrites || clock.Since(start) >= groupTime {
			break
		}
		if w = g.waiting(); w == nil && len(batch) < g.expected {
			w = g.gather(start)
		}
		if w != nil {
			batch = append(batch, w)
		}
	}
	if share {
		g.expected = max(len(batch), g.expected*3/4) // forgotten within a few commits
	}
	if err := shared.flush(sum); err != nil {
		return batch, err
	}
	if err := raw.Commit(); err != nil {
		return batch, translate(err)
	}
	if n := successful(batch); n > 0 {
		g.db.tally.writes.add(float64(n))
	}
	return batch, nil
}

func successful(batch []*write) (n int) {
	for _, w := range batch {
		if w.err == nil && w.panic == nil {
			n++
		}
	}
	return n
}

// waiting returns a write that waits, or nil.
func (g *group) waiting() *write {
	select {
	case w := <-g.queue: // nil when the queue is closed
		return w
	default:
		return nil
	}
}

// gather waits for a write until the commit that began at start has to go on; nil
// when none came.
func (g *group) gather(start time.Time) *write {
	left := gatherTime - clock.Since(start)
	if left <= 0 {
		return nil
	}
	patience := time.NewTimer(left)
	defer patience.Stop()
	select {
	case w := <-g.queue:
		return w
	case <-patience.C:
		return nil
	}
}

// execute runs one write inside a savepoint. It returns an error only when the
// whole transaction is spoilt.
func (g *group) execute(w *write, shared *Tx, sum map[counterKey]int64) error {
	if err := w.ctx.Err(); err != nil {
		w.err = errs.Wrap(err, errs.Unavailable, "error.cancelled")
		return nil
	}
	if _, err := shared.Exec(shared.ctx, "SAVEPOINT write"); err != nil {
		return err
	}
	if w.began.IsZero() {
		w.began = clock.Start()
	}
	w.tx = &Tx{db: g.db, tx: shared.tx, ctx: shared.ctx, now: g.db.clock.Now()}
	w.call()
	if w.err == nil && w.panic == nil {
		if _, err := shared.Exec(shared.ctx, "RELEASE write"); err != nil {
			return err
		}
		for k, n := range w.tx.adds {
			if !merge(sum, k, n) {
				return fmt.Errorf("add to %s: %w", k.counter.Name, ErrOverflow)
			}
		}
		return nil
	}
	if _, err := shared.Exec(shared.ctx, "ROLLBACK TO write"); err != nil {
		// SQLite rolled the whole transaction back (disk full, I/O error).
		return fmt.Errorf("%w after: %w", err, w.cause())
	}
	if _, err := shared.Exec(shared.ctx, "RELEASE write"); err != nil {
		return err
	}
	return nil
}

func (w *write) call() {
	defer func() {
		if p := recover(); p != nil {
			w.panic = p
		}
	}()
	if w.err = w.fn(w.tx.ctx, w.tx); w.err == nil {
		w.err = w.tx.overflow
	}
}

func (w *write) cause() error {
	if w.err != nil {
		return w.err
	}
	return fmt.Errorf("panic: %v", w.panic)
}
