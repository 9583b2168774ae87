// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river/rivermigrate"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Migrate makes or brings up to date the tables that jobs are kept in. It may be
// repeated, and several processes may call it at once.
func Migrate(ctx context.Context, d *db.DB) error {
	migrator, err := rivermigrate.New(driver(d), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("job: migrate: %w", err)
	}
	if d.Engine() == db.SQLite {
		err = migrateSQLite(ctx, migrator.Migrate)
	} else {
		// The lock's transaction waits on one connection while another one
		// migrates: River commits between its steps.
		err = d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := tx.Lock(ctx, "job.migrate"); err != nil {
				return err
			}
			_, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("job: migrate: %w", err)
	}
	return nil
}

// migrateSQLite goes on where another process was faster: SQLite has no lock
// that outlives a transaction, but each step and the note of it are one
// transaction, so a step that fails because it is done already is seen as done
// when the list is read again.
func migrateSQLite(ctx context.Context, up func(context.Context, rivermigrate.Direction, *rivermigrate.MigrateOpts) (*rivermigrate.MigrateResult, error)) error {
	const tries = 20 // more than River has steps
	var err error
	for range tries {
		if _, err = up(ctx, rivermigrate.DirectionUp, nil); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}
