// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

func yuan(n int64) money.Amount { return money.Amount{Minor: 100 * n, Currency: money.CNY} }

func TestWhatArrivedIsInStockWithDonorAndCondition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		masks := line("mask-surgical", 400)
		masks.Batch, masks.ExpiresOn, masks.Standards = "EX-1", 20220131, []string{"YY 0469-2011"}
		masks.Earmark = ledger.Earmark{AsStated: "只给示例医院的发热门诊"}
		masks.Value, masks.ValueSource = yuan(800), receipt.Invoice
		r := k.receive(t, gift(masks, line("suit-medical", 20)))
		if r.Status != receipt.Posted || r.Version != 1 || r.Day != 20200217 || r.Donor.IsZero() || len(r.Lines) != 2 {
			t.Fatalf("%+v", r)
		}
		if d := diff(k.get(t, r.ID), r); d != "" {
			t.Fatalf("what is read is not what was returned:\n%s", d)
		}
		for i, want := range [][]string{{"source - -400", "stock main 400"}, {"source - -20", "stock main 20"}} {
			if got := k.where(t, r.Lines[i].Lot); !slices.Equal(got, want) {
				t.Errorf("line %d: %v, want %v", i, got, want)
			}
		}
		rows, err := ledger.StockRows(t.Context(), k.db, ledger.StockFilter{Lot: r.Lines[0].Lot}, 2)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%+v, %v", rows, err)
		}
		want := ledger.Lot{
			ID: r.Lines[0].Lot, Commodity: "mask-surgical", Donor: r.Donor, Earmark: masks.Earmark.ID(),
			Code: "EX-1", OpenedOn: 20200217, ExpiresOn: 20220131,
		}
		if rows[0].Lot != want {
			t.Errorf("the lot is %+v, want %+v", rows[0].Lot, want)
		}
		if e, err := ledger.EarmarkByID(t.Context(), k.db, rows[0].Lot.Earmark); err != nil || e != masks.Earmark {
			t.Errorf("the condition became %+v (%v)", e, err)
		}
		values, err := receipt.Values(t.Context(), k.db, 20200217)
		if err != nil || len(values) == 0 || values[0] != (receipt.ValueSum{Class: "mask-surgical", Value: yuan(800), Source: receipt.Invoice, Day: 20200217}) {
			t.Errorf("values: %+v, %v", values, err)
		}
		k.wantClean(t)
	})
}

func TestGoodsAreCountedWithoutGuessing(t *testing.T) {
	t.Parallel()
	chain := qty.Pack{{Unit: qty.Box, Of: 50}, {Unit: qty.Case, Of: 600}}
	for _, c := range []struct {
		name      string
		class     string
		quantity  qty.Quantity
		commodity ledger.Commodity
		amount    int64
	}{
		{"cases whose content is known", "mask-surgical", qty.Quantity{State: qty.Stated, Value: 3, Unit: qty.Case, Pack: chain}, "mask-surgical", 1800},
		{"cases whose content nobody said", "mask-surgical", qty.Exactly(3, qty.Case), "mask-surgical#case", 3},
		{"pairs", "gloves-medical", qty.Exactly(7, qty.Pair), "gloves-medical", 7},
		{"pieces never become pairs", "gloves-medical", qty.Exactly(7, qty.Piece), "gloves-medical#piece", 7},
		{"a set is one suit", "suit-medical", qty.Exactly(4, qty.Set), "suit-medical", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := open(t, dbtest.SQLite(t, frozen()))
			l := k.receive(t, gift(receipt.LineInput{Class: c.class, Quantity: c.quantity})).Lines[0]
			if l.Commodity != c.commodity || l.Quantity != c.amount || k.inStock(t)[c.commodity] != c.amount {
				t.Errorf("%d of %s, want %d of %s", l.Quantity, l.Commodity, c.amount, c.commodity)
			}
		})
	}
}

func TestAPurchaseComesFromTheSupplierAndKeepsTheDonor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := gift(line("goggles", 30))
		in.Kind, in.Supplier = receipt.Purchase, id.Derive("example supplier")
		r := k.receive(t, in)
		from := ledger.Account{Kind: ledger.Source, Holder: in.Supplier}
		b, err := ledger.BalanceOf(t.Context(), k.db, from, "goggles", r.Lines[0].Lot)
		if err != nil || b.Amount != -30 {
			t.Errorf("the supplier gave %d (%v)", b.Amount, err)
		}
		if lot, err := ledger.LotByID(t.Context(), k.db, r.Lines[0].Lot); err != nil || lot.Donor != r.Donor || lot.Donor.IsZero() {
			t.Errorf("the lot is %+v (%v)", lot, err)
		}
	})
}

func TestNobodyNamedIsAllowed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := gift(line("goggles", 30))
		in.DonorName = " "
		if r := k.receive(t, in); !r.Donor.IsZero() || k.count(t, "org") != 0 {
			t.Errorf("the donor became %s", r.Donor)
		}
	})
}

func TestTheSameKeyBooksOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := gift(line("mask-surgical", 400))
		in.Lines[0].Value = yuan(800)
		first, err := k.Create(t.Context(), k.keeper, in, "one")
		if err != nil {
			t.Fatal(err)
		}
		again, err := k.Create(t.Context(), k.keeper, in, "one")
		if err != nil || diff(again, first) != "" {
			t.Fatalf("the repetition returned %+v (%v)", again, err)
		}
		for name, change := range map[string]func(*receipt.Input){
			"another number":   func(in *receipt.Input) { in.Lines[0].Quantity.Value++ },
			"another currency": func(in *receipt.Input) { in.Lines[0].Value.Currency = "USD" },
			"another day":      func(in *receipt.Input) { in.OccurredAt = in.OccurredAt.AddDate(0, 0, -1) },
			"another donor":    func(in *receipt.Input) { in.DonorName = "示例公司" },
			"one line more":    func(in *receipt.Input) { in.Lines = append(in.Lines, line("goggles", 1)) },
		} {
			other := in
			other.Lines = slices.Clone(in.Lines)
			change(&other)
			if _, err := k.Create(t.Context(), k.keeper, other, "one"); key(err) != "error.key_reused" || !errs.Is(err, errs.Invalid) {
				t.Errorf("%s under the same key: %v", name, err)
			}
		}
		if k.count(t, "receipt") != 1 || k.inStock(t)["mask-surgical"] != 400 {
			t.Errorf("%d receipts, %v in stock", k.count(t, "receipt"), k.inStock(t))
		}
		k.wantClean(t)
	})
}

func TestTheSameKeyAtOnceBooksOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		made := make([]receipt.Receipt, 6)
		for i, err := range atOnce(len(made), func(i int) (err error) {
			made[i], err = k.Create(t.Context(), k.keeper, gift(line("mask-surgical", 400)), "one")
			return err
		}) {
			if err != nil || made[i].ID != made[0].ID {
				t.Errorf("call %d: %s, %v", i, made[i].ID, err)
			}
		}
		if k.count(t, "receipt") != 1 || k.inStock(t)["mask-surgical"] != 400 {
			t.Errorf("%d receipts, %v in stock", k.count(t, "receipt"), k.inStock(t))
		}
	})
}

func TestAnUnusualNumberIsBookedWhenAPersonSaysYes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		l := line("mask-surgical", 60_000_000)
		l.Confirmed = true
		if r := k.receive(t, gift(l)); r.Lines[0].Quantity != 60_000_000 {
			t.Errorf("%+v", r)
		}
		l.Quantity.Value = ledger.MaxAmount + 1
		if _, err := k.Create(t.Context(), k.keeper, gift(l), ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("beyond what the books hold: %v", err)
		}
		k.wantClean(t)
	})
}

// name is a row as the tests of lists say it.

// Whatever is received and corrected, in whatever order, the stock and the value

// are those of the receipts that stand, and the books are clean.
