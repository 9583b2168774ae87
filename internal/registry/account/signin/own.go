// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account/attempt"
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
)

// Confirm proves by the password who uses the session. The session gets a new
// token and is fresh for 15 minutes.
func (s *Service) Confirm(ctx context.Context, v Visitor, own Session, password string) (Entry, error) {
	proof, err := s.prove(ctx, v, own, password)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := proof.holds(ctx, tx); err != nil {
			return err
		}
		e, err = s.renew(ctx, tx, own, "password")
		return err
	})
	return e, err
}

// proof is a password that was right a moment ago.
type proof struct {
	try  attempt.Try
	who  id.ID
	used credential.Credential
}

// prove compares the password with that of the session's person.
func (s *Service) prove(ctx context.Context, v Visitor, own Session, password string) (proof, error) {
	try, err := s.limits.Begin(ctx, attempt.Confirm, own.Person.String(), v.Address)
	if err != nil {
		return proof{}, err
	}
	p, err := person.ByID(ctx, s.db, own.Person)
	if err != nil {
		return proof{}, err
	}
	c, _, err := s.checkPassword(ctx, p, password)
	if errs.Is(err, errs.Unauthenticated) {
		err = errs.Bad().Field("current", "signin.password_wrong")
	}
	return proof{try, own.Person, c}, err
}

// holds ends the attempt, in the write that the proof allows.
func (p proof) holds(ctx context.Context, tx *db.Tx) error {
	if _, err := stillActive(ctx, tx, p.who, p.used); err != nil {
		return err
	}
	return p.try.Good(ctx, tx)
}

// ChangePassword replaces one's own password, ends the other sessions and gives
// this one a new token. Who has no password, but a passkey, gives a fresh proof
// instead of the current one.
func (s *Service) ChangePassword(ctx context.Context, v Visitor, own Session, current, next string) (Entry, error) {
	p, err := person.ByID(ctx, s.db, own.Person)
	if err != nil {
		return Entry{}, err
	}
	if key := s.rules.Check(next, p.Name, p.Email); key != "" {
		return Entry{}, errs.Bad().Field("password", key)
	}
	holds, err := s.mayChangePassword(ctx, v, own, current)
	if err != nil {
		return Entry{}, err
	}
	phc, err := s.hasher.Hash(ctx, next)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := holds(ctx, tx); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, own.Person, phc); err != nil {
			return err
		}
		if err := s.endAll(ctx, tx, own.Person, own.Person, own.ID); err != nil {
			return err
		}
		e, err = s.renew(ctx, tx, own, "password")
		return err
	})
	return e, err
}

// mayChangePassword returns what must still hold when the password is changed.
func (s *Service) mayChangePassword(ctx context.Context, v Visitor, own Session, current string) (func(context.Context, *db.Tx) error, error) {
	means, err := credential.MeansOf(ctx, s.db, own.Person)
	if err != nil {
		return nil, err
	}
	if means.Password {
		p, err := s.prove(ctx, v, own, current)
		return p.holds, err
	}
	return func(ctx context.Context, tx *db.Tx) error {
		if now, err := credential.MeansOf(ctx, tx, own.Person); err != nil || now.Password {
			return errs.Wrap(err, errs.Conflict, "signin.changed_meanwhile")
		}
		_, err := stillActive(ctx, tx, own.Person, credential.Credential{})
		return err
	}, s.RequireFresh(own)
}

// Means says with what the session's person can prove who they are.
func (s *Service) Means(ctx context.Context, own Session) (Means, error) {
	return credential.MeansOf(ctx, s.db, own.Person)
}

// Passkey is what is known of a passkey.
type Passkey struct {
	ID        id.ID
	Name      string // as its owner calls it
	CreatedAt time.Time
	UsedAt    time.Time // zero: never
}

// Passkeys lists one's own passkeys, the oldest first.
func (s *Service) Passkeys(ctx context.Context, own Session) ([]Passkey, error) {
	all, err := credential.All(ctx, s.db, own.Person, credential.Passkey)
	keys := make([]Passkey, len(all))
	for i, c := range all {
		keys[i] = Passkey{c.ID, c.Name, c.CreatedAt, c.UsedAt}
	}
	return keys, err
}

// RemovePasskey removes one of one's own passkeys, unless nothing else would be
// left to sign in with.
func (s *Service) RemovePasskey(ctx context.Context, own Session, passkey id.ID) error {
	return s.ownChange(ctx, own, func(ctx context.Context, tx *db.Tx) error {
		n, err := credential.Remove(ctx, tx, own.Person, passkey, credential.Passkey)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "signin.no_passkey")
		}
		means, err := credential.MeansOf(ctx, tx, own.Person)
		if err != nil {
			return err
		}
		if !means.Password && means.Passkeys == 0 {
			return errs.New(errs.Conflict, "signin.last_way_in")
		}
		if err := s.dropRecovery(ctx, tx, own.Person, means); err != nil {
			return err
		}
		return s.record(ctx, tx, own.Person, "credential.remove", aboutPerson(own.Person, "kind", credential.Passkey))
	})
}

// dropRecovery removes recovery codes that stand in for nothing any more.
func (s *Service) dropRecovery(ctx context.Context, tx *db.Tx, who id.ID, means Means) error {
	if means.Second() {
		return nil
	}
	_, err := credential.DropKind(ctx, tx, who, credential.Recovery)
	return err
}

// ownChange runs a sensitive change of one's own credentials.
func (s *Service) ownChange(ctx context.Context, own Session, fn func(context.Context, *db.Tx) error) error {
	if err := s.RequireFresh(own); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := stillActive(ctx, tx, own.Person, credential.Credential{}); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// Enrolment is what an app needs to show codes.
type Enrolment struct {
	Secret string // for typing
	URI    string // for a QR code
}

// BeginTOTP makes a secret for an app. It counts from ConfirmTOTP on.
func (s *Service) BeginTOTP(ctx context.Context, own Session) (Enrolment, error) {
	var enrolment Enrolment
	err := s.ownChange(ctx, own, func(ctx context.Context, tx *db.Tx) error {
		p, err := person.ByID(ctx, tx, own.Person)
		if err != nil {
			return err
		}
		var secret totp.Secret
		tx.Salt(secret[:])
		enrolment = Enrolment{secret.String(), secret.URI(s.cfg.Issuer, p.Email)}
		if _, err := credential.DropKind(ctx, tx, own.Person, credential.TOTPNew); err != nil {
			return err
		}
		return credential.Insert(ctx, tx, credential.Credential{Person: own.Person, Kind: credential.TOTPNew, Data: secret.String()})
	})
	return enrolment, err
}

// ConfirmTOTP turns codes on when the code is the app's. It returns recovery
// codes to be written down, which nobody can show again; none when there are some.
func (s *Service) ConfirmTOTP(ctx context.Context, v Visitor, own Session, code string) ([]string, error) {
	try, err := s.limits.Begin(ctx, attempt.Code, own.Person.String(), v.Address)
	if err != nil {
		return nil, err
	}
	var codes []string
	err = s.ownChange(ctx, own, func(ctx context.Context, tx *db.Tx) error {
		c, found, err := credential.One(ctx, tx, own.Person, credential.TOTPNew)
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.Conflict, "signin.changed_meanwhile")
		}
		secret, err := totp.ParseSecret(c.Data)
		if err != nil {
			return err
		}
		step, good := secret.Check(code, tx.Now(), 0)
		if !good {
			return errs.Bad().Field("code", "signin.code_failed_clock")
		}
		for _, kind := range []string{credential.TOTP, credential.TOTPNew} {
			if _, err := credential.DropKind(ctx, tx, own.Person, kind); err != nil {
				return err
			}
		}
		if err := credential.Insert(ctx, tx, credential.Credential{Person: own.Person, Kind: credential.TOTP, Data: c.Data, Counter: step}); err != nil {
			return err
		}
		if err := try.Good(ctx, tx); err != nil {
			return err
		}
		if codes, err = s.firstRecovery(ctx, tx, own.Person); err != nil {
			return err
		}
		return s.record(ctx, tx, own.Person, "credential.create", aboutPerson(own.Person, "kind", credential.TOTP))
	})
	return codes, err
}

// RemoveTOTP turns codes off.
func (s *Service) RemoveTOTP(ctx context.Context, own Session) error {
	return s.ownChange(ctx, own, func(ctx context.Context, tx *db.Tx) error {
		n, err := credential.DropKind(ctx, tx, own.Person, credential.TOTP)
		if err != nil || n == 0 {
			return err
		}
		means, err := credential.MeansOf(ctx, tx, own.Person)
		if err != nil {
			return err
		}
		if err := s.dropRecovery(ctx, tx, own.Person, means); err != nil {
			return err
		}
		return s.record(ctx, tx, own.Person, "credential.remove", aboutPerson(own.Person, "kind", credential.TOTP))
	})
}

// NewRecovery makes ten new recovery codes; the old ones end.
func (s *Service) NewRecovery(ctx context.Context, own Session) ([]string, error) {
	var codes []string
	err := s.ownChange(ctx, own, func(ctx context.Context, tx *db.Tx) error {
		means, err := credential.MeansOf(ctx, tx, own.Person)
		if err != nil {
			return err
		}
		if !means.Second() {
			return errs.New(errs.Conflict, "signin.no_second")
		}
		codes, err = s.makeRecovery(ctx, tx, own.Person)
		return err
	})
	return codes, err
}

// firstRecovery makes recovery codes for who has none.
func (s *Service) firstRecovery(ctx context.Context, tx *db.Tx, who id.ID) ([]string, error) {
	means, err := credential.MeansOf(ctx, tx, who)
	if err != nil || means.Recovery > 0 {
		return nil, err
	}
	return s.makeRecovery(ctx, tx, who)
}

func (s *Service) makeRecovery(ctx context.Context, tx *db.Tx, who id.ID) ([]string, error) {
	if _, err := credential.DropKind(ctx, tx, who, credential.Recovery); err != nil {
		return nil, err
	}
	codes := make([]string, credential.RecoveryCodes)
	for i := range codes {
		var handle string
		codes[i], handle = credential.NewRecovery(tx.Salt)
		if err := credential.Insert(ctx, tx, credential.Credential{Person: who, Kind: credential.Recovery, Handle: handle}); err != nil {
			return nil, err
		}
	}
	return codes, s.record(ctx, tx, who, "credential.create", aboutPerson(who, "kind", credential.Recovery, "codes", credential.RecoveryCodes))
}
