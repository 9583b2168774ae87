// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

// currentActor returns somebody with the rights of this moment, for work that
// goes on after they left. Of a disabled person nothing goes on. Programs that
// act by a token keep the rights that they began with.
func (a *App) currentActor(ctx context.Context, actor account.Actor) (account.Actor, error) {
	if actor.ID == account.System().ID {
		return actor, nil
	}
	p, _, err := a.SignIn.Person(ctx, account.System(), actor.ID)
	switch {
	case errs.Is(err, errs.NotFound):
		return actor, nil
	case err != nil:
		return actor, err
	case p.State != person.Active:
		return actor, errs.New(errs.Forbidden, "register.upload.nobody")
	}
	return p.Actor(), nil
}
