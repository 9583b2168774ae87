// SPDX-License-Identifier: Apache-2.0

package account_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/migrate"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/migrations"
)

func service(t *testing.T, d *db.DB) *account.Service {
	t.Helper()
	return account.NewService(d, policy(t), time.UTC, slog.New(slog.DiscardHandler))
}

func create(t *testing.T, s *account.Service, in account.NewToken) (account.Token, string) {
	t.Helper()
	token, text, err := s.CreateToken(t.Context(), account.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	return token, text
}

func wantActor(t *testing.T, s *account.Service, text string, want account.Token) {
	t.Helper()
	got, err := s.Authenticate(t.Context(), text)
	if err != nil || !reflect.DeepEqual(got, want.Actor()) {
		t.Errorf("acts %+v (%v), want %+v", got, err, want.Actor())
	}
}

// wantRefused checks that the answer is the one that every bad token gets.
func wantRefused(t *testing.T, s *account.Service, what, text string) {
	t.Helper()
	got, err := s.Authenticate(t.Context(), text)
	if !errs.Is(err, errs.Unauthenticated) || err.Error() != "unauthenticated: account.bad_token" || !got.IsZero() {
		t.Errorf("%s: %+v, %v", what, got, err)
	}
}

func TestTokenNamesItsActor(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		keeper, keeperText := create(t, s, account.NewToken{Name: " 示例仓库 ", Role: account.Keeper})
		hospital, hospitalText := create(t, s, account.NewToken{
			Name: "example hospital", Role: account.Recipient, Org: id.Derive("org"), ExpiresAt: d.Clock().Now().Add(time.Hour),
		})
		for range 2 { // read, then remembered
			wantActor(t, s, keeperText, keeper)
			wantActor(t, s, hospitalText, hospital)
		}
		if keeper.Name != "示例仓库" || keeper.CreatedBy != account.System().ID {
			t.Errorf("token %+v", keeper)
		}
		tokens, err := s.Tokens(t.Context(), account.System())
		if err != nil || len(tokens) != 2 {
			t.Fatalf("%d tokens (%v), want 2", len(tokens), err)
		}
		today := clock.DayOf(d.Clock().Now(), time.UTC)
		for i, want := range []account.Token{keeper, hospital} {
			if want.LastUsed = today; tokens[i] != want {
				t.Errorf("listed %+v, want %+v", tokens[i], want)
			}
		}
	})
}

func TestEveryBadTokenGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(time.Date(2020, 2, 17, 9, 0, 0, 0, time.UTC))
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		a, textA := create(t, s, account.NewToken{Name: "a", Role: account.Keeper})
		_, textB := create(t, s, account.NewToken{Name: "b", Role: account.Keeper})
		other := service(t, dbtest.SQLite(t, db.Config{}))
		_, foreign := create(t, other, account.NewToken{Name: "c", Role: account.Keeper})
		wantRefused(t, s, "of another database", foreign)
		wantRefused(t, s, "the secret of another token", textA[:28]+textB[28:])
		wantRefused(t, s, "zeros", textA[:28]+strings.Repeat("A", 43))
		wantRefused(t, s, "empty", "")
		wantRefused(t, s, "too long", textA+"A")
		if err := s.Revoke(t.Context(), account.System(), a.ID); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, s, "revoked", textA)
	})
}

func TestTokenEndsAtItsMoment(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(time.Date(2020, 2, 17, 9, 0, 0, 0, time.UTC))
	d := dbtest.SQLite(t, db.Config{Clock: now})
	s := service(t, d)
	end := now.Now().Add(time.Hour)
	token, text := create(t, s, account.NewToken{Name: "a", Role: account.Keeper, ExpiresAt: end})
	now.Set(end.Add(-time.Microsecond))
	wantActor(t, s, text, token)
	now.Set(end)
	wantRefused(t, s, "remembered and expired", text)
	wantRefused(t, service(t, d), "read and expired", text)
}

func TestRevocationWorksAtOnceHereAndSoonElsewhere(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		here, elsewhere := service(t, d), service(t, d)
		token, text := create(t, here, account.NewToken{Name: "a", Role: account.Keeper})
		wantActor(t, here, text, token)
		wantActor(t, elsewhere, text, token)
		if err := here.Revoke(t.Context(), account.System(), token.ID); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, here, "revoked here", text)
		time.Sleep(1050 * time.Millisecond)
		wantRefused(t, elsewhere, "revoked elsewhere a second ago", text)
		if err := here.Revoke(t.Context(), account.System(), token.ID); err != nil {
			t.Errorf("revoking again: %v", err)
		}
		if err := here.Revoke(t.Context(), account.System(), id.Derive("none")); !errs.Is(err, errs.NotFound) {
			t.Errorf("revoking what is not there: %v", err)
		}
		history, err := journal.Of(t.Context(), d, token.ID)
		if err != nil || len(history) != 2 || history[0].Action != "token.create" || history[1].Action != "token.revoke" {
			t.Errorf("history %+v (%v), want one creation and one revocation", history, err)
		}
	})
}

func TestOnlyAdministratorsHandleTokens(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	s := service(t, d)
	token, _ := create(t, s, account.NewToken{Name: "a", Role: account.Keeper})
	for _, role := range account.Roles()[1:] {
		if _, _, err := s.CreateToken(t.Context(), actor(role), account.NewToken{Name: "b", Role: role}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s creates: %v", role, err)
		}
		if err := s.Revoke(t.Context(), actor(role), token.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s revokes: %v", role, err)
		}
		if seen, err := s.Tokens(t.Context(), actor(role)); (err == nil) != (role == account.Supervisor) || len(seen) != 0 {
			t.Errorf("%s lists %v: %v", role, seen, err)
		}
	}
	if seen, err := s.Tokens(t.Context(), member(account.Supervisor, id.Zero)); err != nil || len(seen) != 1 {
		t.Errorf("a supervisor of the house lists %v: %v", seen, err)
	}
	if n, err := journal.Count(t.Context(), d); err != nil || n != 1 {
		t.Errorf("%d facts (%v), want 1: a refused action leaves nothing", n, err)
	}
}

// TestAnAdministratorOfAnOrganisationHandlesItsTokens and no others.
func TestAnAdministratorOfAnOrganisationHandlesItsTokens(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.SQLite(t, db.Config{}))
	a, own, other := actor(account.Administrator), id.Derive("org", "own"), id.Derive("org", "other")
	mine, _, err := s.CreateToken(t.Context(), a, account.NewToken{Name: "mine", Role: account.Driver, Org: own})
	if err != nil {
		t.Fatal(err)
	}
	for _, org := range []id.ID{id.Zero, other} {
		if _, _, err := s.CreateToken(t.Context(), a, account.NewToken{Name: "b", Role: account.Keeper, Org: org}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("creates one of %s: %v", org, err)
		}
		foreign, _ := create(t, s, account.NewToken{Name: "foreign", Role: account.Keeper, Org: org})
		if err := s.Revoke(t.Context(), a, foreign.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("revokes one of %s: %v", org, err)
		}
	}
	if err := s.Revoke(t.Context(), a, id.Derive("none")); !errs.Is(err, errs.Forbidden) {
		t.Errorf("revokes one that is not there: %v", err)
	}
	if seen, err := s.Tokens(t.Context(), a); err != nil || len(seen) != 1 || seen[0].ID != mine.ID {
		t.Errorf("sees %+v: %v", seen, err)
	}
	if err := s.Revoke(t.Context(), a, mine.ID); err != nil {
		t.Error(err)
	}
}

func TestWrongFieldsAreNamed(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.SQLite(t, db.Config{}))
	for name, c := range map[string]struct {
		in   account.NewToken
		want string
	}{
		"nothing":           {account.NewToken{}, "name role"},
		"blank name":        {account.NewToken{Name: " \t", Role: account.Keeper}, "name"},
		"long name":         {account.NewToken{Name: strings.Repeat("长", 101), Role: account.Keeper}, "name"},
		"broken name":       {account.NewToken{Name: "\xff", Role: account.Keeper}, "name"},
		"unknown role":      {account.NewToken{Name: "a", Role: "king"}, "role"},
		"recipient of none": {account.NewToken{Name: "a", Role: account.Recipient}, "org"},
		"in the past":       {account.NewToken{Name: "a", Role: account.Keeper, ExpiresAt: time.Unix(1, 0)}, "expires_at"},
	} {
		_, _, err := s.CreateToken(t.Context(), account.System(), c.in)
		var got []string
		for _, f := range errs.As(err).Fields {
			got = append(got, f.Name)
		}
		if !errs.Is(err, errs.Invalid) || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want fields %s", name, err, c.want)
		}
	}
}

func TestSecretIsStoredNowhere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "qiao.db")
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() }) //nolint:errcheck // the test is over
	if _, err := migrate.Up(t.Context(), d, migrations.FS); err != nil {
		t.Fatal(err)
	}
	_, text := create(t, service(t, d), account.NewToken{Name: "a", Role: account.Keeper})
	raw, err := base64.RawURLEncoding.DecodeString(text[28:])
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, file := range []string{path, path + "-wal"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen = seen || bytes.Contains(content, []byte("token.create"))
		if bytes.Contains(content, raw) || bytes.Contains(content, []byte(text[28:])) {
			t.Errorf("%s holds the secret", filepath.Base(file))
		}
	}
	if !seen {
		t.Error("the files do not hold the token's record either: the test looks in the wrong place")
	}
}

func TestUnreachableDatabaseIsNotABadToken(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.SQLite(t, db.Config{}))
	_, text := create(t, s, account.NewToken{Name: "a", Role: account.Keeper})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Authenticate(ctx, text); err == nil || errs.Is(err, errs.Unauthenticated) {
		t.Errorf("error %v, want one that says to try again", err)
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	d := dbtest.SQLite(b, db.Config{})
	p, err := account.LoadPolicy()
	if err != nil {
		b.Fatal(err)
	}
	s := account.NewService(d, p, time.UTC, slog.New(slog.DiscardHandler))
	_, text, err := s.CreateToken(b.Context(), account.System(), account.NewToken{Name: "a", Role: account.Keeper})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Authenticate(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
}
