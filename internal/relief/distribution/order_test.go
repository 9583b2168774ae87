// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

func TestTheListStandsInTheOrderThatIsAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i, back := range []int{2, 0, 1, 2, 0} {
			in := handOver(line("goggles", int64(i+1)), line("mask-surgical", int64(i+11)))
			in.OccurredAt, in.Unreconciled = noon.AddDate(0, 0, -back), true
			k.hand(t, in)
		}
		both := []string{"goggles", "mask-surgical"}
		for _, c := range []struct {
			sort    page.Order
			classes []string
			want    []int64
		}{
			{"", nil, []int64{15, 5, 14, 4, 13, 3, 12, 2, 11, 1}},
			{page.Recorded, nil, []int64{1, 11, 2, 12, 3, 13, 4, 14, 5, 15}},
			{page.ByDay, nil, []int64{1, 11, 4, 14, 3, 13, 2, 12, 5, 15}},
			{page.ByDayDown, nil, []int64{15, 5, 12, 2, 13, 3, 14, 4, 11, 1}},
			{page.ByDay, both, []int64{1, 11, 4, 14, 3, 13, 2, 12, 5, 15}},
			{page.ByDayDown, both[:1], []int64{5, 2, 3, 4, 1}},
		} {
			for _, limit := range []int{1, 3, 50} {
				var got []int64
				for _, r := range walk(t, limit, func(p page.Request) (page.Page[distribution.Row], error) {
					return k.List(t.Context(), k.coordinator, distribution.Filter{Sort: c.sort, Classes: c.classes}, p)
				}) {
					got = append(got, r.Line.Accepted)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%q %v, %d a page: %v, want %v", c.sort, c.classes, limit, got, c.want)
				}
			}
		}
		if _, err := k.List(t.Context(), k.coordinator, distribution.Filter{Sort: "recipient"}, page.Request{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("an order that there is not: %v", err)
		}
	})
}
