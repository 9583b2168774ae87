// SPDX-License-Identifier: Apache-2.0

package fund_test

import (
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/fund"
)

func TestTheListStandsInTheOrderThatIsAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i, back := range []int{2, 0, 1, 2, 0} {
			in := gift(int64(i + 1))
			in.OccurredAt = noon.AddDate(0, 0, -back)
			k.book(t, in)
		}
		for order, want := range map[page.Order][]int64{
			"": {5, 4, 3, 2, 1}, page.Recorded: {1, 2, 3, 4, 5}, page.RecordedDown: {5, 4, 3, 2, 1},
			page.ByDay: {1, 4, 3, 2, 5}, page.ByDayDown: {5, 2, 3, 4, 1},
		} {
			var got []int64
			for _, r := range walk(t, 2, func(p page.Request) (page.Page[fund.Record], error) {
				return k.List(t.Context(), k.treasurer, fund.Filter{Sort: order}, p)
			}) {
				got = append(got, r.Amount.Minor/100)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", order, got, want)
			}
		}
		if _, err := k.List(t.Context(), k.treasurer, fund.Filter{Sort: "amount"}, page.Request{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("an order that there is not: %v", err)
		}
	})
}
