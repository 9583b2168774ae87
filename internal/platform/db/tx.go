// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Queryer reads. *DB reads what is committed at that moment, *View a snapshot,
// *Tx what the write itself sees.
type Queryer interface {
	// Query returns the rows of a SELECT (or of a RETURNING). The caller
	// closes them; Each, All and One do it.
	Query(ctx context.Context, query string, args ...any) (*Rows, error)
}

// Tx is a write in progress. It belongs to the goroutine that runs the closure.
type Tx struct {
	db     *DB
	tx     *sql.Tx
	ctx    context.Context // never cancelled: an interrupted statement would roll back its neighbours
	now    time.Time
	adds   map[counterKey]int64
	after  []func()
	stripe int64

	overflow error // a counter was given more than fits
	spoilt   error // SQLite may have ended the transaction; what is written now would stay
}

// Now returns the moment of this transaction: the same for all that it writes.
func (t *Tx) Now() time.Time { return t.now }

// NewID returns a new record id.
func (t *Tx) NewID() id.ID { return t.db.ids.New(t.now) }

// Salt fills b with random bytes.
func (t *Tx) Salt(b []byte) { t.db.ids.Salt(b) }

// Stripe tells which stripe of a striped counter this write adds to: always 0
// on SQLite, one of a few on PostgreSQL, so that concurrent writes of the same
// sum do not wait for each other.
func (t *Tx) Stripe() int64 { return t.stripe }

// OnCommit calls fn after the commit, before the caller is answered. It is not
// called when the write fails.
func (t *Tx) OnCommit(fn func()) { t.after = append(t.after, fn) }

// SQL returns the transaction for platform/job, which enqueues in it.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(_ context.Context, query string, args ...any) (int64, error) {
	if t.spoilt != nil {
		return 0, t.spoilt
	}
	var res sql.Result
	var err error
	if stmt := t.db.wstmts.get(query); stmt != nil {
		res, err = t.tx.StmtContext(t.ctx, stmt).ExecContext(t.ctx, t.db.arguments(args)...)
	} else {
		res, err = t.tx.ExecContext(t.ctx, query, t.db.arguments(args)...)
	}
	if err != nil {
		if err = translate(err); errs.Is(err, errs.Unavailable) {
			t.spoilt = err
		}
		return 0, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, translate(err)
	}
	return n, nil
}

// Query implements Queryer.
func (t *Tx) Query(_ context.Context, query string, args ...any) (*Rows, error) {
	if stmt := t.db.wstmts.get(query); stmt != nil {
		return wrapRows(t.tx.StmtContext(t.ctx, stmt).QueryContext(t.ctx, t.db.arguments(args)...))
	}
	return wrapRows(t.tx.QueryContext(t.ctx, query, t.db.arguments(args)...))
}

// Lock makes this write wait until no other write holds the same name, across
// processes, and holds it until the commit. SQLite has one writer anyway.
func (t *Tx) Lock(_ context.Context, name string) error {
	if t.db.engine == SQLite {
		return nil
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	if _, err := t.tx.ExecContext(t.ctx, "SELECT pg_advisory_xact_lock($1)", int64(h.Sum64())); err != nil {
		return fmt.Errorf("lock %s: %w", name, translate(err))
	}
	return nil
}

// OneWriter reports whether no other write, of any process, can commit between
// the beginning and the commit of this one. It is so on SQLite.
func (t *Tx) OneWriter() bool { return t.db.engine == SQLite }

// Query implements Queryer on the committed state.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	stmt := d.rstmts.get(query)
	if stmt == nil { // now, before this query holds a connection
		d.rstmts.settle(ctx)
		stmt = d.rstmts.get(query)
	}
	if stmt != nil {
		return wrapRows(stmt.QueryContext(ctx, d.arguments(args)...))
	}
	return wrapRows(d.reader.QueryContext(ctx, query, d.arguments(args)...))
}

// View is a snapshot: everything read through it is of one moment.
type View struct {
	db *DB
	tx *sql.Tx
}

// Query implements Queryer.
func (v *View) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	if stmt := v.db.rstmts.get(query); stmt != nil {
		return wrapRows(v.tx.StmtContext(ctx, stmt).QueryContext(ctx, v.db.arguments(args)...))
	}
	return wrapRows(v.tx.QueryContext(ctx, query, v.db.arguments(args)...))
}

// View runs fn on a snapshot of the database.
func (d *DB) View(ctx context.Context, fn func(ctx context.Context, v *View) error) (err error) {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := d.reader.BeginTx(ctx, opts)
	if err != nil {
		return translate(err)
	}
	defer func() {
		if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err == nil {
			err = translate(e)
		}
		d.rstmts.settle(ctx)
	}()
	return fn(ctx, &View{db: d, tx: tx})
}

// direct runs a PostgreSQL write in a transaction of its own, again when the
// engine asks for it.
func (d *DB) direct(ctx context.Context, fn func(context.Context, *Tx) error) error {
	const tries = 8
	var err error
	for attempt := range tries {
		err = d.once(ctx, fn)
		if !retryable(err) {
			return err
		}
		var b [1]byte
		d.ids.Salt(b[:])
		pause := time.NewTimer(time.Duration(1<<attempt)*time.Millisecond + time.Duration(b[0])*20*time.Microsecond)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return translate(ctx.Err())
		}
	}
	return err
}

func (d *DB) once(ctx context.Context, fn func(context.Context, *Tx) error) (err error) {
	inner := context.WithValue(context.WithoutCancel(ctx), insideTx{}, true)
	start := clock.Start()
	raw, err := d.writer.BeginTx(inner, nil)
	if err != nil {
		return translate(err)
	}
	d.tally.wait.add(clock.Since(start).Seconds())
	defer func() {
		if e := raw.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err == nil {
			err = translate(e)
		}
	}()
	var stripe [1]byte
	d.ids.Salt(stripe[:])
	tx := &Tx{db: d, tx: raw, ctx: inner, now: d.clock.Now(), stripe: int64(stripe[0] % stripes)}
	if err := fn(inner, tx); err != nil {
		return err
	}
	if err := tx.flush(tx.adds); err != nil {
		return err
	}
	if err := raw.Commit(); err != nil {
		return translate(err)
	}
	d.tally.writes.add(1)
	for _, f := range tx.after {
		f()
	}
	d.committed()
	return nil
}
