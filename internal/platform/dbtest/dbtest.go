// SPDX-License-Identifier: Apache-2.0

// Package dbtest gives a test a fresh, real, migrated database on each engine.
//
// PostgreSQL is used when QIAO_TEST_POSTGRES_URL names a server (make test
// starts one); otherwise that half of the test is skipped with a message.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/migrate"
	"github.com/qiaorelief/qiao/migrations"
)

// PostgresEnv names the server to use, as a URL of its maintenance database.
const PostgresEnv = "QIAO_TEST_POSTGRES_URL"

// Run calls test once per engine, in parallel, each with a database of its own.
func Run(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	RunWith(t, db.Config{}, test)
}

// RunWith is Run with a clock, ids or other settings of the caller's.
func RunWith(t *testing.T, cfg db.Config, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t, cfg))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t, cfg))
	})
}

// SQLite returns a migrated database in a temporary folder.
func SQLite(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	cfg.Path = filepath.Join(t.TempDir(), "qiao.db")
	if b := template(t); b != nil {
		if err := os.WriteFile(cfg.Path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, cfg)
}

// template is a migrated, empty SQLite file: copying it is much faster than
// migrating anew in each of hundreds of tests.
var template = func() func(testing.TB) []byte {
	var once sync.Once
	var b []byte
	return func(t testing.TB) []byte {
		once.Do(func() {
			dir, err := os.MkdirTemp("", "qiao-template-")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir) //nolint:errcheck // a leftover in the temporary folder harms nobody
			path := filepath.Join(dir, "qiao.db")
			d, err := db.Open(context.Background(), db.Config{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := migrate.Up(context.Background(), d, migrations.FS); err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			if b, err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		})
		return b
	}
}()

// Postgres returns a migrated database made for this test and dropped after it.
func Postgres(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	cfg.URL = PostgresURL(t)
	if cfg.Readers == 0 {
		cfg.Readers = 8
	}
	return open(t, cfg)
}

// PostgresURL returns the URL of an empty database made for this test.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(PostgresEnv)
	if server == "" {
		t.Skip("no PostgreSQL: set " + PostgresEnv + " (make test starts a server and sets it)")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ReplaceAll(id.NewSource(nil).New(clock.System{}.Now()).String(), "-", "")
	run := func(statement string) {
		admin, err := sql.Open("pgx", server)
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close() //nolint:errcheck // read-only use is over
		if _, err := admin.ExecContext(context.Background(), statement); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", statement, err))
		}
	}
	run("CREATE DATABASE " + name)
	t.Cleanup(func() { run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	u.Path = "/" + name
	return u.String()
}

// Again opens the database of d once more, as a second process would.
func Again(t testing.TB, d *db.DB, cfg db.Config) *db.DB {
	t.Helper()
	name := ""
	if d.Engine() == db.Postgres {
		if err := d.SQL().QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(os.Getenv(PostgresEnv))
		if err != nil {
			t.Fatal(err)
		}
		u.Path = "/" + name
		cfg.URL, cfg.Readers = u.String(), max(cfg.Readers, 4)
		return open(t, cfg)
	}
	if err := d.SQL().QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&name); err != nil {
		t.Fatal(err)
	}
	cfg.Path = name
	return open(t, cfg)
}

func open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := migrate.Up(t.Context(), d, migrations.FS); err != nil {
		t.Fatal(err)
	}
	return d
}
