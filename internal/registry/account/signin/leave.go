// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

// Disable shuts a person out: sessions and links end at once, nothing is deleted.
func (s *Service) Disable(ctx context.Context, a account.Actor, who id.ID, reason string) error {
	return s.change(ctx, a, "person.disable", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		switch p.State {
		case person.Disabled:
			return nil
		case person.Erased:
			return errs.New(errs.Conflict, "signin.not_active")
		}
		after := p
		after.State = person.Disabled
		if err := person.Stays(ctx, tx, p, after); err != nil {
			return err
		}
		if err := s.shutOut(ctx, tx, a.ID, after); err != nil {
			return err
		}
		return s.record(ctx, tx, a.ID, "person.disable", aboutPerson(p.ID).because(reason))
	})
}

// shutOut stores a person who may not come in any more.
func (s *Service) shutOut(ctx context.Context, tx *db.Tx, by id.ID, p Person) error {
	if err := person.Update(ctx, tx, p); err != nil {
		return err
	}
	if _, err := link.Revoke(ctx, tx, p.ID, tx.Now()); err != nil {
		return err
	}
	return s.endAll(ctx, tx, by, p.ID, id.Zero)
}

// Enable lets a disabled person in again; who has no credential yet is invited
// again with IssueLink.
func (s *Service) Enable(ctx context.Context, a account.Actor, who id.ID, reason string) error {
	return s.change(ctx, a, "person.disable", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		switch p.State {
		case person.Active, person.Invited:
			return nil
		case person.Erased:
			return errs.New(errs.Conflict, "signin.not_active")
		}
		means, err := credential.MeansOf(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		p.State = person.Active
		if !means.Password && means.Passkeys == 0 {
			p.State = person.Invited
		}
		if err := person.Update(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, a.ID, "person.enable", aboutPerson(p.ID).because(reason))
	})
}

// ForgetSecond removes everything with which a person proves themselves except
// the password: for somebody who lost the phone and the recovery codes. Sessions
// end.
func (s *Service) ForgetSecond(ctx context.Context, a account.Actor, who id.ID, reason string) error {
	return s.change(ctx, a, "person.write", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		for _, kind := range []string{credential.TOTP, credential.TOTPNew, credential.Recovery, credential.Passkey} {
			if _, err := credential.DropKind(ctx, tx, p.ID, kind); err != nil {
				return err
			}
		}
		if err := s.endAll(ctx, tx, a.ID, p.ID, id.Zero); err != nil {
			return err
		}
		return s.record(ctx, tx, a.ID, "person.forget_second", aboutPerson(p.ID).because(reason))
	})
}

// Erase removes what is personal of a disabled person for good: name, address,
// credentials, sessions. What they did stays in the journal under their id.
func (s *Service) Erase(ctx context.Context, a account.Actor, who id.ID, reason string) error {
	return s.change(ctx, a, "person.write", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		switch p.State {
		case person.Erased:
			return nil
		case person.Disabled:
		default:
			return errs.New(errs.Conflict, "signin.disable_first")
		}
		p.Name, p.Email, p.State, p.Memberships = "", "", person.Erased, nil
		if err := s.shutOut(ctx, tx, a.ID, p); err != nil {
			return err
		}
		if err := credential.DropAll(ctx, tx, p.ID); err != nil {
			return err
		}
		return s.record(ctx, tx, a.ID, "person.erase", aboutPerson(p.ID).because(reason))
	})
}
