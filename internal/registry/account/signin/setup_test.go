// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/password"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
)

const (
	secret  = "a quiet river, seven boats"
	secret2 = "nine herons over a mill"
)

// house is a service on a database of its own, with a clock that stands still.
type house struct {
	*signin.Service

	t   *testing.T
	d   *db.DB
	now *clock.Manual
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		now := clock.NewManual(begin())
		test(t, open(t, dbtest.SQLite(t, db.Config{Clock: now}), now))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		now := clock.NewManual(begin())
		test(t, open(t, dbtest.Postgres(t, db.Config{Clock: now}), now))
	})
}

func begin() time.Time { return time.Date(2020, 2, 17, 9, 0, 0, 0, time.UTC) }

// open returns a service with cheap hashes: what is tested does not depend on
// their cost.
func open(t *testing.T, d *db.DB, now *clock.Manual, change ...func(*signin.Config)) *house {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	cfg := signin.Config{
		DB: d, Policy: policy, Log: slog.New(slog.DiscardHandler), Issuer: "Example", PublicURL: "https://relief.example.org",
		Hash: password.Parameters{Memory: 64, Time: 1, Lanes: 1},
	}
	for _, c := range change {
		c(&cfg)
	}
	s, err := signin.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &house{s, t, d, now}
}

// sqliteHouse is a house on SQLite, for what the engine cannot change.
func sqliteHouse(t *testing.T, change ...func(*signin.Config)) *house {
	t.Helper()
	now := clock.NewManual(begin())
	return open(t, dbtest.SQLite(t, db.Config{Clock: now}), now, change...)
}

// again is the same house in another process.
func (h *house) again() *house {
	return open(h.t, dbtest.Again(h.t, h.d, db.Config{Clock: h.now}), h.now)
}

func visitor() signin.Visitor {
	return signin.Visitor{Address: netip.MustParseAddr("192.0.2.7"), Agent: "Example/1.0", Origin: "https://relief.example.org"}
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// founder sets the house up and returns the first administrator's session.
func (h *house) founder() signin.Entry {
	h.t.Helper()
	l, needed, err := h.SetUpLink(h.t.Context())
	if err != nil || !needed {
		h.t.Fatalf("set-up link: needed %t, %v", needed, err)
	}
	return must(h.Accept(h.t.Context(), visitor(), l.Token, signin.Acceptance{Name: "Example administrator", Email: "admin@example.org", Password: secret}))(h.t)
}

// member invites somebody with the role, who accepts.
func (h *house) member(email string, role account.Role) signin.Entry {
	h.t.Helper()
	_, l, err := h.Invite(h.t.Context(), account.System(), signin.NewPerson{
		Name: "Example person", Email: email, Memberships: []account.Membership{{Role: role}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return must(h.Accept(h.t.Context(), visitor(), l.Token, signin.Acceptance{Password: secret}))(h.t)
}

// resumes checks whether a token opens a session.
func (h *house) resumes(what, token string, want bool) {
	h.t.Helper()
	_, a, err := h.Resume(h.t.Context(), token)
	switch {
	case want && err != nil:
		h.t.Errorf("%s: %v, want a session", what, err)
	case !want && !errs.Is(err, errs.Unauthenticated):
		h.t.Errorf("%s: %v as %q, want none", what, err, a.Name)
	}
}

// refused checks kind and message of a refusal; a field's message counts too.
func refused(t *testing.T, what string, err error, kind errs.Kind, key string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
		return
	}
	for _, f := range e.Fields {
		if f.Key == key {
			return
		}
	}
	if e.Key != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}
