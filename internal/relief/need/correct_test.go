// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/need"
)

func TestACorrectionStandsBesideWhatItCorrects(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		old, in := k.ask(t, list(line("goggles", pieces(300)))), list(line("goggles", qty.Unsaid("急需")))
		c := need.Correction{ID: old.ID, Version: 1, Reason: "nobody counted", Replacement: &in, Key: "c"}
		next, err := k.Correct(t.Context(), k.liaison, c)
		if err != nil {
			t.Fatal(err)
		}
		if next.Replaces != old.ID || next.Reason != c.Reason || next.Status != need.Open || next.Version != 1 {
			t.Errorf("the replacement is %+v", next)
		}
		if was := k.get(t, old.ID); was.Status != need.Replaced || was.Reason != c.Reason || was.Version != 2 || *was.Lines[0].Base != 300 {
			t.Errorf("the old one became %+v", was)
		}
		if d := k.demands(t, 20200217); len(d) != 1 || d[0].State != qty.Unstated || d[0].Counted != 0 {
			t.Errorf("demands: %+v", d)
		}
		if again, err := k.Correct(t.Context(), k.liaison, c); err != nil || diff(again, next) != "" {
			t.Errorf("the repetition returned %+v (%v)", again, err)
		}
		c.Replacement = nil
		if _, err := k.Correct(t.Context(), k.liaison, c); key(err) != "error.key_reused" {
			t.Errorf("a withdrawal under the same key: %v", err)
		}
	})
}

func TestAWithdrawnNeedStaysAndSaysWhy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := list(line("goggles", pieces(300)))
		in.Note, in.Lines[0].SpecText = "请联系张三", "张三说要大号"
		n := k.ask(t, in)
		c := need.Correction{ID: n.ID, Version: 1, Reason: "got them elsewhere", Key: "c"}
		for range 2 { // the second time is a repetition
			got, err := k.Correct(t.Context(), k.liaison, c)
			if err != nil || got.ID != n.ID || got.Status != need.Withdrawn || got.Reason != c.Reason || got.Version != 2 {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		history, err := journal.Of(t.Context(), k.db, n.ID)
		if err != nil || len(history) != 2 || history[0].Action != "need.create" || history[1].Action != "need.withdraw" {
			t.Fatalf("%+v, %v", history, err)
		}
		if strings.Contains(history[0].Payload, "张三") {
			t.Errorf("the journal keeps %s", history[0].Payload)
		}
	})
}

func TestACorrectionThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		n, none := k.ask(t, list(line("goggles", pieces(300)))), list()
		for name, c := range map[string]struct {
			correction need.Correction
			kind       errs.Kind
		}{
			"without a reason":       {need.Correction{ID: n.ID, Version: 1}, errs.Invalid},
			"a reason of blanks":     {need.Correction{ID: n.ID, Version: 1, Reason: " \n\t"}, errs.Invalid},
			"a replacement is wrong": {need.Correction{ID: n.ID, Version: 1, Reason: "typo", Replacement: &none}, errs.Invalid},
			"no such need":           {need.Correction{ID: id.Derive("nothing"), Version: 1, Reason: "typo"}, errs.NotFound},
			"a version of later":     {need.Correction{ID: n.ID, Version: 2, Reason: "typo"}, errs.Conflict},
		} {
			if _, err := k.Correct(t.Context(), k.liaison, c.correction); !errs.Is(err, c.kind) {
				t.Errorf("%s: %v, want %s", name, err, c.kind)
			}
		}
		if d := diff(k.get(t, n.ID), n); d != "" || k.count(t, "journal_record") != 1 {
			t.Errorf("something was left:\n%s", d)
		}
	})
}

func TestOfThoseWhoCorrectAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for round, people := range []int{1, 2, 2, 6, 6} {
			n := k.ask(t, list(line("goggles", pieces(300))))
			failed := atOnce(people, func(i int) error {
				in := list(line("goggles", pieces(int64(1+i))))
				_, err := k.Correct(t.Context(), k.liaison, need.Correction{ID: n.ID, Version: 1, Reason: fmt.Sprint("person ", i), Replacement: &in})
				return err
			})
			_, late := k.Correct(t.Context(), k.liaison, need.Correction{ID: n.ID, Version: 1, Reason: "too late"})
			winners, now := 0, k.get(t, n.ID)
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
		if n := k.count(t, "need WHERE status = 'open'"); n != 5 {
			t.Errorf("%d needs are open", n)
		}
	})
}
