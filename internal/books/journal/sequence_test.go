// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// TestNumbersHaveNoGapUnderSeveralSequencers writes through two openings of one
// database while four sequencers number, and reads by number meanwhile: a reader
// never finds a smaller number later.
func TestNumbersHaveNoGapUnderSeveralSequencers(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const writers, each = 6, 40
		both := []*db.DB{d, dbtest.Again(t, d, db.Config{})}
		var writing, numbering sync.WaitGroup
		stop := make(chan struct{})
		for i := range writers {
			writing.Go(func() {
				for n := range each {
					if _, err := record(t, both[i%2], fact(fmt.Sprint(i, " ", n), nil)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for i := range 4 {
			numbering.Go(func() {
				for {
					if _, err := journal.Sequence(t.Context(), both[i%2]); err != nil {
						t.Error(err)
					}
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
		numbering.Go(func() {
			var seen int64
			for {
				records, err := journal.After(t.Context(), d, seen, 50)
				if err != nil {
					t.Error(err)
				}
				for _, r := range records {
					if r.Seq != seen+1 {
						t.Errorf("after number %d came %d", seen, r.Seq)
					}
					seen = r.Seq
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
		writing.Wait()
		close(stop)
		numbering.Wait()
		records := numbered(t, d)
		if len(records) != writers*each {
			t.Fatalf("%d numbered, want %d", len(records), writers*each)
		}
		if c := wantClean(t, d); c.Last != writers*each || c.Waiting != 0 {
			t.Errorf("checked %+v", c)
		}
	})
}

// collector is a subscriber that keeps the numbers that it was given.
type collector struct {
	mu   sync.Mutex
	seen []int64
	fail atomic.Int64 // how many more times to fail
}

func (c *collector) subscriber(name string) journal.Subscriber {
	return journal.Subscriber{Name: name, Batch: 7, Handle: func(_ context.Context, tx *db.Tx, records []journal.Record) error {
		if c.fail.Add(-1) >= 0 {
			return errors.New("the mail server is down")
		}
		var numbers []int64
		for _, r := range records {
			numbers = append(numbers, r.Seq)
		}
		tx.OnCommit(func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.seen = append(c.seen, numbers...)
		})
		return nil
	}}
}

func (c *collector) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen)
}

// wantAll requires the numbers 1…n once each.
func (c *collector) wantAll(t *testing.T, n int, ordered bool) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := slices.Clone(c.seen)
	if !ordered {
		slices.Sort(seen)
	}
	if len(seen) != n {
		t.Fatalf("%d delivered, want %d: %v", len(seen), n, seen)
	}
	for i, seq := range seen {
		if seq != int64(i+1) {
			t.Fatalf("delivery %d is number %d: %v", i+1, seq, seen)
		}
	}
}

func prepare(t *testing.T, d *db.DB, n int) {
	t.Helper()
	for i := range n {
		must(t, d, fact(fmt.Sprint(i), nil))
	}
	numbered(t, d)
}

func TestEachRecordIsDeliveredOnceInOrder(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		prepare(t, d, 30)
		var c collector
		c.fail.Store(3)
		failed := 0
		for c.count() < 30 && failed < 10 {
			if _, err := journal.Deliver(t.Context(), d, c.subscriber("mail")); err != nil {
				failed++
			}
		}
		if failed != 3 {
			t.Errorf("%d deliveries failed, want 3", failed)
		}
		c.wantAll(t, 30, true)
		if n, err := journal.Deliver(t.Context(), d, c.subscriber("mail")); err != nil || n != 0 {
			t.Errorf("%d delivered again (%v)", n, err)
		}
		if at, err := journal.Cursor(t.Context(), d, "mail"); err != nil || at != 30 {
			t.Errorf("cursor at %d (%v), want 30", at, err)
		}
	})
}

func TestWhoWantsSomeKindsGoesPastTheOthers(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var want []int64
		for i := range 60 {
			f := fact(fmt.Sprint(i), nil)
			if i%5 == 3 {
				f.Action, f.SubjectKind = "org.create", "org"
				want = append(want, int64(i+1))
			}
			must(t, d, f)
		}
		numbered(t, d)
		var c collector
		c.fail.Store(1)
		s := c.subscriber("names")
		s.Kinds = []string{"org", "person"}
		if n, err := journal.Deliver(t.Context(), d, s); err == nil || n != 0 {
			t.Errorf("a failing subscriber got past %d (%v)", n, err)
		}
		past := 0
		for n := 1; n > 0; past += n {
			var err error
			if n, err = journal.Deliver(t.Context(), d, s); err != nil {
				t.Fatal(err)
			}
		}
		if at, err := journal.Cursor(t.Context(), d, "names"); err != nil || past != 60 || at != 60 || !slices.Equal(c.seen, want) {
			t.Errorf("past %d, at %d (%v), heard of %v, want %v", past, at, err, c.seen, want)
		}
	})
}

func TestWhoFollowsSomeKindsWritesNothingForOthers(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		var c collector
		c.fail.Store(1)
		s := c.subscriber("names")
		s.Kinds = []string{"org"}
		var wg sync.WaitGroup
		wg.Go(func() { (&journal.Sequencer{DB: d, Log: slog.New(slog.DiscardHandler)}).Run(ctx) })
		wg.Go(func() { journal.Follow(ctx, d, slog.New(slog.DiscardHandler), s) })
		heard := func(n int) {
			t.Helper()
			deadline := time.NewTimer(20 * time.Second)
			defer deadline.Stop()
			for c.count() < n {
				select {
				case <-deadline.C:
					t.Fatalf("heard of %d, want %d", c.count(), n)
				case <-time.After(10 * time.Millisecond):
				}
			}
		}
		org := fact("an organisation", nil)
		org.Action, org.SubjectKind = "org.create", "org"
		must(t, d, org)
		heard(1)
		for i := range 20 {
			must(t, d, fact(fmt.Sprint(i), nil))
		}
		org.Action = "org.update"
		must(t, d, org)
		heard(2)
		stop()
		wg.Wait()
		if c.count() != 2 {
			t.Errorf("heard of %d records, want the 2 of organisations", c.count())
		}
	})
}

func TestTwoFollowersShareTheWork(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		second := dbtest.Again(t, d, db.Config{})
		prepare(t, d, 60)
		var c collector
		c.fail.Store(2)
		var wg sync.WaitGroup
		for _, d := range []*db.DB{d, second, d, second} {
			wg.Go(func() {
				for c.count() < 60 && t.Context().Err() == nil {
					journal.Deliver(t.Context(), d, c.subscriber("mail")) //nolint:errcheck // it fails twice on purpose, and is called again
				}
			})
		}
		wg.Wait()
		c.wantAll(t, 60, false)
	})
}

func TestFollowAndSequencerRunUntilTheyAreStopped(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		var c collector
		c.fail.Store(1)
		var wg sync.WaitGroup
		wg.Go(func() { (&journal.Sequencer{DB: d, Log: slog.New(slog.DiscardHandler)}).Run(ctx) })
		wg.Go(func() { journal.Follow(ctx, d, slog.New(slog.DiscardHandler), c.subscriber("mail")) })
		for i := range 20 {
			must(t, d, fact(fmt.Sprint(i), nil))
		}
		deadline := time.NewTimer(20 * time.Second)
		defer deadline.Stop()
		for c.count() < 20 {
			select {
			case <-deadline.C:
				t.Fatalf("%d of 20 delivered", c.count())
			case <-time.After(10 * time.Millisecond):
			}
		}
		stop()
		wg.Wait()
		c.wantAll(t, 20, true)
	})
}

// TestPendingIsWhatTheSequencerHasYetToDo before and after it numbers.
func TestPendingIsWhatTheSequencerHasYetToDo(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const records = 7
		for i := range records {
			must(t, d, fact(fmt.Sprint(i), nil))
		}
		wanted := int64(records)
		if d.Engine() == db.SQLite {
			wanted = 0 // numbered as they are written
		}
		if n, err := journal.Pending(t.Context(), d); err != nil || n != wanted {
			t.Errorf("%d wait (%v), want %d", n, err, wanted)
		}
		if err := journal.SequenceAll(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if n, err := journal.Pending(t.Context(), d); err != nil || n != 0 {
			t.Errorf("%d wait (%v) after numbering", n, err)
		}
	})
}
