// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/attempt"
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// Acceptance is what somebody fills in who follows a link.
type Acceptance struct {
	Name     string // SetUp: theirs; Invite: may correct what was written, empty keeps it
	Email    string // SetUp only
	Password string // empty only with a passkey
}

// Accept uses a link up: makes the first administrator, takes an invitation up,
// or sets another password; then signs in.
func (s *Service) Accept(ctx context.Context, v Visitor, token string, in Acceptance) (Entry, error) {
	return s.follow(ctx, v, token, func(ctx context.Context, l Link) (use, error) {
		if l.Kind == link.Enter {
			return nil, link.Dead()
		}
		in, err := in.clean(l)
		if err != nil {
			return nil, err
		}
		if key := s.rules.Check(in.Password, in.Name, in.Email, l.Person.Name, l.Person.Email); key != "" {
			return nil, errs.Bad().Field("password", key)
		}
		phc, err := s.hasher.Hash(ctx, in.Password)
		return func(ctx context.Context, tx *db.Tx, l Link) (Entry, error) {
			p, err := s.welcome(ctx, tx, l, in)
			if err != nil {
				return Entry{}, err
			}
			if err := s.setPassword(ctx, tx, p.ID, phc); err != nil {
				return Entry{}, err
			}
			return s.openAfterPassword(ctx, tx, v, p)
		}, err
	})
}

// AcceptEnter uses up a link that signs in directly.
func (s *Service) AcceptEnter(ctx context.Context, v Visitor, token string) (Entry, error) {
	return s.follow(ctx, v, token, func(_ context.Context, l Link) (use, error) {
		if l.Kind != link.Enter {
			return nil, link.Dead()
		}
		return func(ctx context.Context, tx *db.Tx, l Link) (Entry, error) {
			if l.Person.State != person.Active {
				return Entry{}, link.Dead()
			}
			return s.open(ctx, tx, v, l.Person, visit.Full, "link")
		}, nil
	})
}

// use is the write that a link allows.
type use func(ctx context.Context, tx *db.Tx, l Link) (Entry, error)

// follow uses a link up in the write that prepare returns. What prepare refuses,
// a weak password, leaves the link as it was and counts as no attempt.
func (s *Service) follow(ctx context.Context, v Visitor, token string,
	prepare func(context.Context, Link) (use, error),
) (Entry, error) {
	try, err := s.limits.Begin(ctx, attempt.Link, "", v.Address)
	if err != nil {
		return Entry{}, err
	}
	digest, ok := session.ParseToken(token)
	if !ok {
		return Entry{}, link.Dead()
	}
	l, err := liveLink(ctx, s.db, digest, s.db.Clock().Now())
	if err != nil {
		return Entry{}, err
	}
	write, err := prepare(ctx, l)
	if err != nil {
		return Entry{}, s.excuse(ctx, try, err)
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := person.LockGoverning(ctx, tx); err != nil {
			return err
		}
		l, err := liveLink(ctx, tx, digest, tx.Now())
		if err != nil {
			return err
		}
		if err := link.Use(ctx, tx, l); err != nil {
			return err
		}
		if err := try.Good(ctx, tx); err != nil {
			return err
		}
		e, err = write(ctx, tx, l)
		return err
	})
	return e, err
}

// excuse takes an attempt back when only a field was wrong.
func (s *Service) excuse(ctx context.Context, try attempt.Try, cause error) error {
	if !errs.Is(cause, errs.Invalid) {
		return cause
	}
	if err := s.limits.Cancel(ctx, try); err != nil {
		return err
	}
	return cause
}

// governor is what the first administrator is.
func governor() []account.Membership { return []account.Membership{{Role: account.Administrator}} }

// clean returns the input as it is stored, or names the wrong fields.
func (in Acceptance) clean(l Link) (Acceptance, error) {
	if l.Kind == link.SetUp {
		p, err := NewPerson{Name: in.Name, Email: in.Email, Memberships: governor()}.Clean()
		in.Name, in.Email = p.Name, p.Email
		return in, err
	}
	if in.Name == "" || l.Kind == link.Reset {
		in.Name = l.Person.Name
	}
	p, err := NewPerson{Name: in.Name, Email: l.Person.Email, Memberships: l.Person.Memberships}.Clean()
	in.Name, in.Email = p.Name, p.Email
	return in, err
}

// welcome makes the first administrator, or lets an invited person in, or ends the
// sessions of one who forgot the password.
func (s *Service) welcome(ctx context.Context, tx *db.Tx, l Link, in Acceptance) (Person, error) {
	if l.Kind == link.SetUp {
		n, err := person.Governing(ctx, tx)
		if err != nil {
			return Person{}, err
		}
		if n > 0 {
			return Person{}, link.Dead()
		}
		return s.newPerson(ctx, tx, account.System().ID, NewPerson{Name: in.Name, Email: in.Email, Memberships: governor()}, person.Active)
	}
	p := l.Person
	p.Name, p.State = in.Name, person.Active
	if err := person.Update(ctx, tx, p); err != nil {
		return Person{}, err
	}
	p.Version++
	if err := s.endAll(ctx, tx, p.ID, p.ID, id.Zero); err != nil {
		return Person{}, err
	}
	return p, s.record(ctx, tx, p.ID, "person.accept", aboutPerson(p.ID, "link", l.ID, "kind", string(l.Kind)))
}

// setPassword replaces the password.
func (s *Service) setPassword(ctx context.Context, tx *db.Tx, who id.ID, phc string) error {
	if _, err := credential.DropKind(ctx, tx, who, credential.Password); err != nil {
		return err
	}
	if err := credential.Insert(ctx, tx, credential.Credential{Person: who, Kind: credential.Password, Data: phc}); err != nil {
		return err
	}
	return s.record(ctx, tx, who, "credential.create", aboutPerson(who, "kind", credential.Password))
}
