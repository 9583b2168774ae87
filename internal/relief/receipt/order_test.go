// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"slices"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

func TestTheListStandsInTheOrderThatIsAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i, day := range []int{15, 17, 16, 15, 17} {
			in := gift(line("goggles", int64(i+1)), line("mask-surgical", int64(i+11)))
			in.OccurredAt = time.Date(2020, 2, day, 4, 0, 0, 0, time.UTC)
			k.receive(t, in)
		}
		both := []string{"goggles", "mask-surgical"}
		for _, c := range []struct {
			sort    page.Order
			classes []string
			want    []int64
		}{
			{"", nil, []int64{15, 5, 14, 4, 13, 3, 12, 2, 11, 1}},
			{page.Recorded, nil, []int64{1, 11, 2, 12, 3, 13, 4, 14, 5, 15}},
			{page.RecordedDown, nil, []int64{15, 5, 14, 4, 13, 3, 12, 2, 11, 1}},
			{page.ByDay, nil, []int64{1, 11, 4, 14, 3, 13, 2, 12, 5, 15}},
			{page.ByDayDown, nil, []int64{15, 5, 12, 2, 13, 3, 14, 4, 11, 1}},
			{page.ByDay, both[:1], []int64{1, 4, 3, 2, 5}},
			{page.ByDay, both, []int64{1, 11, 4, 14, 3, 13, 2, 12, 5, 15}},
			{page.ByDayDown, both, []int64{15, 5, 12, 2, 13, 3, 14, 4, 11, 1}},
		} {
			for _, limit := range []int{1, 3, 50} {
				var got []int64
				for _, r := range walk(t, limit, func(p page.Request) (page.Page[receipt.Row], error) {
					return k.List(t.Context(), k.keeper, receipt.Filter{Sort: c.sort, Classes: c.classes}, p)
				}) {
					got = append(got, r.Line.Quantity)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%q %v, %d a page: %v, want %v", c.sort, c.classes, limit, got, c.want)
				}
			}
		}
		if _, err := k.List(t.Context(), k.keeper, receipt.Filter{Sort: "donor"}, page.Request{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("an order that there is not: %v", err)
		}
	})
}
