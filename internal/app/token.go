// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

type tokenCommand struct {
	Role   string `help:"What the token may do: administrator, coordinator, keeper, finance, liaison, recipient, driver, supervisor." placeholder:"ROLE"`
	Name   string `help:"What the token is for." default:"command line"`
	Org    id.ID  `help:"Organisation for which a recipient or driver acts (its id)." placeholder:"ID"`
	Days   int    `help:"Days until it expires; 0 means never." default:"0"`
	List   bool   `help:"List the tokens instead of making one."`
	Revoke id.ID  `help:"Make the token with this id useless instead." placeholder:"ID"`
	Data   string `help:"Folder of the books." placeholder:"DIR"`
}

// Run prints a new token on the standard output, alone, so that a script can
// take it.
func (t *tokenCommand) Run(ctx context.Context, c *console) error {
	switch {
	case t.List:
		return c.with(ctx, t.Data, func(a *App) error { return t.list(ctx, c, a) })
	case !t.Revoke.IsZero():
		return c.with(ctx, t.Data, func(a *App) error { return a.Accounts.Revoke(ctx, account.System(), t.Revoke) })
	}
	role := account.Role(t.Role)
	if !role.Valid() {
		return errs.New(errs.Malformed, "cli.role_unknown", "role", t.Role, "roles", roleNames())
	}
	return c.with(ctx, t.Data, func(a *App) error {
		in := account.NewToken{Name: t.Name, Role: role, Org: t.Org}
		if t.Days > 0 {
			in.ExpiresAt = a.DB.Clock().Now().Add(time.Duration(t.Days) * 24 * time.Hour)
		}
		_, text, err := a.Accounts.CreateToken(ctx, account.System(), in)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.out, text)
		return err
	})
}

func roleNames() string {
	names := make([]string, 0, len(account.Roles()))
	for _, r := range account.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// list prints id, role, state and name of every token, with tabs between them.
func (t *tokenCommand) list(ctx context.Context, c *console, a *App) error {
	tokens, err := a.Accounts.Tokens(ctx, account.System())
	if err != nil {
		return err
	}
	now := a.DB.Clock().Now()
	for _, k := range tokens {
		state := "active"
		switch {
		case !k.RevokedAt.IsZero():
			state = "revoked"
		case !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt):
			state = "expired"
		}
		if _, err := fmt.Fprintf(c.out, "%s\t%s\t%s\t%s\n", k.ID, k.Role, state, k.Name); err != nil {
			return err
		}
	}
	return nil
}
