// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/job"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// background is everything that runs beside the requests. Subscribers of the
// journal are listed here, each with journal.Follow.
func (a *App) background() []func(context.Context) {
	sequencer := &journal.Sequencer{DB: a.DB, Log: a.Log}
	all := []func(context.Context){sequencer.Run, a.SignIn.Run, func(ctx context.Context) { journal.Follow(ctx, a.DB, a.Log, a.Finder.Subscriber()) }}
	if a.desk != nil {
		all = append(all, a.desk.Run)
	}
	return all
}

// expireHolds is the job that ends reservations whose time is over.
type expireHolds struct{}

// Kind names the job.
func (expireHolds) Kind() string { return "ledger.expire_holds" }

const (
	expireEvery = time.Minute
	expireBatch = 500
	purgeEvery  = time.Hour
)

// purgeAttachments is the job that deletes the files of removed attachments.
type purgeAttachments struct{}

// Kind names the job.
func (purgeAttachments) Kind() string { return "attachment.purge" }

// constructJobs makes the runner, and what asks it for work.
func (a *App) constructJobs() (err error) {
	if a.jobs, err = job.New(a.DB, a.Log, job.Options{Ran: a.metrics.Job}); err != nil {
		return err
	}
	a.Uploads = upload.New(upload.Config{
		DB: a.DB, Policy: a.Policy, Registers: a.Registers, Blobs: a.Blobs, Queue: a.jobs, MaxSize: a.Config.MaxUpload,
		Current: a.currentActor,
	})
	// Who hands over a job need not be who works it off: the kind is known at once.
	return job.Register(a.jobs, a.Uploads.Work)
}

// startJobs starts the timed work and takes up the imports that were running
// when the program ended.
func (a *App) startJobs(ctx context.Context) (*job.Runner, error) {
	runner := a.jobs
	err := job.Register(runner, func(ctx context.Context, _ expireHolds) error {
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
	err = job.Register(runner, func(ctx context.Context, _ purgeAttachments) error {
		_, err := a.Attachments.Purge(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := runner.Every(purgeEvery, "attachment.purge", purgeAttachments{}); err != nil {
		return nil, err
	}
	if err := a.Uploads.Recover(ctx); err != nil {
		return nil, err
	}
	return runner, runner.Start(ctx)
}
