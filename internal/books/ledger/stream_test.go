// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

func TestStreamsTellWhereGoodsCameFromAndWhereTheyAre(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		do := func(d ledger.Draft, opens ...ledger.Lot) {
			b.Helper()
			if _, err := b.post(d, opens...); err != nil {
				b.Fatal(err)
			}
		}
		airport := ledger.Account{Kind: ledger.Stock, Place: "airport:CSX"}
		here := ledger.Account{Kind: ledger.Recipient, Holder: hospital, Place: "4301"}
		there := ledger.Account{Kind: ledger.Recipient, Holder: hospital, Place: "4331"}
		flown := b.lot(mask)
		do(b.move("receipt", source, airport, flown, 100), flown)
		do(b.move("move", airport, stock, flown, 90))
		do(b.move("hand over", stock, here, flown, 50))
		do(b.move("hand over", stock, there, flown, 15))
		driven, _ := b.receive(70)
		do(b.move("hand over", stock, here, driven, 70))
		never := b.lot(mask) // a register says that it was handed over; the books never received it
		do(b.move("hand over", ledger.Account{Kind: ledger.Unreconciled}, here, never, 7), never)
		_, mistaken := b.receive(1000)
		if _, err := b.reverse(mistaken.ID, ""); err != nil {
			b.Fatal(err)
		}
		other := b.lot("goggles")
		do(b.move("receipt", source, stock, other, 9), other)

		got, err := ledger.Streams(b.Context(), b.d, "airport:", mask, "mask-other")
		if err != nil {
			b.Fatal(err)
		}
		want := []ledger.Stream{
			{Source: donor, Kind: ledger.Recipient, Place: "4301", Amount: 70},
			{Source: donor, Via: "airport:CSX", Kind: ledger.Recipient, Place: "4301", Amount: 50},
			{Source: donor, Via: "airport:CSX", Kind: ledger.Stock, Place: "main", Amount: 25},
			{Source: donor, Via: "airport:CSX", Kind: ledger.Recipient, Place: "4331", Amount: 15},
			{Source: donor, Via: "airport:CSX", Kind: ledger.Stock, Place: "airport:CSX", Amount: 10},
			{Source: id.Zero, Kind: ledger.Recipient, Place: "4301", Amount: 7},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			b.Errorf("streams (-want +got):\n%s", diff)
		}
		if none, err := ledger.Streams(b.Context(), b.d, "airport:"); err != nil || len(none) > 0 {
			b.Errorf("no commodity: %v, %v", none, err)
		}
	})
}
