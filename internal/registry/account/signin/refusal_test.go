// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/password"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
)

func invited(h *house, email string) (signin.Person, signin.Link) {
	h.t.Helper()
	p, l, err := h.Invite(h.t.Context(), account.System(), signin.NewPerson{
		Name: "Example Li", Email: email, Memberships: []account.Membership{{Role: account.Keeper}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return p, l
}

func TestLinkThatCannotBeUsedHasOneAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		set, _, err := h.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		replaced, _, err := h.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		must(h.Accept(ctx, visitor(), replaced.Token, signin.Acceptance{Name: "Example", Email: "admin@example.org", Password: secret}))(t)
		_, used := invited(h, "a@example.org")
		must(h.Accept(ctx, visitor(), used.Token, signin.Acceptance{Password: secret}))(t)
		b, old := invited(h, "b@example.org")
		fresh := must(h.IssueLink(ctx, account.System(), b.ID))(t)
		c, revoked := invited(h, "c@example.org")
		if err := h.RevokeLinks(ctx, account.System(), c.ID); err != nil {
			t.Fatal(err)
		}
		d, disabled := invited(h, "d@example.org")
		if err := h.Disable(ctx, account.System(), d.ID, ""); err != nil {
			t.Fatal(err)
		}
		enter := must(h.EnterLink(ctx, account.System(), must(h.idOf("a@example.org"))(t)))(t)
		for name, token := range map[string]string{
			"a set-up link that was replaced": set.Token,
			"a set-up link that was used":     replaced.Token,
			"used":                            used.Token,
			"replaced":                        old.Token,
			"revoked":                         revoked.Token,
			"of a disabled person":            disabled.Token,
			"foreign":                         strings.Repeat("A", 43),
			"cut":                             fresh.Token[1:],
			"empty":                           "",
			"one that signs in directly":      enter.Token,
		} {
			_, err := h.Accept(ctx, visitor(), token, signin.Acceptance{Name: "x", Email: "x@example.org", Password: secret2})
			refused(t, name, err, errs.NotFound, "signin.link_dead")
			_, err = h.BeginRegisterByLink(ctx, visitor(), token)
			refused(t, name+", with a passkey", err, errs.NotFound, "signin.link_dead")
			if token != enter.Token {
				_, err = h.Link(ctx, visitor(), token)
				refused(t, name+", looked at", err, errs.NotFound, "signin.link_dead")
			}
		}
		_, err = h.AcceptEnter(ctx, visitor(), fresh.Token)
		refused(t, "an invitation does not sign in directly", err, errs.NotFound, "signin.link_dead")
		h.now.Advance(signin.InviteLife)
		_, err = h.Accept(ctx, visitor(), fresh.Token, signin.Acceptance{Password: secret})
		refused(t, "a week later", err, errs.NotFound, "signin.link_dead")
		h.now.Set(begin().Add(-time.Hour))
		_, err = h.Accept(ctx, visitor(), fresh.Token, signin.Acceptance{Password: secret})
		refused(t, "made while the clock was wrong", err, errs.NotFound, "signin.link_dead")
	})
}

// idOf returns the id of who has the address.
func (h *house) idOf(email string) (id.ID, error) {
	p, _, err := h.Find(h.t.Context(), account.System(), email)
	return p.ID, err
}

func TestWeakPasswordLeavesTheLinkAsItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		_, l := invited(h, "li@example.org")
		for weak, key := range map[string]string{
			"": password.TooShort, "short": password.TooShort, "password1234": password.Common, "Example Li 2020": password.Common,
			strings.Repeat("x y", 400): password.TooLong,
		} {
			_, err := h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: weak})
			refused(t, weak, err, errs.Invalid, key)
		}
		for range 101 { // a person who tries for long is no attacker
			if _, err := h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: "short"}); !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
		}
		must(h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: secret}))(t)
	})
}

// race runs fn many times at once and returns how often it succeeded; every other
// time it must be refused in a way that a reader understands.
func race(t *testing.T, fn func() error) int64 {
	t.Helper()
	var won atomic.Int64
	var all sync.WaitGroup
	start := make(chan struct{})
	for range 8 {
		all.Go(func() {
			<-start
			err := fn()
			switch {
			case err == nil:
				won.Add(1)
			case errs.KindOf(err) == errs.Internal:
				t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
	return won.Load()
}

func TestOfManyAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		set, _, err := h.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if n := race(t, func() error {
			_, err := h.Accept(ctx, visitor(), set.Token, signin.Acceptance{Name: "Example", Email: "admin@example.org", Password: secret})
			return err
		}); n != 1 {
			t.Errorf("%d first administrators", n)
		}
		_, l := invited(h, "li@example.org")
		if n := race(t, func() error {
			_, err := h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: secret})
			return err
		}); n != 1 {
			t.Errorf("one invitation was taken up %d times", n)
		}
		e := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		own, _, err := h.Resume(ctx, e.Token)
		if err != nil {
			t.Fatal(err)
		}
		phone := must(totp.ParseSecret(must(h.BeginTOTP(ctx, own))(t).Secret))(t)
		codes := must(h.ConfirmTOTP(ctx, visitor(), own, phone.Code(totp.Step(h.now.Now()))))(t)
		h.now.Advance(time.Minute)
		for what, try := range map[string]func(token string) error{
			"code": func(token string) error {
				_, err := h.EnterCode(ctx, visitor(), token, phone.Code(totp.Step(h.now.Now())))
				return err
			},
			"recovery code": func(token string) error {
				_, err := h.EnterRecovery(ctx, visitor(), token, codes[0])
				return err
			},
		} {
			halves := make(chan string, 8)
			for range 8 {
				halves <- must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t).Token
			}
			if n := race(t, func() error { return try(<-halves) }); n != 1 {
				t.Errorf("one %s was good %d times", what, n)
			}
		}
		if n := race(t, func() error {
			_, err := h.Confirm(ctx, visitor(), own, secret)
			return err
		}); n != 1 {
			t.Errorf("one token was renewed %d times", n)
		}
	})
}

func TestAnswersDoNotTellWhoExists(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.member("li@example.org", account.Keeper)
		invited(h, "invited@example.org")
		gone := h.member("gone@example.org", account.Keeper)
		if err := h.Disable(ctx, account.System(), gone.Session.Person, ""); err != nil {
			t.Fatal(err)
		}
		var answers []string
		for _, email := range []string{"li@example.org", "nobody@example.org", "invited@example.org", "gone@example.org", "not an address", ""} {
			for i := range 7 {
				before := h.HashRuns()
				_, err := h.SignIn(ctx, visitor(), email, secret2)
				runs := h.HashRuns() - before
				limited := errs.Is(err, errs.RateLimited)
				if email == "" && limited {
					continue
				}
				if limited && runs != 0 || !limited && runs != 1 {
					t.Errorf("%q, attempt %d: %d hashes (%v)", email, i+1, runs, err)
				}
				if email == "li@example.org" {
					answers = append(answers, err.Error())
				} else if email != "" && email != "not an address" && err.Error() != answers[i] {
					t.Errorf("%q, attempt %d: %v, for who exists %s", email, i+1, err, answers[i])
				}
			}
		}
	})
}

// TestUnknownTakesAsLongAsKnown measures with real costs, coarsely: the work is
// 20 ms, and without it an answer would come in a tenth of the time.
func TestUnknownTakesAsLongAsKnown(t *testing.T) {
	h := sqliteHouse(t, func(c *signin.Config) { c.Hash = password.Recommended() })
	h.member("li@example.org", account.Keeper)
	fastest := func(email string) time.Duration {
		best := time.Hour
		for range 4 {
			start := clock.Start()
			if _, err := h.SignIn(t.Context(), visitor(), email, secret2); !errs.Is(err, errs.Unauthenticated) {
				t.Fatal(err)
			}
			best = min(best, clock.Since(start))
		}
		return best
	}
	known, unknown := fastest("li@example.org"), fastest("nobody@example.org")
	if ratio := float64(known) / float64(unknown); ratio < 0.33 || ratio > 3 {
		t.Errorf("known %s, unknown %s", known, unknown)
	}
}

func TestNobodyRaisesLowersOrLocksThemselvesOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		founder := h.founder()
		_, boss, err := h.Resume(ctx, founder.Token)
		if err != nil {
			t.Fatal(err)
		}
		self := signin.NewPerson{Name: "Example", Email: "admin@example.org", Memberships: []account.Membership{{Role: account.Keeper}}}
		_, err = h.Correct(ctx, boss, boss.ID, self, 1)
		refused(t, "own memberships", err, errs.Forbidden, "signin.not_yourself")
		refused(t, "disable oneself", h.Disable(ctx, boss, boss.ID, ""), errs.Forbidden, "signin.not_yourself")
		refused(t, "erase oneself", h.Erase(ctx, boss, boss.ID, ""), errs.Forbidden, "signin.not_yourself")
		_, err = h.IssueLink(ctx, boss, boss.ID)
		refused(t, "a link for oneself", err, errs.Forbidden, "signin.not_yourself")

		refused(t, "disable the last", h.Disable(ctx, account.System(), boss.ID, ""), errs.Conflict, "signin.last_administrator")
		_, err = h.Correct(ctx, account.System(), boss.ID, self, 1)
		refused(t, "demote the last", err, errs.Conflict, "signin.last_administrator")

		second := h.member("second@example.org", account.Administrator)
		_, two, err := h.Resume(ctx, second.Token)
		if err != nil {
			t.Fatal(err)
		}
		var both atomic.Int64
		if n := race(t, func() error { // two administrators shut each other out at once
			if both.Add(1)%2 == 0 {
				return h.Disable(ctx, boss, two.ID, "")
			}
			return h.Disable(ctx, two, boss.ID, "")
		}); n == 0 {
			t.Error("nobody could")
		}
		if _, needed, err := h.SetUpLink(ctx); needed || err != nil {
			t.Errorf("nobody governs the house: %v", err)
		}
	})
}

func TestOnlyWhoMayHandlesPeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		victim := h.member("victim@example.org", account.Keeper).Session.Person
		hospital, other := id.Derive("org", "hospital"), id.Derive("org", "other")
		local := account.Actor{ID: id.Derive("local"), Memberships: []account.Membership{{Role: account.Administrator, Org: hospital}}}
		in := func(role account.Role, org id.ID, email string) signin.NewPerson {
			return signin.NewPerson{Name: "Example", Email: email, Memberships: []account.Membership{{Role: role, Org: org}}}
		}
		p, _, err := h.Invite(ctx, local, in(account.Keeper, hospital, "own@example.org"))
		if err != nil {
			t.Fatalf("in one's own organisation: %v", err)
		}
		for name, err := range map[string]error{
			"invite for the house":        second(h.Invite(ctx, local, in(account.Administrator, id.Zero, "x@example.org"))),
			"invite elsewhere":            second(h.Invite(ctx, local, in(account.Keeper, other, "x@example.org"))),
			"raise to the house":          first(h.Correct(ctx, local, p.ID, in(account.Administrator, id.Zero, "own@example.org"), 1)),
			"disable somebody else's":     h.Disable(ctx, local, victim, ""),
			"reset somebody else's":       first(h.IssueLink(ctx, local, victim)),
			"look at somebody else's":     second(h.Person(ctx, local, victim)),
			"a link that signs in":        first(h.EnterLink(ctx, local, p.ID)),
			"an example person":           first(h.Example(ctx, local, id.Derive("example"), in(account.Keeper, hospital, "y@example.org"))),
			"forget somebody's passkeys":  h.ForgetSecond(ctx, local, victim, ""),
			"end somebody else's session": h.EndAll(ctx, local, victim),
		} {
			if !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, role := range account.Roles()[1:] {
			a := account.Actor{ID: id.Derive("a", string(role)), Memberships: []account.Membership{{Role: role}}}
			if _, _, err := h.Invite(ctx, a, in(account.Keeper, id.Zero, "x@example.org")); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s invites: %v", role, err)
			}
			if err := h.Disable(ctx, a, victim, ""); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s disables: %v", role, err)
			}
		}
	})
}

func first[T any](_ T, err error) error          { return err }
func second[T, U any](_ T, _ U, err error) error { return err }

func TestWrongFieldsOfAPersonAreNamed(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	invited(h, "taken@example.org")
	keeper := []account.Membership{{Role: account.Keeper}}
	for name, c := range map[string]struct {
		in   signin.NewPerson
		want string
	}{
		"nothing":        {signin.NewPerson{}, "name email memberships"},
		"blank":          {signin.NewPerson{Name: " ", Email: " ", Memberships: keeper}, "name email"},
		"long name":      {signin.NewPerson{Name: strings.Repeat("长", 101), Email: "a@example.org", Memberships: keeper}, "name"},
		"line break":     {signin.NewPerson{Name: "a\nb", Email: "a@example.org", Memberships: keeper}, "name"},
		"name in mail":   {signin.NewPerson{Name: "a", Email: "A <a@example.org>", Memberships: keeper}, "email"},
		"two addresses":  {signin.NewPerson{Name: "a", Email: "a@example.org, b@example.org", Memberships: keeper}, "email"},
		"header":         {signin.NewPerson{Name: "a", Email: "a@example.org\r\nBcc: b@example.org", Memberships: keeper}, "email"},
		"king":           {signin.NewPerson{Name: "a", Email: "a@example.org", Memberships: []account.Membership{{Role: "king"}}}, "memberships"},
		"homeless":       {signin.NewPerson{Name: "a", Email: "a@example.org", Memberships: []account.Membership{{Role: account.Driver}}}, "memberships"},
		"taken":          {signin.NewPerson{Name: "a", Email: "Taken@Example.org", Memberships: keeper}, "email"},
		"taken, in wide": {signin.NewPerson{Name: "a", Email: "ｔaken@example.org", Memberships: keeper}, "email"},
	} {
		_, _, err := h.Invite(t.Context(), account.System(), c.in)
		var got []string
		for _, f := range errs.As(err).Fields {
			got = append(got, f.Name)
		}
		if !errs.Is(err, errs.Invalid) || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want fields %s", name, err, c.want)
		}
	}
}

func TestRestoredBooksLetNobodyStay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		e := h.member("li@example.org", account.Keeper)
		_, l := invited(h, "new@example.org")
		if err := h.EndEverything(ctx); err != nil {
			t.Fatal(err)
		}
		h.resumes("a session of the backup", e.Token, false)
		_, err := h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: secret})
		refused(t, "a link of the backup", err, errs.NotFound, "signin.link_dead")
		must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
	})
}

// TestJournalKnowsNoNames plays a life and looks for what must not be there.
func TestJournalKnowsNoNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		e := h.member("li-of-the-mill@example.org", account.Keeper)
		p, _, err := h.Person(ctx, account.System(), e.Session.Person)
		if err != nil {
			t.Fatal(err)
		}
		p, err = h.Correct(ctx, account.System(), p.ID, signin.NewPerson{Name: "Unusual Name", Email: "another-address@example.org", Memberships: p.Memberships}, p.Version)
		if err != nil || p.State != person.Active {
			t.Fatal(p, err)
		}
		if _, err := h.SignIn(ctx, visitor(), "another-address@example.org", secret); err != nil {
			t.Fatal(err)
		}
		for _, r := range must(journal.After(ctx, h.d, 0, 1000))(t) {
			for _, personal := range []string{"example.org", "Unusual", "Example person", "192.0.2.7", "Example/1.0", secret} {
				if strings.Contains(r.Payload, personal) {
					t.Errorf("%s holds %q: %s", r.Action, personal, r.Payload)
				}
			}
		}
		if h.d.Engine() == db.SQLite {
			if n := must(journal.Count(ctx, h.d))(t); n < 6 {
				t.Errorf("only %d facts", n)
			}
		}
	})
}
