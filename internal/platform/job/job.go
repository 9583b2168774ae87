// SPDX-License-Identifier: Apache-2.0

// Package job does what is timed, what must be tried again, and what reaches
// outside this process, after the write that asks for it: a job is enqueued in
// the transaction of that write, so it exists exactly when the write does.
//
// # What it promises
//
//   - A job runs at least once. It may run twice (a crash after its work, before
//     the note of it), so a worker must be able to repeat itself.
//   - A job that fails is tried again with growing pauses, at most 15 times over
//     about ten hours, then given up with a line in the log.
//   - A periodic job runs once per interval in all processes together; an
//     interval that passed while nobody ran is made up for once.
//   - Stop lets running jobs finish.
//
// # How
//
// River keeps the jobs in the same database, in tables of its own (river_…),
// which Migrate makes. On SQLite it works on the one writer connection of
// platform/db: with a connection of its own it would wait for the writers until
// it starved. Nothing is notified; jobs are looked for once a second, so an idle
// process costs next to nothing and a job starts about a second after its write.
// An insert costs some tenths of a millisecond: what follows each write follows
// the journal instead, in batches.
package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Args says what is to be done. It is stored as JSON. Kind names the worker: at
// least two characters, letters, digits, and _ - . between them; it must stay
// the same as long as jobs of that kind wait.
type Args interface{ Kind() string }

// Options are the settings of a Runner; what is zero gets a sensible value.
type Options struct {
	Workers int           // jobs that run at one moment in this process; 4
	Poll    time.Duration // how often to look for jobs; 1 s
	Timeout time.Duration // how long a job may run; 5 min
	Tries   int           // how often a failing job is run in all; 15
	// Retry returns the pause before the next try, after the given number of
	// failures; nil: the fourth power in seconds, at most two hours.
	Retry func(failures int) time.Duration
	// Ran, when given, is called after each try; ok is false when the job failed
	// or panicked.
	Ran func(kind string, ok bool)
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Minute
	}
	if o.Tries <= 0 {
		o.Tries = 15
	}
	if o.Retry == nil {
		o.Retry = fourthPower
	}
	if o.Ran == nil {
		o.Ran = func(string, bool) {}
	}
	return o
}

// fourthPower waits 1 s, 16 s, 81 s, 4 min, 10 min, …, at most two hours.
func fourthPower(failures int) time.Duration {
	const longest = 2 * time.Hour
	n := min(max(failures, 1), 10)
	return min(time.Duration(n*n*n*n)*time.Second, longest)
}

// Runner enqueues jobs and, between Start and Stop, runs them. Register and
// Every come before Start.
type Runner struct {
	client  *river.Client[*sql.Tx]
	workers *river.Workers
	log     *slog.Logger
	ran     func(kind string, ok bool)
	kinds   int
}

// retention is how long a finished job is kept, which is also how long a
// periodic job is known to have run.
const retention = 49 * time.Hour

// longestInterval keeps the interval of a periodic job below retention.
const longestInterval = 24 * time.Hour

// New returns a runner on the database, whose job tables Migrate has made.
func New(d *db.DB, log *slog.Logger, o Options) (*Runner, error) {
	o = o.withDefaults()
	r := &Runner{workers: river.NewWorkers(), log: log, ran: o.Ran}
	client, err := river.NewClient(driver(d), &river.Config{
		CompletedJobRetentionPeriod: retention,
		DiscardedJobRetentionPeriod: 30 * 24 * time.Hour, // somebody may ask why a letter never went out
		ErrorHandler:                &failures{log: log},
		FetchCooldown:               min(50*time.Millisecond, o.Poll),
		FetchPollInterval:           o.Poll,
		FetchOnlyKnownKinds:         true, // an older process leaves a newer one's jobs alone
		JobTimeout:                  o.Timeout,
		RescueStuckJobsAfter:        o.Timeout + 5*time.Minute,
		Logger:                      slog.New(quiet{log.Handler()}),
		MaxAttempts:                 o.Tries,
		PollOnly:                    true,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}},
		RetryPolicy:                 retryPolicy{pause: o.Retry},
		Workers:                     r.workers,
	})
	if err != nil {
		return nil, fmt.Errorf("job: %w", err)
	}
	r.client = client
	return r, nil
}

// driver wraps the pool that platform/db writes through.
func driver(d *db.DB) riverdriver.Driver[*sql.Tx] {
	if d.Engine() == db.SQLite {
		return riversqlite.New(d.SQL())
	}
	return riverdatabasesql.New(d.SQL())
}

// Register makes work the worker of T's kind. The context ends when the job has
// taken too long or the process cannot wait for it any more.
func Register[T Args](r *Runner, work func(ctx context.Context, args T) error) error {
	var none T
	err := river.AddWorkerSafely(r.workers, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error {
		ok := false
		defer func() { r.ran(j.Kind, ok) }() // also when it panics
		err := work(ctx, j.Args)
		ok = err == nil
		return err
	}))
	if err != nil {
		return fmt.Errorf("job %s: %w", none.Kind(), err)
	}
	r.kinds++
	return nil
}

var errInterval = errors.New("a periodic job runs every second to every day")

// Every enqueues args once per interval, whichever process is first, on the
// interval's boundaries in UTC; soon after the start if this interval's is
// missing. The name tells periodic jobs apart.
func (r *Runner) Every(interval time.Duration, name string, args Args) error {
	if interval < time.Second || interval > longestInterval || interval%time.Second != 0 {
		return fmt.Errorf("job %s: %w, not every %s", name, errInterval, interval)
	}
	insert := func() (river.JobArgs, *river.InsertOpts) {
		return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: interval}}
	}
	periodic := river.NewPeriodicJob(boundary(interval), insert, &river.PeriodicJobOpts{ID: name, RunOnStart: true})
	if _, err := r.client.PeriodicJobs().AddSafely(periodic); err != nil {
		return fmt.Errorf("job %s: %w", name, err)
	}
	return nil
}

// boundary is a schedule on the same boundaries as River's unique periods: a
// free-running interval would now and then fall into one period twice.
type boundary time.Duration

// Next implements river.PeriodicSchedule.
func (b boundary) Next(t time.Time) time.Time {
	return t.Truncate(time.Duration(b)).Add(time.Duration(b))
}

// EnqueueTx stores jobs in the transaction of the write: they run when it is
// committed and never existed when it is not. Their kinds must be registered.
func (r *Runner) EnqueueTx(ctx context.Context, tx *db.Tx, args ...Args) error {
	if len(args) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(args))
	for i, a := range args {
		params[i] = river.InsertManyParams{Args: a}
	}
	// A statement interrupted by the caller's context would roll back the
	// writes that share the commit.
	if _, err := r.client.InsertManyFastTx(context.WithoutCancel(ctx), tx.SQL(), params); err != nil {
		return fmt.Errorf("job: enqueue %s: %w", args[0].Kind(), err)
	}
	return nil
}

// Start runs jobs until Stop; the end of ctx does not stop them. Without a
// registered worker there is nothing to start.
func (r *Runner) Start(ctx context.Context) error {
	if r.kinds == 0 {
		return nil
	}
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("job: start: %w", err)
	}
	return nil
}

// Stop takes no new jobs and waits for those that run; when ctx ends first,
// their contexts end too and they are tried again later. It returns when
// nothing of the runner is running any more, and comes before closing the
// database.
func (r *Runner) Stop(ctx context.Context) error {
	if r.kinds == 0 {
		return nil
	}
	err := r.client.Stop(ctx)
	if err == nil {
		return nil
	}
	r.log.Warn("jobs are still running; their work is broken off", "error", err)
	const grace = 5 * time.Second
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := r.client.StopAndCancel(last); err != nil {
		return fmt.Errorf("job: stop: %w", err)
	}
	return nil
}
