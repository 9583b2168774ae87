// SPDX-License-Identifier: Apache-2.0

package signedlink

import (
	"context"
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertKeySQL = `
		INSERT INTO account_link_key (n, secret, created_at)
		VALUES ($1, $2, $3)`

	selectKeys = `
		SELECT n, secret
		FROM account_link_key
		ORDER BY n DESC
		LIMIT $1`

	selectRound = `
		SELECT round
		FROM account_link_round
		WHERE subject = $1`

	raiseRoundSQL = `
		INSERT INTO account_link_round (subject, round)
		VALUES ($1, 1)
		ON CONFLICT (subject) DO UPDATE SET round = account_link_round.round + 1`
)

// key is one secret that signs.
type key struct {
	n      uint16
	secret [keySize]byte
}

// readKeys returns the keys that are alive, the newest first.
func readKeys(ctx context.Context, q db.Queryer) ([]key, error) {
	keys, err := db.All(ctx, q, selectKeys, []any{keysAlive}, func(r *db.Rows) (k key, err error) {
		var secret []byte
		if err = r.Scan(&k.n, &secret); err == nil && len(secret) != keySize {
			err = fmt.Errorf("link: key %d has %d bytes", k.n, len(secret))
		}
		copy(k.secret[:], secret)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("read keys of links: %w", err)
	}
	return keys, nil
}

func insertKey(ctx context.Context, tx *db.Tx, k key) error {
	if _, err := tx.Exec(ctx, insertKeySQL, k.n, k.secret[:], tx.Now()); err != nil {
		return fmt.Errorf("insert key of links: %w", err)
	}
	return nil
}

// readRound returns how often the links of the subject were taken back.
func readRound(ctx context.Context, q db.Queryer, subject id.ID) (uint16, error) {
	round, err := db.Value[uint16](ctx, q, selectRound, subject)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read round of links: %w", err)
	}
	return round, nil
}

func raiseRound(ctx context.Context, tx *db.Tx, subject id.ID) error {
	if _, err := tx.Exec(ctx, raiseRoundSQL, subject); err != nil {
		return fmt.Errorf("raise round of links: %w", err)
	}
	return nil
}
