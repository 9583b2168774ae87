// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/job"
)

// background is everything that runs beside the requests. Subscribers of the
// journal are listed here, each with journal.Follow; so far nobody needs one:
// the report is computed from sums that every entry keeps.
func (a *App) background() []func(context.Context) {
	sequencer := &journal.Sequencer{DB: a.DB, Log: a.Log}
	return []func(context.Context){sequencer.Run}
}

// expireHolds is the job that ends reservations whose time is over.
type expireHolds struct{}

// Kind names the job.
func (expireHolds) Kind() string { return "ledger.expire_holds" }

const (
	expireEvery = time.Minute
	expireBatch = 500
)

// startJobs starts the timed work.
func (a *App) startJobs(ctx context.Context) (*job.Runner, error) {
	runner, err := job.New(a.DB, a.Log, job.Options{Ran: a.metrics.Job})
	if err != nil {
		return nil, err
	}
	err = job.Register(runner, func(ctx context.Context, _ expireHolds) error {
		return a.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Ledger.ExpireHolds(ctx, tx, expireBatch)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	if err := runner.Every(expireEvery, "ledger.expire_holds", expireHolds{}); err != nil {
		return nil, err
	}
	return runner, runner.Start(ctx)
}
