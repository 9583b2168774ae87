// SPDX-License-Identifier: Apache-2.0

package stock_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

func masks() ledger.Lot {
	return ledger.Lot{Commodity: "mask-surgical", Code: "EX-1", ExpiresOn: 20220131}
}

func TestWhatIsMovedKeepsDonorConditionAndExpiry(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{AsStated: "给示例医院", Recipient: hospital})
		m := move(lot, 150)
		m.Reason = "nearer to the hospital"
		e, err := k.Move(t.Context(), k.keeper, m, "")
		if err != nil || e.Kind != "stock.move" || e.Day != 20200217 || e.Reason != m.Reason || len(e.Lines) != 2 {
			t.Fatalf("%+v, %v", e, err)
		}
		rows, err := k.List(t.Context(), k.keeper, ledger.StockFilter{Lot: lot.ID}, page.Request{})
		if err != nil || len(rows.Items) != 2 {
			t.Fatalf("%+v, %v", rows, err)
		}
		for _, r := range rows.Items {
			if r.Lot != lot {
				t.Errorf("at %s the lot became %+v", r.Account.Place, r.Lot)
			}
		}
		if got, want := k.where(t, lot.ID), []string{"source - -400", "stock branch 150", "stock main 250"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		onward := ledger.Account{Kind: ledger.Recipient, Holder: hospital}
		k.post(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.ledger.Post(ctx, tx, entry(lot, at(branch), onward, 150))
			return err
		})
		n, err := db.Value[int](t.Context(), k.db, "SELECT count(*) FROM ledger_line WHERE donor = $1 AND earmark = $2", donor, lot.Earmark)
		if err != nil || n != 6 {
			t.Errorf("%d lines from the donor to the recipient carry donor and condition, want 6 (%v)", n, err)
		}
		history, err := journal.Of(t.Context(), k.db, e.ID)
		if err != nil || len(history) != 1 || history[0].Action != "stock.move" || history[0].Reason != m.Reason {
			t.Errorf("the journal says %+v (%v)", history, err)
		}
		k.wantClean(t)
	})
}

func TestNothingIsMovedThatIsNotThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		k.post(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.ledger.Reserve(ctx, tx, ledger.Reservation{
				Account: at(main), Commodity: lot.Commodity, Lot: lot.ID, Amount: 100, ExpiresAt: noon.Add(time.Hour),
			})
			return err
		})
		back := move(lot, 1)
		back.From, back.To = branch, main
		for name, m := range map[string]stock.Move{"more than there is": move(lot, 401), "what is promised": move(lot, 301), "from where it is not": back} {
			if _, err := k.Move(t.Context(), k.keeper, m, ""); !errs.Is(err, errs.Exhausted) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := k.Move(t.Context(), k.keeper, move(ledger.Lot{ID: id.Derive("nothing")}, 1), ""); !errs.Is(err, errs.NotFound) {
			t.Errorf("no such lot: %v", err)
		}
		if _, err := k.Move(t.Context(), k.keeper, move(lot, 300), ""); err != nil {
			t.Errorf("all that is free: %v", err)
		}
		if n := k.count(t, "journal_record"); n != 1 {
			t.Errorf("%d records, want that of the one move", n)
		}
		rows, err := k.List(t.Context(), k.keeper, ledger.StockFilter{Place: "main"}, page.Request{})
		if err != nil || len(rows.Items) != 1 || rows.Items[0].Amount != 100 || rows.Items[0].Held != 100 {
			t.Errorf("%+v, %v", rows, err)
		}
		k.wantClean(t)
	})
}

func TestACountThatDiffersIsBookedAsADifference(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		for _, c := range []struct {
			difference int64
			want       []string
		}{
			{-30, []string{"adjustment main 30", "source - -400", "stock main 370"}},
			{50, []string{"adjustment main -20", "source - -400", "stock main 420"}},
			{-420, []string{"adjustment main 400", "source - -400"}},
		} {
			a := stock.Adjustment{Lot: lot.ID, At: main, Difference: c.difference, OccurredAt: noon, Reason: "counted"}
			if e, err := k.Adjust(t.Context(), k.keeper, a, ""); err != nil || e.Kind != "stock.adjust" || e.Reason != "counted" {
				t.Errorf("%d: %+v, %v", c.difference, e, err)
			}
			if got := k.where(t, lot.ID); !slices.Equal(got, c.want) {
				t.Errorf("%d: %v, want %v", c.difference, got, c.want)
			}
		}
		a := stock.Adjustment{Lot: lot.ID, At: main, Difference: -1, Reason: "counted"}
		if _, err := k.Adjust(t.Context(), k.keeper, a, ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("lost what was not there: %v", err)
		}
		k.wantClean(t)
	})
}

func TestTheSameKeyMovesOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		m := move(lot, 100)
		made := make([]ledger.Entry, 6)
		for i, err := range atOnce(len(made), func(i int) (err error) {
			made[i], err = k.Move(t.Context(), k.keeper, m, "one")
			return err
		}) {
			if err != nil || diff(made[i], made[0]) != "" {
				t.Errorf("call %d: %+v, %v", i, made[i], err)
			}
		}
		for name, change := range map[string]func(*stock.Move){
			"another amount": func(m *stock.Move) { m.Amount++ },
			"another place":  func(m *stock.Move) { m.To.Place = "elsewhere" },
			"another keeper": func(m *stock.Move) { m.To.Holder = hospital },
			"another day":    func(m *stock.Move) { m.OccurredAt = noon.AddDate(0, 0, -1) },
			"another reason": func(m *stock.Move) { m.Reason = "rain" },
		} {
			other := m
			change(&other)
			if _, err := k.Move(t.Context(), k.keeper, other, "one"); !errs.Is(err, errs.Invalid) || key(err) != "error.key_reused" {
				t.Errorf("%s under the same key: %v", name, err)
			}
		}
		a := stock.Adjustment{Lot: lot.ID, At: main, Difference: -100, OccurredAt: noon, Reason: "lost"}
		if _, err := k.Adjust(t.Context(), k.keeper, a, "one"); key(err) != "error.key_reused" {
			t.Errorf("an adjustment under the key of a move: %v", err)
		}
		if got := k.where(t, lot.ID); !slices.Equal(got, []string{"source - -400", "stock branch 100", "stock main 300"}) {
			t.Errorf("%v", got)
		}
		k.wantClean(t)
	})
}

func TestARepetitionWithoutATimeIsARepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		m := move(lot, 100)
		m.OccurredAt = time.Time{}
		first, err := k.Move(t.Context(), k.keeper, m, "one")
		if err != nil || !first.OccurredAt.Equal(noon) {
			t.Fatalf("%+v, %v", first, err)
		}
		k.clock.Advance(time.Hour)
		if again, err := k.Move(t.Context(), k.keeper, m, "one"); err != nil || diff(again, first) != "" {
			t.Errorf("an hour later: %+v, %v", again, err)
		}
	})
}

func TestNeverMoreIsMovedThanIsThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for range 3 { // the first round opens the connections
			lot := k.receive(t, masks(), 435, ledger.Earmark{})
			moved := 0
			for _, err := range atOnce(8, func(int) error {
				_, err := k.Move(t.Context(), k.keeper, move(lot, 100), "")
				return err
			}) {
				if err == nil {
					moved++
				} else if !errs.Is(err, errs.Exhausted) {
					t.Error(err)
				}
			}
			if got := k.where(t, lot.ID); moved != 4 || !slices.Equal(got, []string{"source - -435", "stock branch 400", "stock main 35"}) {
				t.Errorf("%d moves, %v", moved, got)
			}
		}
		k.wantClean(t)
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, db.Config{}), nil)
	for role, may := range map[account.Role]string{
		account.Administrator: "write read", account.Coordinator: "write read", account.Keeper: "write read",
		account.Finance: "read", account.Liaison: "read", account.Supervisor: "read",
		account.Recipient: "", account.Driver: "", "": "nobody",
	} {
		want := func(name, verb string, err error) {
			refused := errs.Forbidden
			if may == "nobody" {
				refused = errs.Unauthenticated
			}
			if allowed := !errs.Is(err, refused); allowed != strings.Contains(may, verb) {
				t.Errorf("%q may %q, but %s says %v", role, may, name, err)
			}
		}
		actor := as(role)
		_, err := k.Move(t.Context(), actor, stock.Move{}, "")
		want("move", "write", err)
		_, err = k.Adjust(t.Context(), actor, stock.Adjustment{}, "")
		want("adjust", "write", err)
		_, err = k.List(t.Context(), actor, ledger.StockFilter{}, page.Request{})
		want("list", "read", err)
	}
}

// TestAKeeperOfAnOrganisationSeesItsStockOnly: goods belong to who keeps them.
func TestAKeeperOfAnOrganisationSeesItsStockOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		store := id.Derive("example store")
		keeper := account.Actor{ID: id.Derive("keeper of it"), Memberships: []account.Membership{{Role: account.Keeper, Org: store}}}
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		m := move(lot, 150)
		if m.To.Holder = store; m.From.Holder == store {
			t.Fatal("the goods lie there already")
		}
		if _, err := k.Move(t.Context(), keeper, m, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("takes what another keeps: %v", err)
		}
		if _, err := k.Move(t.Context(), k.keeper, m, ""); err != nil {
			t.Fatal(err)
		}
		for _, f := range []ledger.StockFilter{{}, {Holder: &store}, {Holders: []id.ID{m.From.Holder}}} {
			if rows, err := k.List(t.Context(), keeper, f, page.Request{}); err != nil || len(rows.Items) != 1 || rows.Items[0].Account.Holder != store {
				t.Errorf("lists %+v by %+v: %v", rows, f, err)
			}
		}
		if _, err := k.List(t.Context(), keeper, ledger.StockFilter{Holder: &m.From.Holder}, page.Request{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the stock of another: %v", err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.receive(t, masks(), 400, ledger.Earmark{})
		with := func(change func(*stock.Move)) stock.Move {
			m := move(lot, 1)
			change(&m)
			return m
		}
		year := func(y int) stock.Move {
			return with(func(m *stock.Move) { m.OccurredAt = time.Date(y, 1, 1, 4, 0, 0, 0, time.UTC) })
		}
		long := strings.Repeat("好", 2001)
		for name, c := range map[string]struct {
			move stock.Move
			want []string
		}{
			"nothing at all":     {stock.Move{}, []string{"amount: error.amount_absurd", "to: stock.same_place"}},
			"to where it is":     {with(func(m *stock.Move) { m.To = m.From }), []string{"to: stock.same_place"}},
			"zero":               {move(lot, 0), []string{"amount: error.amount_absurd"}},
			"negative":           {move(lot, -1), []string{"amount: error.amount_absurd"}},
			"absurd":             {move(lot, ledger.MaxAmount+1), []string{"amount: error.amount_absurd"}},
			"the year 1900":      {year(1900), []string{"occurred_at: error.time_absurd"}},
			"the year 2099":      {year(2099), []string{"occurred_at: error.time_absurd"}},
			"the day after next": {with(func(m *stock.Move) { m.OccurredAt = noon.Add(24*time.Hour + 1) }), []string{"occurred_at: error.time_absurd"}},
			"an endless reason":  {with(func(m *stock.Move) { m.Reason = long }), []string{"reason: error.field_long"}},
		} {
			_, err := k.Move(t.Context(), k.keeper, c.move, "")
			if d := diff(fields(err), c.want); !errs.Is(err, errs.Invalid) || d != "" {
				t.Errorf("move, %s: %v\n%s", name, err, d)
			}
		}
		for name, c := range map[string]struct {
			change stock.Adjustment
			want   []string
		}{
			"nothing at all":    {stock.Adjustment{}, []string{"difference: error.amount_absurd", "reason: error.reason_missing"}},
			"no reason":         {stock.Adjustment{Lot: lot.ID, At: main, Difference: 1, Reason: " \n"}, []string{"reason: error.reason_missing"}},
			"no difference":     {stock.Adjustment{Lot: lot.ID, At: main, Reason: "counted"}, []string{"difference: error.amount_absurd"}},
			"absurd":            {stock.Adjustment{Lot: lot.ID, At: main, Difference: ledger.MaxAmount + 1, Reason: "counted"}, []string{"difference: error.amount_absurd"}},
			"absurdly lost":     {stock.Adjustment{Lot: lot.ID, At: main, Difference: -ledger.MaxAmount - 1, Reason: "counted"}, []string{"difference: error.amount_absurd"}},
			"the year 2099":     {stock.Adjustment{Lot: lot.ID, At: main, Difference: 1, Reason: "counted", OccurredAt: year(2099).OccurredAt}, []string{"occurred_at: error.time_absurd"}},
			"an endless reason": {stock.Adjustment{Lot: lot.ID, At: main, Difference: 1, Reason: long}, []string{"reason: error.field_long"}},
		} {
			_, err := k.Adjust(t.Context(), k.keeper, c.change, "")
			if d := diff(fields(err), c.want); !errs.Is(err, errs.Invalid) || d != "" {
				t.Errorf("adjust, %s: %v\n%s", name, err, d)
			}
		}
		if got := k.where(t, lot.ID); !slices.Equal(got, []string{"source - -400", "stock main 400"}) || k.count(t, "journal_record") != 0 {
			t.Errorf("something was left: %v", got)
		}
	})
}

func TestListsFilterAndPageWithoutLossOrRepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i := range 7 {
			lot, e := masks(), ledger.Earmark{}
			if i%2 == 1 {
				lot.Commodity, lot.ExpiresOn, e.AsStated = "goggles", 0, "给示例医院"
			}
			lot = k.receive(t, lot, int64(100+i), e)
			if i%3 == 0 {
				if _, err := k.Move(t.Context(), k.keeper, move(lot, int64(10+i)), ""); err != nil {
					t.Fatal(err)
				}
			}
			if i == 4 { // a lot of which nothing is left is not listed
				if _, err := k.Move(t.Context(), k.keeper, move(lot, 104), ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		list := func(f ledger.StockFilter, limit int) (found []string) {
			for _, r := range walk(t, limit, func(p page.Request) (page.Page[ledger.StockRow], error) { return k.List(t.Context(), k.keeper, f, p) }) {
				found = append(found, fmt.Sprint(r.Lot.Commodity, " ", r.Account.Place, " ", r.Amount))
			}
			slices.Sort(found)
			return found
		}
		yes, no := true, false
		for what, c := range map[string]struct {
			filter ledger.StockFilter
			want   []string
		}{
			"everything": {ledger.StockFilter{}, []string{
				"goggles branch 13", "goggles main 101", "goggles main 105", "goggles main 90",
				"mask-surgical branch 10", "mask-surgical branch 104", "mask-surgical branch 16", "mask-surgical main 102", "mask-surgical main 90", "mask-surgical main 90",
			}},
			"one kind":           {ledger.StockFilter{Commodities: []ledger.Commodity{"goggles"}}, []string{"goggles branch 13", "goggles main 101", "goggles main 105", "goggles main 90"}},
			"a place":            {ledger.StockFilter{Place: "branch"}, []string{"goggles branch 13", "mask-surgical branch 10", "mask-surgical branch 104", "mask-surgical branch 16"}},
			"a keeper":           {ledger.StockFilter{Holder: &branch.Holder, Commodities: []ledger.Commodity{"goggles"}}, []string{"goggles branch 13"}},
			"with a condition":   {ledger.StockFilter{Earmarked: &yes, Place: "main"}, []string{"goggles main 101", "goggles main 105", "goggles main 90"}},
			"with any condition": {ledger.StockFilter{Earmarked: &yes}, []string{"goggles branch 13", "goggles main 101", "goggles main 105", "goggles main 90"}},
			"of its donor":       {ledger.StockFilter{Donor: donor, Commodities: []ledger.Commodity{"goggles"}}, []string{"goggles branch 13", "goggles main 101", "goggles main 105", "goggles main 90"}},
			"expires anywhere": {ledger.StockFilter{ExpiresBy: 20220131}, []string{
				"mask-surgical branch 10", "mask-surgical branch 104", "mask-surgical branch 16", "mask-surgical main 102", "mask-surgical main 90", "mask-surgical main 90",
			}},
			"by expiry in a place": {ledger.StockFilter{Place: "main", Sort: page.Expiry}, []string{"mask-surgical main 102", "mask-surgical main 90", "mask-surgical main 90"}},
			"by expiry": {ledger.StockFilter{Sort: page.ExpiryDown, Earmarked: &no}, []string{
				"mask-surgical branch 10", "mask-surgical branch 104", "mask-surgical branch 16", "mask-surgical main 102", "mask-surgical main 90", "mask-surgical main 90",
			}},
			"last first in a place": {ledger.StockFilter{Place: "branch", Sort: page.RecordedDown}, []string{"goggles branch 13", "mask-surgical branch 10", "mask-surgical branch 104", "mask-surgical branch 16"}},
			"for free use":          {ledger.StockFilter{Earmarked: &no, Place: "main"}, []string{"mask-surgical main 102", "mask-surgical main 90", "mask-surgical main 90"}},
			"expires by a day":      {ledger.StockFilter{ExpiresBy: 20220131, Place: "main"}, []string{"mask-surgical main 102", "mask-surgical main 90", "mask-surgical main 90"}},
			"expires before it":     {ledger.StockFilter{ExpiresBy: 20220130}, nil},
			"another donor":         {ledger.StockFilter{Donor: hospital}, nil},
			"boots":                 {ledger.StockFilter{Commodities: []ledger.Commodity{"boots", "unicorn"}}, nil},
		} {
			for _, limit := range []int{1, 2, 3, 100} {
				if got := list(c.filter, limit); !slices.Equal(got, c.want) {
					t.Errorf("%s, %d a page:\ngot  %v\nwant %v", what, limit, got, c.want)
				}
			}
		}
		if _, err := k.List(t.Context(), k.keeper, ledger.StockFilter{}, page.Request{Cursor: "!"}); !errs.Is(err, errs.Malformed) {
			t.Errorf("a cursor of nobody: %v", err)
		}
	})
}

// Whatever is moved and counted, in whatever order: a lot is where the accepted
// moves put it, and nothing goes below zero.
func TestStockIsWhereTheMovesPutIt(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, db.Config{}), nil)
	spots := []stock.Spot{main, branch, {Place: "elsewhere"}}
	lot := k.receive(t, masks(), 1000, ledger.Earmark{})
	want := map[stock.Spot]int64{main: 1000}
	rapid.Check(t, func(rt *rapid.T) {
		from, to := rapid.SampledFrom(spots).Draw(rt, "from"), rapid.SampledFrom(spots).Draw(rt, "to")
		n := rapid.Int64Range(1, 600).Draw(rt, "amount")
		var err error
		if rapid.Bool().Draw(rt, "move") {
			_, err = k.Move(t.Context(), k.keeper, stock.Move{Lot: lot.ID, From: from, To: to, Amount: n}, "")
			if from == to {
				if !errs.Is(err, errs.Invalid) {
					rt.Fatalf("to where it is: %v", err)
				}
				return
			}
			if err == nil {
				want[to] += n
			}
		} else {
			_, err = k.Adjust(t.Context(), k.keeper, stock.Adjustment{Lot: lot.ID, At: from, Difference: -n, Reason: "counted"}, "")
		}
		if enough := want[from] >= n; enough != (err == nil) || !enough && !errs.Is(err, errs.Exhausted) {
			rt.Fatalf("%d of %d: %v", n, want[from], err)
		}
		if err == nil {
			want[from] -= n
		}
		for _, s := range spots {
			b, err := ledger.BalanceOf(t.Context(), k.db, at(s), lot.Commodity, lot.ID)
			if err != nil || b.Amount != want[s] {
				rt.Fatalf("%d at %q, want %d (%v)", b.Amount, s.Place, want[s], err)
			}
		}
	})
	k.wantClean(t)
}
