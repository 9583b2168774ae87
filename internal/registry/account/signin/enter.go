// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account/attempt"
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// SignIn opens a session by e-mail address and password; a half one when a
// second factor is missing. Whatever is wrong gets one answer after one hash.
func (s *Service) SignIn(ctx context.Context, v Visitor, email, password string) (Entry, error) {
	email, known := person.NormaliseEmail(email)
	try, err := s.limits.Begin(ctx, attempt.Password, email, v.Address)
	if err != nil {
		return Entry{}, err
	}
	var p Person
	if known {
		if p, err = person.ByEmail(ctx, s.db, email); err != nil && !errs.Is(err, errs.NotFound) {
			return Entry{}, err
		}
	}
	c, renewed, err := s.checkPassword(ctx, p, password)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := stillActive(ctx, tx, p.ID, c)
		if err != nil {
			return err
		}
		if err := try.Good(ctx, tx); err != nil {
			return err
		}
		if renewed != "" {
			if err := credential.Rehash(ctx, tx, c, renewed); err != nil {
				return err
			}
		}
		e, err = s.openAfterPassword(ctx, tx, v, p)
		return err
	})
	return e, err
}

// checkPassword compares the password with that of the person, or with nothing
// when there is none: it costs the same. renewed is the hash to store instead.
func (s *Service) checkPassword(ctx context.Context, p Person, password string) (c credential.Credential, renewed string, err error) {
	found := false
	if p.State == person.Active {
		if c, found, err = credential.One(ctx, s.db, p.ID, credential.Password); err != nil {
			return credential.Credential{}, "", err
		}
	}
	if !found {
		if err := s.hasher.VerifyNobody(ctx, password); err != nil {
			return credential.Credential{}, "", err
		}
		return credential.Credential{}, "", failed()
	}
	good, renew, err := s.hasher.Verify(ctx, c.Data, password)
	if err != nil {
		return credential.Credential{}, "", err
	}
	if !good {
		return credential.Credential{}, "", failed()
	}
	if renew {
		renewed, err = s.hasher.Hash(ctx, password)
	}
	return c, renewed, err
}

// stillActive reads the person inside the write and refuses when, since the
// check, they were disabled or the credential was changed.
func stillActive(ctx context.Context, tx *db.Tx, who id.ID, used credential.Credential) (Person, error) {
	p, err := person.ByID(ctx, tx, who)
	if err != nil {
		return Person{}, err
	}
	if p.State != person.Active {
		return Person{}, failed()
	}
	if used.ID.IsZero() {
		return p, nil
	}
	all, err := credential.All(ctx, tx, who, used.Kind)
	for _, c := range all {
		if c.ID == used.ID && c.Data == used.Data {
			return p, nil
		}
	}
	if err == nil {
		err = failed()
	}
	return Person{}, err
}

func (s *Service) openAfterPassword(ctx context.Context, tx *db.Tx, v Visitor, p Person) (Entry, error) {
	means, err := credential.MeansOf(ctx, tx, p.ID)
	if err != nil {
		return Entry{}, err
	}
	stage := visit.Full
	if means.Second() {
		stage = visit.Half
	}
	return s.open(ctx, tx, v, p, stage, "password")
}

// Pending says what is still missing in a half session.
type Pending struct {
	Name      string // of the who
	Means     Means
	ExpiresAt time.Time

	session Session
}

// Pending returns what is missing in the half session of a token.
func (s *Service) Pending(ctx context.Context, token string) (Pending, error) {
	digest, ok := session.ParseToken(token)
	if !ok {
		return Pending{}, nobody()
	}
	own, err := s.readSession(ctx, digest)
	if err == nil && own.Stage != visit.Half {
		err = nobody()
	}
	if err != nil {
		return Pending{}, err
	}
	means, err := credential.MeansOf(ctx, s.db, own.Person)
	return Pending{Name: own.Actor.Name, Means: means, ExpiresAt: own.ExpiresAt, session: own}, err
}

// clockHint is after how many wrong codes the answer speaks of the phone's clock.
const clockHint = 3

// EnterCode completes a half session by the code of the app.
func (s *Service) EnterCode(ctx context.Context, v Visitor, token, code string) (Entry, error) {
	return s.complete(ctx, v, token, attempt.Code, func(ctx context.Context, tx *db.Tx, who id.ID) (string, error) {
		return "password+code", s.useCode(ctx, tx, who, code)
	})
}

// EnterRecovery completes a half session by a recovery code, which is used up.
func (s *Service) EnterRecovery(ctx context.Context, v Visitor, token, code string) (Entry, error) {
	return s.complete(ctx, v, token, attempt.Recovery, func(ctx context.Context, tx *db.Tx, who id.ID) (string, error) {
		return "password+recovery", s.useRecovery(ctx, tx, who, code)
	})
}

// complete turns a half session into a full one when the proof is good.
func (s *Service) complete(ctx context.Context, v Visitor, token string, path attempt.Path,
	proof func(ctx context.Context, tx *db.Tx, who id.ID) (how string, err error),
) (Entry, error) {
	half, err := s.Pending(ctx, token)
	if err != nil {
		return Entry{}, err
	}
	try, err := s.limits.Begin(ctx, path, half.session.Person.String(), v.Address)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := stillActive(ctx, tx, half.session.Person, credential.Credential{})
		if err != nil {
			return err
		}
		how, err := proof(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if err := try.Good(ctx, tx); err != nil {
			return err
		}
		if n, err := visit.End(ctx, tx, p.ID, half.session.ID); err != nil || n == 0 {
			if err == nil {
				err = nobody() // used by another request meanwhile
			}
			return err
		}
		tx.OnCommit(s.memo.Forget)
		e, err = s.open(ctx, tx, v, p, visit.Full, how)
		return err
	})
	if err != nil && path == attempt.Code && errs.Is(err, errs.Unauthenticated) && try.Failures+1 >= clockHint {
		err = errs.New(errs.Unauthenticated, "signin.code_failed_clock")
	}
	return e, err
}

// useCode uses a code up.
func (s *Service) useCode(ctx context.Context, tx *db.Tx, who id.ID, code string) error {
	c, found, err := credential.One(ctx, tx, who, credential.TOTP)
	if err != nil {
		return err
	}
	if !found {
		return errs.New(errs.Unauthenticated, "signin.code_failed")
	}
	secret, err := totp.ParseSecret(c.Data)
	if err != nil {
		return err
	}
	step, good := secret.Check(code, tx.Now(), c.Counter)
	if good {
		good, err = credential.Use(ctx, tx, c, step)
	}
	if err == nil && !good {
		err = errs.New(errs.Unauthenticated, "signin.code_failed")
	}
	return err
}

// useRecovery uses a recovery code up.
func (s *Service) useRecovery(ctx context.Context, tx *db.Tx, who id.ID, code string) error {
	good, err := credential.Take(ctx, tx, who, credential.Recovery, credential.RecoveryHandle(code))
	if err == nil && !good {
		err = errs.New(errs.Unauthenticated, "signin.recovery_failed")
	}
	if err != nil {
		return err
	}
	return s.record(ctx, tx, who, "credential.remove", aboutPerson(who, "kind", credential.Recovery, "why", "used"))
}
