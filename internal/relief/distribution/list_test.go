// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

func TestListsFilterAndPageWithoutLossOrRepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.stockOn(t, noon.AddDate(0, 0, -5), "mask-surgical", 5000, ledger.Earmark{})
		k.stockOn(t, noon.AddDate(0, 0, -5), "goggles", 1000, ledger.Earmark{})
		for i, back := range []int{2, 0, 1, 2, 0, 1, 0} {
			in := handOver(line("mask-surgical", int64(100+i)), line("goggles", int64(200+i)), line("mask-surgical", int64(300+i)))
			in.OccurredAt, in.Unreconciled = noon.AddDate(0, 0, -back), true
			if i%2 == 1 {
				in.Recipient, in.Place = second, "4206"
			}
			k.hand(t, in)
		}
		list := func(f distribution.Filter, limit int) []distribution.Row {
			return walk(t, limit, func(p page.Request) (page.Page[distribution.Row], error) {
				return k.List(t.Context(), k.coordinator, f, p)
			})
		}
		all := list(distribution.Filter{}, 50)
		away := all[0].Distribution // the last recorded
		if _, err := k.Correct(t.Context(), k.coordinator, distribution.Correction{ID: away.ID, Version: 1, Reason: "never went"}); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			filter distribution.Filter
			keep   func(r distribution.Row) bool
		}{
			"everything":             {distribution.Filter{Corrected: true}, func(distribution.Row) bool { return true }},
			"what stands":            {distribution.Filter{}, func(r distribution.Row) bool { return r.Distribution.ID != away.ID }},
			"two classes":            {distribution.Filter{Classes: []string{"goggles", "mask-surgical"}, Corrected: true}, func(distribution.Row) bool { return true }},
			"one day":                {distribution.Filter{Day: 20200216, Corrected: true}, func(r distribution.Row) bool { return r.Distribution.Day == 20200216 }},
			"up to a day, one class": {distribution.Filter{Classes: []string{"goggles"}, UpTo: 20200216, Corrected: true}, func(r distribution.Row) bool { return r.Line.Class == "goggles" && r.Distribution.Day <= 20200216 }},
			"one recipient":          {distribution.Filter{Recipient: second, Corrected: true}, func(r distribution.Row) bool { return r.Distribution.Recipient == second }},
			"a province":             {distribution.Filter{Place: "42", Corrected: true}, func(r distribution.Row) bool { return r.Distribution.Place == "4206" }},
			"open lines":             {distribution.Filter{Unreconciled: true, Corrected: true}, func(r distribution.Row) bool { return r.Line.Unreconciled > 0 }},
			"a class of nobody":      {distribution.Filter{Classes: []string{"boots"}}, func(distribution.Row) bool { return false }},
		} {
			var want []string
			for _, r := range all {
				if c.keep(r) {
					want = append(want, name(r))
				}
			}
			slices.Sort(want)
			for _, limit := range []int{1, 2, 5, 100} {
				var got []string
				for _, r := range list(c.filter, limit) {
					got = append(got, name(r))
				}
				if len(c.filter.Classes) > 0 && !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b[:10], a[:10]) }) {
					t.Errorf("%s: the newest day is not first: %v", what, got)
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s, %d a page:\ngot  %v\nwant %v", what, limit, got, want)
				}
			}
			if n, err := distribution.Count(t.Context(), k.db, c.filter); err != nil || n != int64(len(want)) {
				t.Errorf("%s: counted %d (%v), want %d", what, n, err, len(want))
			}
		}
		if _, err := k.List(t.Context(), k.coordinator, distribution.Filter{}, page.Request{Cursor: "!"}); !errs.Is(err, errs.Malformed) {
			t.Errorf("a cursor of nobody: %v", err)
		}
	})
}

func name(r distribution.Row) string {
	return r.Distribution.Day.String() + " " + r.Line.Class + " " + r.Distribution.ID.String() + " " + string(rune('0'+r.N))
}
