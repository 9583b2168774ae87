// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/attempt"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

// LinkPath is where one-time links lead, followed by the token.
const LinkPath = "/link/"

// newLink makes a link and revokes the open ones of the person: only the last
// one that was sent works.
func (s *Service) newLink(ctx context.Context, tx *db.Tx, actor id.ID, kind link.Kind, who id.ID) (Link, error) {
	life := map[link.Kind]time.Duration{link.SetUp: SetUpLife, link.Invite: InviteLife, link.Reset: ResetLife, link.Enter: EnterLife}[kind]
	l := Link{
		ID: tx.NewID(), Kind: kind, Person: Person{ID: who}, CreatedAt: tx.Now(), CreatedBy: actor, ExpiresAt: tx.Now().Add(life),
	}
	var digest session.Digest
	l.Token, digest = session.NewToken(tx.Salt)
	if _, err := link.Revoke(ctx, tx, who, tx.Now()); err != nil {
		return Link{}, err
	}
	if err := link.Insert(ctx, tx, l, digest); err != nil {
		return Link{}, err
	}
	return l, s.record(ctx, tx, actor, "link.create", about("link", l.ID, "kind", string(kind), "person", who, "expires_at", l.ExpiresAt.UnixMicro()))
}

// SetUpLink returns a link by which the first administrator is made, and ends the
// one before. needed is false when the house has an administrator.
func (s *Service) SetUpLink(ctx context.Context) (l Link, needed bool, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := person.LockGoverning(ctx, tx); err != nil {
			return err
		}
		n, err := person.Governing(ctx, tx)
		if err != nil || n > 0 {
			return err
		}
		needed = true
		l, err = s.newLink(ctx, tx, account.System().ID, link.SetUp, id.Zero)
		return err
	})
	return l, needed, err
}

// IssueLink makes a new one-time link for a person and ends the one before: an
// invitation for who has not come yet, else a link to choose another password,
// which ends every session. Nobody issues one to themselves.
func (s *Service) IssueLink(ctx context.Context, a account.Actor, who id.ID) (Link, error) {
	var l Link
	err := s.change(ctx, a, "person.write", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		kind := link.Reset
		switch p.State {
		case person.Invited:
			kind = link.Invite
		case person.Active:
			if err := s.endAll(ctx, tx, a.ID, p.ID, id.Zero); err != nil {
				return err
			}
		default:
			return errs.New(errs.Conflict, "signin.not_active")
		}
		var err error
		l, err = s.newLink(ctx, tx, a.ID, kind, p.ID)
		return err
	})
	return l, err
}

// RevokeLinks ends the open links of a person.
func (s *Service) RevokeLinks(ctx context.Context, a account.Actor, who id.ID) error {
	return s.change(ctx, a, "person.write", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		n, err := link.Revoke(ctx, tx, p.ID, tx.Now())
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, a.ID, "link.revoke", aboutPerson(p.ID))
	})
}

// EnterLink makes a link that signs in directly. Only who sits at the server may
// have one: it is for the demonstration, and for coming back in.
func (s *Service) EnterLink(ctx context.Context, a account.Actor, who id.ID) (Link, error) {
	if a.ID != account.System().ID {
		return Link{}, errs.New(errs.Forbidden, "error.forbidden")
	}
	var l Link
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := person.ByID(ctx, tx, who)
		if err != nil {
			return err
		}
		if p.State != person.Active {
			return errs.New(errs.Conflict, "signin.not_active")
		}
		l, err = s.newLink(ctx, tx, a.ID, link.Enter, p.ID)
		return err
	})
	return l, err
}

// Example adds a person of a given id who is active at once and comes in by
// EnterLink alone. Only who sits at the server may: it is for the demonstration,
// whose story was played by people of known ids.
func (s *Service) Example(ctx context.Context, a account.Actor, as id.ID, in NewPerson) (Person, error) {
	if a.ID != account.System().ID {
		return Person{}, errs.New(errs.Forbidden, "error.forbidden")
	}
	in, err := in.Clean()
	if err != nil {
		return Person{}, err
	}
	var p Person
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.insert(ctx, tx, Person{
			ID: as, Name: in.Name, Email: in.Email, State: person.Active, Memberships: in.Memberships, CreatedBy: a.ID,
		})
		return err
	})
	return p, err
}

// Link returns what a link is for, so that its page can say it. It uses nothing
// up: programs that look at mail open links too.
func (s *Service) Link(ctx context.Context, v Visitor, token string) (Link, error) {
	digest, ok := session.ParseToken(token)
	if !ok {
		return Link{}, link.Dead()
	}
	try, err := s.limits.Begin(ctx, attempt.Link, "", v.Address)
	if err != nil {
		return Link{}, err
	}
	l, err := liveLink(ctx, s.db, digest, s.db.Clock().Now())
	if err != nil {
		return Link{}, err
	}
	return l, s.limits.Cancel(ctx, try)
}

// liveLink reads a link that can be used.
func liveLink(ctx context.Context, q db.Queryer, digest session.Digest, now time.Time) (Link, error) {
	l, found, err := link.ByDigest(ctx, q, digest)
	if err != nil {
		return Link{}, err
	}
	if !found || !l.Alive(now) {
		return Link{}, link.Dead()
	}
	if l.Kind == link.SetUp {
		return l, nil
	}
	p, err := person.ByID(ctx, q, l.Person.ID)
	if err != nil || p.State == person.Disabled || p.State == person.Erased {
		if err == nil || errs.Is(err, errs.NotFound) {
			err = link.Dead()
		}
		return Link{}, err
	}
	l.Person = p
	return l, nil
}
