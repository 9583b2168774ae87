// SPDX-License-Identifier: Apache-2.0

package passkey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertChallenge = `
		INSERT INTO account_challenge (id, kind, person, data, expires_at)
		VALUES ($1, $2, $3, $4, $5)`

	takeChallenge = `
		DELETE FROM account_challenge
		WHERE id = $1
		RETURNING kind, person, data, expires_at`

	sweepChallenges = `
		DELETE FROM account_challenge
		WHERE expires_at < $1`
)

// challenge is what a passkey is asked to sign.
type challenge struct {
	id        id.ID
	kind      string
	person    id.ID
	data      string
	expiresAt time.Time
}

func insert(ctx context.Context, tx *db.Tx, c challenge) error {
	if _, err := tx.Exec(ctx, insertChallenge, c.id, c.kind, c.person, c.data, c.expiresAt); err != nil {
		return fmt.Errorf("store challenge: %w", err)
	}
	return nil
}

// take uses a challenge up.
func take(ctx context.Context, tx *db.Tx, challengeID id.ID) (c challenge, found bool, err error) {
	c, err = db.One(ctx, tx, takeChallenge, []any{challengeID}, func(r *db.Rows) (c challenge, err error) {
		err = r.Scan(&c.kind, &c.person, &c.data, &c.expiresAt)
		return c, err
	})
	if errors.Is(err, db.ErrNoRows) {
		return challenge{}, false, nil
	}
	if err != nil {
		return challenge{}, false, fmt.Errorf("take challenge: %w", err)
	}
	c.id = challengeID
	return c, true, nil
}

// Sweep removes the challenges that nobody answered in time.
func Sweep(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.Exec(ctx, sweepChallenges, now); err != nil {
		return fmt.Errorf("sweep challenges: %w", err)
	}
	return nil
}
