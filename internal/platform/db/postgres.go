// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// openPostgres opens the pool and verifies that a commit waits for the disk.
func (d *DB) openPostgres(ctx context.Context, cfg Config) error {
	d.engine = Postgres
	conf, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		// The parser's text repeats the URL, password included; it stays private.
		return errs.Wrap(err, errs.Unavailable, "error.database_url")
	}
	if conf.ConnectTimeout == 0 {
		conf.ConnectTimeout = 5 * time.Second
	}
	conf.RuntimeParams["application_name"] = "qiao"
	conf.RuntimeParams["timezone"] = "UTC"
	d.writer = stdlib.OpenDB(*conf)
	d.reader = d.writer
	n := cfg.Readers
	if n <= 0 {
		n = max(16, 4*runtime.NumCPU())
	}
	d.writer.SetMaxOpenConns(n)
	d.writer.SetMaxIdleConns(n)
	return d.verifyPostgres(ctx)
}

func (d *DB) verifyPostgres(ctx context.Context) error {
	var fsync, commit string
	row := d.writer.QueryRowContext(ctx, "SELECT current_setting('fsync'), current_setting('synchronous_commit')")
	if err := row.Scan(&fsync, &commit); err != nil {
		return fmt.Errorf("open postgres: %w", translate(err))
	}
	if fsync != "on" || commit == "off" {
		return errs.New(errs.Unavailable, "error.database_not_durable", "mode", "fsync="+fsync, "level", commit, "path", "PostgreSQL")
	}
	return nil
}
