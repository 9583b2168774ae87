// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

var (
	first  = id.Derive("example first hospital")
	second = id.Derive("example second hospital")
	third  = id.Derive("example third hospital")
)

func (o *office) takeBack(t failer, r receipt.Receipt, instead *receipt.Input) {
	t.Helper()
	_, err := o.receipts.Correct(context.Background(), o.actor, receipt.Correction{ID: r.ID, Version: r.Version, Reason: "entered twice", Replacement: instead})
	if err != nil {
		t.Fatal(err)
	}
}

// needOf returns the need of one class.
func needOf(t failer, f *report.Figures, class string) report.Need {
	t.Helper()
	i := slices.IndexFunc(f.Needs, func(n report.Need) bool { return n.Class == class })
	if i < 0 {
		t.Fatalf("nobody needs %s", class)
	}
	return f.Needs[i]
}

func group(t failer, f *report.Figures, code string) report.Group {
	t.Helper()
	i := slices.IndexFunc(f.Groups, func(g report.Group) bool { return g.Code == code })
	if i < 0 {
		t.Fatalf("no group %s", code)
	}
	return f.Groups[i]
}

func TestEmptyBooksHaveAReportOfTodayWithTheTenNamedGroups(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		f := o.figures(t, 0)
		if f.Day != dayOf(17) || f.First != 0 || f.Last != 0 || f.Edition != 1 || len(f.Groups) != 10 || len(f.Lines)+len(f.Money)+len(f.Needs)+len(f.Received) != 0 {
			t.Errorf("%+v", f)
		}
		if !f.CutOff.Equal(time.Date(2020, 2, 17, 16, 0, 0, 0, time.UTC)) || !f.ComputedAt.Equal(day(17)) {
			t.Errorf("cut off at %v, computed at %v", f.CutOff, f.ComputedAt)
		}
	})
}

func TestThereIsAReportFromTheFirstDayToToday(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(12), goodsIn("mask-surgical", 100, qty.Piece))
		o.receive(t, day(15), goodsIn("mask-surgical", 10, qty.Piece))
		for n, want := range map[int]int64{12: 100, 13: 100, 14: 100, 15: 110, 16: 110, 17: 110} {
			f := o.figures(t, dayOf(n))
			if g := group(t, f, "masks"); f.Day != dayOf(n) || g.Quantity != want || f.First != dayOf(12) || f.Last != dayOf(15) {
				t.Errorf("day %d: %+v of %v", n, g, f.Day)
			}
		}
		if f := o.figures(t, 0); f.Day != dayOf(15) || group(t, f, "masks").Today != 10 {
			t.Errorf("the last: %v, today %+v", f.Day, group(t, f, "masks"))
		}
		for _, none := range []clock.Day{dayOf(11), dayOf(18), 1, -1, 20200231, 99991231} {
			if _, err := report.New(o.db, o.ledger, o.goods).Figures(t.Context(), none); !errs.Is(err, errs.NotFound) {
				t.Errorf("a report of %d: %v", none, err)
			}
		}
	})
}

// TestADayEndsAtMidnightOfTheBooks: 17:00 UTC is the next day there.
func TestADayEndsAtMidnightOfTheBooks(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		midnight := time.Date(2020, 2, 14, 16, 0, 0, 0, time.UTC)
		o.receive(t, midnight.Add(-time.Microsecond), goodsIn("mask-surgical", 1, qty.Piece))
		o.receive(t, midnight, goodsIn("mask-surgical", 10, qty.Piece))
		if g := group(t, o.figures(t, dayOf(14)), "masks"); g.Quantity != 1 {
			t.Errorf("the 14th has %d", g.Quantity)
		}
		if g := group(t, o.figures(t, dayOf(15)), "masks"); g.Quantity != 11 || g.Today != 10 {
			t.Errorf("the 15th has %d, %d of the day", g.Quantity, g.Today)
		}
	})
}

func TestGoodsAreCountedInOneUnitAndUnknownPacksApart(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		packed := goodsIn("mask-surgical", 3, qty.Case)
		packed.Quantity.Pack = qty.Pack{{Unit: qty.Case, Of: 2000}}
		o.receive(t, day(17), packed, goodsIn("mask-other", 500, qty.Piece), goodsIn("mask-surgical", 7, qty.Case), goodsIn("ventilator", 2, qty.Piece))
		f := o.figures(t, 0)
		want := report.Group{
			Code: "masks", Unit: qty.Piece, Quantity: 6500, Today: 6500, Days: []report.DayQuantity{{Day: dayOf(17), Quantity: 6500}},
			Packs: []report.Pack{{Class: "mask-surgical", Unit: qty.Case, Quantity: 7}},
		}
		if diff := cmp.Diff(want, group(t, f, "masks")); diff != "" {
			t.Error(diff)
		}
		if g := f.Groups[len(f.Groups)-1]; len(f.Groups) != 11 || g.Code != "ventilator" || g.Quantity != 2 {
			t.Errorf("%d groups, the last %+v", len(f.Groups), g)
		}
	})
}

func TestWhatWasCorrectedAwayDoesNotCount(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(12), goodsIn("mask-surgical", 100, qty.Piece))
		before := o.figures(t, dayOf(17))
		valued := goodsIn("ventilator", 2, qty.Piece)
		valued.Value, valued.ValueSource = money.Amount{Minor: 5000, Currency: "USD"}, receipt.Donor
		wrong := o.receive(t, day(15), valued, goodsIn("mask-surgical", 9, qty.Case), goodsIn("mask-surgical", 40, qty.Piece))
		o.takeBack(t, wrong, nil)
		handed := o.hand(t, day(15), first, "mask-surgical", 30)
		if _, err := o.distributions.Correct(t.Context(), o.actor, distribution.Correction{ID: handed.ID, Version: 1, Reason: "another ward"}); err != nil {
			t.Fatal(err)
		}
		cash, err := o.funds.Create(t.Context(), o.actor, fund.Input{
			Direction: fund.In, Channel: "bank", PartyName: "示例商会", Amount: money.Amount{Minor: 700, Currency: "EUR"}, OccurredAt: day(15),
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.funds.Correct(t.Context(), o.actor, fund.Correction{ID: cash.ID, Version: 1, Reason: "another currency"}); err != nil {
			t.Fatal(err)
		}
		after := o.figures(t, dayOf(17))
		if len(after.Corrections) != 3 {
			t.Errorf("%d corrections are shown, want 3", len(after.Corrections))
		}
		// all else is as if it had never been
		restored := *after
		restored.Corrections, restored.Last = before.Corrections, before.Last
		if diff := cmp.Diff(before, &restored, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestALateCorrectionMakesANewEdition(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		wantEdition := func(n, edition, corrections int) {
			t.Helper()
			if f := o.figures(t, dayOf(n)); f.Edition != edition || len(f.Corrections) != corrections {
				t.Errorf("the %dth: edition %d with %d corrections, want %d with %d", n, f.Edition, len(f.Corrections), edition, corrections)
			}
		}
		o.receive(t, day(16), goodsIn("mask-surgical", 1, qty.Piece))
		early := o.receive(t, day(17), goodsIn("mask-surgical", 10, qty.Piece))
		late := o.receive(t, day(17), goodsIn("mask-surgical", 100, qty.Piece))
		wantEdition(17, 1, 0)

		o.now.Set(dayOf(17).End(zone).Add(-time.Microsecond)) // the last moment of the day
		o.takeBack(t, early, nil)
		wantEdition(17, 1, 1)

		o.now.Set(dayOf(18).Start(zone)) // the report is out
		instead := receipt.Input{
			Kind: receipt.Donation, DonorName: "示例商会", Place: "main", OccurredAt: day(17), Lines: []receipt.LineInput{goodsIn("mask-surgical", 90, qty.Piece)},
		}
		o.takeBack(t, late, &instead)
		wantEdition(16, 1, 0)
		wantEdition(17, 2, 1)
		wantEdition(18, 1, 1)
		if g := group(t, o.figures(t, dayOf(17)), "masks"); g.Quantity != 91 {
			t.Errorf("the second edition says %d, want 91", g.Quantity)
		}
	})
}

func TestANeedWithoutANumberIsInNoSum(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(12), goodsIn("mask-surgical", 10_000, qty.Piece), goodsIn("goggles", 500, qty.Piece))
		o.ask(t, first, "mask-surgical", qty.Exactly(1000, qty.Piece))
		o.ask(t, second, "mask-surgical", qty.Unsaid("急需"))
		o.ask(t, third, "mask-surgical", qty.Exactly(5, qty.Case)) // nobody knows what a case holds
		o.ask(t, second, "goggles", qty.Unsaid("不详"), qty.Unsaid("若干"))
		o.hand(t, day(13), first, "mask-surgical", 600)
		o.hand(t, day(13), second, "mask-surgical", 4000)
		o.hand(t, day(13), third, "mask-surgical", 50)
		o.hand(t, day(13), second, "goggles", 20)
		o.hand(t, day(13), third, "goggles", 7) // which it did not ask for

		f := o.figures(t, dayOf(17))
		want := report.Need{
			Class: "mask-surgical", Group: "masks", Unit: qty.Piece, State: qty.Stated, Needed: 1000, Delivered: 600, Missing: 400, Recipients: 3,
			Places:  []report.PlaceNeed{{Place: "4301", Needed: 1000, Delivered: 600, Missing: 400}},
			Unknown: 2, UnknownLines: 2, UnknownDelivered: 4050,
		}
		if diff := cmp.Diff(want, needOf(t, f, "mask-surgical")); diff != "" {
			t.Error(diff)
		}
		want = report.Need{
			Class: "goggles", Group: "goggles", Unit: qty.Piece, State: qty.Unstated, Recipients: 1, Unknown: 1, UnknownLines: 2, UnknownDelivered: 20,
		}
		if diff := cmp.Diff(want, needOf(t, f, "goggles")); diff != "" {
			t.Error(diff)
		}
	})
}

// TestMoreThanTheNumberMayBeTheUnknownRest: who needs 100 and "as many more as
// there are" and gets 300 did not get 200 too many.
func TestMoreThanTheNumberMayBeTheUnknownRest(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(12), goodsIn("goggles", 1000, qty.Piece))
		o.ask(t, first, "goggles", qty.Exactly(100, qty.Piece), qty.Unsaid("越多越好"))
		o.ask(t, second, "goggles", qty.Exactly(100, qty.Piece))
		o.hand(t, day(13), first, "goggles", 300)
		o.hand(t, day(13), second, "goggles", 150)
		n := needOf(t, o.figures(t, 0), "goggles")
		if n.Needed != 200 || n.Delivered != 250 || n.Missing != 0 || n.UnknownDelivered != 200 || n.Unknown != 0 || n.UnknownLines != 1 {
			t.Errorf("%+v", n)
		}
	})
}

func TestANeedIsAsSureAsItsLeastSureNumber(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		about := qty.Quantity{State: qty.About, Value: 50, Unit: qty.Piece}
		atLeast := qty.Quantity{State: qty.AtLeast, Value: 7, Unit: qty.Piece}
		o.ask(t, first, "goggles", qty.Exactly(100, qty.Piece))
		o.ask(t, second, "goggles", about)
		o.ask(t, first, "mask-surgical", about)
		o.ask(t, second, "mask-surgical", atLeast, qty.Exactly(1, qty.Piece))
		withdrawn := o.ask(t, third, "goggles", atLeast)
		if _, err := o.needs.Correct(t.Context(), o.actor, need.Correction{ID: withdrawn.ID, Version: 1, Reason: "no longer needed"}); err != nil {
			t.Fatal(err)
		}
		f := o.figures(t, 0)
		if n := needOf(t, f, "goggles"); n.State != qty.About || n.Needed != 150 || n.Recipients != 2 {
			t.Errorf("goggles: %+v", n)
		}
		if n := needOf(t, f, "mask-surgical"); n.State != qty.AtLeast || n.Needed != 58 {
			t.Errorf("masks: %+v", n)
		}
		if f := o.figures(t, dayOf(9)); len(f.Needs) != 0 {
			t.Errorf("known before they were stated: %+v", f.Needs)
		}
	})
}

func TestGoodsForOneHospitalCoverNoOthersNeed(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(12), goodsIn("goggles", 1000, qty.Piece))
		o.ask(t, first, "goggles", qty.Exactly(100, qty.Piece))
		o.ask(t, second, "goggles", qty.Exactly(100, qty.Piece))
		o.hand(t, day(13), first, "goggles", 500)
		if n := needOf(t, o.figures(t, 0), "goggles"); n.Missing != 100 || n.Delivered != 500 {
			t.Errorf("%+v, want 100 missing at the second one", n)
		}
	})
}

func TestRecipientsStandByHandOversThenByName(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(12), goodsIn("goggles", 1000, qty.Piece), goodsIn("mask-surgical", 1000, qty.Piece), goodsIn("ventilator", 10, qty.Piece))
		unnamed := id.Derive("a recipient without a public name")
		for range 3 { // one article, three times
			o.hand(t, day(13), first, "goggles", 1)
		}
		for _, recipient := range []id.ID{second, third, unnamed} { // three articles at once
			_, err := o.distributions.Create(t.Context(), o.actor, distribution.Input{Recipient: recipient, OccurredAt: day(14), Lines: []distribution.LineInput{
				{Class: "goggles", Quantity: qty.Exactly(9, qty.Piece)}, {Class: "mask-surgical", Quantity: qty.Exactly(9, qty.Piece)},
				{Class: "ventilator", Quantity: qty.Exactly(1, qty.Piece)},
			}}, "")
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 5 { // and what was taken back
			d := o.hand(t, day(14), third, "goggles", 1)
			if _, err := o.distributions.Correct(t.Context(), o.actor, distribution.Correction{ID: d.ID, Version: 1, Reason: "entered twice"}); err != nil {
				t.Fatal(err)
			}
		}
		keys := map[id.ID]string{first: "zzz", second: "b", third: "a"}
		f := o.figures(t, 0)
		if got := f.Recipients(func(r id.ID) string { return keys[r] }); !slices.Equal(got, []id.ID{first, third, second, unnamed}) {
			t.Errorf("%v", got)
		}
		if f.HandOvers[first] != 3 || f.HandOvers[third] != 1 {
			t.Errorf("%v", f.HandOvers)
		}
		if got := o.figures(t, dayOf(13)).Recipients(func(r id.ID) string { return keys[r] }); !slices.Equal(got, []id.ID{first}) {
			t.Errorf("on the 13th %v", got)
		}
	})
}

func TestTheDocumentHasTheFiguresAndKeepsItsFields(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		valued := goodsIn("goggles", 10, qty.Piece)
		valued.Value, valued.ValueSource = money.Amount{Minor: 123456, Currency: "CNY"}, receipt.Invoice
		o.receive(t, day(17), valued, goodsIn("goggles", 2, qty.Case))
		o.ask(t, first, "goggles", qty.Exactly(30, qty.Piece))
		o.ask(t, second, "goggles", qty.Unsaid("急需"))
		o.hand(t, day(17), first, "goggles", 12) // two more than ever came in
		text, err := json.Marshal(o.figures(t, 0).Document())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`"date":"2020-02-17","edition":1,"demonstration":false`, `"goods_value_in":{"CNY":"1234.56"}`,
			`{"group":"goggles","quantity":10,"unit":"piece","packs_of_unknown_content":[{"class":"goggles","quantity":2,"unit":"case"}]}`,
			`{"commodity":"goggles","unit":"piece","in":10,"out":12,"stock":0,"adjusted":0,"unreconciled":-2}`,
			`"needs":[{"class":"goggles","unit":"piece","state":"stated","needed":30,"delivered":12,"missing":18,"recipients":2,"lines_without_number":1,` +
				`"recipients_without_number":1,"delivered_without_number":0}]`,
			`"money_in":{}`, `"money_out":{}`, `"money_balance":{}`,
		} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s\nis not in\n%s", want, text)
			}
		}
	})
}

func TestWhileNothingChangesTheDatabaseIsNotAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, day(15), goodsIn("goggles", 10, qty.Piece))
		gone, cancel := context.WithCancel(t.Context())
		cancel() // whoever asks the database with it gets an error
		if _, err := report.New(o.db, o.ledger, o.goods).Figures(gone, 0); err == nil {
			t.Fatal("figures were computed without the database")
		}
		s := report.New(o.db, o.ledger, o.goods)
		for _, of := range []clock.Day{0, dayOf(15), dayOf(16)} {
			computed, err := s.Figures(t.Context(), of)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if again, err := s.Figures(gone, of); err != nil || again != computed {
					t.Errorf("day %v: %p (%v), want %p", of, again, err, computed)
				}
			}
		}
	})
}

func TestAfterAWriteTheFiguresAreNewBeforeLong(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		s := report.New(o.db, o.ledger, o.goods)
		for n := int64(1); n <= 3; n++ {
			o.receive(t, day(15), goodsIn("goggles", 1, qty.Piece))
			for start := clock.Start(); ; time.Sleep(10 * time.Millisecond) {
				f, err := s.Figures(t.Context(), 0)
				if err != nil {
					t.Fatal(err)
				}
				if group(t, f, "goggles").Quantity == n {
					break
				}
				if clock.Since(start) > 30*time.Second {
					t.Fatalf("still %d, want %d", group(t, f, "goggles").Quantity, n)
				}
			}
		}
	})
}

func TestManyReadersOfManyDaysGetTheirDay(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.receive(t, time.Date(2019, 11, 1, 12, 0, 0, 0, zone), goodsIn("goggles", 1, qty.Piece))
		s := report.New(o.db, o.ledger, o.goods)
		done := make(chan error)
		for reader := range 4 {
			go func() {
				var err error
				for d := clock.Day(20191101); d < 20200217 && err == nil; d = d.Add(1 + reader) { // more days than are kept
					var f *report.Figures
					if f, err = s.Figures(t.Context(), d); err == nil && f.Day != d {
						t.Errorf("asked for %v, got %v", d, f.Day)
					}
				}
				done <- err
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}
