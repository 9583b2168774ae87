// SPDX-License-Identifier: Apache-2.0

package account_test

import (
	"strings"
	"testing"

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
	return account.Actor{ID: id.Derive("test", string(role)), Name: "example", Memberships: []account.Membership{{Role: role, Org: id.Derive("org", "own")}}}
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	p := policy(t)
	own, foreign := account.Object{Org: id.Derive("org", "own")}, account.Object{Org: id.Derive("org", "other")}
	for _, c := range []struct {
		role   account.Role
		action string
		object account.Object
		want   bool
	}{
		{account.Administrator, "token.create", account.Object{}, true},
		{account.Administrator, "receipt.correct", foreign, true},
		{account.Coordinator, "token.create", account.Object{}, false},
		{account.Coordinator, "need.create", foreign, true},
		{account.Coordinator, "fund.create", foreign, false},
		{account.Keeper, "receipt.create", account.Object{}, true},
		{account.Keeper, "fund.read", account.Object{}, false},
		{account.Keeper, "distribution.correct", account.Object{}, false},
		{account.Finance, "fund.create", account.Object{}, true},
		{account.Finance, "receipt.create", account.Object{}, false},
		{account.Liaison, "need.create", foreign, true},
		{account.Liaison, "receipt.create", foreign, false},
		{account.Recipient, "need.create", own, true},
		{account.Recipient, "need.create", foreign, false},
		{account.Recipient, "need.read", account.Object{}, false},
		{account.Recipient, "stock.read", own, false},
		{account.Driver, "distribution.confirm", own, true},
		{account.Driver, "distribution.confirm", foreign, false},
		{account.Supervisor, "fund.read", foreign, true},
		{account.Supervisor, "journal.read", foreign, true},
		{"king", "need.read", own, false},
	} {
		err := p.Authorize(t.Context(), actor(c.role), c.action, c.object)
		if (err == nil) != c.want || err != nil && !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s %s on %s: %v, want allowed %t", c.role, c.action, c.object.Org, err, c.want)
		}
	}
}

func TestSupervisorChangesNothing(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for _, chapter := range []string{"need", "receipt", "distribution", "money", "stock", "org", "import", "report", "journal", "token"} {
		for _, verb := range []string{"create", "correct", "run", "review", "revoke", "confirm", "write", "delete"} {
			err := p.Authorize(t.Context(), actor(account.Supervisor), chapter+"."+verb, account.Object{})
			if !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s.%s: %v", chapter, verb, err)
			}
		}
	}
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
	homeless := account.Actor{ID: id.Derive("x"), Memberships: []account.Membership{{Role: account.Recipient}}}
	if err := p.Authorize(t.Context(), homeless, "need.read", account.Object{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("no organisation is not the same organisation as none: %v", err)
	}
}

func TestAskingWronglyAllowsNothing(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for _, action := range []string{"", "need", "*", "need.*", "*.read", "Need.read", "need.read.all", "need. read", "."} {
		err := p.Authorize(t.Context(), account.System(), action, account.Object{})
		if err == nil || errs.KindOf(err) != errs.Internal {
			t.Errorf("%q: %v, want an internal error", action, err)
		}
	}
}

func TestUnreadablePolicyIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"keeper\tneed.read", "keeper need.read any", "king\tneed.read\tany", "keeper\tneed\tany",
		"keeper\tneed.read\tsome", "keeper\tneed.READ\tany", "\tneed.read\tany", " keeper\tneed.read\tany",
	} {
		_, err := account.ParsePolicy("# comment\n\n" + line + "\n")
		if err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%q: %v, want an error in line 3", line, err)
		}
	}
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
