// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account/memo"
)

// Service makes, checks and revokes tokens.
type Service struct {
	db     *db.DB
	policy *Policy
	zone   *time.Location
	log    *slog.Logger
	cache  memo.Memo[Token]
}

// NewService returns the service; zone is that of the books' days.
func NewService(d *db.DB, p *Policy, zone *time.Location, log *slog.Logger) *Service {
	return &Service{db: d, policy: p, zone: zone, log: log}
}

// CreateToken makes a token and returns it with its text, which nobody can
// return again.
func (s *Service) CreateToken(ctx context.Context, a Actor, in NewToken) (Token, string, error) {
	if err := s.policy.Authorize(ctx, a, "token.create", Object{Kind: "token", Org: in.Org}); err != nil {
		return Token{}, "", err
	}
	if err := in.Validate(s.db.Clock().Now()); err != nil {
		return Token{}, "", err
	}
	var t Token
	var text string
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		t = Token{
			ID: tx.NewID(), Name: strings.TrimSpace(in.Name), Role: in.Role, Org: in.Org,
			CreatedAt: tx.Now(), CreatedBy: a.ID, ExpiresAt: in.ExpiresAt.UTC().Truncate(time.Microsecond),
		}
		var secret [secretSize]byte
		tx.Salt(secret[:])
		text = formatToken(t.ID, secret)
		if err := insertToken(ctx, tx, t, digest(secret)); err != nil {
			return err
		}
		return record(ctx, tx, a, "token.create", t.ID, created(t))
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, text, nil
}

// created is what the journal says of a new token.
func created(t Token) map[string]any {
	payload := map[string]any{"name": t.Name, "role": string(t.Role)}
	if !t.Org.IsZero() {
		payload["org"] = t.Org.String()
	}
	if !t.ExpiresAt.IsZero() {
		payload["expires_at"] = t.ExpiresAt.UnixMicro()
	}
	return payload
}

func record(ctx context.Context, tx *db.Tx, a Actor, action string, tokenID id.ID, payload map[string]any) error {
	_, err := journal.Write(ctx, tx, journal.Fact{
		Actor: a.ID, Action: action, SubjectKind: "token", Subject: tokenID, Payload: payload,
	})
	return err
}

// Revoke makes a token useless from the moment it returns; in another process
// at most a second later. Revoking it again does nothing.
func (s *Service) Revoke(ctx context.Context, a Actor, tokenID id.ID) error {
	if err := s.policy.sound(a, "token.revoke"); err != nil {
		return err
	}
	t, _, err := tokenByID(ctx, s.db, tokenID)
	if err != nil {
		return err
	}
	if err := s.policy.Authorize(ctx, a, "token.revoke", Object{Kind: "token", ID: tokenID, Org: t.Org}); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.OnCommit(s.cache.Forget)
		done, err := revokeToken(ctx, tx, tokenID, tx.Now())
		if err != nil {
			return err
		}
		if !done {
			_, found, err := tokenByID(ctx, tx, tokenID)
			if err == nil && !found {
				err = errs.New(errs.NotFound, "account.no_token")
			}
			return err
		}
		return record(ctx, tx, a, "token.revoke", tokenID, nil)
	})
}

// Tokens lists the tokens that the actor may see, the oldest first, revoked ones
// included.
func (s *Service) Tokens(ctx context.Context, a Actor) ([]Token, error) {
	scope, err := s.policy.Scope(ctx, a, "token.read")
	if err != nil {
		return nil, err
	}
	const limit = 1000
	rows, err := listTokens(ctx, s.db, limit)
	tokens := make([]Token, 0, len(rows))
	for _, r := range rows {
		if scope.Covers(r.Org) {
			tokens = append(tokens, r.Token)
		}
	}
	return tokens, err
}

// Names returns the names of the tokens among the ids, revoked ones included. It
// is for showing who did what: whoever may read that may read the name.
func (s *Service) Names(ctx context.Context, ids ...id.ID) (map[id.ID]string, error) {
	names := make(map[id.ID]string, len(ids))
	for _, tokenID := range ids {
		if _, known := names[tokenID]; known {
			continue
		}
		t, found, err := tokenByID(ctx, s.db, tokenID)
		if err != nil {
			return nil, err
		}
		if found {
			names[tokenID] = t.Name
		}
	}
	return names, nil
}

// Authenticate returns who acts with the token of this text, or
// errs.Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, text string) (Actor, error) {
	tokenID, secret, ok := parseToken(text)
	if !ok {
		return Actor{}, refuse()
	}
	key := sha256.Sum256([]byte(text))
	t, found, round := s.cache.Get(key)
	if !found {
		at := clock.Start() // before the read: age counts from what was seen
		var err error
		if t, err = s.check(ctx, tokenID, secret); err != nil {
			return Actor{}, err
		}
		s.cache.Put(key, t, at, round)
	}
	if !t.alive(s.db.Clock().Now()) {
		return Actor{}, refuse()
	}
	return t.Actor(), nil
}

// refuse is the one answer to every token that is not good.
func refuse() error { return errs.New(errs.Unauthenticated, "account.bad_token") }

// check reads the token and compares the secret. Without a row it compares with
// zeros, which are no digest of anything, so that both ways take the same time.
func (s *Service) check(ctx context.Context, tokenID id.ID, secret [secretSize]byte) (Token, error) {
	t, found, err := tokenByID(ctx, s.db, tokenID)
	if err != nil {
		return Token{}, err
	}
	given := digest(secret)
	same := subtle.ConstantTimeCompare(given[:], t.digest[:]) == 1
	now := s.db.Clock().Now()
	if !same || !found || !t.alive(now) {
		return Token{}, refuse()
	}
	if today := clock.DayOf(now, s.zone); t.LastUsed < today {
		s.touch(ctx, tokenID, today)
	}
	return t.Token, nil
}

// touch keeps the day of the last use. It is a convenience: when it cannot be
// stored, the token still works.
func (s *Service) touch(ctx context.Context, tokenID id.ID, day clock.Day) {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return touchToken(ctx, tx, tokenID, day) })
	if err != nil {
		s.log.WarnContext(ctx, "day of a token's use not stored", "token", tokenID.String(), "error", err)
	}
}
