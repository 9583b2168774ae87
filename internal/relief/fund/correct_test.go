// SPDX-License-Identifier: Apache-2.0

package fund_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/relief/fund"
)

func TestACorrectionStandsBesideWhatItCorrects(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		old, in := k.book(t, gift(1000)), gift(100)
		c := fund.Correction{ID: old.ID, Version: 1, Reason: "多写了一个零", Replacement: &in, Key: "c"}
		next, err := k.Correct(t.Context(), k.treasurer, c)
		if err != nil {
			t.Fatal(err)
		}
		if next.Replaces != old.ID || next.Reason != c.Reason || next.Status != fund.Posted || next.Version != 1 {
			t.Errorf("the replacement is %+v", next)
		}
		if was := k.get(t, old.ID); was.Status != fund.Corrected || was.Reason != c.Reason || was.Version != 2 || was.Amount != old.Amount {
			t.Errorf("the old one became %+v", was)
		}
		if got := k.sums(t); !slices.Equal(got, []string{"fund bank CNY 10000", "source - CNY -10000"}) {
			t.Errorf("%v", got)
		}
		if again, err := k.Correct(t.Context(), k.treasurer, c); err != nil || diff(again, next) != "" {
			t.Errorf("the repetition returned %+v (%v)", again, err)
		}
		other := in
		other.Amount.Currency = "USD"
		c.Replacement = &other
		if _, err := k.Correct(t.Context(), k.treasurer, c); key(err) != "error.key_reused" {
			t.Errorf("another replacement under the same key: %v", err)
		}
		k.wantClean(t)
	})
}

func TestAPaymentThatNeverWasIsTakenBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.book(t, gift(100))
		r := k.book(t, payment(100))
		c := fund.Correction{ID: r.ID, Version: 1, Reason: "the bank sent it back", Key: "c"}
		for range 2 { // the second time is a repetition
			got, err := k.Correct(t.Context(), k.treasurer, c)
			if err != nil || got.ID != r.ID || got.Status != fund.Corrected || got.Version != 2 {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		if got := k.sums(t); !slices.Equal(got, []string{"fund bank CNY 10000", "source - CNY -10000"}) {
			t.Errorf("%v", got)
		}
		k.wantClean(t)
	})
}

func TestACorrectionThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		r := k.book(t, gift(100))
		k.book(t, payment(1))
		wrong := gift(-1)
		for name, c := range map[string]struct {
			correction fund.Correction
			kind       errs.Kind
		}{
			"without a reason":       {fund.Correction{ID: r.ID, Version: 1}, errs.Invalid},
			"a reason of blanks":     {fund.Correction{ID: r.ID, Version: 1, Reason: " \n\t"}, errs.Invalid},
			"a replacement is wrong": {fund.Correction{ID: r.ID, Version: 1, Reason: "typo", Replacement: &wrong}, errs.Invalid},
			"no such record":         {fund.Correction{ID: id.Derive("nothing"), Version: 1, Reason: "typo"}, errs.NotFound},
			"a version of later":     {fund.Correction{ID: r.ID, Version: 2, Reason: "typo"}, errs.Conflict},
			"money that was spent":   {fund.Correction{ID: r.ID, Version: 1, Reason: "typo"}, errs.Exhausted},
		} {
			if _, err := k.Correct(t.Context(), k.treasurer, c.correction); !errs.Is(err, c.kind) {
				t.Errorf("%s: %v, want %s", name, err, c.kind)
			}
		}
		if d := diff(k.get(t, r.ID), r); d != "" || k.count(t, "journal_record WHERE action LIKE 'fund.%'") != 2 {
			t.Errorf("something was left:\n%s", d)
		}
		k.wantClean(t)
	})
}

func TestOfThoseWhoCorrectAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for round, people := range []int{1, 2, 2, 6, 6} {
			r := k.book(t, gift(400))
			failed := atOnce(people, func(i int) error {
				in := gift(1)
				_, err := k.Correct(t.Context(), k.treasurer, fund.Correction{ID: r.ID, Version: 1, Reason: fmt.Sprint("person ", i), Replacement: &in})
				return err
			})
			_, late := k.Correct(t.Context(), k.treasurer, fund.Correction{ID: r.ID, Version: 1, Reason: "too late"})
			winners, now := 0, k.get(t, r.ID)
			for i, err := range append(failed, late) {
				if err == nil {
					winners++
					if now.Reason != fmt.Sprint("person ", i) {
						t.Errorf("round %d: person %d won, the reason is %q", round, i, now.Reason)
					}
					continue
				}
				if d := diff(detail(err), any(now)); !errs.Is(err, errs.Conflict) || d != "" {
					t.Errorf("round %d: person %d got %v\n%s", round, i, err, d)
				}
			}
			if winners != 1 {
				t.Errorf("round %d: %d won", round, winners)
			}
		}
		if got := k.sums(t); !slices.Equal(got, []string{"fund bank CNY 500", "source - CNY -500"}) {
			t.Errorf("%v", got)
		}
		k.wantClean(t)
	})
}
