// SPDX-License-Identifier: Apache-2.0

package migrate_test

import (
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/migrate"
	"github.com/qiaorelief/qiao/migrations"
)

func TestBothEnginesHaveTheSameNumbers(t *testing.T) {
	t.Parallel()
	names := func(engine string) (list []string) {
		files, err := fs.ReadDir(migrations.FS, engine)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			list = append(list, f.Name())
		}
		return list
	}
	if diff := cmp.Diff(names("sqlite"), names("postgres")); diff != "" {
		t.Errorf("-sqlite +postgres:\n%s", diff)
	}
}

func TestMigratingAgainDoesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if n, err := migrate.Up(t.Context(), d, migrations.FS); err != nil || n != 0 {
			t.Errorf("%d applied (%v), want none", n, err)
		}
	})
}

// older is a binary that knows the first migration only.
func older(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	for _, engine := range []string{"sqlite", "postgres"} {
		name := engine + "/0001_books.sql"
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	return files
}

func TestADatabaseOfANewerBinaryIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		_, err := migrate.Up(t.Context(), d, older(t))
		if !errs.Is(err, errs.Unavailable) || errs.As(err).Key != "error.schema_newer" || errs.As(err).Args["ours"] != int64(1) {
			t.Errorf("error %v, want error.schema_newer", err)
		}
	})
}

func TestAnOlderDatabaseIsBroughtUp(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(t.TempDir(), "qiao.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // the test is over
	if n, err := migrate.Up(t.Context(), d, older(t)); err != nil || n != 1 {
		t.Fatalf("%d applied (%v), want 1", n, err)
	}
	if n, err := migrate.Up(t.Context(), d, migrations.FS); err != nil || n == 0 {
		t.Errorf("%d applied (%v), want the rest", n, err)
	}
}

func TestSeveralProcessesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	open := map[string]func(t *testing.T) db.Config{
		"sqlite":   func(t *testing.T) db.Config { return db.Config{Path: filepath.Join(t.TempDir(), "qiao.db")} },
		"postgres": func(t *testing.T) db.Config { return db.Config{URL: dbtest.PostgresURL(t), Readers: 3} },
	}
	for name, config := range open {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(t)
			var wg sync.WaitGroup
			for range 3 {
				d, err := db.Open(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { d.Close() }) //nolint:errcheck // the test is over
				wg.Go(func() {
					if _, err := migrate.Up(t.Context(), d, migrations.FS); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
	}
}
