// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Engine names a database engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Config says which database to open. URL wins over Path.
type Config struct {
	Path    string // SQLite file
	URL     string // postgres://…
	Clock   clock.Clock
	IDs     *id.Source
	Log     *slog.Logger
	Busy    time.Duration // how long a SQLite write waits for another process's; 0 means 10 seconds
	Readers int           // connections for reading (SQLite) or in all (PostgreSQL); 0 means a sensible number

	// NoGroup commits every SQLite write alone. For measuring only.
	NoGroup bool
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine  Engine
	clock   clock.Clock
	ids     *id.Source
	log     *slog.Logger
	writer  *sql.DB // SQLite: exactly one connection, shared with the jobs
	reader  *sql.DB // PostgreSQL: the same pool as writer
	wstmts  *statements
	rstmts  *statements
	group   *group // nil on PostgreSQL
	version atomic.Uint64
	tally   tally
	stop    context.CancelFunc // ends watch
	watched sync.WaitGroup

	mu      sync.Mutex
	waiters map[chan struct{}]struct{}
}

// Open opens the database and verifies that it keeps what it acknowledges.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.IDs == nil {
		cfg.IDs = id.NewSource(nil)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &DB{clock: cfg.Clock, ids: cfg.IDs, log: cfg.Log, tally: newTally(), waiters: map[chan struct{}]struct{}{}}
	open := d.openSQLite
	if cfg.URL != "" {
		open = d.openPostgres
	}
	if err := open(ctx, cfg); err != nil {
		return nil, errors.Join(err, d.closePools())
	}
	d.wstmts, d.rstmts = newStatements(d, d.writer), newStatements(d, d.reader)
	if d.engine == SQLite {
		d.group = newGroup(d, !cfg.NoGroup)
	}
	return d, nil
}

// Close answers the writes that were accepted and closes the database.
func (d *DB) Close() error {
	if d.group != nil {
		d.group.close()
	}
	if d.stop != nil {
		d.stop()
		d.watched.Wait()
	}
	d.wstmts.close()
	d.rstmts.close()
	return d.closePools()
}

func (d *DB) closePools() error {
	var err error
	if d.reader != nil && d.reader != d.writer {
		err = d.reader.Close()
	}
	if d.writer != nil {
		if e := d.writer.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Engine returns which engine is in use.
func (d *DB) Engine() Engine { return d.engine }

// Clock returns the clock of the database's transactions.
func (d *DB) Clock() clock.Clock { return d.clock }

// IDs returns the source of record ids.
func (d *DB) IDs() *id.Source { return d.ids }

// SQL returns the writer's connection pool, for the packages that bring their
// own SQL and must share the one writer: platform/migrate and platform/job.
func (d *DB) SQL() *sql.DB { return d.writer }

type insideTx struct{}

// Tx runs fn as one write and returns after its commit. An error from fn, or a
// panic, leaves nothing behind; a panic goes on in the caller.
func (d *DB) Tx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(insideTx{}) != nil {
		return errNested
	}
	if err := ctx.Err(); err != nil {
		return errs.Wrap(err, errs.Unavailable, "error.cancelled")
	}
	if d.group != nil {
		return d.group.do(ctx, fn)
	}
	return d.direct(ctx, fn)
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.reader.PingContext(ctx); err != nil {
		return translate(err)
	}
	return nil
}

// Version counts the commits that this process knows of. While it stands
// still, nothing that was read has changed; caches are keyed by it.
func (d *DB) Version() uint64 { return d.version.Load() }

// Watch returns a channel that receives after commits (several may share one
// signal) and a function that ends the subscription.
func (d *DB) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	d.mu.Lock()
	d.waiters[c] = struct{}{}
	d.mu.Unlock()
	return c, func() {
		d.mu.Lock()
		delete(d.waiters, c)
		d.mu.Unlock()
	}
}

// committed tells everybody who watches that something changed.
func (d *DB) committed() {
	d.version.Add(1)
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.waiters {
		select {
		case c <- struct{}{}:
		default: // a signal is waiting already
		}
	}
}
