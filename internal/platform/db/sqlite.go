// SPDX-License-Identifier: Apache-2.0

package db

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// busyTime is how long one process waits for another one's write.
const busyTime = 10 * time.Second

// openSQLite opens the one writer and the readers, and verifies durability.
func (d *DB) openSQLite(ctx context.Context, cfg Config) error {
	d.engine = SQLite
	if err := os.MkdirAll(filepath.Dir(cfg.Path), 0o750); err != nil {
		return errs.Wrap(err, errs.Unavailable, "error.database_unwritable", "path", cfg.Path)
	}
	busy := fmt.Sprintf("busy_timeout(%d)", cmp.Or(cfg.Busy, busyTime).Milliseconds())
	var err error
	if d.writer, err = sql.Open("sqlite", sqliteDSN(cfg.Path, "immediate", busy,
		"synchronous(FULL)", "foreign_keys(1)", "wal_autocheckpoint(4000)", "cache_size(-65536)", "temp_store(MEMORY)")); err != nil {
		return translate(err)
	}
	d.writer.SetMaxOpenConns(1)
	d.writer.SetMaxIdleConns(1)
	if err := d.verifySQLite(ctx, cfg.Path); err != nil {
		return err
	}
	readers := cfg.Readers
	if readers <= 0 {
		readers = max(4, 2*runtime.NumCPU())
	}
	if d.reader, err = sql.Open("sqlite", sqliteDSN(cfg.Path, "deferred", busy,
		"query_only(1)", "cache_size(-16384)", "temp_store(MEMORY)")); err != nil {
		return translate(err)
	}
	d.reader.SetMaxOpenConns(readers)
	d.reader.SetMaxIdleConns(readers)
	return nil
}

// sqliteDSN names the file with the settings of each of its connections, the
// busy timeout first.
// journal_mode is set by verifySQLite, once, because it belongs to the file.
func sqliteDSN(path, txlock string, pragmas ...string) string {
	q := url.Values{"_txlock": {txlock}, "_pragma": pragmas}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

// verifySQLite reads back what makes an acknowledged write durable. A file
// system that cannot do WAL (some network mounts) is refused here, not found
// out after a power cut.
func (d *DB) verifySQLite(ctx context.Context, path string) error {
	var mode string
	if err := d.writer.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(&mode); err != nil {
		return fmt.Errorf("open %s: %w", path, translate(err))
	}
	var level int
	if err := d.writer.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&level); err != nil {
		return fmt.Errorf("open %s: %w", path, translate(err))
	}
	const full = 2
	if !strings.EqualFold(mode, "wal") || level < full {
		return errs.New(errs.Unavailable, "error.database_not_durable", "mode", mode, "level", level, "path", path)
	}
	return nil
}
