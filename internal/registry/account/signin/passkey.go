// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"errors"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account/attempt"
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/passkey"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// PasskeysWork reports whether passkeys work where the visitor is.
func (s *Service) PasskeysWork(v Visitor) bool { return s.keys.Work(v.Origin) }

// BeginPasskey asks for any passkey of this site: nobody types an address.
func (s *Service) BeginPasskey(ctx context.Context, v Visitor) (Ceremony, error) {
	return s.keys.Ask(ctx, passkey.Asker{Origin: v.Origin, Purpose: passkey.ForSignIn})
}

// FinishPasskey signs in with the passkey. It is limited by address only: who has
// the passkey comes in, whatever others try on the account.
func (s *Service) FinishPasskey(ctx context.Context, v Visitor, a Answer) (Entry, error) {
	try, err := s.limits.Begin(ctx, attempt.Passkey, "", v.Address)
	if err != nil {
		return Entry{}, err
	}
	used, err := s.keys.Check(ctx, passkey.Asker{Origin: v.Origin, Purpose: passkey.ForSignIn}, a)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := used.Keep(ctx, tx)
		if err != nil {
			return err
		}
		if err := try.Good(ctx, tx); err != nil {
			return err
		}
		e, err = s.open(ctx, tx, v, p, visit.Full, "passkey")
		return err
	})
	return e, err
}

func asks(v Visitor, purpose passkey.Purpose, own Session) passkey.Asker {
	return passkey.Asker{Origin: v.Origin, Purpose: purpose, Person: own.Person, Bound: own.ID}
}

// BeginRegister asks for a new passkey of the session's person.
func (s *Service) BeginRegister(ctx context.Context, v Visitor, own Session) (Ceremony, error) {
	if err := s.RequireFresh(own); err != nil {
		return Ceremony{}, err
	}
	p, err := person.ByID(ctx, s.db, own.Person)
	if err != nil {
		return Ceremony{}, err
	}
	return s.keys.AskNew(ctx, asks(v, passkey.ForRegister, own), p)
}

// FinishRegister keeps the new passkey. It returns recovery codes when the
// password is no longer enough from now on and there are none.
func (s *Service) FinishRegister(ctx context.Context, v Visitor, own Session, a Answer) ([]string, error) {
	c, err := s.keys.Register(ctx, asks(v, passkey.ForRegister, own), a)
	if err != nil {
		return nil, err
	}
	var codes []string
	err = s.ownChange(ctx, own, func(ctx context.Context, tx *db.Tx) error {
		if err := s.keepPasskey(ctx, tx, c); err != nil {
			return err
		}
		means, err := credential.MeansOf(ctx, tx, own.Person)
		if err == nil && means.Password {
			codes, err = s.firstRecovery(ctx, tx, own.Person)
		}
		return err
	})
	return codes, err
}

func (s *Service) keepPasskey(ctx context.Context, tx *db.Tx, c credential.Credential) error {
	if err := credential.Insert(ctx, tx, c); err != nil {
		if errors.Is(err, db.ErrDuplicate) {
			return errs.Wrap(err, errs.Conflict, "signin.passkey_known")
		}
		return err
	}
	return s.record(ctx, tx, c.Person, "credential.create", aboutPerson(c.Person, "kind", c.Kind))
}

func asksByLink(v Visitor, l Link) passkey.Asker {
	return passkey.Asker{Origin: v.Origin, Purpose: passkey.ForLink, Person: l.Person.ID, Bound: l.ID}
}

// BeginRegisterByLink asks who follows an invitation, or a link for a forgotten
// password, for a passkey instead of a password.
func (s *Service) BeginRegisterByLink(ctx context.Context, v Visitor, token string) (Ceremony, error) {
	l, err := s.Link(ctx, v, token)
	if err != nil {
		return Ceremony{}, err
	}
	if l.Kind != link.Invite && l.Kind != link.Reset {
		return Ceremony{}, link.Dead()
	}
	return s.keys.AskNew(ctx, asksByLink(v, l), l.Person)
}

// FinishRegisterByLink uses the link up, keeps the passkey and signs in.
func (s *Service) FinishRegisterByLink(ctx context.Context, v Visitor, token string, a Answer) (Entry, error) {
	return s.follow(ctx, v, token, func(ctx context.Context, l Link) (use, error) {
		if l.Kind != link.Invite && l.Kind != link.Reset {
			return nil, link.Dead()
		}
		c, err := s.keys.Register(ctx, asksByLink(v, l), a)
		return func(ctx context.Context, tx *db.Tx, l Link) (Entry, error) {
			p, err := s.welcome(ctx, tx, l, Acceptance{Name: l.Person.Name})
			if err != nil {
				return Entry{}, err
			}
			if err := s.keepPasskey(ctx, tx, c); err != nil {
				return Entry{}, err
			}
			return s.open(ctx, tx, v, p, visit.Full, "passkey")
		}, err
	})
}

// BeginSecond asks for a passkey after the password.
func (s *Service) BeginSecond(ctx context.Context, v Visitor, token string) (Ceremony, error) {
	half, err := s.Pending(ctx, token)
	if err != nil {
		return Ceremony{}, err
	}
	return s.keys.Ask(ctx, asks(v, passkey.ForSecond, half.session))
}

// FinishSecond completes a half session by a passkey.
func (s *Service) FinishSecond(ctx context.Context, v Visitor, token string, a Answer) (Entry, error) {
	half, err := s.Pending(ctx, token)
	if err != nil {
		return Entry{}, err
	}
	used, err := s.keys.Check(ctx, asks(v, passkey.ForSecond, half.session), a)
	if err != nil {
		return Entry{}, err
	}
	return s.complete(ctx, v, token, attempt.Passkey, func(ctx context.Context, tx *db.Tx, _ id.ID) (string, error) {
		_, err := used.Keep(ctx, tx)
		return "password+passkey", err
	})
}

// BeginConfirm asks for a passkey as a fresh proof.
func (s *Service) BeginConfirm(ctx context.Context, v Visitor, own Session) (Ceremony, error) {
	return s.keys.Ask(ctx, asks(v, passkey.ForConfirm, own))
}

// FinishConfirm makes the session fresh by a passkey and gives it a new token.
func (s *Service) FinishConfirm(ctx context.Context, v Visitor, own Session, a Answer) (Entry, error) {
	used, err := s.keys.Check(ctx, asks(v, passkey.ForConfirm, own), a)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := used.Keep(ctx, tx); err != nil {
			return err
		}
		e, err = s.renew(ctx, tx, own, "passkey")
		return err
	})
	return e, err
}
