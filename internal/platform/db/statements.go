// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
)

// statementLimit bounds the cache; lists with filters have a few shapes each.
const statementLimit = 2000

// statements keeps the prepared statements of one SQLite pool: preparing costs
// more than most statements take to run. On PostgreSQL pgx keeps them itself,
// and a nil *statements keeps none.
//
// Inside a transaction nothing can be prepared on the pool, because the pool's
// only connection may be the one that waits. Such a query runs unprepared once,
// is remembered, and is prepared when the transaction has ended.
type statements struct {
	pool   *sql.DB
	log    *slog.Logger
	mu     sync.RWMutex
	byQ    map[string]*sql.Stmt
	wanted map[string]struct{}
	closed bool
}

func newStatements(d *DB, pool *sql.DB) *statements {
	if d.engine != SQLite {
		return nil
	}
	return &statements{pool: pool, log: d.log, byQ: map[string]*sql.Stmt{}, wanted: map[string]struct{}{}}
}

// get returns the prepared statement, or nil.
func (s *statements) get(query string) *sql.Stmt {
	if s == nil {
		return nil
	}
	s.mu.RLock()
	stmt, full := s.byQ[query], len(s.byQ) >= statementLimit
	s.mu.RUnlock()
	if stmt == nil && !full {
		s.mu.Lock()
		s.wanted[query] = struct{}{}
		s.mu.Unlock()
	}
	return stmt
}

// settle prepares what was wanted. The caller holds no connection, and nothing
// is locked while it waits for one: those who hold one call get.
func (s *statements) settle(ctx context.Context) {
	if s == nil {
		return
	}
	s.mu.RLock()
	n := len(s.wanted)
	s.mu.RUnlock()
	if n == 0 {
		return
	}
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = map[string]struct{}{}
	s.mu.Unlock()
	for query := range wanted {
		stmt, err := s.pool.PrepareContext(ctx, query)
		if err != nil { // it runs unprepared, and reports its own error then
			s.log.Debug("statement not prepared", "error", err)
			continue
		}
		s.keep(query, stmt)
	}
}

// keep stores a prepared statement, unless somebody else was faster.
func (s *statements) keep(query string, stmt *sql.Stmt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byQ[query] != nil || s.closed {
		stmt.Close() //nolint:errcheck // it was never used
		return
	}
	s.byQ[query] = stmt
}

func (s *statements) close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.byQ {
		stmt.Close() //nolint:errcheck // the pool is closed next; nothing depends on a statement's end
	}
	clear(s.byQ)
	s.closed = true
}
