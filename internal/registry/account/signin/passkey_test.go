// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
)

// device is a phone with a passkey, in software.
type device struct {
	t    *testing.T
	site virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func newDevice(t *testing.T, owner id.ID) *device {
	t.Helper()
	return &device{
		t, virtualwebauthn.RelyingParty{Name: "Example", ID: "relief.example.org", Origin: "https://relief.example.org"},
		virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: owner[:]}),
		virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
}

// makes answers a request for a new passkey.
func (d *device) makes(c signin.Ceremony) signin.Answer {
	d.t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
	if err != nil {
		d.t.Fatalf("%s: %v", c.Options, err)
	}
	return signin.Answer{
		Challenge: c.Challenge, Name: "Example phone",
		Response: []byte(virtualwebauthn.CreateAttestationResponse(d.site, d.auth, d.key, *options)),
	}
}

// signs answers a request for a passkey; every answer counts one further.
func (d *device) signs(c signin.Ceremony) signin.Answer {
	d.t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(string(c.Options))
	if err != nil {
		d.t.Fatalf("%s: %v", c.Options, err)
	}
	d.key.Counter++
	return signin.Answer{
		Challenge: c.Challenge,
		Response:  []byte(virtualwebauthn.CreateAssertionResponse(d.site, d.auth, d.key, *options)),
	}
}

// withPasskey registers a passkey for the person of an entry.
func (h *house) withPasskey(e signin.Entry) (*device, []string) {
	h.t.Helper()
	own, _, err := h.Resume(h.t.Context(), e.Token)
	if err != nil {
		h.t.Fatal(err)
	}
	d := newDevice(h.t, own.Person)
	codes := must(h.FinishRegister(h.t.Context(), visitor(), own, d.makes(must(h.BeginRegister(h.t.Context(), visitor(), own))(h.t))))(h.t)
	return d, codes
}

func TestPasskeySignsInWithoutAnAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		d, codes := h.withPasskey(h.member("li@example.org", account.Keeper))
		if len(codes) != 10 {
			t.Errorf("recovery codes %v", codes)
		}
		e := must(h.FinishPasskey(ctx, visitor(), d.signs(must(h.BeginPasskey(ctx, visitor()))(t))))(t)
		own, actor, err := h.Resume(ctx, e.Token)
		if err != nil || e.Half || own.How != "passkey" || !actor.Is(account.Keeper) {
			t.Fatalf("%+v as %+v (%v)", own, actor, err)
		}
		if keys := must(h.Passkeys(ctx, own))(t); len(keys) != 1 || keys[0].Name != "Example phone" || !keys[0].UsedAt.Equal(h.now.Now()) {
			t.Errorf("passkeys %+v", keys)
		}
		half := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		if p := must(h.Pending(ctx, half.Token))(t); !half.Half || p.Means.Passkeys != 1 {
			t.Errorf("the password alone is enough: %+v", p)
		}
		full := must(h.FinishSecond(ctx, visitor(), half.Token, d.signs(must(h.BeginSecond(ctx, visitor(), half.Token))(t))))(t)
		h.resumes("password and passkey", full.Token, true)

		h.now.Advance(time.Hour)
		own, _, _ = h.Resume(ctx, e.Token)
		_, err = h.BeginRegister(ctx, visitor(), own)
		if !signin.NeedsConfirm(err) {
			t.Errorf("another passkey an hour later: %v", err)
		}
		renewed := must(h.FinishConfirm(ctx, visitor(), own, d.signs(must(h.BeginConfirm(ctx, visitor(), own))(t))))(t)
		h.resumes("the token before the proof", e.Token, false)
		if own, _, err = h.Resume(ctx, renewed.Token); err != nil || !h.Fresh(own) {
			t.Errorf("after the proof: fresh %t, %v", h.Fresh(own), err)
		}
		if err := h.RemovePasskey(ctx, own, must(h.Passkeys(ctx, own))(t)[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.FinishPasskey(ctx, visitor(), d.signs(must(h.BeginPasskey(ctx, visitor()))(t)))
		refused(t, "a passkey that was removed", err, errs.Unauthenticated, "signin.passkey_failed")
		if e := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t); e.Half {
			t.Error("a second factor is asked for that is not there")
		}
	})
}

func TestPasskeyInsteadOfAPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		p, l, err := h.Invite(ctx, account.System(), signin.NewPerson{
			Name: "Example Li", Email: "li@example.org", Memberships: []account.Membership{{Role: account.Keeper}},
		})
		if err != nil {
			t.Fatal(err)
		}
		d := newDevice(t, p.ID)
		answer := d.makes(must(h.BeginRegisterByLink(ctx, visitor(), l.Token))(t))
		e := must(h.FinishRegisterByLink(ctx, visitor(), l.Token, answer))(t)
		own, _, err := h.Resume(ctx, e.Token)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.FinishRegisterByLink(ctx, visitor(), l.Token, answer)
		refused(t, "the link again", err, errs.NotFound, "signin.link_dead")
		_, err = h.SignIn(ctx, visitor(), "li@example.org", "")
		refused(t, "no password at all", err, errs.Unauthenticated, "account.sign_in_failed")
		refused(t, "the only way in", h.RemovePasskey(ctx, own, must(h.Passkeys(ctx, own))(t)[0].ID), errs.Conflict, "signin.last_way_in")
		next := must(h.ChangePassword(ctx, visitor(), own, "", secret))(t)
		h.resumes("after a password was set", next.Token, true)
	})
}

func TestPasskeyIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		entry := h.member("li@example.org", account.Keeper)
		d, _ := h.withPasskey(entry)
		ask := func() signin.Ceremony { return must(h.BeginPasskey(ctx, visitor()))(t) }
		used := ask()
		must(h.FinishPasskey(ctx, visitor(), d.signs(used)))(t)
		late := ask()
		h.now.Advance(6 * time.Minute)
		elsewhere := *d
		elsewhere.site.Origin, elsewhere.site.ID = "https://evil.example", "evil.example"
		unverified := *d
		unverified.auth.Options.UserNotVerified = true
		stranger := newDevice(t, id.Derive("nobody"))
		half := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		forSecond := must(h.BeginSecond(ctx, visitor(), half.Token))(t)
		for name, c := range map[string]struct {
			answer signin.Answer
			key    string
		}{
			"a challenge again":         {d.signs(used), "signin.challenge_dead"},
			"six minutes later":         {d.signs(late), "signin.challenge_dead"},
			"a challenge of nobody":     {signin.Answer{Challenge: id.Derive("x"), Response: []byte("{}")}, "signin.challenge_dead"},
			"for another purpose":       {d.signs(forSecond), "signin.challenge_dead"},
			"of another site":           {elsewhere.signs(ask()), "signin.passkey_failed"},
			"owner not verified":        {unverified.signs(ask()), "signin.passkey_failed"},
			"unknown":                   {stranger.signs(ask()), "signin.passkey_failed"},
			"no answer of a browser":    {signin.Answer{Challenge: ask().Challenge, Response: []byte(`{"id":1}`)}, "signin.passkey_failed"},
			"answer to another request": {signin.Answer{Challenge: ask().Challenge, Response: d.signs(ask()).Response}, "signin.passkey_failed"},
		} {
			_, err := h.FinishPasskey(ctx, visitor(), c.answer)
			refused(t, name, err, errs.Unauthenticated, c.key)
		}
		d.key.Counter = 0 // a copy of the passkey that has counted less
		_, err := h.FinishPasskey(ctx, visitor(), d.signs(ask()))
		refused(t, "a copy", err, errs.Unauthenticated, "signin.passkey_failed")
		history := must(journal.Of(ctx, h.d, entry.Session.Person))(t)
		if last := history[len(history)-1]; last.Action != "credential.suspect" {
			t.Errorf("the last fact is %s", last.Action)
		}
		d.key.Counter = 100
		if err := h.Disable(ctx, account.System(), entry.Session.Person, ""); err != nil {
			t.Fatal(err)
		}
		_, err = h.FinishPasskey(ctx, visitor(), d.signs(ask()))
		refused(t, "disabled", err, errs.Unauthenticated, "signin.passkey_failed")
	})
}

func TestRightPasskeyComesInWhileOthersGuess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d, _ := h.withPasskey(h.member("li@example.org", account.Keeper))
		var err error
		for range 10 {
			_, err = h.SignIn(t.Context(), visitor(), "li@example.org", "a wrong guess, again")
		}
		refused(t, "guessing", err, errs.RateLimited, "account.too_many")
		must(h.FinishPasskey(t.Context(), visitor(), d.signs(must(h.BeginPasskey(t.Context(), visitor()))(t))))(t)
	})
}

func TestWherePasskeysWork(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	if !h.PasskeysWork(visitor()) {
		t.Error("not at the public address")
	}
	for origin, want := range map[string]bool{
		"http://localhost:8080": true, "http://qiao.localhost": true, "http://127.0.0.1:8080": false, "http://[::1]:8080": false,
		"https://relief.example.org": false, "http://relief.example.org": false, "": false, "://": false,
	} {
		private := sqliteHouse(t, func(c *signin.Config) { c.PublicURL = "" })
		if got := private.PasskeysWork(signin.Visitor{Origin: origin}); got != want {
			t.Errorf("without a public address, at %q: %t", origin, got)
		}
	}
	for public, want := range map[string]bool{"https://192.0.2.7": false, "http://relief.example.org": false, "https://relief.example.org:8443": true} {
		with := sqliteHouse(t, func(c *signin.Config) { c.PublicURL = public })
		if got := with.PasskeysWork(visitor()); got != want {
			t.Errorf("at the public address %s: %t", public, got)
		}
	}
}
