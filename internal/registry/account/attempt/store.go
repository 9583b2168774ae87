// SPDX-License-Identifier: Apache-2.0

package attempt

import (
	"context"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	// An update that changes nothing, so that the row is ours until the commit.
	lockAttempt = `
		INSERT INTO account_attempt (id, failures, last_at)
		VALUES ($1, 0, $2)
		ON CONFLICT (id) DO UPDATE SET failures = account_attempt.failures
		RETURNING failures, last_at`

	setAttempt = `
		UPDATE account_attempt
		SET failures = $2, last_at = $3
		WHERE id = $1`

	takeBackAttempt = `
		UPDATE account_attempt
		SET failures = failures - 1
		WHERE id = $1 AND failures > 0`

	forgetAttempt = `
		DELETE FROM account_attempt
		WHERE id = $1`

	sweepAttempts = `
		DELETE FROM account_attempt
		WHERE last_at < $1`
)

type state struct {
	failures int64
	last     time.Time
}

// count adds one to the failures of a subject and returns how many there were,
// or refuses when it has to wait.
func count(ctx context.Context, tx *db.Tx, subject id.ID, free int64) (before int64, err error) {
	now := tx.Now()
	s, err := db.One(ctx, tx, lockAttempt, []any{subject, now}, func(r *db.Rows) (s state, err error) {
		err = r.Scan(&s.failures, &s.last)
		return s, err
	})
	if err != nil {
		return 0, fmt.Errorf("read attempts: %w", err)
	}
	if now.Sub(s.last) >= memory {
		s.failures = 0
	}
	if left := wait(now, s.last, s.failures, free); left > 0 {
		return s.failures, tooMany(left)
	}
	if _, err := tx.Exec(ctx, setAttempt, subject, s.failures+1, now); err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return s.failures, nil
}

func takeBack(ctx context.Context, tx *db.Tx, subject id.ID) error {
	if _, err := tx.Exec(ctx, takeBackAttempt, subject); err != nil {
		return fmt.Errorf("take attempt back: %w", err)
	}
	return nil
}

func forget(ctx context.Context, tx *db.Tx, subject id.ID) error {
	if _, err := tx.Exec(ctx, forgetAttempt, subject); err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

func sweep(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.Exec(ctx, sweepAttempts, before); err != nil {
		return fmt.Errorf("sweep attempts: %w", err)
	}
	return nil
}
