// SPDX-License-Identifier: Apache-2.0

package stock_test

import (
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

func TestSeveralMovesAreMadeTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		a, b := k.receive(t, masks(), 400, ledger.Earmark{}), k.receive(t, masks(), 100, ledger.Earmark{})
		err := k.MoveAll(t.Context(), k.keeper, []stock.Move{move(a, 300), move(b, 101)}, "one")
		if !errs.Is(err, errs.Exhausted) || !slices.Equal(k.where(t, a.ID), []string{"source - -400", "stock main 400"}) {
			t.Errorf("the second cannot be made: %v, %v", err, k.where(t, a.ID))
		}
		for range 2 { // the same request again
			if err := k.MoveAll(t.Context(), k.keeper, []stock.Move{move(a, 300), move(b, 100)}, "two"); err != nil {
				t.Error(err)
			}
		}
		if !slices.Equal(k.where(t, a.ID), []string{"source - -400", "stock branch 300", "stock main 100"}) || !slices.Equal(k.where(t, b.ID), []string{"source - -100", "stock branch 100"}) {
			t.Errorf("%v, %v", k.where(t, a.ID), k.where(t, b.ID))
		}
		if err := k.MoveAll(t.Context(), k.keeper, nil, ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("nothing: %v", err)
		}
		if err := k.MoveAll(t.Context(), as(account.Supervisor), []stock.Move{move(a, 1)}, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a supervisor: %v", err)
		}
		k.wantClean(t)
	})
}

func TestACountOfWhatHasChangedSinceIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot, seen := k.receive(t, masks(), 400, ledger.Earmark{}), int64(400)
		count := stock.Adjustment{Lot: lot.ID, At: main, Difference: -30, Booked: &seen, OccurredAt: noon, Reason: "counted"}
		for range 2 { // the same request again
			if _, err := k.Adjust(t.Context(), k.keeper, count, "one"); err != nil {
				t.Error(err)
			}
		}
		if _, err := k.Adjust(t.Context(), k.keeper, count, "two"); !errs.Is(err, errs.Conflict) {
			t.Errorf("counted when the books said another number: %v", err)
		}
		if got := k.where(t, lot.ID); !slices.Equal(got, []string{"adjustment main 30", "source - -400", "stock main 370"}) {
			t.Errorf("%v", got)
		}
	})
}

func TestALotIsSeenByWhoMaySeeWhereItLies(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		local := account.Actor{ID: id.Derive("local"), Memberships: []account.Membership{{Role: account.Keeper, Org: branch.Holder}}}
		if _, err := k.See(t.Context(), local, lot.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the keeper of a branch sees what lies elsewhere: %v", err)
		}
		if _, err := k.Move(t.Context(), k.keeper, move(lot, 150), ""); err != nil {
			t.Fatal(err)
		}
		if rows, err := k.See(t.Context(), local, lot.ID); err != nil || len(rows) != 1 || rows[0].Amount != 150 {
			t.Errorf("%+v, %v", rows, err)
		}
		if rows, err := k.See(t.Context(), k.keeper, lot.ID); err != nil || len(rows) != 2 {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

func TestStockStandsInTheOrderThatIsAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for _, expires := range []clock.Day{20220131, 0, 20210101, 20220131, 20201231, 0, 20230601} {
			lot := masks()
			lot.ExpiresOn = expires
			k.receive(t, lot, 10, ledger.Earmark{})
		}
		for order, want := range map[page.Order][]clock.Day{
			"":                {20220131, 0, 20210101, 20220131, 20201231, 0, 20230601},
			page.Recorded:     {20220131, 0, 20210101, 20220131, 20201231, 0, 20230601},
			page.RecordedDown: {20230601, 0, 20201231, 20220131, 20210101, 0, 20220131},
			page.Expiry:       {20201231, 20210101, 20220131, 20220131, 20230601},
			page.ExpiryDown:   {20230601, 20220131, 20220131, 20210101, 20201231},
		} {
			rows := walk(t, 2, func(p page.Request) (page.Page[ledger.StockRow], error) {
				return k.List(t.Context(), k.keeper, ledger.StockFilter{Sort: order}, p)
			})
			got := make([]clock.Day, len(rows))
			for i, r := range rows {
				got[i] = r.Lot.ExpiresOn
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", order, got, want)
			}
		}
		if _, err := k.List(t.Context(), k.keeper, ledger.StockFilter{Sort: "amount"}, page.Request{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("an order that there is not: %v", err)
		}
	})
}
