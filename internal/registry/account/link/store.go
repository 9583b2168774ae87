// SPDX-License-Identifier: Apache-2.0

package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/session"
)

const (
	insertLinkSQL = `
		INSERT INTO account_invitation
		  (id, kind, person, secret, created_at, created_by, expires_at, used_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)`

	selectLink = `
		SELECT id, kind, person, created_at, created_by, expires_at, used_at, revoked_at
		FROM account_invitation
		WHERE secret = $1`

	selectOpenLink = `
		SELECT id, kind, person, created_at, created_by, expires_at, used_at, revoked_at
		FROM account_invitation
		WHERE person = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2
		ORDER BY id DESC
		LIMIT 1`

	useLinkSQL = `
		UPDATE account_invitation
		SET used_at = $2
		WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2`

	revokeLinksSQL = `
		UPDATE account_invitation
		SET revoked_at = $2
		WHERE person = $1 AND used_at IS NULL AND revoked_at IS NULL`

	revokeEveryLink = `
		UPDATE account_invitation
		SET revoked_at = $1
		WHERE used_at IS NULL AND revoked_at IS NULL`

	sweepLinks = `
		DELETE FROM account_invitation
		WHERE expires_at < $1`
)

func scanLink(r *db.Rows) (Link, error) {
	var l Link
	err := r.Scan(&l.ID, &l.Kind, &l.Person.ID, &l.CreatedAt, &l.CreatedBy, &l.ExpiresAt, &l.UsedAt, &l.RevokedAt)
	return l, err
}

// Insert stores a new link.
func Insert(ctx context.Context, tx *db.Tx, l Link, digest session.Digest) error {
	_, err := tx.Exec(ctx, insertLinkSQL, l.ID, string(l.Kind), l.Person.ID, digest[:], l.CreatedAt, l.CreatedBy, l.ExpiresAt)
	if err != nil {
		return fmt.Errorf("store link: %w", err)
	}
	return nil
}

func oneLink(ctx context.Context, q db.Queryer, query string, args ...any) (l Link, found bool, err error) {
	l, err = db.One(ctx, q, query, args, scanLink)
	if errors.Is(err, db.ErrNoRows) {
		return Link{}, false, nil
	}
	if err != nil {
		return Link{}, false, fmt.Errorf("read link: %w", err)
	}
	return l, true, nil
}

// ByDigest returns the link of a token; its person has only an id.
func ByDigest(ctx context.Context, q db.Queryer, digest session.Digest) (Link, bool, error) {
	return oneLink(ctx, q, selectLink, digest[:])
}

// Open returns the link that a person can still use.
func Open(ctx context.Context, q db.Queryer, person id.ID, now time.Time) (Link, bool, error) {
	return oneLink(ctx, q, selectOpenLink, person, now)
}

// Use uses a link up; of two at once one succeeds, the other's link is dead.
func Use(ctx context.Context, tx *db.Tx, l Link) error {
	n, err := tx.Exec(ctx, useLinkSQL, l.ID, tx.Now())
	if err != nil {
		return fmt.Errorf("use link: %w", err)
	}
	if n == 0 {
		return Dead()
	}
	return nil
}

// Revoke ends the open links of a person and returns how many that were.
func Revoke(ctx context.Context, tx *db.Tx, person id.ID, now time.Time) (int64, error) {
	n, err := tx.Exec(ctx, revokeLinksSQL, person, now)
	if err != nil {
		return 0, fmt.Errorf("revoke links: %w", err)
	}
	return n, nil
}

// RevokeEvery ends every open link and returns how many that were.
func RevokeEvery(ctx context.Context, tx *db.Tx, now time.Time) (int64, error) {
	n, err := tx.Exec(ctx, revokeEveryLink, now)
	if err != nil {
		return 0, fmt.Errorf("revoke every link: %w", err)
	}
	return n, nil
}

// keep is how long ended links are kept, to say who was invited when.
const keep = 90 * 24 * time.Hour

// Sweep removes the links that ended long ago.
func Sweep(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.Exec(ctx, sweepLinks, now.Add(-keep)); err != nil {
		return fmt.Errorf("sweep links: %w", err)
	}
	return nil
}

// Dead is the one answer to every link that cannot be used.
func Dead() error { return errs.New(errs.NotFound, "signin.link_dead") }
