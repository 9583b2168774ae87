// SPDX-License-Identifier: Apache-2.0

package account_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

func policy(t *testing.T) *account.Policy {
	t.Helper()
	p, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func actor(role account.Role) account.Actor {
	return member(role, id.Derive("org", "own"))
}

func member(role account.Role, org id.ID) account.Actor {
	return account.Actor{
		ID: id.Derive("test", string(role)), Name: "example", Memberships: []account.Membership{{Role: role, Org: org}},
	}
}

// tree is a tree of organisations: parent by child.
type tree map[id.ID]id.ID

func (t tree) Above(_ context.Context, org id.ID) ([]id.ID, error) {
	var all []id.ID
	for parent, ok := t[org]; ok; parent, ok = t[parent] {
		all = append(all, parent)
	}
	return all, nil
}

func (t tree) Below(ctx context.Context, orgs []id.ID) ([]id.ID, error) {
	all := slices.Clone(orgs)
	for child := range t {
		above, err := t.Above(ctx, child)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(orgs, func(o id.ID) bool { return slices.Contains(above, o) }) {
			all = append(all, child)
		}
	}
	slices.SortFunc(all, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(all), nil
}

// The tree of the tests: own below parent, child below own, and another beside.
func family() (t tree, parent, own, child, other id.ID) {
	parent, own = id.Derive("org", "parent"), id.Derive("org", "own")
	child, other = id.Derive("org", "child"), id.Derive("org", "other")
	return tree{own: parent, child: own}, parent, own, child, other
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	p := policy(t)
	order, parent, own, child, other := family()
	p.Join(order)
	for _, c := range []struct {
		role   account.Role
		action string
		want   string // whose: any of house parent own child other
		house  string // the same for a member of the house
	}{
		{account.Administrator, "token.create", "own child", "house parent own child other"},
		{account.Administrator, "receipt.correct", "own child", "house parent own child other"},
		{account.Coordinator, "token.create", "", ""},
		{account.Coordinator, "need.create", "own child", "house parent own child other"},
		{account.Coordinator, "fund.receive", "", ""},
		{account.Coordinator, "person.read", "", ""},
		{account.Keeper, "receipt.create", "own child", "house parent own child other"},
		{account.Keeper, "fund.read", "", ""},
		{account.Keeper, "distribution.correct", "", ""},
		{account.Keeper, "org.read", "house parent own child other", "house parent own child other"},
		{account.Finance, "fund.receive", "own child", "house parent own child other"},
		{account.Finance, "receipt.create", "", ""},
		{account.Finance, "import.review", "own child", "house parent own child other"},
		{account.Liaison, "need.create", "own child", "house parent own child other"},
		{account.Liaison, "receipt.create", "", ""},
		{account.Liaison, "import.review", "", ""},
		{account.Recipient, "need.create", "own child", ""},
		{account.Recipient, "need.read", "own child", ""},
		{account.Recipient, "stock.read", "", ""},
		{account.Recipient, "org.read", "", ""},
		{account.Recipient, "report.read", "house parent own child other", "house parent own child other"},
		{account.Driver, "distribution.confirm", "own child", ""},
		{account.Driver, "need.read", "", ""},
		{account.Supervisor, "fund.read", "own child", "house parent own child other"},
		{account.Supervisor, "person.read", "own child", "house parent own child other"},
		{account.Supervisor, "person.invite", "", ""},
		{"king", "need.read", "", ""},
	} {
		for at, want := range map[id.ID]string{own: c.want, id.Zero: c.house} {
			var may []string
			for _, whose := range []struct {
				name string
				org  id.ID
			}{{"house", id.Zero}, {"parent", parent}, {"own", own}, {"child", child}, {"other", other}} {
				err := p.Authorize(t.Context(), member(c.role, at), c.action, account.Object{Org: whose.org})
				if err == nil {
					may = append(may, whose.name)
				} else if !errs.Is(err, errs.Forbidden) {
					t.Error(err)
				}
			}
			if got := strings.Join(may, " "); got != want {
				t.Errorf("%s %s on %q, want %q", c.role, c.action, got, want)
			}
		}
	}
}

func TestSupervisorChangesNothing(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for _, action := range account.Actions() {
		err := p.Authorize(t.Context(), member(account.Supervisor, id.Zero), action, account.Object{})
		if reads := strings.HasSuffix(action, ".read"); (err == nil) != reads {
			t.Errorf("%s: %v", action, err)
		}
	}
}

// TestNobodyApprovesTheirOwn holds for the most powerful too.
func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	p := policy(t)
	deeds := 0
	for _, a := range []account.Actor{account.System(), member(account.Coordinator, id.Zero), member(account.Driver, id.Derive("org", "own"))} {
		for _, action := range account.Actions() {
			object := account.Object{Org: id.Derive("org", "own"), By: id.Derive("somebody else")}
			foreign := p.Authorize(t.Context(), a, action, object)
			object.By = a.ID
			own := p.Authorize(t.Context(), a, action, object)
			_, verb, _ := strings.Cut(action, ".")
			if verb == "approve" || verb == "release" || verb == "confirm" {
				if deeds++; own == nil {
					t.Errorf("%s may %s its own", a.Name, action)
				}
			} else if foreign == nil && own != nil {
				t.Errorf("%s may %s, but not its own: %v", a.Name, action, own)
			}
			if action == "distribution.confirm" && foreign != nil {
				t.Errorf("%s confirms what another made: %v", a.Name, foreign)
			}
		}
	}
	if deeds == 0 {
		t.Error("there is nothing to approve")
	}
}

func TestOwnSessionsAndFiles(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for _, role := range account.Roles() {
		a := actor(role)
		for action, want := range map[string]bool{"session.read": true, "session.end": true, "attachment.remove": role != account.Supervisor} {
			if err := p.Authorize(t.Context(), a, action, account.Object{By: a.ID}); (err == nil) != want && role != account.Coordinator && role != account.Administrator {
				t.Errorf("%s %s of its own: %v", role, action, err)
			}
			if err := p.Authorize(t.Context(), a, action, account.Object{By: id.Derive("somebody")}); err == nil {
				t.Errorf("%s may %s of somebody", role, action)
			}
			if p.Could(a, action) != want {
				t.Errorf("%s could %s: %t", role, action, !want)
			}
		}
	}
}

// TestALinkActsOnItsSubjectAlone holds purpose × action.
func TestALinkActsOnItsSubjectAlone(t *testing.T) {
	t.Parallel()
	p := policy(t)
	subject, org := id.Derive("a record"), id.Derive("org", "own")
	for purpose, want := range map[account.Purpose]string{
		account.ForDonor:     "attachment.read receipt.read",
		account.ForRecipient: "attachment.read need.correct need.read",
		account.ForDriver:    "attachment.read distribution.confirm distribution.read",
		"king":               "",
	} {
		a := account.Actor{ID: id.Derive("link"), Link: account.Link{Purpose: purpose, Subject: subject, Org: org}}
		// Memberships beside a link count for nothing.
		a.Memberships = account.System().Memberships
		var may []string
		for _, action := range account.Actions() {
			err := p.Authorize(t.Context(), a, action, account.Object{ID: subject, Org: org})
			if (err == nil) != p.Could(a, action) {
				t.Errorf("%s %s: %v, could %t", purpose, action, err, p.Could(a, action))
			}
			if err == nil {
				may = append(may, action)
			}
			for _, o := range []account.Object{{}, {Org: org}, {ID: id.Derive("another"), Org: org}} {
				if p.Authorize(t.Context(), a, action, o) == nil {
					t.Errorf("%s may %s on %+v", purpose, action, o)
				}
			}
			if s, err := p.Scope(t.Context(), a, action); err == nil {
				t.Errorf("%s lists %s: %+v", purpose, action, s)
			}
		}
		if got := strings.Join(may, " "); got != want {
			t.Errorf("%s may %s, want %s", purpose, got, want)
		}
	}
}

// TestListsHoldWhatAuthorizeAllows compares Scope and Could with Authorize over
// all roles, actions and places of membership, alone and two at a time.
func TestListsHoldWhatAuthorizeAllows(t *testing.T) {
	t.Parallel()
	p := policy(t)
	order, parent, own, child, other := family()
	p.Join(order)
	orgs := []id.ID{id.Zero, parent, own, child, other}
	rapid.Check(t, func(r *rapid.T) {
		memberships := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) account.Membership {
			return account.Membership{Role: rapid.SampledFrom(account.Roles()).Draw(r, "role"), Org: rapid.SampledFrom(orgs).Draw(r, "org")}
		}), 0, 3).Draw(r, "memberships")
		a := account.Actor{ID: id.Derive("somebody"), Memberships: memberships}
		action := rapid.SampledFrom(account.Actions()).Draw(r, "action")
		scope, err := p.Scope(t.Context(), a, action)
		some := false
		for _, o := range orgs {
			allowed := p.Authorize(t.Context(), a, action, account.Object{Org: o}) == nil
			some = some || allowed
			if scope.Covers(o) != allowed {
				r.Fatalf("%v %s on %s: scope %+v, authorized %t", memberships, action, o, scope, allowed)
			}
		}
		if some != (err == nil) {
			r.Fatalf("%v %s: scope %v, authorized %t", memberships, action, err, some)
		}
		if some && !p.Could(a, action) {
			r.Fatalf("%v may %s, but could not", memberships, action)
		}
	})
}

func TestNobodyMayDoNothing(t *testing.T) {
	t.Parallel()
	p := policy(t)
	house := []account.Membership{{Role: account.Administrator}}
	for _, a := range []account.Actor{{}, {Memberships: house}} {
		if err := p.Authorize(t.Context(), a, "report.read", account.Object{}); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("%+v: %v, want unauthenticated", a, err)
		}
	}
	outsider := account.Actor{ID: id.Derive("x")}
	if err := p.Authorize(t.Context(), outsider, "report.read", account.Object{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("somebody without a role: %v", err)
	}
	for _, role := range []account.Role{account.Recipient, account.Driver} {
		for _, o := range []account.Object{{}, {Org: id.Derive("org", "own")}} {
			if err := p.Authorize(t.Context(), member(role, id.Zero), "distribution.read", o); !errs.Is(err, errs.Forbidden) {
				t.Errorf("a %s of no organisation is not one of the house: %v", role, err)
			}
		}
	}
}

func TestAskingWronglyAllowsNothing(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for _, action := range []string{"", "need", "*", "need.*", "*.read", "Need.read", "need.read.all", "need. read", ".", "need.eat"} {
		err := p.Authorize(t.Context(), account.System(), action, account.Object{})
		if err == nil || errs.KindOf(err) != errs.Internal {
			t.Errorf("%q: %v, want an internal error", action, err)
		}
	}
}

func TestUnreadablePolicyIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{
		`permit (principal in Role::"king", action, resource);`,
		`permit (principal, action == Action::"need.eat", resource);`,
		`permit (principal, action in [Action::"need.*", Action::"tea.*"], resource);`,
		`permit (principal, action, resource) when { resource in principal.king };`,
		`permit (principal, action, resource) when { resource.colour == principal };`,
		`permit (principal in Purpose::"war", action, resource);`,
		`permit (principal is Ghost, action, resource);`,
		`permit (principal, action, resource) when { resource in Country::"cn" };`,
		`permit (principal, action resource);`,
		`allow (principal, action, resource);`,
	} {
		_, err := account.ParsePolicy("// comment with Role::\"king\"\n\n" + rule + "\n")
		if err == nil || !strings.Contains(err.Error(), "line 3") && !strings.Contains(err.Error(), ":3:") {
			t.Errorf("%s: %v, want an error in line 3", rule, err)
		}
	}
}

// TestARuleThatFailsIsFoundWhenItIsLoaded: a recipient has no set of drivers.
func TestARuleThatFailsIsFoundWhenItIsLoaded(t *testing.T) {
	t.Parallel()
	_, err := account.ParsePolicy(`permit (principal in Role::"recipient", action, resource) when { resource in principal.driver };`)
	if err == nil {
		t.Error("loaded")
	}
}

func TestWithoutRulesNothingIsAllowed(t *testing.T) {
	t.Parallel()
	p, err := account.ParsePolicy("")
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range account.Actions() {
		if err := p.Authorize(t.Context(), account.System(), action, account.Object{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", action, err)
		}
	}
}

// broken is a tree that cannot answer.
type broken struct{}

func (broken) Above(context.Context, id.ID) ([]id.ID, error)   { return nil, context.DeadlineExceeded }
func (broken) Below(context.Context, []id.ID) ([]id.ID, error) { return nil, context.DeadlineExceeded }

func TestWithoutAnswerOfTheTreeNothingIsAllowed(t *testing.T) {
	t.Parallel()
	p := policy(t)
	p.Join(broken{})
	own := id.Derive("org", "own")
	if err := p.Authorize(t.Context(), member(account.Keeper, own), "receipt.read", account.Object{Org: id.Derive("org", "child")}); err == nil || errs.Is(err, errs.Forbidden) {
		t.Errorf("authorized: %v", err)
	}
	if _, err := p.Scope(t.Context(), member(account.Keeper, own), "receipt.read"); err == nil || errs.Is(err, errs.Forbidden) {
		t.Errorf("scope: %v", err)
	}
	if err := p.Authorize(t.Context(), member(account.Keeper, id.Zero), "receipt.read", account.Object{Org: own}); err != nil {
		t.Errorf("a keeper of the house needs no tree: %v", err)
	}
}

func BenchmarkAuthorize(b *testing.B) {
	p, err := account.LoadPolicy()
	if err != nil {
		b.Fatal(err)
	}
	order, _, own, child, other := family()
	p.Join(order)
	two := member(account.Keeper, own)
	two.Memberships = append(two.Memberships, account.Membership{Role: account.Liaison, Org: other})
	for _, c := range []struct {
		name   string
		actor  account.Actor
		object account.Object
	}{
		{"house", member(account.Keeper, id.Zero), account.Object{Org: child}},
		{"organisation", member(account.Keeper, own), account.Object{Org: child}},
		{"two-roles", two, account.Object{Org: child}},
		{"made-by", member(account.Keeper, id.Zero), account.Object{Org: child, By: other}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Authorize(b.Context(), c.actor, "receipt.create", c.object); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("could", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !p.Could(two, "receipt.create") {
				b.Fatal("no")
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := account.LoadPolicy(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestEveryRoleHasARule(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for _, role := range account.Roles() {
		if err := p.Authorize(t.Context(), actor(role), "report.read", account.Object{}); err != nil {
			t.Errorf("%s may not even read the report: %v", role, err)
		}
	}
}

func TestActorIsAllThatItsMembershipsAre(t *testing.T) {
	t.Parallel()
	p := policy(t)
	first, second := id.Derive("org", "first"), id.Derive("org", "second")
	a := account.Actor{ID: id.Derive("x"), Memberships: []account.Membership{
		{Role: account.Recipient, Org: first}, {Role: account.Driver, Org: second},
	}}
	if !a.Is(account.Driver) || a.Is(account.Keeper) || !a.In(account.Recipient, first) || a.In(account.Recipient, second) {
		t.Errorf("%+v is taken for something else", a)
	}
	if orgs := a.Orgs(account.Driver); len(orgs) != 1 || orgs[0] != second {
		t.Errorf("drives for %v", orgs)
	}
	for action, want := range map[string][2]bool{"need.read": {true, false}, "distribution.confirm": {true, true}} {
		for i, org := range []id.ID{first, second} {
			err := p.Authorize(t.Context(), a, action, account.Object{Org: org})
			if (err == nil) != want[i] {
				t.Errorf("%s in organisation %d: %v", action, i+1, err)
			}
		}
	}
}
