// SPDX-License-Identifier: Apache-2.0

package signedlink

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

const (
	// MaxLife is the longest that a link can be good.
	MaxLife = 180 * 24 * time.Hour

	keysAlive = 8           // links of older keys are dead
	lookAgain = time.Second // how often an unknown key is looked for
)

// Service makes, checks and takes back links. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	policy *account.Policy

	mu     sync.Mutex
	keys   []key     // the newest first
	readAt time.Time // of clock.Start; zero: not yet, or a key was begun since
}

// New returns the service.
func New(d *db.DB, policy *account.Policy) *Service { return &Service{db: d, policy: policy} }

// Wanted says what link is wanted.
type Wanted struct {
	Purpose account.Purpose
	Kind    string // of the subject: need, receipt, distribution
	Subject id.ID
	Org     id.ID // whose the subject is; the caller has looked it up
	Expires time.Time
}

func (w Wanted) validate(now time.Time) error {
	bad := errs.Bad()
	if !w.Purpose.Valid() {
		bad.Field("purpose", "link.purpose")
	}
	if w.Subject.IsZero() {
		bad.Field("subject", "link.subject")
	}
	if !w.Expires.After(now) || w.Expires.After(now.Add(MaxLife)) || w.Expires.Unix() > latest {
		bad.Field("expires", "link.expiry", "days", int(MaxLife.Hours()/24))
	}
	return bad.OrNil()
}

// Create returns the text of a new link. The end is cut to a whole second.
func (s *Service) Create(ctx context.Context, actor account.Actor, w Wanted) (string, error) {
	object := account.Object{Kind: w.Kind, ID: w.Subject, Org: w.Org}
	if err := s.policy.Authorize(ctx, actor, "link.create", object); err != nil {
		return "", err
	}
	if err := w.validate(s.db.Clock().Now()); err != nil {
		return "", err
	}
	var text string
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := s.newest(ctx, tx)
		if err != nil {
			return err
		}
		round, err := readRound(ctx, tx, w.Subject)
		if err != nil {
			return err
		}
		c := claim{key: k.n, round: round, purpose: w.Purpose, expires: w.Expires, subject: w.Subject, org: w.Org}
		text = c.sign(k.secret)
		return record(ctx, tx, actor, "link.create", object, map[string]any{
			"purpose": string(w.Purpose), "expires": w.Expires.Unix(),
		})
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// Present returns who acts with a link, or errs.Unauthenticated.
func (s *Service) Present(ctx context.Context, text string) (account.Actor, error) {
	c, signature, ok := parse(text)
	if !ok {
		return account.Actor{}, refuse()
	}
	secret, found, err := s.secret(ctx, c.key)
	if err != nil {
		return account.Actor{}, err
	}
	// Without the key the zero key is compared, so that both ways take the same time.
	if signed := c.signedBy(secret, signature); !signed || !found || !s.db.Clock().Now().Before(c.expires) {
		return account.Actor{}, refuse()
	}
	round, err := readRound(ctx, s.db, c.subject)
	if err != nil {
		return account.Actor{}, err
	}
	if round != c.round {
		return account.Actor{}, refuse()
	}
	return c.actor(), nil
}

// refuse is the one answer to every link that is not good.
func refuse() error { return errs.New(errs.Unauthenticated, "link.bad") }

// Revoke takes back every link to the object that is out, whatever its purpose.
// Links that are made later are good.
func (s *Service) Revoke(ctx context.Context, actor account.Actor, object account.Object) error {
	if err := s.policy.Authorize(ctx, actor, "link.revoke", object); err != nil {
		return err
	}
	if object.ID.IsZero() {
		return errs.Bad().Field("subject", "link.subject")
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, "link.round "+object.ID.String()); err != nil {
			return err
		}
		round, err := readRound(ctx, tx, object.ID)
		if err != nil {
			return err
		}
		if round == math.MaxUint16 { // the next would be a round that links are out for
			return errs.New(errs.Exhausted, "link.rounds")
		}
		if err := raiseRound(ctx, tx, object.ID); err != nil {
			return err
		}
		return record(ctx, tx, actor, "link.revoke", object, nil)
	})
}

// Rotate begins a new key; links of the last keysAlive keys stay good. Who may
// make tokens for the house may do it.
func (s *Service) Rotate(ctx context.Context, actor account.Actor) error {
	if err := s.policy.Authorize(ctx, actor, "token.create", account.Object{Kind: "token"}); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := s.newest(ctx, tx)
		if err != nil {
			return err
		}
		if k, err = s.begin(ctx, tx, k.n); err != nil {
			return err
		}
		return record(ctx, tx, actor, "link.rotate", account.Object{Kind: "link_key", ID: id.Derive("link key", strconv.Itoa(int(k.n)))}, map[string]any{"n": k.n})
	})
}

// newest returns the key that signs, and makes the first one.
func (s *Service) newest(ctx context.Context, tx *db.Tx) (key, error) {
	if err := tx.Lock(ctx, "link.key"); err != nil {
		return key{}, err
	}
	keys, err := readKeys(ctx, tx)
	if err != nil {
		return key{}, err
	}
	if len(keys) > 0 {
		return keys[0], nil
	}
	return s.begin(ctx, tx, 0)
}

// begin makes the key after the nth; the lock on keys is held.
func (s *Service) begin(ctx context.Context, tx *db.Tx, n uint16) (key, error) {
	if n == math.MaxUint16 {
		return key{}, errs.New(errs.Exhausted, "link.rounds")
	}
	k := key{n: n + 1}
	tx.Salt(k.secret[:])
	tx.OnCommit(s.forget)
	return k, insertKey(ctx, tx, k)
}

// forget makes the next question read the keys again.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readAt = time.Time{}
}

// secret returns a key that is alive. The keys are read again after a second, so
// that every process learns of the keys that others began, and of those that have
// died.
func (s *Service) secret(ctx context.Context, n uint16) (secret [keySize]byte, found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readAt.IsZero() || clock.Since(s.readAt) >= lookAgain {
		at := clock.Start()
		if s.keys, err = readKeys(ctx, s.db); err != nil {
			return secret, false, err
		}
		s.readAt = at
	}
	for _, k := range s.keys {
		if k.n == n {
			return k.secret, true, nil
		}
	}
	return secret, false, nil
}

func record(ctx context.Context, tx *db.Tx, actor account.Actor, action string, o account.Object, payload map[string]any) error {
	_, err := journal.Write(ctx, tx, journal.Fact{
		Actor: actor.ID, Action: action, SubjectKind: o.Kind, Subject: o.ID, Payload: payload,
	})
	return err
}
