// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

func TestACorrectionStandsBesideWhatItCorrects(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 400, ledger.Earmark{})
		old := k.hand(t, handOver(line("mask-surgical", 400)))
		in := handOver(line("mask-surgical", 40))
		c := distribution.Correction{ID: old.ID, Version: 1, Reason: "多写了一个零", Replacement: &in, Key: "c"}
		next, err := k.Correct(t.Context(), k.coordinator, c)
		if err != nil {
			t.Fatal(err)
		}
		if next.Replaces != old.ID || next.Reason != c.Reason || next.Status != distribution.Posted || next.Version != 1 {
			t.Errorf("the replacement is %+v", next)
		}
		if was := k.get(t, old.ID); was.Status != distribution.Corrected || was.Reason != c.Reason || was.Version != 2 || was.Lines[0].Accepted != 400 || len(was.Lines[0].Picks) != 1 {
			t.Errorf("the old one became %+v", was)
		}
		if got := k.where(t, lot.ID); !slices.Equal(got, []string{"recipient 4301 40", "source - -400", "stock main 360"}) {
			t.Errorf("the lot is at %v", got)
		}
		sums, err := distribution.Handed(t.Context(), k.db, 20200217)
		if err != nil || len(sums) != 1 || sums[0].Quantity != 40 {
			t.Errorf("handed: %+v, %v", sums, err)
		}
		if n, err := distribution.HandOvers(t.Context(), k.db); err != nil || n[first] != 1 {
			t.Errorf("hand-overs: %v, %v", n, err)
		}
		if again, err := k.Correct(t.Context(), k.coordinator, c); err != nil || diff(again, next) != "" {
			t.Errorf("the repetition returned %+v (%v)", again, err)
		}
		c.Version = 2
		if _, err := k.Correct(t.Context(), k.coordinator, c); key(err) != "error.key_reused" {
			t.Errorf("another correction under the same key: %v", err)
		}
		k.wantClean(t)
	})
}

func TestWhatNeverWentOutComesBackToItsLots(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		a, b := k.stock(t, "goggles", 10, ledger.Earmark{}), k.stock(t, "goggles", 10, ledger.Earmark{})
		d := k.hand(t, handOver(line("goggles", 15)))
		c := distribution.Correction{ID: d.ID, Version: 1, Reason: "the car broke down", Key: "c"}
		for range 2 { // the second time is a repetition
			got, err := k.Correct(t.Context(), k.coordinator, c)
			if err != nil || got.ID != d.ID || got.Status != distribution.Corrected || got.Version != 2 {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		if k.left(t, a) != 10 || k.left(t, b) != 10 {
			t.Errorf("%d and %d are back", k.left(t, a), k.left(t, b))
		}
		k.wantClean(t)
	})
}

func TestACorrectionThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 400, ledger.Earmark{})
		d := k.hand(t, handOver(line("mask-surgical", 300)))
		none, tooMuch := handOver(), handOver(line("mask-surgical", 401))
		for name, c := range map[string]struct {
			correction distribution.Correction
			kind       errs.Kind
		}{
			"without a reason":            {distribution.Correction{ID: d.ID, Version: 1}, errs.Invalid},
			"a reason of blanks":          {distribution.Correction{ID: d.ID, Version: 1, Reason: " \n\t"}, errs.Invalid},
			"a replacement is wrong":      {distribution.Correction{ID: d.ID, Version: 1, Reason: "typo", Replacement: &none}, errs.Invalid},
			"a replacement is not there":  {distribution.Correction{ID: d.ID, Version: 1, Reason: "typo", Replacement: &tooMuch}, errs.Exhausted},
			"no such distribution":        {distribution.Correction{ID: id.Derive("nothing"), Version: 1, Reason: "typo"}, errs.NotFound},
			"a version that is not there": {distribution.Correction{ID: d.ID, Version: 2, Reason: "typo"}, errs.Conflict},
		} {
			if _, err := k.Correct(t.Context(), k.coordinator, c.correction); !errs.Is(err, c.kind) {
				t.Errorf("%s: %v, want %s", name, err, c.kind)
			}
		}
		if off := diff(k.get(t, d.ID), d); off != "" || k.left(t, lot) != 100 || k.count(t, "journal_record") != 1 {
			t.Errorf("something was left:\n%s", off)
		}
		k.wantClean(t)
	})
}

func TestOfThoseWhoCorrectAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 400, ledger.Earmark{})
		for round, people := range []int{1, 2, 2, 6, 6} {
			d := k.hand(t, handOver(line("mask-surgical", 80)))
			failed := atOnce(people, func(i int) error {
				in := handOver(line("mask-surgical", int64(10+i)))
				in.Recipient = second
				_, err := k.Correct(t.Context(), k.coordinator, distribution.Correction{ID: d.ID, Version: 1, Reason: fmt.Sprint("person ", i), Replacement: &in})
				return err
			})
			_, late := k.Correct(t.Context(), k.coordinator, distribution.Correction{ID: d.ID, Version: 1, Reason: "too late"})
			winners, now := 0, k.get(t, d.ID)
			for i, err := range append(failed, late) {
				if err == nil {
					winners++
					if now.Reason != fmt.Sprint("person ", i) {
						t.Errorf("round %d: person %d won, the reason is %q", round, i, now.Reason)
					}
					continue
				}
				if off := diff(detail(err), any(now)); !errs.Is(err, errs.Conflict) || off != "" {
					t.Errorf("round %d: person %d got %v\n%s", round, i, err, off)
				}
			}
			if winners != 1 {
				t.Errorf("round %d: %d won", round, winners)
			}
		}
		sums, err := distribution.Handed(t.Context(), k.db, 20200217)
		if err != nil || len(sums) != 1 || sums[0].Recipient != second || k.left(t, lot) != 400-sums[0].Quantity {
			t.Errorf("handed %+v, %d left (%v)", sums, k.left(t, lot), err)
		}
		k.wantClean(t)
	})
}

func TestGoodsThatTheRecipientNoLongerHasCannotBeCorrected(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 400, ledger.Earmark{})
		d := k.hand(t, handOver(line("mask-surgical", 300)))
		at := ledger.Account{Kind: ledger.Recipient, Holder: first, Place: "4301"}
		k.post(t, moving(k, lot, at, ledger.Account{Kind: ledger.Adjustment}, 1))
		_, err := k.Correct(t.Context(), k.coordinator, distribution.Correction{ID: d.ID, Version: 1, Reason: "typo"})
		if !errs.Is(err, errs.Exhausted) || key(err) != "ledger.gone_on" {
			t.Errorf("%v", err)
		}
		if off := diff(k.get(t, d.ID), d); off != "" || k.left(t, lot) != 100 {
			t.Errorf("something was changed:\n%s", off)
		}
		k.wantClean(t)
	})
}

// Whatever is handed over and corrected, in whatever order: stock plus what the
// recipients have is what came, and nothing goes below zero.
func TestNothingIsLostOrMade(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	var came int64
	var standing []id.ID
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int64Range(1, 50).Draw(rt, "pieces")
		earmark := rapid.SampledFrom([]ledger.Earmark{{}, {}, {Recipient: first}, {Recipient: second}, {AsStated: "急用"}, {Place: "43"}}).Draw(rt, "earmark")
		in := handOver(line("goggles", n))
		in.Recipient = rapid.SampledFrom([]id.ID{first, second}).Draw(rt, "recipient")
		switch what := rapid.SampledFrom([]string{"receive", "hand over", "hand over", "correct"}).Draw(rt, "what"); {
		case what == "receive":
			k.stock(t, "goggles", n, earmark)
			came += n
		case what == "hand over":
			d, err := k.Create(t.Context(), k.coordinator, in, "")
			if err == nil {
				standing = append(standing, d.ID)
			} else if !errs.Is(err, errs.Exhausted) {
				rt.Fatal(err)
			}
		case len(standing) > 0:
			i := rapid.IntRange(0, len(standing)-1).Draw(rt, "which")
			if _, err := k.Correct(t.Context(), k.coordinator, distribution.Correction{ID: standing[i], Version: 1, Reason: "typo"}); err != nil {
				rt.Fatal(err)
			}
			standing = slices.Delete(standing, i, i+1)
		}
		var out, left int64
		sums, err := distribution.Handed(t.Context(), k.db, 20200217)
		if err != nil {
			rt.Fatal(err)
		}
		for _, s := range sums {
			out += s.Quantity
		}
		rows, err := ledger.StockRows(t.Context(), k.db, ledger.StockFilter{}, 10_000)
		if err != nil {
			rt.Fatal(err)
		}
		for _, r := range rows {
			left += r.Amount
		}
		if out+left != came {
			rt.Fatalf("%d out and %d left of %d", out, left, came)
		}
	})
	k.wantClean(t)
}
