// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"maps"

	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// newSignIn puts sign-in together.
func (a *App) newSignIn() (*signin.Service, error) {
	return signin.New(signin.Config{
		DB: a.DB, Policy: a.Policy, Log: a.Log, Issuer: a.Config.OrgName, PublicURL: a.Config.PublicURL,
	})
}

// actorNames returns the names of people and programs by id.
func (a *App) actorNames(ctx context.Context, ids []id.ID) (map[id.ID]string, error) {
	names, err := a.Accounts.Names(ctx, ids...)
	if err != nil {
		return nil, err
	}
	people, err := a.SignIn.Names(ctx, ids...)
	maps.Copy(names, people)
	return names, err
}

// address is how people reach the server.
func (a *App) address(listening string) string { return or(a.Config.PublicURL, listening) }

// sayHowToBegin prints the link for the first administrator while there is none.
func (c *console) sayHowToBegin(ctx context.Context, a *App, address string) {
	l, needed, err := a.SignIn.SetUpLink(ctx)
	switch {
	case err != nil:
		c.say(err)
	case needed:
		fmt.Fprintln(c.out, c.words.T("cli.set_up", "url", address+l.Path(), "hours", int(signin.SetUpLife.Hours()))) //nolint:errcheck // the server runs all the same
	}
}

// inviteCommand is how whoever runs the server gets people in, and back in.
type inviteCommand struct {
	Email  string `help:"E-mail address of the person; one who is known gets a link to choose another password." placeholder:"ADDRESS" required:""`
	Name   string `help:"Name of a new person." placeholder:"NAME"`
	Role   string `help:"Role of a new person: administrator, coordinator, keeper, finance, liaison, recipient, driver, supervisor." default:"administrator" placeholder:"ROLE"`
	Org    id.ID  `help:"Organisation in which a new person has the role (its id); without it the house itself." placeholder:"ID"`
	Forget bool   `help:"Remove app, passkeys and recovery codes of a person who lost them." name:"forget-second-factor"`
	Data   string `help:"Folder of the books." placeholder:"DIR"`
}

// Run prints a one-time link on the standard output, alone.
func (i *inviteCommand) Run(ctx context.Context, c *console) error {
	role := account.Role(i.Role)
	if !role.Valid() {
		return errs.New(errs.Malformed, "cli.role_unknown", "role", i.Role, "roles", roleNames())
	}
	return c.with(ctx, i.Data, func(a *App) error {
		l, err := i.link(ctx, a, role)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.out, a.address("http://"+a.Config.Addr)+l.Path())
		return err
	})
}

func (i *inviteCommand) link(ctx context.Context, a *App, role account.Role) (signin.Link, error) {
	known, found, err := a.SignIn.Find(ctx, account.System(), i.Email)
	if err != nil {
		return signin.Link{}, err
	}
	if !found {
		_, l, err := a.SignIn.Invite(ctx, account.System(), signin.NewPerson{
			Name: i.Name, Email: i.Email, Memberships: []account.Membership{{Role: role, Org: i.Org}},
		})
		return l, err
	}
	if i.Forget {
		if err := a.SignIn.ForgetSecond(ctx, account.System(), known.ID, ""); err != nil {
			return signin.Link{}, err
		}
	}
	return a.SignIn.IssueLink(ctx, account.System(), known.ID)
}

// demoLinks makes an example person for each role and a link that signs them in;
// recipient and driver act for one of the story's hospitals.
func (a *App) demoLinks(ctx context.Context, c *console) (map[account.Role]string, error) {
	found, err := a.Orgs.List(ctx, account.System(), org.Filter{Kind: org.Hospital}, page.Request{Limit: 1})
	if err != nil {
		return nil, err
	}
	links := map[account.Role]string{}
	for _, role := range account.Roles() {
		m := account.Membership{Role: role}
		if role.NeedsOrg() && len(found.Items) > 0 {
			m.Org = found.Items[0].ID
		}
		email := string(role) + "@example.org"
		p, known, err := a.SignIn.Find(ctx, account.System(), email)
		if err == nil && !known {
			p, err = a.SignIn.Example(ctx, account.System(), story.ActorID(role), signin.NewPerson{
				Name: c.words.T("cli.demo_person_" + string(role)), Email: email, Memberships: []account.Membership{m},
			})
		}
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", role, err)
		}
		l, err := a.SignIn.EnterLink(ctx, account.System(), p.ID)
		if err != nil {
			return nil, fmt.Errorf("demo: link of %s: %w", role, err)
		}
		links[role] = l.Path()
	}
	return links, nil
}
