// SPDX-License-Identifier: Apache-2.0

package signedlink_test

import (
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signedlink"
)

func noon() time.Time { return time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC) }

// desk is the service on a clock that the test moves.
type desk struct {
	*signedlink.Service
	db     *db.DB
	policy *account.Policy
	clock  *clock.Manual
}

func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	t.Parallel()
	p, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(testing.TB, db.Config) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := clock.NewManual(noon())
			d := open(t, db.Config{Clock: now})
			test(t, &desk{signedlink.New(d, p), d, p, now})
		})
	}
}

func wanted() signedlink.Wanted {
	return signedlink.Wanted{
		Purpose: account.ForRecipient, Kind: "need", Subject: id.Derive("a need"), Org: id.Derive("a hospital"), Expires: noon().Add(48 * time.Hour),
	}
}

func (k *desk) create(t *testing.T, w signedlink.Wanted) string {
	t.Helper()
	text, err := k.Create(t.Context(), account.System(), w)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (k *desk) opens(t *testing.T, what, text string, want bool) {
	t.Helper()
	a, err := k.Present(t.Context(), text)
	if (err == nil) != want || err != nil && !errs.Is(err, errs.Unauthenticated) || err != nil && !a.IsZero() {
		t.Errorf("%s: %+v, %v; want it to open %t", what, a, err, want)
	}
}

func TestALinkActsOnItsRecordAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		w := wanted()
		a, err := k.Present(t.Context(), k.create(t, w))
		if err != nil || a.Link != (account.Link{Purpose: w.Purpose, Subject: w.Subject, Org: w.Org}) || len(a.Memberships) != 0 {
			t.Fatalf("%+v, %v", a, err)
		}
		for subject, want := range map[id.ID]bool{w.Subject: true, id.Derive("another"): false, id.Zero: false} {
			if err := k.policy.Authorize(t.Context(), a, "need.correct", account.Object{ID: subject, Org: w.Org}); (err == nil) != want {
				t.Errorf("corrects %s: %v", subject, err)
			}
		}
		again, err := k.Present(t.Context(), k.create(t, w))
		if err != nil || again.ID != a.ID {
			t.Errorf("a second link is somebody else: %v", err)
		}
		w.Purpose = account.ForDonor
		if other, err := k.Present(t.Context(), k.create(t, w)); err != nil || other.ID == a.ID {
			t.Errorf("another purpose is the same one: %v", err)
		}
	})
}

func TestALinkEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		text := k.create(t, wanted())
		k.opens(t, "new", text, true)
		k.clock.Set(wanted().Expires.Add(-time.Microsecond))
		k.opens(t, "just before its end", text, true)
		k.clock.Set(wanted().Expires)
		k.opens(t, "at its end", text, false)
	})
}

func TestALinkIsTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		w := wanted()
		other := w
		other.Subject = id.Derive("another need")
		first, second, foreign := k.create(t, w), k.create(t, w), k.create(t, other)
		elsewhere := &desk{signedlink.New(k.db, k.policy), k.db, k.policy, k.clock}
		elsewhere.opens(t, "in another process", first, true)
		if err := k.Revoke(t.Context(), account.System(), account.Object{Kind: "need", ID: w.Subject, Org: w.Org}); err != nil {
			t.Fatal(err)
		}
		elsewhere.opens(t, "in another process, taken back", first, false)
		k.opens(t, "taken back", first, false)
		k.opens(t, "the other one too", second, false)
		k.opens(t, "one of another need", foreign, true)
		k.opens(t, "a new one", k.create(t, w), true)
	})
}

func TestKeysAreSharedAndRotate(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		elsewhere := &desk{signedlink.New(k.db, k.policy), k.db, k.policy, k.clock}
		first := k.create(t, wanted())
		elsewhere.opens(t, "signed by another process", first, true)
		for n := range 8 {
			k.opens(t, "the first key", first, true)
			if err := k.Rotate(t.Context(), account.System()); err != nil {
				t.Fatalf("rotation %d: %v", n, err)
			}
		}
		k.opens(t, "a key that is too old", first, false)
		text := k.create(t, wanted())
		k.opens(t, "the newest key", text, true)
		fresh := &desk{signedlink.New(k.db, k.policy), k.db, k.policy, k.clock}
		fresh.opens(t, "the newest key in another process", text, true)
		fresh.opens(t, "the old key in another process", first, false)
		if _, err := elsewhere.Create(t.Context(), account.System(), wanted()); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayHandOutLinks(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		w := wanted()
		for _, role := range account.Roles() {
			for at, own := range map[id.ID]bool{w.Org: true, id.Derive("elsewhere"): false} {
				a := account.Actor{ID: id.Derive("somebody"), Memberships: []account.Membership{{Role: role, Org: at}}}
				want := own && (role == account.Administrator || role == account.Coordinator || role == account.Liaison)
				_, err := k.Create(t.Context(), a, w)
				if (err == nil) != want || err != nil && !errs.Is(err, errs.Forbidden) {
					t.Errorf("%s makes one: %v", role, err)
				}
				err = k.Revoke(t.Context(), a, account.Object{Kind: "need", ID: w.Subject, Org: w.Org})
				if (err == nil) != want || err != nil && !errs.Is(err, errs.Forbidden) {
					t.Errorf("%s takes it back: %v", role, err)
				}
				if err := k.Rotate(t.Context(), a); !errs.Is(err, errs.Forbidden) {
					t.Errorf("%s rotates the keys: %v", role, err)
				}
			}
		}
		if n, err := journal.Count(t.Context(), k.db); err != nil || n != 6 {
			t.Errorf("%d facts (%v), want 6: a refused action leaves nothing", n, err)
		}
	})
}

func TestWrongFieldsAreNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		for name, c := range map[string]struct {
			change func(*signedlink.Wanted)
			want   string
		}{
			"no purpose": {func(w *signedlink.Wanted) { w.Purpose = "war" }, "purpose"},
			"no subject": {func(w *signedlink.Wanted) { w.Subject = id.Zero }, "subject"},
			"past":       {func(w *signedlink.Wanted) { w.Expires = noon() }, "expires"},
			"far":        {func(w *signedlink.Wanted) { w.Expires = noon().Add(signedlink.MaxLife + time.Second) }, "expires"},
			"never":      {func(w *signedlink.Wanted) { w.Expires = time.Time{} }, "expires"},
		} {
			w := wanted()
			c.change(&w)
			_, err := k.Create(t.Context(), account.System(), w)
			var got []string
			for _, f := range errs.As(err).Fields {
				got = append(got, f.Name)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		for _, text := range []string{"", "1", strings.Repeat("1", 77), strings.Repeat("A", 77)} {
			k.opens(t, "rubbish", text, false)
		}
	})
}

func BenchmarkPresent(b *testing.B) {
	d := dbtest.SQLite(b, db.Config{Clock: clock.NewManual(noon())})
	p, err := account.LoadPolicy()
	if err != nil {
		b.Fatal(err)
	}
	s := signedlink.New(d, p)
	text, err := s.Create(b.Context(), account.System(), wanted())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Present(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
}
