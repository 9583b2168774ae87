// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

func TestGoodsGoWhereTheDonorMeantThem(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		free := k.stock(t, "goggles", 10, ledger.Earmark{})
		other := k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "给第二医院", Recipient: second})
		words := k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "给一线医生"})
		use := k.stock(t, "goggles", 10, ledger.Earmark{Purpose: "icu"})
		elsewhere := k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "湖北", Place: "42"})
		province := k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "湖南", Place: "43"})
		mine := k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "给第一医院", Recipient: first})
		if _, err := k.Create(t.Context(), k.coordinator, handOver(line("goggles", 31)), ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("31 of the 30 that may go: %v", err)
		}
		d := k.hand(t, handOver(line("goggles", 25)))
		if want := []distribution.Pick{{Lot: province.ID, Amount: 10}, {Lot: mine.ID, Amount: 10}, {Lot: free.ID, Amount: 5}}; !slices.Equal(d.Lines[0].Picks, want) {
			t.Errorf("picked %+v, want %+v", d.Lines[0].Picks, want)
		}
		for _, lot := range []ledger.Lot{other, words, use, elsewhere} {
			if k.left(t, lot) != 10 {
				t.Errorf("%d left of what was meant for others", k.left(t, lot))
			}
		}
	})
}

func TestAConditionInWordsIsForAPersonToJudge(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		lot := k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "给一线医生"})
		if _, err := k.Create(t.Context(), k.coordinator, handOver(line("goggles", 4)), ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("nobody chose the lot: %v", err)
		}
		in := handOver(line("goggles", 4))
		in.Lines[0].Lot = lot.ID
		if d := k.hand(t, in); !slices.Equal(d.Lines[0].Picks, []distribution.Pick{{Lot: lot.ID, Amount: 4}}) {
			t.Errorf("picked %+v", d.Lines[0].Picks)
		}
		if now, err := ledger.LotByID(t.Context(), k.db, lot.ID); err != nil || now != lot {
			t.Errorf("the condition was lost: %+v, %v", now, err)
		}
		in.Lines[0].Quantity.Value = 7
		if _, err := k.Create(t.Context(), k.coordinator, in, ""); !errs.Is(err, errs.Exhausted) || k.left(t, lot) != 6 {
			t.Errorf("7 of the 6 that are left: %v", err)
		}
		k.wantClean(t)
	})
}

func TestALotThatAPersonChose(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.stock(t, "goggles", 10, ledger.Earmark{}) // older, and not chosen
		free := k.stock(t, "goggles", 10, ledger.Earmark{})
		mine := k.stock(t, "goggles", 10, ledger.Earmark{Recipient: first})
		here := k.stock(t, "goggles", 10, ledger.Earmark{Place: "4301"})
		for _, c := range []struct {
			name  string
			lot   id.ID
			wrong string // key of the field; empty: it is handed over
		}{
			{"for free use", free.ID, ""},
			{"for this recipient", mine.ID, ""},
			{"for this place", here.ID, ""},
			{"for another recipient", k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "给第二医院", Recipient: second}).ID, "distribution.lot_for_other"},
			{"for another place", k.stock(t, "goggles", 10, ledger.Earmark{AsStated: "湖北", Place: "42"}).ID, "distribution.lot_for_other"},
			{"for a smaller place", k.stock(t, "goggles", 10, ledger.Earmark{Place: "430102"}).ID, "distribution.lot_for_other"},
			{"of other goods", k.stock(t, "boots", 10, ledger.Earmark{}).ID, "distribution.lot_other_goods"},
			{"of nobody", id.Derive("nothing"), "ledger.no_lot"},
		} {
			in := handOver(line("goggles", 1), line("goggles", 3))
			in.Lines[1].Lot = c.lot
			if c.wrong != "" {
				in.Unreconciled = true // open lines are no way around a donor's condition
				_, err := k.Create(t.Context(), k.coordinator, in, "")
				if got := fields(err); !errs.Is(err, errs.Invalid) || !slices.Equal(got, []string{"lines[1].lot: " + c.wrong}) {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			if d := k.hand(t, in); !slices.Equal(d.Lines[1].Picks, []distribution.Pick{{Lot: c.lot, Amount: 3}}) {
				t.Errorf("%s: picked %+v", c.name, d.Lines[1].Picks)
			}
		}
		k.wantClean(t)
	})
}

func TestAChosenLotIsFoundBehindManyOthers(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	k.stockMany(t, 950, ledger.Earmark{Recipient: second}) // all meant for somebody else
	lot := k.stock(t, "goggles", 10, ledger.Earmark{})
	in := handOver(line("goggles", 4))
	if d := k.hand(t, in); !slices.Equal(d.Lines[0].Picks, []distribution.Pick{{Lot: lot.ID, Amount: 4}}) {
		t.Errorf("picked %+v", d.Lines[0].Picks)
	}
	in.Lines[0].Lot = lot.ID
	if d := k.hand(t, in); !slices.Equal(d.Lines[0].Picks, []distribution.Pick{{Lot: lot.ID, Amount: 4}}) {
		t.Errorf("picked %+v", d.Lines[0].Picks)
	}
}

func TestTooManyLotsForOneEntry(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	k.stockMany(t, ledger.MaxLines/2+1, ledger.Earmark{})
	_, err := k.Create(t.Context(), k.coordinator, handOver(line("goggles", ledger.MaxLines/2+1)), "")
	if !slices.Equal(fields(err), []string{"lines: distribution.lots_many"}) {
		t.Errorf("%v", err)
	}
	if d := k.hand(t, handOver(line("goggles", ledger.MaxLines/2))); len(d.Lines[0].Picks) != ledger.MaxLines/2 {
		t.Errorf("%d lots", len(d.Lines[0].Picks))
	}
	k.wantClean(t)
}
