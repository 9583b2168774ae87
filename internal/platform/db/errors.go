// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// What the database refuses, for callers that know what it means.
var (
	ErrDuplicate = errors.New("duplicate key")                 // a uniqueness rule
	ErrCheck     = errors.New("constraint refused")            // a CHECK, NOT NULL or foreign key
	ErrOverflow  = errors.New("number too large for a column") // 63 bits

	errNested = errors.New("db: a write inside a write")
	errRetry  = errors.New("db: serialization failure")
)

// translate turns a driver's error into one that a caller can act on. Errors
// that are ours already pass unchanged.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var own *errs.Error
	if errors.As(err, &own) {
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return translateSQLite(lite)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translatePostgres(pg)
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return errs.Wrap(err, errs.Unavailable, "error.cancelled")
	case errors.Is(err, sql.ErrConnDone), errors.Is(err, driver.ErrBadConn), isConnect(err):
		return errs.Wrap(err, errs.Unavailable, "error.database_unreachable")
	case errors.Is(err, fs.ErrPermission):
		return errs.Wrap(err, errs.Unavailable, "error.database_unwritable")
	case strings.Contains(err.Error(), "sql: database is closed"):
		return errs.Wrap(err, errs.Unavailable, "error.shutting_down")
	}
	return err
}

func isConnect(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network)
}

func translateSQLite(e *sqlite.Error) error {
	switch code := e.Code(); code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errs.Wrap(e, errs.Unavailable, "error.database_locked")
	case sqlite3.SQLITE_FULL:
		return errs.Wrap(e, errs.Unavailable, "error.disk_full")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH:
		return errs.Wrap(e, errs.Unavailable, "error.database_unwritable")
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return errs.Wrap(e, errs.Unavailable, "error.database_damaged")
	case sqlite3.SQLITE_IOERR:
		return errs.Wrap(e, errs.Unavailable, "error.disk_failed")
	case sqlite3.SQLITE_INTERRUPT:
		return errs.Wrap(e, errs.Unavailable, "error.cancelled")
	case sqlite3.SQLITE_CONSTRAINT:
		switch code {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
			return errors.Join(ErrDuplicate, e)
		case sqlite3.SQLITE_CONSTRAINT_DATATYPE: // a sum that became REAL in an INTEGER column
			return errors.Join(ErrOverflow, e)
		}
		return errors.Join(ErrCheck, e)
	}
	return e
}

func translatePostgres(e *pgconn.PgError) error {
	switch e.Code {
	case "23505":
		return errors.Join(ErrDuplicate, e)
	case "22003":
		return errors.Join(ErrOverflow, e)
	case "23514", "23502", "23503":
		return errors.Join(ErrCheck, e)
	case "40001", "40P01":
		return errs.Wrap(errors.Join(errRetry, e), errs.Unavailable, "error.database_busy")
	case "53100":
		return errs.Wrap(e, errs.Unavailable, "error.disk_full")
	case "28000", "28P01", "3D000":
		return errs.Wrap(e, errs.Unavailable, "error.database_login")
	case "25006", "42501":
		return errs.Wrap(e, errs.Unavailable, "error.database_unwritable")
	}
	switch e.Code[:2] {
	case "08", "53", "57":
		return errs.Wrap(e, errs.Unavailable, "error.database_unreachable")
	}
	return e
}

func retryable(err error) bool { return errors.Is(err, errRetry) }
