// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

type demoCommand struct {
	Addr string `help:"Address to listen on (default: QIAO_ADDR or 127.0.0.1:8080)." placeholder:"HOST:PORT"`
	Data string `help:"Folder to keep the demonstration in (default: a temporary one that is removed at the end)." placeholder:"DIR"`
}

// Run plays the story into fresh books and serves them.
func (d *demoCommand) Run(ctx context.Context, c *console) (err error) {
	dir := d.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "qiao-demo-"); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if err := c.tell(ctx, dir); err != nil {
		return err
	}
	return c.demoServer(ctx, dir, or(d.Addr, c.cfg.Addr))
}

// tell plays the story on a clock of its own, so that the books look as they
// would have looked then.
func (c *console) tell(ctx context.Context, dir string) error {
	cfg := c.cfg
	cfg.Data, cfg.DatabaseURL = dir, ""
	when := clock.NewManual(story.Begin)
	a, err := Open(ctx, cfg, c.log, Options{Clock: when, IDs: story.IDs()})
	if err != nil {
		return err
	}
	return errors.Join(a.PlayStory(ctx, when), a.Close())
}

// PlayStory plays the demonstration into the books, which must be new.
func (a *App) PlayStory(ctx context.Context, when *clock.Manual) error {
	return story.Play(ctx, story.Services{
		DB: a.DB, Clock: when, Orgs: a.Orgs, Needs: a.Needs, Receipts: a.Receipts,
		Distributions: a.Distributions, Funds: a.Funds, Stock: a.Stock,
	})
}

// demoServer serves the played books with a token for each role.
func (c *console) demoServer(ctx context.Context, dir, addr string) error {
	cfg := c.cfg
	cfg.Data, cfg.DatabaseURL = dir, ""
	a, err := Open(ctx, cfg, c.log, Options{})
	if err != nil {
		return err
	}
	tokens, err := a.demoTokens(ctx)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	links, err := a.demoLinks(ctx, c)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	err = a.listenAndServe(ctx, addr, func(url string) {
		fmt.Fprintln(c.out, c.words.T("cli.demo", "url", url)) //nolint:errcheck // the server runs all the same
		for _, role := range account.Roles() {
			fmt.Fprintln(c.out, c.words.T("cli.demo_link", "role", c.words.T("role."+string(role)), "url", a.address(url)+links[role])) //nolint:errcheck // as above
		}
		fmt.Fprintln(c.out, c.words.T("cli.demo_tokens")) //nolint:errcheck // as above
		for _, role := range account.Roles() {
			fmt.Fprintln(c.out, c.words.T("cli.demo_token", "role", c.words.T("role."+string(role)), "token", tokens[role])) //nolint:errcheck // as above
		}
	})
	return errors.Join(err, a.Close())
}

// demoTokens makes a token for each role; recipient and driver act for one of
// the story's hospitals.
func (a *App) demoTokens(ctx context.Context) (map[account.Role]string, error) {
	found, err := a.Orgs.List(ctx, account.System(), org.Filter{Kind: org.Hospital}, page.Request{Limit: 1})
	if err != nil {
		return nil, err
	}
	tokens := map[account.Role]string{}
	for _, role := range account.Roles() {
		in := account.NewToken{Name: "demo " + string(role), Role: role}
		if (role == account.Recipient || role == account.Driver) && len(found.Items) > 0 {
			in.Org = found.Items[0].ID
		}
		if _, tokens[role], err = a.Accounts.CreateToken(ctx, account.System(), in); err != nil {
			return nil, fmt.Errorf("demo: token of %s: %w", role, err)
		}
	}
	return tokens, nil
}
