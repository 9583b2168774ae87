// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// expectation is what a test of the property expects of one token.
type expectation struct {
	token         string
	born, seen    time.Time
	full, removed bool
}

func (e expectation) alive(now time.Time) bool {
	return e.full && !e.removed && now.Sub(e.born) < signin.SessionLife && now.Sub(e.seen) < visit.IdleLife
}

// TestSessionsLiveAsLongAsTheyShould plays signing in, using, ending and waiting in
// any order, and compares each token with what it should be.
func TestSessionsLiveAsLongAsTheyShould(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	d := dbtest.SQLite(t, db.Config{Clock: now})
	h := open(t, d, now)
	h.member("li@example.org", account.Keeper)
	rapid.Check(t, func(t *rapid.T) {
		ctx := h.t.Context()
		var all []*expectation
		pick := func() *expectation {
			if len(all) == 0 {
				return nil
			}
			return rapid.SampledFrom(all).Draw(t, "which")
		}
		use := func(e *expectation) (signin.Session, bool) {
			own, actor, err := h.Resume(ctx, e.token)
			if got, want := err == nil, e.alive(now.Now()); got != want {
				t.Fatalf("born %s, seen %s, now %s, removed %t: alive %t (%v)", e.born, e.seen, now.Now(), e.removed, got, err)
			}
			if err != nil {
				return signin.Session{}, false
			}
			if actor.ID != own.Person || !actor.Is(account.Keeper) {
				t.Fatalf("acts as %+v", actor)
			}
			if now.Now().Sub(e.seen) >= time.Minute {
				e.seen = now.Now()
			}
			return own, true
		}
		t.Repeat(map[string]func(*rapid.T){
			"sign in": func(t *rapid.T) {
				e, err := h.SignIn(ctx, visitor(), "li@example.org", secret)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, &expectation{token: e.Token, born: now.Now(), seen: now.Now(), full: true})
			},
			"use": func(*rapid.T) {
				if e := pick(); e != nil {
					use(e)
				}
			},
			"wait": func(t *rapid.T) {
				now.Advance(time.Duration(rapid.IntRange(1, 20*60).Draw(t, "minutes")) * time.Minute)
			},
			"sign out": func(t *rapid.T) {
				e := pick()
				if e == nil {
					return
				}
				if own, ok := use(e); ok {
					if err := h.SignOut(ctx, own); err != nil {
						t.Fatal(err)
					}
					e.removed = true
				}
			},
			"end the others": func(t *rapid.T) {
				e := pick()
				if e == nil {
					return
				}
				if own, ok := use(e); ok {
					if err := h.EndOthers(ctx, own); err != nil {
						t.Fatal(err)
					}
					for _, other := range all {
						other.removed = other.removed || other != e
					}
				}
			},
			"prove": func(t *rapid.T) {
				e := pick()
				if e == nil {
					return
				}
				if own, ok := use(e); ok {
					next, err := h.Confirm(ctx, visitor(), own, secret)
					if err != nil {
						t.Fatal(err)
					}
					e.removed = true
					all = append(all, &expectation{token: next.Token, born: e.born, seen: now.Now(), full: true})
				}
			},
			"sweep": func(t *rapid.T) {
				if err := h.Sweep(ctx); err != nil {
					t.Fatal(err)
				}
			},
			"": func(*rapid.T) {
				for _, e := range all[max(0, len(all)-3):] {
					use(e)
				}
			},
		})
	})
}

func TestChangesWorkAtOnceHereAndInOtherProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		e := h.member("li@example.org", account.Keeper)
		h.resumes("before", e.Token, true)
		p, _, err := h.Person(ctx, account.System(), e.Session.Person)
		if err != nil {
			t.Fatal(err)
		}
		h.now.Advance(time.Second)
		if _, err := h.Correct(ctx, account.System(), p.ID, signin.NewPerson{
			Name: p.Name, Email: p.Email, Memberships: []account.Membership{{Role: account.Finance}},
		}, p.Version); err != nil {
			t.Fatal(err)
		}
		if _, actor, err := h.Resume(ctx, e.Token); err != nil || actor.Is(account.Keeper) || !actor.Is(account.Finance) {
			t.Errorf("after the change of rights: %+v, %v", actor, err)
		}
		_, err = h.Correct(ctx, account.System(), p.ID, signin.NewPerson{Name: "x", Email: p.Email, Memberships: p.Memberships}, p.Version)
		refused(t, "a change to the old version", err, errs.Stale, "signin.changed_meanwhile")
		if err := h.again().Disable(ctx, account.System(), p.ID, ""); err != nil {
			t.Fatal(err)
		}
		h.again().resumes("disabled by another process", e.Token, false)
	})
}

func TestNewPasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		e := h.member("li@example.org", account.Keeper)
		other := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		own, _, err := h.Resume(ctx, e.Token)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.ChangePassword(ctx, visitor(), own, "wrong, I am afraid", secret2)
		refused(t, "without the current one", err, errs.Invalid, "signin.password_wrong")
		next := must(h.ChangePassword(ctx, visitor(), own, secret, secret2))(t)
		h.resumes("the other browser", other.Token, false)
		h.resumes("this one's old token", e.Token, false)
		h.resumes("this one", next.Token, true)
		_, err = h.SignIn(ctx, visitor(), "li@example.org", secret)
		refused(t, "the old password", err, errs.Unauthenticated, "account.sign_in_failed")
		l := must(h.IssueLink(ctx, account.System(), own.Person))(t)
		h.resumes("after a link was issued for a forgotten password", next.Token, false)
		must(h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: "seven looms by the ferry"}))(t)
		_, err = h.SignIn(ctx, visitor(), "li@example.org", secret2)
		refused(t, "the forgotten password", err, errs.Unauthenticated, "account.sign_in_failed")
	})
}

func TestClockThatWasWrongLeavesNoImmortalSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.now.Set(begin().AddDate(10, 0, 0))
		e := h.member("li@example.org", account.Keeper)
		h.resumes("ten years ahead", e.Token, true)
		h.now.Set(begin())
		h.resumes("after the clock was set right", e.Token, false)
		h.again().resumes("in another process", e.Token, false)
		good := must(h.SignIn(t.Context(), visitor(), "li@example.org", secret))(t)
		h.now.Set(begin().Add(-4 * time.Minute))
		h.resumes("a clock of another server that is a little behind", good.Token, true)
	})
}

func TestCodesAreGoodOnceAndTheHintComesLate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		own, _, err := h.Resume(ctx, h.member("li@example.org", account.Keeper).Token)
		if err != nil {
			t.Fatal(err)
		}
		enrolment := must(h.BeginTOTP(ctx, own))(t)
		phone := must(totp.ParseSecret(enrolment.Secret))(t)
		if !strings.HasPrefix(enrolment.URI, "otpauth://totp/Example:li@example.org?") {
			t.Errorf("URI %s", enrolment.URI)
		}
		code := func() string { return phone.Code(totp.Step(h.now.Now())) }
		must(h.ConfirmTOTP(ctx, visitor(), own, code()))(t)
		half := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		_, err = h.EnterCode(ctx, visitor(), half.Token, code())
		refused(t, "the code of the set-up again", err, errs.Unauthenticated, "signin.code_failed")
		_, err = h.EnterCode(ctx, visitor(), half.Token, "")
		refused(t, "no code", err, errs.Unauthenticated, "signin.code_failed")
		_, err = h.EnterCode(ctx, visitor(), half.Token, phone.Code(0))
		refused(t, "the third wrong one", err, errs.Unauthenticated, "signin.code_failed_clock")
		h.now.Advance(time.Minute)
		e := must(h.EnterCode(ctx, visitor(), half.Token, code()))(t)
		half = must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		_, err = h.EnterCode(ctx, visitor(), half.Token, code())
		refused(t, "the code again", err, errs.Unauthenticated, "signin.code_failed")
		h.now.Advance(signin.HalfLife)
		_, err = h.EnterCode(ctx, visitor(), half.Token, code())
		refused(t, "half signed in for too long", err, errs.Unauthenticated, "error.unauthenticated")
		_, err = h.EnterCode(ctx, visitor(), e.Token, code())
		refused(t, "signed in already", err, errs.Unauthenticated, "error.unauthenticated")

		own, _, err = h.Resume(ctx, e.Token)
		if err != nil {
			t.Fatal(err)
		}
		again := must(h.NewRecovery(ctx, own))(t)
		h.now.Advance(signin.FreshFor)
		_, err = h.NewRecovery(ctx, own)
		if !signin.NeedsConfirm(err) {
			t.Errorf("new recovery codes without a fresh proof: %v", err)
		}
		half = must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		must(h.EnterRecovery(ctx, visitor(), half.Token, strings.ToLower(strings.ReplaceAll(again[0], "-", " "))))(t)
		half = must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		_, err = h.EnterRecovery(ctx, visitor(), half.Token, again[0])
		refused(t, "a recovery code again", err, errs.Unauthenticated, "signin.recovery_failed")
		if err := h.ForgetSecond(ctx, account.System(), own.Person, "lost the phone"); err != nil {
			t.Fatal(err)
		}
		if e := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t); e.Half {
			t.Error("a forgotten second factor is asked for")
		}
	})
}

func TestLastUseIsKnownToTheMinute(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		e := h.member("li@example.org", account.Keeper)
		h.now.Advance(59 * time.Second)
		h.again().resumes("within the minute", e.Token, true)
		own := e.Session
		if list := must(h.Sessions(ctx, own))(t); !list[0].SeenAt.Equal(begin()) {
			t.Errorf("written within the minute: %s", list[0].SeenAt)
		}
		h.now.Advance(time.Second)
		h.again().resumes("a minute later", e.Token, true)
		if list := must(h.Sessions(ctx, own))(t); !list[0].SeenAt.Equal(h.now.Now()) || list[0].Address != "192.0.2.7" {
			t.Errorf("not written: %+v", list[0])
		}
	})
}

func FuzzResume(f *testing.F) {
	f.Add("")
	f.Add(strings.Repeat("A", 43))
	now := clock.NewManual(begin())
	d := dbtest.SQLite(f, db.Config{Clock: now})
	policy, err := account.LoadPolicy()
	if err != nil {
		f.Fatal(err)
	}
	s, err := signin.New(signin.Config{DB: d, Policy: policy})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, actor, err := s.Resume(t.Context(), token); !errs.Is(err, errs.Unauthenticated) || !actor.IsZero() {
			t.Errorf("%q opens a session of %+v (%v)", token, actor, err)
		}
	})
}

func BenchmarkResume(b *testing.B) {
	d := dbtest.SQLite(b, db.Config{})
	policy, err := account.LoadPolicy()
	if err != nil {
		b.Fatal(err)
	}
	s, err := signin.New(signin.Config{DB: d, Policy: policy})
	if err != nil {
		b.Fatal(err)
	}
	p, err := s.Example(b.Context(), account.System(), id.Derive("example"), signin.NewPerson{
		Name: "Example", Email: "a@example.org", Memberships: []account.Membership{{Role: account.Keeper}},
	})
	if err != nil {
		b.Fatal(err)
	}
	l, err := s.EnterLink(b.Context(), account.System(), p.ID)
	if err != nil {
		b.Fatal(err)
	}
	e, err := s.AcceptEnter(b.Context(), visitor(), l.Token)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := s.Resume(b.Context(), e.Token); err != nil {
			b.Fatal(err)
		}
	}
}
