// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// insert writes one row of text.
func insert(t *testing.T, d *db.DB, name string) error {
	t.Helper()
	return d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertCursor, name, 1)
		return err
	})
}

// commits counts the commits that are in the write-ahead log: a frame with the
// size of the database in it ends one.
func commits(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	var path string
	if err := d.SQL().QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	const head, frameHead = 32, 24
	page := int(binary.BigEndian.Uint32(log[8:]))
	for at := head; at+frameHead+page <= len(log); at += frameHead + page {
		if bytes.Equal(log[at+8:at+16], log[16:24]) && binary.BigEndian.Uint32(log[at+4:]) != 0 {
			n++
		}
	}
	return n
}

// hold keeps the writer busy until release is called, so that writes pile up.
func hold(t *testing.T, d *db.DB) (release func()) {
	t.Helper()
	running, gate := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- d.Tx(t.Context(), func(context.Context, *db.Tx) error {
			close(running)
			<-gate
			return nil
		})
	}()
	<-running
	return func() {
		time.Sleep(30 * time.Millisecond) // what was started meanwhile is in the queue
		close(gate)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestWritesThatWaitShareACommit(t *testing.T) {
	t.Parallel()
	const writes = 120
	for name, c := range map[string]struct {
		cfg         db.Config
		least, most int
	}{
		"together": {db.Config{}, 1, writes / 4},
		"alone":    {db.Config{NoGroup: true}, writes, writes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.SQLite(t, c.cfg)
			if err := insert(t, d, "first"); err != nil {
				t.Fatal(err)
			}
			before := commits(t, d)
			release := hold(t, d)
			var wg sync.WaitGroup
			for i := range writes {
				wg.Go(func() {
					if err := insert(t, d, fmt.Sprint(i)); err != nil {
						t.Error(err)
					}
				})
			}
			release()
			wg.Wait()
			if n := commits(t, d) - before; n < c.least || n > c.most {
				t.Errorf("%d writes took %d commits, want %d to %d", writes, n, c.least, c.most)
			}
			if n := count(t, d); n != writes+1 {
				t.Errorf("%d rows, want %d", n, writes+1)
			}
		})
	}
}

func TestAFullDiskFailsOnlyTheWriteThatNeedsIt(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	limit := func(pages int) {
		t.Helper()
		if _, err := d.SQL().ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := d.SQL().QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit(pages + 20)
	release := hold(t, d)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			large := i%10 == 0
			name := fmt.Sprint("small ", i)
			if large {
				name = strings.Repeat("x", 1<<20) + name
			}
			err := insert(t, d, name)
			if large && (!errs.Is(err, errs.Unavailable) || errs.As(err).Key != "error.disk_full") {
				t.Errorf("large write %d: %v, want error.disk_full", i, err)
			}
			if !large && err != nil {
				t.Errorf("small write %d: %v", i, err)
			}
		})
	}
	release()
	wg.Wait()
	if n := count(t, d); n != 54 {
		t.Errorf("%d rows, want the 54 small ones", n)
	}
	limit(1 << 30)
	if err := insert(t, d, strings.Repeat("y", 1<<20)); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestAWriteCannotGoOnAfterAFullDisk swallows the error: what it writes next must
// not stay, although SQLite has ended the transaction under it.
func TestAWriteCannotGoOnAfterAFullDisk(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	var pages int
	if err := d.SQL().QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SQL().ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+5)); err != nil {
		t.Fatal(err)
	}
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		tx.Exec(ctx, insertCursor, strings.Repeat("x", 1<<20), 1) //nolint:errcheck // the fault that is tested
		tx.Exec(ctx, insertCursor, "after", 1)                    //nolint:errcheck // the same
		return nil
	})
	if err == nil {
		t.Error("the write was answered as done")
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d rows stayed", n)
	}
}

// TestARefusalForWhatNeverHappenedIsTakenBack lets a write be refused because of a
// neighbour in the same commit, and the neighbour fail.
func TestARefusalForWhatNeverHappenedIsTakenBack(t *testing.T) {
	t.Parallel()
	counter := &db.Counter{Name: "cursor", Columns: 1, Upsert: `
		INSERT INTO journal_cursor (name, seq) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET seq = journal_cursor.seq + excluded.seq`}
	d := dbtest.SQLite(t, db.Config{})
	add := func(n int64, name string) error {
		return d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			tx.Add(counter, n, "sum")
			_, err := tx.Exec(ctx, insertCursor, name, 1)
			return err
		})
	}
	if err := add(1<<62+1<<61, "start"); err != nil {
		t.Fatal(err)
	}
	release := hold(t, d)
	var wg sync.WaitGroup
	var first, second error
	wg.Go(func() { first = add(1<<62, "the only box") })
	time.Sleep(20 * time.Millisecond)
	wg.Go(func() { second = insert(t, d, "the only box") })
	release()
	wg.Wait()
	if !errors.Is(first, db.ErrOverflow) || second != nil {
		t.Errorf("first %v (want overflow), second %v (want nil: nobody has the box)", first, second)
	}
}

func TestAnotherProcessThatHoldsTheDatabaseIsNamed(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	other := dbtest.Again(t, d, db.Config{Busy: 50 * time.Millisecond})
	release := hold(t, d)
	err := insert(t, other, "x")
	if !errs.Is(err, errs.Unavailable) || errs.As(err).Key != "error.database_locked" {
		t.Errorf("error %v, want error.database_locked", err)
	}
	release()
	if err := insert(t, other, "x"); err != nil {
		t.Errorf("after the other is done: %v", err)
	}
}

// TestManyNewReadsDoNotWaitInACircle reads queries that nobody has prepared, from
// more goroutines than there are connections.
func TestManyNewReadsDoNotWaitInACircle(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{Readers: 2})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for i := range 400 {
		wg.Go(func() {
			if n, err := db.Value[int64](ctx, d, fmt.Sprint("SELECT ", i)); err != nil || n != int64(i) {
				t.Errorf("%d: %d %v", i, n, err)
			}
		})
	}
	wg.Wait()
}

func TestDurabilityIsWhatTheDatabaseSays(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := d.SQL().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", pragma, got, err, want)
		}
	}
}

func TestNoMessageHoldsThePassword(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-Word"
	for _, url := range []string{
		"postgres://u:" + secret + "@127.0.0.1:1/x?connect_timeout=1",
		"postgres://u:" + secret + "@127.0.0.1:notaport/x",
		"postgres://u:" + secret + "@127.0.0.1/x?sslmode=perhaps",
		"postgres://u:" + secret + "@%zz/x",
		"postgres://u:" + secret + "%@127.0.0.1/x",
		"postgres//u:" + secret + "@127.0.0.1/x",
		"host=127.0.0.1 port=1 password=" + secret + " connect_timeout=1",
		"host=127.0.0.1 port=no password='" + secret + "'",
		"password=" + secret + " =",
	} {
		d, err := db.Open(t.Context(), db.Config{URL: url})
		if err == nil {
			d.Close() //nolint:errcheck // the test fails anyway
			t.Errorf("opened %q", url)
			continue
		}
		shown := errs.As(err)
		if text := fmt.Sprint(err, " ", shown.Key, " ", shown.Args); strings.Contains(text, secret) {
			t.Errorf("the password is in the message: %s", text)
		}
		if shown.Kind != errs.Unavailable {
			t.Errorf("%q: kind %s, want unavailable", url, shown.Kind)
		}
	}
}
