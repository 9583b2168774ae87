// SPDX-License-Identifier: Apache-2.0

package job_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/job"
)

type letter struct {
	N int `json:"n"`
}

func (letter) Kind() string { return "letter" }

type tick struct{}

func (tick) Kind() string { return "tick" }

const insertCursor = `INSERT INTO journal_cursor (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`

// fast looks often and retries at once, so that tests do not wait.
func fast() job.Options {
	return job.Options{
		Poll:  20 * time.Millisecond,
		Retry: func(int) time.Duration { return 10 * time.Millisecond },
	}
}

func newRunner(t *testing.T, d *db.DB, o job.Options) *job.Runner {
	t.Helper()
	if err := job.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	r, err := job.New(d, slog.New(slog.DiscardHandler), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func start(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, r) })
}

func stop(t *testing.T, r *job.Runner) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := r.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func register(t *testing.T, r *job.Runner, work func(context.Context, letter) error) {
	t.Helper()
	if err := job.Register(r, work); err != nil {
		t.Fatal(err)
	}
}

func enqueue(t *testing.T, d *db.DB, r *job.Runner, fail error, args ...job.Args) {
	t.Helper()
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := r.EnqueueTx(ctx, tx, args...); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Errorf("enqueue: %v, want %v", err, fail)
	}
}

// eventually waits until the condition holds.
func eventually(t *testing.T, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for began := clock.Start(); !ok(); time.Sleep(5 * time.Millisecond) {
		if clock.Since(began) > within {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

func TestJobExistsExactlyWhenItsWriteDoes(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		r := newRunner(t, d, fast())
		var mu sync.Mutex
		var ran []int
		register(t, r, func(_ context.Context, l letter) error {
			mu.Lock()
			defer mu.Unlock()
			ran = append(ran, l.N)
			return nil
		})
		enqueue(t, d, r, nil, letter{1})
		enqueue(t, d, r, errors.New("the write was refused"), letter{2}, letter{3})
		enqueue(t, d, r, nil)
		enqueue(t, d, r, nil, letter{4})
		start(t, r)
		eventually(t, 10*time.Second, "both jobs ran", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(ran) >= 2
		})
		stop(t, r)
		if ran[0]+ran[1] != 5 || len(ran) != 2 {
			t.Fatalf("ran %v, want 1 and 4", ran)
		}
	})
}

func TestUnknownKindIsRefusedAtTheWrite(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	r := newRunner(t, d, fast())
	register(t, r, func(context.Context, letter) error { return nil })
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return r.EnqueueTx(ctx, tx, tick{}) })
	if err == nil || !strings.Contains(err.Error(), "tick") {
		t.Fatalf("a job that nobody runs was accepted: %v", err)
	}
	if err := job.Register(r, func(context.Context, letter) error { return nil }); err == nil {
		t.Fatal("two workers for one kind were accepted")
	}
}

func TestFailingJobIsTriedAgainThenGivenUp(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := fast()
		o.Tries = 3
		var pauses sync.Map
		o.Retry = func(failures int) time.Duration {
			pauses.Store(failures, true)
			return 10 * time.Millisecond
		}
		r := newRunner(t, d, o)
		var well, never, panics atomic.Int32
		register(t, r, func(_ context.Context, l letter) error {
			switch l.N {
			case 1: // gets well
				if well.Add(1) < 3 {
					return errors.New("not yet")
				}
			case 2:
				never.Add(1)
				return errors.New("never")
			case 3:
				if panics.Add(1) == 1 {
					panic("once")
				}
			}
			return nil
		})
		enqueue(t, d, r, nil, letter{1}, letter{2}, letter{3})
		start(t, r)
		eventually(t, 20*time.Second, "3 tries, 3 tries, 2 tries", func() bool {
			return well.Load() == 3 && never.Load() == 3 && panics.Load() == 2
		})
		time.Sleep(200 * time.Millisecond) // a fourth try would come now
		if never.Load() != 3 {
			t.Errorf("given up after %d tries, want 3", never.Load())
		}
		for n := range 2 {
			if _, asked := pauses.Load(n + 1); !asked {
				t.Errorf("no pause was asked for after failure %d", n+1)
			}
		}
	})
}

func TestPeriodicJobRunsOncePerIntervalInAllProcesses(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var ran atomic.Int32
		began := clock.Start()
		for range 2 { // the second finds this interval's job done when it takes over
			r := newRunner(t, d, fast())
			if err := job.Register(r, func(context.Context, tick) error { ran.Add(1); return nil }); err != nil {
				t.Fatal(err)
			}
			if err := r.Every(time.Second, "tick", tick{}); err != nil {
				t.Fatal(err)
			}
			if err := r.Every(time.Second, "tick", tick{}); err == nil {
				t.Error("the same name was accepted twice")
			}
			before := ran.Load()
			if err := r.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			eventually(t, 20*time.Second, "two more runs", func() bool { return ran.Load() >= before+2 })
			stop(t, r)
		}
		if most := int32(clock.Since(began)/time.Second) + 2; ran.Load() > most {
			t.Errorf("ran %d times, want at most %d", ran.Load(), most)
		}
	})
}

func TestIntervalsThatCannotBeKeptAreRefused(t *testing.T) {
	t.Parallel()
	r := newRunner(t, dbtest.SQLite(t, db.Config{}), fast())
	if err := job.Register(r, func(context.Context, tick) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, interval := range []time.Duration{0, -time.Second, time.Millisecond, 1500 * time.Millisecond, 25 * time.Hour} {
		if err := r.Every(interval, "tick", tick{}); err == nil {
			t.Errorf("every %s was accepted", interval)
		}
	}
}

func TestJobsAreNotStarvedByWriters(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const jobs = 300
		r := newRunner(t, d, fast())
		var ran, writes atomic.Int64
		register(t, r, func(context.Context, letter) error { ran.Add(1); return nil })
		list := make([]job.Args, jobs)
		for i := range list {
			list[i] = letter{i}
		}
		enqueue(t, d, r, nil, list...)
		ctx, cancel := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		for i := range 32 {
			writers.Go(func() {
				for ctx.Err() == nil {
					err := d.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
						_, err := tx.Exec(ctx, insertCursor, string(rune('a'+i)), writes.Add(1))
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		began := clock.Start()
		start(t, r)
		eventually(t, 60*time.Second, "all jobs ran", func() bool { return ran.Load() == jobs })
		took := clock.Since(began)
		cancel()
		writers.Wait()
		t.Logf("%d jobs in %s beside %d writes of 32 writers", jobs, took.Round(time.Millisecond), writes.Load())
		if took > 30*time.Second {
			t.Errorf("%d jobs took %s", jobs, took)
		}
	})
}

func TestStopWaitsForRunningJobsAndLeavesNothingBehind(t *testing.T) { //nolint:paralleltest // counts goroutines
	d := dbtest.SQLite(t, db.Config{})
	r := newRunner(t, d, fast())
	entered, finished := make(chan struct{}), make(chan struct{})
	register(t, r, func(context.Context, letter) error {
		close(entered)
		time.Sleep(300 * time.Millisecond)
		close(finished)
		return nil
	})
	before := runtime.NumGoroutine()
	enqueue(t, d, r, nil, letter{1})
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-entered
	stop(t, r)
	select {
	case <-finished:
	default:
		t.Error("Stop did not wait for the running job")
	}
	eventually(t, 5*time.Second, "goroutines are gone", func() bool { return runtime.NumGoroutine() <= before })
}

func TestStopBreaksOffWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	r := newRunner(t, dbtest.SQLite(t, db.Config{}), fast())
	if err := r.Stop(t.Context()); err != nil {
		t.Fatalf("a runner that never started: %v", err)
	}
	d := dbtest.SQLite(t, db.Config{})
	r = newRunner(t, d, fast())
	entered := make(chan struct{})
	register(t, r, func(ctx context.Context, _ letter) error {
		close(entered)
		<-ctx.Done()
		return ctx.Err()
	})
	enqueue(t, d, r, nil, letter{1})
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := clock.Start()
	if err := r.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if took := clock.Since(began); took > 4*time.Second {
		t.Errorf("Stop took %s", took)
	}
}

func TestTwoProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	for engine, open := range map[string]func(t *testing.T) db.Config{
		"sqlite":   func(t *testing.T) db.Config { return db.Config{Path: filepath.Join(t.TempDir(), "qiao.db")} },
		"postgres": func(t *testing.T) db.Config { return db.Config{URL: dbtest.PostgresURL(t), Readers: 4} },
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			cfg := open(t)
			var wg sync.WaitGroup
			for range 3 {
				d, err := db.Open(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close() //nolint:errcheck // the test is over
				wg.Go(func() {
					for range 2 {
						if err := job.Migrate(t.Context(), d); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}
