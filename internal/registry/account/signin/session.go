// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"errors"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// Fresh reports whether the person has proved who they are within the last 15
// minutes.
func (s *Service) Fresh(own Session) bool {
	since := s.db.Clock().Now().Sub(own.FreshAt)
	return since < FreshFor && since > -visit.ClockSlip
}

// RequireFresh refuses a sensitive change when the last proof is too old;
// NeedsConfirm knows the refusal.
func (s *Service) RequireFresh(own Session) error {
	if s.Fresh(own) {
		return nil
	}
	return errs.Wrap(errConfirm, errs.Forbidden, "signin.confirm_first")
}

var errConfirm = errors.New("the last proof is too old")

// NeedsConfirm reports whether an error means: prove again who you are (Confirm,
// FinishConfirm), then repeat.
func NeedsConfirm(err error) bool { return errors.Is(err, errConfirm) }

// nobody is the answer to a token that opens no session.
func nobody() error { return errs.New(errs.Unauthenticated, "error.unauthenticated") }

// Resume returns the session of a token and who acts in it, or
// errs.Unauthenticated. The actor's memberships are shared: do not change them.
func (s *Service) Resume(ctx context.Context, token string) (Session, account.Actor, error) {
	digest, ok := session.ParseToken(token)
	if !ok {
		return Session{}, account.Actor{}, nobody()
	}
	own, found, round := s.memo.Get(digest)
	if !found || s.db.Clock().Now().Sub(own.SeenAt) >= seenEvery {
		at := clock.Start() // before the read: age counts from what was seen
		var err error
		if own, err = s.readSession(ctx, digest); err != nil {
			return Session{}, account.Actor{}, err
		}
		s.memo.Put(digest, own, at, round)
	}
	if own.Stage != visit.Full || !own.Alive(s.db.Clock().Now()) {
		return Session{}, account.Actor{}, nobody()
	}
	return own, own.Actor, nil
}

// readSession reads a session that is alive, half or full, and keeps the minute of
// its use.
func (s *Service) readSession(ctx context.Context, digest session.Digest) (Session, error) {
	own, found, err := visit.ByDigest(ctx, s.db, digest)
	if err != nil {
		return Session{}, err
	}
	now := s.db.Clock().Now()
	if !found || !own.Alive(now) {
		return Session{}, nobody()
	}
	if idle := now.Sub(own.SeenAt); own.Stage == visit.Full && (idle >= seenEvery || idle < 0) {
		own.SeenAt = now
		s.touch(ctx, own)
	}
	return own, nil
}

// touch keeps the minute of the last use. When it cannot be stored the session
// still works.
func (s *Service) touch(ctx context.Context, own Session) {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return visit.Touch(ctx, tx, own.ID, own.SeenAt) })
	if err != nil {
		s.log.WarnContext(ctx, "use of a session not stored", "session", own.ID.String(), "error", err)
	}
}

// Entry is what somebody gets who has proved something.
type Entry struct {
	Token   string        // for the cookie
	Life    time.Duration // of the cookie
	Half    bool          // a second factor is missing: see Pending
	Session Session       // zero while Half
}

// open makes a session in the write that proved who it is.
func (s *Service) open(ctx context.Context, tx *db.Tx, v Visitor, p Person, stage, how string) (Entry, error) {
	life := SessionLife
	if stage == visit.Half {
		life = HalfLife
	}
	own := Session{
		ID: tx.NewID(), Person: p.ID, How: how, Address: address(v), Agent: v.agent(),
		CreatedAt: tx.Now(), SeenAt: tx.Now(), ExpiresAt: tx.Now().Add(life), FreshAt: tx.Now(),
		Stage: stage, Actor: p.Actor(), State: p.State,
	}
	var token string
	token, own.Secret = session.NewToken(tx.Salt)
	if err := visit.Insert(ctx, tx, own); err != nil {
		return Entry{}, err
	}
	if stage == visit.Half {
		return Entry{Token: token, Life: life, Half: true}, nil
	}
	if err := person.SignedIn(ctx, tx, p.ID, tx.Now()); err != nil {
		return Entry{}, err
	}
	err := s.record(ctx, tx, p.ID, "session.create", about("session", own.ID, "person", p.ID, "how", how))
	return Entry{Token: token, Life: life, Session: own}, err
}

func address(v Visitor) string {
	if !v.Address.IsValid() {
		return ""
	}
	return v.Address.String()
}

// Sessions lists one's own sessions, the last used first.
func (s *Service) Sessions(ctx context.Context, own Session) ([]Session, error) {
	all, err := visit.Of(ctx, s.db, own.Person)
	if err != nil {
		return nil, err
	}
	now := s.db.Clock().Now()
	live := all[:0]
	for _, other := range all {
		other.State, other.Actor = own.State, own.Actor // the same person
		if other.Stage == visit.Full && other.Alive(now) {
			live = append(live, other)
		}
	}
	return live, nil
}

// SignOut ends this session.
func (s *Service) SignOut(ctx context.Context, own Session) error { return s.End(ctx, own, own.ID) }

// End ends one of one's own sessions. One that has ended already is fine.
func (s *Service) End(ctx context.Context, own Session, other id.ID) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.OnCommit(s.memo.Forget)
		n, err := visit.End(ctx, tx, own.Person, other)
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, own.Person, "session.end", about("session", other, "person", own.Person))
	})
}

// EndOthers ends every session of one's own but this one.
func (s *Service) EndOthers(ctx context.Context, own Session) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.endAll(ctx, tx, own.Person, own.Person, own.ID) })
}

// EndAll ends every session of a person: a phone was stolen.
func (s *Service) EndAll(ctx context.Context, a account.Actor, who id.ID) error {
	return s.change(ctx, a, "person.write", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		return s.endAll(ctx, tx, a.ID, p.ID, id.Zero)
	})
}

// EndEverything ends every session and every open link of everybody. It is for books
// that were restored: what was ended since the backup must not live again.
func (s *Service) EndEverything(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.OnCommit(s.memo.Forget)
		sessions, err := visit.EndEvery(ctx, tx)
		if err != nil {
			return err
		}
		links, err := link.RevokeEvery(ctx, tx, tx.Now())
		if err != nil || sessions+links == 0 {
			return err
		}
		by := account.System().ID
		return s.record(ctx, tx, by, "session.end", about("person", by, "sessions", sessions, "links", links))
	})
}

// endAll ends the sessions of a person except one.
func (s *Service) endAll(ctx context.Context, tx *db.Tx, by, who, except id.ID) error {
	tx.OnCommit(s.memo.Forget)
	n, err := visit.EndAll(ctx, tx, who, except)
	if err != nil || n == 0 {
		return err
	}
	return s.record(ctx, tx, by, "session.end", aboutPerson(who, "sessions", n))
}

// renew gives a session a new token and a fresh proof. Of two at once one
// succeeds: the other's token is not the session's any more.
func (s *Service) renew(ctx context.Context, tx *db.Tx, own Session, how string) (Entry, error) {
	token, digest := session.NewToken(tx.Salt)
	n, err := visit.Renew(ctx, tx, own, digest, tx.Now())
	if err != nil {
		return Entry{}, err
	}
	if n == 0 {
		return Entry{}, errs.New(errs.Conflict, "signin.changed_meanwhile")
	}
	tx.OnCommit(s.memo.Forget)
	own.Secret, own.FreshAt, own.SeenAt = digest, tx.Now(), tx.Now()
	err = s.record(ctx, tx, own.Person, "session.confirm", about("session", own.ID, "person", own.Person, "how", how))
	return Entry{Token: token, Life: own.ExpiresAt.Sub(tx.Now()), Session: own}, err
}
