// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// TestStatsCountWhatWasWritten: refused writes waited, but wrote nothing.
func TestStatsCountWhatWasWritten(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const writes, refused = 60, 20
		before := d.Stats()
		var all sync.WaitGroup
		for i := range writes {
			all.Go(func() {
				err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if i < refused {
						return errors.New("refused by the caller")
					}
					_, err := tx.Exec(ctx, insertCursor, fmt.Sprint(i), i)
					return err
				})
				if (err != nil) != (i < refused) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		after := d.Stats()
		commits := after.Commits - before.Commits
		if got := after.Writes.Sum - before.Writes.Sum; got != writes-refused {
			t.Errorf("%v writes, want %d", got, writes-refused)
		}
		if got := after.Wait.Count - before.Wait.Count; got != writes {
			t.Errorf("%d waited, want %d", got, writes)
		}
		if commits < 1 || commits > writes-refused || after.Writes.Count != after.Commits {
			t.Errorf("%d commits, spread %+v", commits, after.Writes)
		}
		if d.Engine() == db.Postgres && commits != writes-refused {
			t.Errorf("%d commits, want one for each write", commits)
		}
	})
}

// TestWaitIsTheTimeBeforeTheWriteBegins keeps the writer busy while another write waits.
func TestWaitIsTheTimeBeforeTheWriteBegins(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{NoGroup: true})
	before := d.Stats().Wait
	release := hold(t, d)
	var all sync.WaitGroup
	all.Go(func() {
		if err := insert(t, d, "waits"); err != nil {
			t.Error(err)
		}
	})
	time.Sleep(20 * time.Millisecond) // for the write to be in the queue
	release()
	all.Wait()
	after := d.Stats().Wait
	if waited := after.Sum - before.Sum; waited < 0.02 || after.UpTo[0.01]-before.UpTo[0.01] != 1 || after.UpTo[5]-before.UpTo[5] != 2 {
		t.Errorf("waited %v s, spread %+v", waited, after)
	}
}

func TestStatsKnowTheConnections(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, db.Config{Readers: 3}, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(context.Context, *db.View) error {
			if s := d.Stats(); s.Open < 1 || s.Busy != 1 {
				t.Errorf("inside a view: %+v", s)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := d.Stats(); s.Busy != 0 || s.Open > 3 {
			t.Errorf("after the view: %+v", s)
		}
	})
}
