// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

func name(r receipt.Row) string {
	return fmt.Sprintf("%s %s %d", r.Receipt.Day, r.Line.Class, r.Line.Quantity)
}

func TestListsFilterAndPageWithoutLossOrRepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		days := []int{15, 17, 16, 15, 17, 16, 17}
		for i, day := range days {
			in := gift(line("mask-surgical", int64(100+i)), line("goggles", int64(200+i)), line("mask-surgical", int64(300+i)))
			in.OccurredAt = time.Date(2020, 2, day, 4, 0, 0, 0, time.UTC)
			if i%2 == 1 {
				in.DonorName, in.Lines[1].Value = "示例公司", yuan(int64(i))
			}
			k.receive(t, in)
		}
		first := walk(t, 50, func(p page.Request) (page.Page[receipt.Row], error) {
			return k.List(t.Context(), k.keeper, receipt.Filter{}, p)
		})
		away := first[0].Receipt // the last recorded
		if _, err := k.Correct(t.Context(), k.keeper, receipt.Correction{ID: away.ID, Version: 1, Reason: "never came"}); err != nil {
			t.Fatal(err)
		}
		company := first[3].Receipt.Donor
		for what, c := range map[string]struct {
			filter receipt.Filter
			keep   func(r receipt.Row) bool
		}{
			"everything":             {receipt.Filter{Corrected: true}, func(receipt.Row) bool { return true }},
			"what stands":            {receipt.Filter{}, func(r receipt.Row) bool { return r.Receipt.ID != away.ID }},
			"one class":              {receipt.Filter{Classes: []string{"goggles"}, Corrected: true}, func(r receipt.Row) bool { return r.Line.Class == "goggles" }},
			"two classes":            {receipt.Filter{Classes: []string{"goggles", "mask-surgical"}, Corrected: true}, func(receipt.Row) bool { return true }},
			"one day":                {receipt.Filter{Day: 20200216, Corrected: true}, func(r receipt.Row) bool { return r.Receipt.Day == 20200216 }},
			"up to a day, one class": {receipt.Filter{Classes: []string{"mask-surgical"}, UpTo: 20200216, Corrected: true}, func(r receipt.Row) bool { return r.Line.Class == "mask-surgical" && r.Receipt.Day <= 20200216 }},
			"one donor":              {receipt.Filter{Donor: company, Corrected: true}, func(r receipt.Row) bool { return r.Receipt.Donor == company }},
			"with a value":           {receipt.Filter{Valued: true, Corrected: true}, func(r receipt.Row) bool { return r.Line.Value.Minor > 0 }},
			"a class of nobody":      {receipt.Filter{Classes: []string{"boots"}}, func(receipt.Row) bool { return false }},
		} {
			var want []string
			for _, r := range first {
				if c.keep(r) {
					want = append(want, name(r))
				}
			}
			for _, limit := range []int{1, 2, 5, 100} {
				var got []string
				for _, r := range walk(t, limit, func(p page.Request) (page.Page[receipt.Row], error) {
					return k.List(t.Context(), k.keeper, c.filter, p)
				}) {
					got = append(got, name(r))
				}
				if len(c.filter.Classes) > 0 && !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b[:10], a[:10]) }) {
					t.Errorf("%s: the newest day is not first: %v", what, got)
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s, %d a page:\ngot  %v\nwant %v", what, limit, got, want)
				}
			}
			if n, err := receipt.Count(t.Context(), k.db, c.filter); err != nil || n != int64(len(want)) {
				t.Errorf("%s: counted %d (%v), want %d", what, n, err, len(want))
			}
		}
	})
}

func TestAPageStaysRightWhenRowsAreAdded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i := range 4 {
			k.receive(t, gift(line("goggles", int64(i+1))))
		}
		var got []int64
		for p := (page.Request{Limit: 2}); ; {
			some, err := k.List(t.Context(), k.keeper, receipt.Filter{}, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range some.Items {
				got = append(got, r.Line.Quantity)
			}
			k.receive(t, gift(line("goggles", 100)))
			if p.Cursor = some.Next; p.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, []int64{4, 3, 2, 1}) {
			t.Errorf("%v", got)
		}
		for _, cursor := range []string{"x", "eyJkIjoi", "!", strings.Repeat("A", 5000)} {
			if _, err := k.List(t.Context(), k.keeper, receipt.Filter{}, page.Request{Cursor: cursor}); !errs.Is(err, errs.Malformed) {
				t.Errorf("cursor %.10q: %v", cursor, err)
			}
		}
	})
}

func TestALotLeadsBackToItsReceipt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		r := k.receive(t, gift(line("goggles", 5), line("mask-surgical", 6)))
		row, found, err := receipt.ByLot(t.Context(), k.db, r.Lines[1].Lot)
		if err != nil || !found || row.Receipt.ID != r.ID || row.N != 1 || diff(row.Line, r.Lines[1]) != "" {
			t.Errorf("%+v, %v, %v", row, found, err)
		}
		if _, found, err := receipt.ByLot(t.Context(), k.db, id.Derive("nothing")); found || err != nil {
			t.Errorf("a lot of nobody: %v, %v", found, err)
		}
		if _, err := k.Get(t.Context(), k.keeper, id.Derive("nothing")); !errs.Is(err, errs.NotFound) {
			t.Errorf("no such receipt: %v", err)
		}
	})
}
