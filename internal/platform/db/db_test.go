// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

const insertCursor = `INSERT INTO journal_cursor (name, seq) VALUES ($1, $2)`

func count(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.Value[int64](t.Context(), d, `SELECT count(*) FROM journal_cursor`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWriteIsVisibleAfterItIsAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertCursor, "a", 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := count(t, d); got != 1 {
			t.Fatalf("rows = %d, want 1", got)
		}
	})
}

func TestFailingWriteDoesNotHurtItsNeighbours(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		refusal := errors.New("refused by the caller")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if _, err := tx.Exec(ctx, insertCursor, fmt.Sprint(i), i); err != nil {
						return err
					}
					if i%3 == 0 {
						return refusal
					}
					return nil
				})
				if (i%3 == 0) != errors.Is(err, refusal) {
					t.Errorf("write %d: error %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := count(t, d); got != 133 {
			t.Fatalf("rows = %d, want 133", got)
		}
	})
}

func TestPanicLeavesNothingAndGoesOnInTheCaller(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v, want boom", p)
				}
			}()
			err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, insertCursor, "a", 1); err != nil {
					return err
				}
				panic("boom")
			})
			t.Errorf("Tx returned %v, want a panic", err)
		}()
		if got := count(t, d); got != 0 {
			t.Fatalf("rows = %d, want 0", got)
		}
		if err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertCursor, "b", 1)
			return err
		}); err != nil {
			t.Fatalf("the writer is dead after a panic: %v", err)
		}
	})
}

func TestNestedWriteIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(ctx context.Context, _ *db.Tx) error {
			return d.Tx(ctx, func(context.Context, *db.Tx) error { return nil })
		})
		if err == nil {
			t.Fatal("a write inside a write was accepted")
		}
	})
}

func TestCancelledWriteDoesNotHappen(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertCursor, "a", 1)
			return err
		})
		if !errs.Is(err, errs.Unavailable) {
			t.Fatalf("error = %v, want unavailable", err)
		}
		if got := count(t, d); got != 0 {
			t.Fatalf("rows = %d, want 0", got)
		}
	})
}

func TestDuplicateKeyIsNamed(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		insert := func() error {
			return d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, insertCursor, "same", 1)
				return err
			})
		}
		if err := insert(); err != nil {
			t.Fatal(err)
		}
		if err := insert(); !errors.Is(err, db.ErrDuplicate) {
			t.Fatalf("error = %v, want ErrDuplicate", err)
		}
	})
}

func TestOnCommitRunsOnlyAfterSuccess(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var after []string
		write := func(name string, fail error) {
			err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				tx.OnCommit(func() { after = append(after, name) })
				if _, err := tx.Exec(ctx, insertCursor, name, 1); err != nil {
					return err
				}
				return fail
			})
			if !errors.Is(err, fail) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		write("good", nil)
		write("bad", errors.New("no"))
		if strings.Join(after, " ") != "good" {
			t.Fatalf("after = %v, want [good]", after)
		}
	})
}

func TestCountersAddUpAcrossWrites(t *testing.T) {
	t.Parallel()
	counter := &db.Counter{Name: "cursor", Columns: 1, Upsert: `
		INSERT INTO journal_cursor (name, seq) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET seq = journal_cursor.seq + excluded.seq`}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := d.Tx(t.Context(), func(_ context.Context, tx *db.Tx) error {
					tx.Add(counter, int64(i), "sum")
					tx.Add(counter, 1, "writes")
					if i%10 == 0 {
						return errors.New("not this one")
					}
					return nil
				})
				if (err != nil) != (i%10 == 0) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sum, err := db.Value[int64](t.Context(), d, `SELECT seq FROM journal_cursor WHERE name = 'sum'`)
		if err != nil || sum != 4950-450 {
			t.Fatalf("sum = %d (%v), want 4500", sum, err)
		}
	})
}

func TestCounterOverflowFailsOnlyTheWriteAtFault(t *testing.T) {
	t.Parallel()
	counter := &db.Counter{Name: "cursor", Columns: 1, Upsert: `
		INSERT INTO journal_cursor (name, seq) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET seq = journal_cursor.seq + excluded.seq`}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		add := func(n int64) error {
			return d.Tx(t.Context(), func(_ context.Context, tx *db.Tx) error {
				tx.Add(counter, n, "sum")
				return nil
			})
		}
		if err := add(1<<62 + 1<<61); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var small, large error
		wg.Go(func() { large = add(1 << 62) })
		wg.Go(func() { small = add(7) })
		wg.Wait()
		if !errors.Is(large, db.ErrOverflow) || small != nil {
			t.Fatalf("large: %v (want overflow), small: %v (want nil)", large, small)
		}
	})
}

func TestValuesSurviveTheRoundTrip(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		want := id.NewSource(nil).New(time.UnixMilli(1581904800000))
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO ledger_lot (id, commodity, donor, earmark, code, opened_on, expires_on)
				VALUES ($1, $2, $3, $4, $5, $6, $7)`, want, "x", id.Zero, id.Zero, "", clock.Day(20200217), clock.Day(0))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var got, donor id.ID
		var day clock.Day
		_, err = db.One(t.Context(), d, `SELECT id, donor, opened_on FROM ledger_lot WHERE id = $1`, []any{want},
			func(r *db.Rows) (int, error) { return 0, r.Scan(&got, &donor, &day) })
		if err != nil || got != want || !donor.IsZero() || day != 20200217 {
			t.Fatalf("got %s %s %s (%v)", got, donor, day, err)
		}
	})
}

func TestSecondProcessWaitsInsteadOfFailing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "qiao.db")
	a, b := openPath(t, path), openPath(t, path)
	if err := a.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE note (n INTEGER) STRICT`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, d := range []*db.DB{a, b} {
		for range 50 {
			wg.Go(func() {
				if err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.Exec(ctx, `INSERT INTO note (n) VALUES (1)`)
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	n, err := db.Value[int64](t.Context(), a, `SELECT count(*) FROM note`)
	if err != nil || n != 100 {
		t.Fatalf("rows = %d (%v), want 100", n, err)
	}
}

func openPath(t *testing.T, path string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() }) //nolint:errcheck // the test is over
	return d
}

func TestCloseAnswersWhatWasAcceptedAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	d := openPath(t, filepath.Join(t.TempDir(), "qiao.db"))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	err := d.Tx(t.Context(), func(context.Context, *db.Tx) error { return nil })
	if !errs.Is(err, errs.Unavailable) {
		t.Fatalf("error = %v, want unavailable", err)
	}
}

func TestUnusableDatabasesAreRefusedWithAClearKind(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]db.Config{
		"not a URL":        {URL: "postgres://%zz"},
		"nobody listens":   {URL: "postgres://nobody@127.0.0.1:1/x?connect_timeout=1"},
		"a folder as file": {Path: t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := db.Open(t.Context(), cfg)
			if err == nil {
				d.Close() //nolint:errcheck // the test fails anyway
				t.Fatal("opened")
			}
			if !errs.Is(err, errs.Unavailable) {
				t.Fatalf("error = %v, want unavailable", err)
			}
			if strings.Contains(errs.As(err).Key, "internal") {
				t.Fatalf("no message for the reader: %v", err)
			}
		})
	}
}
