// SPDX-License-Identifier: Apache-2.0

// Package migrate brings a database to the schema of this binary: forward only,
// one folder of SQL per engine with the same numbers. A database that is newer
// than the binary is refused, so that an old program never writes into books
// that it does not understand.
package migrate

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Up applies the migrations of files (sqlite/*.sql, postgres/*.sql) that are
// missing and returns how many there were. Several processes may call it at
// once.
func Up(ctx context.Context, d *db.DB, files fs.FS) (applied int, err error) {
	provider, err := newProvider(d, files)
	if err != nil {
		return 0, err
	}
	ours, err := newest(d, files)
	if err != nil {
		return 0, err
	}
	if err := refuseNewer(ctx, provider, ours); err != nil {
		return 0, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		// Another process may have been faster (SQLite has no lock for this).
		if now, e := provider.GetDBVersion(ctx); e == nil && now == ours {
			return 0, nil
		}
		return len(results), fmt.Errorf("migrate: %w", err)
	}
	return len(results), nil
}

// refuseNewer returns an error when the database has seen a later binary.
func refuseNewer(ctx context.Context, provider *goose.Provider, ours int64) error {
	theirs, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate: read version: %w", err)
	}
	if theirs > ours {
		return errs.New(errs.Unavailable, "error.schema_newer", "theirs", theirs, "ours", ours)
	}
	return nil
}

func newProvider(d *db.DB, files fs.FS) (*goose.Provider, error) {
	sub, err := fs.Sub(files, string(d.Engine()))
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	dialect, options := database.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.Engine() == db.Postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		dialect, options = database.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, d.SQL(), sub, options...)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return provider, nil
}

// newest returns the highest number among the files of the engine.
func newest(d *db.DB, files fs.FS) (int64, error) {
	names, err := fs.Glob(files, string(d.Engine())+"/*.sql")
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	var highest int64
	for _, name := range names {
		base := name[strings.LastIndexByte(name, '/')+1:]
		number, _, _ := strings.Cut(base, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migrate: file %s has no number", name)
		}
		highest = max(highest, n)
	}
	return highest, nil
}
