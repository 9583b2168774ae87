// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

func TestACorrectionStandsBesideWhatItCorrects(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := gift(line("mask-surgical", 4000))
		in.Lines[0].Value, in.Lines[0].ValueSource = yuan(800), receipt.Donor
		old := k.receive(t, in)
		in.Lines = slices.Clone(in.Lines)
		in.Lines[0].Quantity.Value, in.Lines[0].Value = 400, yuan(80)
		c := receipt.Correction{ID: old.ID, Version: 1, Reason: "多写了一个零", Replacement: &in, Key: "c"}
		next, err := k.Correct(t.Context(), k.keeper, c)
		if err != nil {
			t.Fatal(err)
		}
		if next.ID == old.ID || next.Replaces != old.ID || next.Reason != c.Reason || next.Status != receipt.Posted || next.Version != 1 {
			t.Errorf("the replacement is %+v", next)
		}
		if was := k.get(t, old.ID); was.Status != receipt.Corrected || was.Reason != c.Reason || was.Version != 2 || was.Lines[0].Quantity != 4000 {
			t.Errorf("the old one became %+v", was)
		}
		if got := k.where(t, old.Lines[0].Lot); len(got) != 0 {
			t.Errorf("the old lot is still at %v", got)
		}
		if got := k.inStock(t); got["mask-surgical"] != 400 {
			t.Errorf("in stock: %v", got)
		}
		if e, found, err := ledger.ReversalOf(t.Context(), k.db, old.ID); err != nil || !found || e.Reason != c.Reason || e.Day != 20200217 {
			t.Errorf("the reversal is %+v, %v, %v", e, found, err)
		}
		values, err := receipt.Values(t.Context(), k.db, 20200217)
		if err != nil || len(values) != 1 || values[0].Value != yuan(80) {
			t.Errorf("values: %+v, %v", values, err)
		}
		if again, err := k.Correct(t.Context(), k.keeper, c); err != nil || diff(again, next) != "" {
			t.Errorf("the repetition returned %+v (%v)", again, err)
		}
		c.Reason = "another reason"
		if _, err := k.Correct(t.Context(), k.keeper, c); key(err) != "error.key_reused" {
			t.Errorf("another correction under the same key: %v", err)
		}
		k.wantClean(t)
	})
}

func TestAReceiptThatNeverWasIsTakenBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		old := k.receive(t, gift(line("mask-surgical", 400)))
		c := receipt.Correction{ID: old.ID, Version: 1, Reason: "entered twice", Key: "c"}
		for range 2 { // the second time is a repetition
			got, err := k.Correct(t.Context(), k.keeper, c)
			if err != nil || got.ID != old.ID || got.Status != receipt.Corrected || got.Version != 2 {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		if len(k.inStock(t)) != 0 || k.count(t, "receipt") != 1 {
			t.Errorf("in stock: %v", k.inStock(t))
		}
		history, err := journal.Of(t.Context(), k.db, old.ID)
		if err != nil || len(history) != 2 || history[1].Action != "receipt.correct" || history[1].Reason != c.Reason {
			t.Errorf("the journal says %+v (%v)", history, err)
		}
		k.wantClean(t)
	})
}

func TestACorrectionThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		r := k.receive(t, gift(line("mask-surgical", 400)))
		empty := gift()
		for name, c := range map[string]struct {
			correction receipt.Correction
			kind       errs.Kind
		}{
			"without a reason":       {receipt.Correction{ID: r.ID, Version: 1}, errs.Invalid},
			"a reason of blanks":     {receipt.Correction{ID: r.ID, Version: 1, Reason: " \n\t"}, errs.Invalid},
			"a replacement is wrong": {receipt.Correction{ID: r.ID, Version: 1, Reason: "typo", Replacement: &empty}, errs.Invalid},
			"no such receipt":        {receipt.Correction{ID: id.Derive("nothing"), Version: 1, Reason: "typo"}, errs.NotFound},
			"a version of later":     {receipt.Correction{ID: r.ID, Version: 2, Reason: "typo"}, errs.Conflict},
			"no version":             {receipt.Correction{ID: r.ID, Reason: "typo"}, errs.Conflict},
		} {
			if _, err := k.Correct(t.Context(), k.keeper, c.correction); !errs.Is(err, c.kind) {
				t.Errorf("%s: %v, want %s", name, err, c.kind)
			}
		}
		if d := diff(k.get(t, r.ID), r); d != "" || k.count(t, "journal_record WHERE action LIKE 'receipt.%'") != 1 {
			t.Errorf("something was left:\n%s", d)
		}
	})
}

func TestTheSecondToCorrectSeesWhatTheFirstDid(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		r := k.receive(t, gift(line("mask-surgical", 400)))
		if _, err := k.Correct(t.Context(), k.keeper, receipt.Correction{ID: r.ID, Version: 1, Reason: "first"}); err != nil {
			t.Fatal(err)
		}
		_, err := k.Correct(t.Context(), k.keeper, receipt.Correction{ID: r.ID, Version: 1, Reason: "second"})
		if d := diff(detail(err), any(k.get(t, r.ID))); !errs.Is(err, errs.Conflict) || d != "" {
			t.Errorf("%v\n%s", err, d)
		}
	})
}

func TestOfThoseWhoCorrectAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for round, people := range []int{2, 2, 2, 6, 6, 6} {
			r := k.receive(t, gift(line("mask-surgical", 400)))
			failed := atOnce(people, func(i int) error {
				in := gift(line("mask-surgical", int64(100+i)))
				_, err := k.Correct(t.Context(), k.keeper, receipt.Correction{ID: r.ID, Version: 1, Reason: fmt.Sprint("person ", i), Replacement: &in})
				return err
			})
			winners, now := 0, k.get(t, r.ID)
			for i, err := range failed {
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
		if n := k.count(t, "receipt WHERE status = 'posted'"); n != 6 {
			t.Errorf("%d receipts stand", n)
		}
		k.wantClean(t)
	})
}

func TestGoodsThatHaveGoneOnCannotBeCorrected(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		r := k.receive(t, gift(line("mask-surgical", 400)))
		k.handOut(t, r, 1)
		in := gift(line("mask-surgical", 500))
		_, err := k.Correct(t.Context(), k.keeper, receipt.Correction{ID: r.ID, Version: 1, Reason: "typo", Replacement: &in})
		if !errs.Is(err, errs.Exhausted) || key(err) != "ledger.gone_on" {
			t.Errorf("%v", err)
		}
		if d := diff(k.get(t, r.ID), r); d != "" || k.count(t, "receipt") != 1 {
			t.Errorf("something was changed:\n%s", d)
		}
		if got := k.where(t, r.Lines[0].Lot); !slices.Equal(got, []string{"recipient - 1", "source - -400", "stock main 399"}) {
			t.Errorf("the lot is at %v", got)
		}
		k.wantClean(t)
	})
}

func TestStockIsWhatStands(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	standing := map[id.ID]int64{} // pieces of each receipt that stands; each piece is worth one yuan
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int64Range(1, 1000).Draw(rt, "pieces")
		in := gift(line("goggles", n))
		in.Lines[0].Value = yuan(n)
		in.OccurredAt = noon.AddDate(0, 0, -rapid.IntRange(0, 3).Draw(rt, "days ago"))
		ids := slices.SortedFunc(func(yield func(id.ID) bool) {
			for r := range standing {
				if !yield(r) {
					return
				}
			}
		}, func(a, b id.ID) int { return slices.Compare(a[:], b[:]) })
		what := rapid.SampledFrom([]string{"receive", "replace", "take back"}).Draw(rt, "what")
		switch {
		case what == "receive" || len(ids) == 0:
			standing[k.receive(t, in).ID] = n
		default:
			c := receipt.Correction{ID: rapid.SampledFrom(ids).Draw(rt, "which"), Version: 1, Reason: "typo"}
			if what == "replace" {
				c.Replacement = &in
			}
			r, err := k.Correct(t.Context(), k.keeper, c)
			if err != nil {
				rt.Fatal(err)
			}
			delete(standing, c.ID)
			if what == "replace" {
				standing[r.ID] = n
			}
		}
		var pieces, worth int64
		for _, n := range standing {
			pieces += n
		}
		values, err := receipt.Values(t.Context(), k.db, clock.DayOf(noon, zone))
		if err != nil {
			rt.Fatal(err)
		}
		for _, v := range values {
			worth += v.Value.Minor
		}
		if k.inStock(t)["goggles"] != pieces || worth != 100*pieces {
			rt.Fatalf("%d in stock worth %d, want %d", k.inStock(t)["goggles"], worth, pieces)
		}
	})
	k.wantClean(t)
}
