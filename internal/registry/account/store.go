// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	insertTokenSQL = `
		INSERT INTO account_token
		  (id, name, role, org, secret, created_at, created_by, expires_at, revoked_at, last_used_day)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, 0)`

	selectToken = `
		SELECT id, name, role, org, created_at, created_by, expires_at, revoked_at, last_used_day, secret
		FROM account_token
		WHERE id = $1`

	selectTokens = `
		SELECT id, name, role, org, created_at, created_by, expires_at, revoked_at, last_used_day, secret
		FROM account_token
		ORDER BY id
		LIMIT $1`

	revokeTokenSQL = `
		UPDATE account_token
		SET revoked_at = $2
		WHERE id = $1 AND revoked_at IS NULL`

	touchTokenSQL = `
		UPDATE account_token
		SET last_used_day = $2
		WHERE id = $1 AND last_used_day < $2`
)

// stored is a token with the digest of its secret.
type stored struct {
	Token
	digest [sha256.Size]byte
}

func scanToken(r *db.Rows) (stored, error) {
	var s stored
	var secret []byte
	err := r.Scan(&s.ID, &s.Name, &s.Role, &s.Org, &s.CreatedAt, &s.CreatedBy,
		&s.ExpiresAt, &s.RevokedAt, &s.LastUsed, &secret)
	if err == nil && len(secret) != len(s.digest) {
		err = fmt.Errorf("account: token %s has a digest of %d bytes", s.ID, len(secret))
	}
	copy(s.digest[:], secret)
	return s, err
}

func insertToken(ctx context.Context, tx *db.Tx, t Token, secret [sha256.Size]byte) error {
	_, err := tx.Exec(ctx, insertTokenSQL, t.ID, t.Name, string(t.Role), t.Org, secret[:], t.CreatedAt, t.CreatedBy, t.ExpiresAt)
	if err != nil {
		return fmt.Errorf("insert token: %w", err)
	}
	return nil
}

// tokenByID returns the token; found is false when there is none.
func tokenByID(ctx context.Context, q db.Queryer, tokenID id.ID) (t stored, found bool, err error) {
	t, err = db.One(ctx, q, selectToken, []any{tokenID}, scanToken)
	if errors.Is(err, db.ErrNoRows) {
		return stored{}, false, nil
	}
	if err != nil {
		return stored{}, false, fmt.Errorf("read token: %w", err)
	}
	return t, true, nil
}

func listTokens(ctx context.Context, q db.Queryer, limit int) ([]stored, error) {
	return db.All(ctx, q, selectTokens, []any{limit}, scanToken)
}

// revokeToken reports whether the token was alive until now.
func revokeToken(ctx context.Context, tx *db.Tx, tokenID id.ID, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, revokeTokenSQL, tokenID, now)
	if err != nil {
		return false, fmt.Errorf("revoke token: %w", err)
	}
	return n == 1, nil
}

func touchToken(ctx context.Context, tx *db.Tx, tokenID id.ID, day clock.Day) error {
	if _, err := tx.Exec(ctx, touchTokenSQL, tokenID, day); err != nil {
		return fmt.Errorf("touch token: %w", err)
	}
	return nil
}
