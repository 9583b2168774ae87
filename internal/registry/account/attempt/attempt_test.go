// SPDX-License-Identifier: Apache-2.0

package attempt

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// begin is a moment of the tests.
func begin() time.Time { return time.Date(2020, 2, 17, 9, 0, 0, 0, time.UTC) }

func home() netip.Addr { return netip.MustParseAddr("192.0.2.7") }

func TestFewMistakesAreFreeThenEachDoublesTheWait(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) {
		l, account := New(d), t.Name()
		for i := range freeAccount {
			try, err := l.Begin(t.Context(), Password, account, home())
			if err != nil || try.Failures != int64(i) {
				t.Fatalf("attempt %d: %v, %d failures before", i+1, err, try.Failures)
			}
		}
		_, err := l.Begin(t.Context(), Password, account, home())
		if !errs.Is(err, errs.RateLimited) || errs.As(err).Args["seconds"] != int64(1) {
			t.Errorf("attempt %d: %v, want to wait a second", freeAccount+1, err)
		}
		if _, err := l.Begin(t.Context(), Password, "another "+account, home()); err != nil {
			t.Errorf("somebody else waits too: %v", err)
		}
		if _, err := l.Begin(t.Context(), Code, account, home()); err != nil {
			t.Errorf("another way in waits too: %v", err)
		}
	})
}

func TestWaitGrowsToAQuarterOfAnHourAndNotBeyond(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	d := dbtest.SQLite(t, db.Config{Clock: now})
	l := New(d)
	var waited []time.Duration
	for range 30 {
		for {
			_, err := l.Begin(t.Context(), Password, "a", home())
			if err == nil {
				break
			}
			seconds := errs.As(err).Args["seconds"].(int64)
			left := time.Duration(seconds) * time.Second
			waited = append(waited, left)
			now.Advance(left)
		}
	}
	for i, left := range waited {
		if left > longest || i > 0 && left < waited[i-1] {
			t.Errorf("waits %v", waited)
		}
	}
	if waited[0] != time.Second || waited[len(waited)-1] != longest {
		t.Errorf("waits %v", waited)
	}
	now.Advance(memory)
	if try, err := l.Begin(t.Context(), Password, "a", home()); err != nil || try.Failures != 0 {
		t.Errorf("a day later: %d failures, %v", try.Failures, err)
	}
}

func TestSuccessForgetsTheAccountAndGivesTheAddressItsOwnBack(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) {
		l := New(d)
		good := func(ctx context.Context, try Try) {
			if err := d.Tx(ctx, try.Good); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 * freeAddress { // a busy office
			try, err := l.Begin(t.Context(), Password, "a", home())
			if err != nil {
				t.Fatal(err)
			}
			good(t.Context(), try)
		}
		for i := range freeAddress { // an attacker with an account of their own
			if _, err := l.Begin(t.Context(), Password, fmt.Sprint("victim ", i), home()); err != nil {
				t.Fatalf("victim %d: %v", i, err)
			}
			if i == freeAddress-2 {
				own, err := l.Begin(t.Context(), Password, "own", home())
				if err != nil {
					t.Fatal(err)
				}
				good(t.Context(), own)
			}
		}
		if _, err := l.Begin(t.Context(), Password, "one more", home()); !errs.Is(err, errs.RateLimited) {
			t.Errorf("the address does not wait: %v", err)
		}
		if _, err := l.Begin(t.Context(), Password, "one more", netip.MustParseAddr("192.0.2.8")); err != nil {
			t.Errorf("another address waits: %v", err)
		}
	})
}

func TestAHundredAtOnceCountAsAHundred(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) {
		l := New(d)
		var all sync.WaitGroup
		var through atomic.Int64
		for i := range 60 {
			all.Go(func() {
				from := netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
				_, err := l.Begin(t.Context(), Password, "a", from)
				switch {
				case err == nil:
					through.Add(1)
				case !errs.Is(err, errs.RateLimited):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if through.Load() != freeAccount {
			t.Errorf("%d got through, want %d", through.Load(), freeAccount)
		}
	})
}

func TestCountsOutliveTheProcessAndAreShared(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) {
		for range freeAccount {
			if _, err := New(d).Begin(t.Context(), Password, "a", home()); err != nil {
				t.Fatal(err)
			}
		}
		other := dbtest.Again(t, d, db.Config{Clock: now})
		if _, err := New(other).Begin(t.Context(), Password, "a", home()); !errs.Is(err, errs.RateLimited) {
			t.Errorf("another process: %v", err)
		}
	})
}

func TestClockThatWasPutBackLocksNobodyOut(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin().AddDate(1, 0, 0))
	d := dbtest.SQLite(t, db.Config{Clock: now})
	l := New(d)
	for range freeAccount + 1 {
		l.Begin(t.Context(), Password, "a", home()) //nolint:errcheck // the last one waits
	}
	now.Set(begin())
	if _, err := l.Begin(t.Context(), Password, "a", home()); err != nil {
		t.Errorf("a year too early: %v", err)
	}
}

func TestWhatCountsAsOneAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.7", "192.0.2.7", true},
		{"192.0.2.7", "192.0.2.8", false},
		{"192.0.2.7", "::ffff:192.0.2.7", true},
		{"2001:db8::1", "2001:db8::ffff:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::2", true},
	} {
		a, b := network(netip.MustParseAddr(c.a)), network(netip.MustParseAddr(c.b))
		if (a == b) != c.same {
			t.Errorf("%s and %s: %s and %s", c.a, c.b, a, b)
		}
	}
}

func TestSweepLeavesWhatStillCounts(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(begin())
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) {
		l := New(d)
		try, err := l.Begin(t.Context(), Link, "", home())
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		again, err := l.Begin(t.Context(), Link, "a", home())
		if err != nil || again.address != try.address {
			t.Fatal(err)
		}
		if err := l.Cancel(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Value[int64](t.Context(), d, "SELECT SUM(failures) FROM account_attempt"); err != nil || n != 1 {
			t.Errorf("%d failures (%v), want the one that was not taken back", n, err)
		}
	})
}
