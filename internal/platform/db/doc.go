// SPDX-License-Identifier: Apache-2.0

// Package db is the one way to the database, the same for SQLite and PostgreSQL.
//
// # What it promises
//
//   - A write is a closure. It is answered only after its commit is durable:
//     SQLite runs in WAL mode with synchronous=FULL, which is read back at start;
//     anything else is refused.
//   - On SQLite one goroutine writes. The writes that wait at one moment share
//     one commit; each runs in a savepoint of its own, so that a failing write
//     does not hurt its neighbours. On PostgreSQL each write is a transaction.
//   - A closure may run more than once (a shared commit that failed is repeated
//     write by write; PostgreSQL asks for retries). It must have no effect
//     outside the transaction; what must happen afterwards goes into OnCommit.
//   - One `now` per write, from the injected clock; ids from the injected source.
//   - Transactions do not nest: a write inside a write is refused at once.
//   - A Counter is a maintained sum. What the writes of one commit add to it is
//     added up first and written once, at the end of the commit.
//
// # SQL
//
// One text for both engines: $N placeholders by number, RETURNING, ON CONFLICT.
// ids are BLOB(16) on SQLite and uuid on PostgreSQL, times are microseconds UTC
// (BIGINT), days are YYYYMMDD, truth is 0 or 1, JSON is text. The package
// converts id.ID, time.Time, clock.Day and bool in both directions. Where the
// engines must differ (locks), there is one seam here: Tx.Lock.
//
// # What can go wrong, and what the caller sees
//
// Disk full, database locked by another process, shutting down: errs.Unavailable
// with a message that says what to do; nothing was written. A number that does
// not fit: ErrOverflow. A broken uniqueness rule: ErrDuplicate. Cancelling the
// context before the write starts prevents it; afterwards the answer is awaited,
// because a write that may or may not have happened helps nobody.
package db
