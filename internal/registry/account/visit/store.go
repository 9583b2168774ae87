// SPDX-License-Identifier: Apache-2.0

package visit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

const (
	insertSessionSQL = `
		INSERT INTO account_session
		  (id, person, secret, stage, how, address, agent, created_at, seen_at, expires_at, fresh_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	selectSession = `
		SELECT s.id, s.person, s.secret, s.stage, s.how, s.address, s.agent, s.created_at, s.seen_at, s.expires_at, s.fresh_at
		FROM account_session s
		WHERE s.secret = $1`

	selectSessions = `
		SELECT s.id, s.person, s.secret, s.stage, s.how, s.address, s.agent, s.created_at, s.seen_at, s.expires_at, s.fresh_at
		FROM account_session s
		WHERE s.person = $1
		ORDER BY s.seen_at DESC, s.id DESC
		LIMIT 200`

	touchSessionSQL = `
		UPDATE account_session
		SET seen_at = $2
		WHERE id = $1`

	renewSessionSQL = `
		UPDATE account_session
		SET secret = $3, fresh_at = $4, seen_at = $4
		WHERE id = $1 AND secret = $2`

	endSessionSQL = `
		DELETE FROM account_session
		WHERE person = $1 AND id = $2`

	endSessionsSQL = `
		DELETE FROM account_session
		WHERE person = $1 AND id <> $2`

	endEverySession = `
		DELETE FROM account_session`

	sweepSessions = `
		DELETE FROM account_session
		WHERE expires_at < $1 OR seen_at < $2`
)

func scanSession(r *db.Rows) (Session, error) {
	var s Session
	var secret []byte
	err := r.Scan(&s.ID, &s.Person, &secret, &s.Stage, &s.How, &s.Address, &s.Agent,
		&s.CreatedAt, &s.SeenAt, &s.ExpiresAt, &s.FreshAt)
	copy(s.Secret[:], secret)
	return s, err
}

// Insert stores a new session.
func Insert(ctx context.Context, tx *db.Tx, s Session) error {
	_, err := tx.Exec(ctx, insertSessionSQL, s.ID, s.Person, s.Secret[:], s.Stage, s.How, s.Address, s.Agent,
		s.CreatedAt, s.SeenAt, s.ExpiresAt, s.FreshAt)
	if err != nil {
		return fmt.Errorf("store session: %w", err)
	}
	return nil
}

// ByDigest reads a session with who acts in it.
func ByDigest(ctx context.Context, q db.Queryer, digest session.Digest) (s Session, found bool, err error) {
	s, err = db.One(ctx, q, selectSession, []any{digest[:]}, scanSession)
	if errors.Is(err, db.ErrNoRows) {
		return Session{}, false, nil
	}
	if err != nil {
		return Session{}, false, fmt.Errorf("read session: %w", err)
	}
	p, err := person.ByID(ctx, q, s.Person)
	if err != nil {
		return Session{}, false, fmt.Errorf("read session: %w", err)
	}
	s.Actor, s.State = p.Actor(), p.State
	return s, true, nil
}

// Of returns the sessions of a person, the last used first, without what the
// person is where.
func Of(ctx context.Context, q db.Queryer, who id.ID) ([]Session, error) {
	return db.All(ctx, q, selectSessions, []any{who}, scanSession)
}

// Touch keeps the moment of the last use.
func Touch(ctx context.Context, tx *db.Tx, sessionID id.ID, now time.Time) error {
	if _, err := tx.Exec(ctx, touchSessionSQL, sessionID, now); err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// Renew gives the session another secret, unless another request did so since it
// was read: then nothing changes and it returns 0.
func Renew(ctx context.Context, tx *db.Tx, s Session, digest session.Digest, now time.Time) (int64, error) {
	n, err := tx.Exec(ctx, renewSessionSQL, s.ID, s.Secret[:], digest[:], now)
	if err != nil {
		return 0, fmt.Errorf("renew session: %w", err)
	}
	return n, nil
}

// End ends one session of a person and returns how many that were.
func End(ctx context.Context, tx *db.Tx, who, sessionID id.ID) (int64, error) {
	n, err := tx.Exec(ctx, endSessionSQL, who, sessionID)
	if err != nil {
		return 0, fmt.Errorf("end session: %w", err)
	}
	return n, nil
}

// EndAll ends the sessions of a person except one and returns how many.
func EndAll(ctx context.Context, tx *db.Tx, who, except id.ID) (int64, error) {
	n, err := tx.Exec(ctx, endSessionsSQL, who, except)
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}

// EndEvery ends every session of everybody and returns how many.
func EndEvery(ctx context.Context, tx *db.Tx) (int64, error) {
	n, err := tx.Exec(ctx, endEverySession)
	if err != nil {
		return 0, fmt.Errorf("end every session: %w", err)
	}
	return n, nil
}

// Sweep removes the sessions that have ended.
func Sweep(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.Exec(ctx, sweepSessions, now, now.Add(-IdleLife)); err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}
