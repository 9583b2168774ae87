// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

func TestWhatIsHandedOverLeavesTheStock(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		masks, suits := k.stock(t, "mask-surgical", 400, ledger.Earmark{}), k.stock(t, "suit-medical", 20, ledger.Earmark{})
		in := handOver(line("mask-surgical", 150), line("suit-medical", 20))
		in.Lines[0].Rejected, in.Lines[0].RejectReason = 10, "包装破损"
		d := k.hand(t, in)
		if d.Status != distribution.Posted || d.Version != 1 || d.Day != 20200217 || d.Recipient != first || len(d.Lines) != 2 {
			t.Fatalf("%+v", d)
		}
		if off := diff(k.get(t, d.ID), d); off != "" {
			t.Errorf("what is read is not what was returned:\n%s", off)
		}
		if want := []distribution.Pick{{Lot: masks.ID, Amount: 150}}; !slices.Equal(d.Lines[0].Picks, want) {
			t.Errorf("picked %+v", d.Lines[0].Picks)
		}
		for _, c := range []struct {
			lot  ledger.Lot
			want []string
		}{
			{masks, []string{"recipient 4301 150", "source - -400", "stock main 250"}},
			{suits, []string{"recipient 4301 20", "source - -20"}},
		} {
			if got := k.where(t, c.lot.ID); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.lot.Commodity, got, c.want)
			}
		}
		sums, err := distribution.Handed(t.Context(), k.db, 20200217)
		if err != nil || len(sums) != 2 || sums[0].Quantity != 150 || sums[0].Recipient != first || sums[1].Quantity != 20 {
			t.Errorf("handed: %+v, %v", sums, err)
		}
		k.wantClean(t)
	})
}

func TestWhyItWasRejectedStaysOutOfTheJournal(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.stock(t, "mask-surgical", 400, ledger.Earmark{})
		in := handOver(line("mask-surgical", 150))
		in.Lines[0].Rejected, in.Lines[0].RejectReason, in.Note = 10, "收货人张三说破损", "李四送去"
		d := k.hand(t, in)
		if got := k.get(t, d.ID).Lines[0]; got.Rejected != 10 || got.RejectReason != in.Lines[0].RejectReason {
			t.Errorf("the line lost its rejection: %+v", got)
		}
		history, err := journal.Of(t.Context(), k.db, d.ID)
		if err != nil || len(history) != 1 {
			t.Fatalf("%+v, %v", history, err)
		}
		if p := history[0].Payload; strings.Contains(p, "张三") || strings.Contains(p, "李四") || !strings.Contains(p, `"rejected":10`) {
			t.Errorf("the journal keeps %s", p)
		}
	})
}

func TestTheOldestLotGoesFirst(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		var lots []ledger.Lot
		for range 12 { // more than the first look takes in
			lots = append(lots, k.stock(t, "goggles", 10, ledger.Earmark{}))
		}
		var picked []distribution.Pick
		for _, n := range []int64{4, 21, 90} {
			picked = append(picked, k.hand(t, handOver(line("goggles", n))).Lines[0].Picks...)
		}
		var want []distribution.Pick
		for i, lot := range lots {
			switch i {
			case 0, 2:
				n := map[int]int64{0: 4, 2: 5}[i]
				want = append(want, distribution.Pick{Lot: lot.ID, Amount: n}, distribution.Pick{Lot: lot.ID, Amount: 10 - n})
			case 11:
				want = append(want, distribution.Pick{Lot: lot.ID, Amount: 5})
			default:
				want = append(want, distribution.Pick{Lot: lot.ID, Amount: 10})
			}
		}
		if !slices.Equal(picked, want) {
			t.Errorf("picked %+v\nwant   %+v", picked, want)
		}
		if k.left(t, lots[11]) != 5 {
			t.Errorf("%d left of the youngest", k.left(t, lots[11]))
		}
		k.wantClean(t)
	})
}

func TestTwoLinesOfOneHandOverDoNotTakeTheSameBoxes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		a, b := k.stock(t, "goggles", 10, ledger.Earmark{}), k.stock(t, "goggles", 10, ledger.Earmark{})
		if _, err := k.Create(t.Context(), k.coordinator, handOver(line("goggles", 15), line("goggles", 6)), ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("21 of 20: %v", err)
		}
		d := k.hand(t, handOver(line("goggles", 15), line("goggles", 5)))
		want := [][]distribution.Pick{{{Lot: a.ID, Amount: 10}, {Lot: b.ID, Amount: 5}}, {{Lot: b.ID, Amount: 5}}}
		for _, from := range []distribution.Distribution{d, k.get(t, d.ID)} {
			if !slices.Equal(from.Lines[0].Picks, want[0]) || !slices.Equal(from.Lines[1].Picks, want[1]) {
				t.Errorf("picked %+v and %+v", from.Lines[0].Picks, from.Lines[1].Picks)
			}
		}
	})
}

func TestDonorAndConditionSurviveToTheRecipient(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 100, ledger.Earmark{AsStated: "给第一医院", Recipient: first})
		branch := ledger.Account{Kind: ledger.Stock, Place: "branch"}
		k.post(t, moving(k, lot, storage, branch, 60))
		d := k.hand(t, handOver(line("mask-surgical", 90)))
		if len(d.Lines[0].Picks) != 2 || d.Lines[0].Picks[0].Lot != lot.ID || d.Lines[0].Picks[1].Lot != lot.ID {
			t.Fatalf("picked %+v", d.Lines[0].Picks)
		}
		moves, err := ledger.LotMoves(t.Context(), k.db, lot.ID)
		if err != nil || len(moves) != 8 || moves[0].Account.Holder != donor || moves[7].Account.Holder != first {
			t.Errorf("the way of the lot: %+v, %v", moves, err)
		}
		now, err := ledger.LotByID(t.Context(), k.db, lot.ID)
		if err != nil || now != lot {
			t.Errorf("the lot became %+v (%v)", now, err)
		}
		n, err := db.Value[int](t.Context(), k.db, "SELECT count(*) FROM ledger_line WHERE donor = $1 AND earmark = $2", donor, lot.Earmark)
		if err != nil || n != 8 {
			t.Errorf("%d lines carry donor and condition, want 8 (%v)", n, err)
		}
	})
}

func TestWhatIsNotThereIsNotHandedOver(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 100, ledger.Earmark{})
		_, err := k.Create(t.Context(), k.coordinator, handOver(line("mask-surgical", 101)), "k")
		if e := errs.As(err); !errs.Is(err, errs.Exhausted) || e.Key != "distribution.not_in_stock" || e.Args["missing"] != int64(1) || e.Args["unit"] != "piece" {
			t.Errorf("%v", err)
		}
		in := handOver(line("mask-surgical", 1))
		in.OccurredAt = noon.AddDate(0, 0, -1)
		if _, err := k.Create(t.Context(), k.coordinator, in, ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("on the day before it came: %v", err)
		}
		if _, err := k.Create(t.Context(), k.coordinator, handOver(line("goggles", 1)), ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("never received: %v", err)
		}
		if n := k.count(t, "distribution") + k.count(t, "journal_record"); n != 0 || k.left(t, lot) != 100 {
			t.Errorf("%d rows were left, %d in stock", n, k.left(t, lot))
		}
		if _, err := k.Create(t.Context(), k.coordinator, handOver(line("mask-surgical", 100)), "k"); err != nil {
			t.Errorf("the key of a refused request is free: %v", err)
		}
		k.wantClean(t)
	})
}

func TestWhatTheBooksNeverReceivedIsShownOpenly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 100, ledger.Earmark{})
		in := handOver(line("mask-surgical", 130), line("goggles", 7))
		in.Unreconciled = true
		d := k.hand(t, in)
		if d.Lines[0].Unreconciled != 30 || d.Lines[1].Unreconciled != 7 || k.left(t, lot) != 0 {
			t.Errorf("%+v", d.Lines)
		}
		opened, err := ledger.LotByID(t.Context(), k.db, d.Lines[0].Picks[1].Lot)
		if err != nil || !opened.Donor.IsZero() || !opened.Earmark.IsZero() {
			t.Errorf("a donor was invented: %+v, %v", opened, err)
		}
		if got, want := k.where(t, opened.ID), []string{"recipient 4301 30", "unreconciled - -30"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		sums, err := ledger.Turnovers(t.Context(), k.db, ledger.Unreconciled)
		if err != nil || len(sums) != 2 || sums[0].Out != 7 || sums[1].Out != 30 {
			t.Errorf("the open sums are %+v (%v)", sums, err)
		}
		n, err := distribution.Count(t.Context(), k.db, distribution.Filter{Unreconciled: true})
		if err != nil || n != 2 {
			t.Errorf("%d open lines (%v)", n, err)
		}
		if _, err := k.Correct(t.Context(), k.coordinator, distribution.Correction{ID: d.ID, Version: 1, Reason: "counted twice"}); err != nil {
			t.Fatal(err)
		}
		if got := k.where(t, opened.ID); len(got) != 0 || k.left(t, lot) != 100 {
			t.Errorf("after the correction: %v, %d in stock", got, k.left(t, lot))
		}
		k.wantClean(t)
	})
}

func TestTheSameKeyHandsOverOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "mask-surgical", 400, ledger.Earmark{})
		in := handOver(line("mask-surgical", 100))
		made := make([]distribution.Distribution, 6)
		for i, err := range atOnce(len(made), func(i int) (err error) {
			made[i], err = k.Create(t.Context(), k.coordinator, in, "one")
			return err
		}) {
			if err != nil || diff(made[i], made[0]) != "" {
				t.Errorf("call %d: %+v, %v", i, made[i], err)
			}
		}
		for name, change := range map[string]func(*distribution.Input){
			"another number":    func(in *distribution.Input) { in.Lines[0].Quantity.Value++ },
			"another recipient": func(in *distribution.Input) { in.Recipient = second },
			"with a rejection":  func(in *distribution.Input) { in.Lines[0].Rejected, in.Lines[0].RejectReason = 1, "torn" },
			"a named lot":       func(in *distribution.Input) { in.Lines[0].Lot = lot.ID },
			"open lines":        func(in *distribution.Input) { in.Unreconciled = true },
		} {
			other := in
			other.Lines = slices.Clone(in.Lines)
			change(&other)
			if _, err := k.Create(t.Context(), k.coordinator, other, "one"); key(err) != "error.key_reused" {
				t.Errorf("%s under the same key: %v", name, err)
			}
		}
		if k.count(t, "distribution") != 1 || k.left(t, lot) != 300 {
			t.Errorf("%d hand-overs, %d left", k.count(t, "distribution"), k.left(t, lot))
		}
		k.wantClean(t)
	})
}

func TestNeverMoreThanIsThereGoesOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for _, amount := range []int64{200, 135, 100} { // 435 pieces
			k.stock(t, "suit-medical", amount, ledger.Earmark{})
		}
		failed := atOnce(2, func(int) error {
			_, err := k.Create(t.Context(), k.coordinator, handOver(line("suit-medical", 300)), "")
			return err
		})
		if (failed[0] == nil) == (failed[1] == nil) || key(failed[0])+key(failed[1]) != "distribution.not_in_stock" {
			t.Errorf("two who want 300 of 435: %v", failed)
		}
		var out int64
		for i, err := range atOnce(12, func(i int) error {
			_, err := k.Create(t.Context(), k.coordinator, handOver(line("suit-medical", int64(10+i))), "")
			return err
		}) {
			switch {
			case err == nil:
				out += int64(10 + i)
			case !errs.Is(err, errs.Exhausted):
				t.Error(err)
			}
		}
		sums, err := distribution.Handed(t.Context(), k.db, 20200217)
		if err != nil || len(sums) != 1 || sums[0].Quantity != 300+out || 300+out > 435 || out < 135-21 {
			t.Errorf("%d went out after 300, the books say %+v (%v)", out, sums, err)
		}
		k.wantClean(t)
	})
}

func TestPacksAreHandedOverAsPacks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		cases := k.stock(t, "mask-surgical#case", 5, ledger.Earmark{})
		in := handOver(distribution.LineInput{Class: "mask-surgical", Quantity: qty.Exactly(2, qty.Case)})
		if d := k.hand(t, in); d.Lines[0].Commodity != "mask-surgical#case" || k.left(t, cases) != 3 {
			t.Errorf("%+v, %d left", d.Lines, k.left(t, cases))
		}
		if _, err := k.Create(t.Context(), k.coordinator, handOver(line("mask-surgical", 1)), ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("a piece out of a case whose content nobody knows: %v", err)
		}
	})
}
