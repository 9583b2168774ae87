// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// A receipt of 5,000 masks is one entry with two lines. What a ledger refuses is
// found before a database is asked.
func ExampleDraft_Validate() {
	stock := ledger.Account{Kind: ledger.Stock, Place: "main"}
	donor := ledger.Account{Kind: ledger.Source, Holder: id.Derive("example donor")}
	lot := id.Derive("example lot")
	receipt := ledger.Draft{Kind: "receipt", OccurredAt: time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC), Lines: []ledger.Line{
		{Account: donor, Commodity: "mask-surgical", Lot: lot, Amount: -5000},
		{Account: stock, Commodity: "mask-surgical", Lot: lot, Amount: 5000},
	}}
	fmt.Println(receipt.Validate())

	receipt.Lines[1].Amount = 4999
	fmt.Println(errors.Is(receipt.Validate(), ledger.ErrUnbalanced))
	// In a write: entry, err := books.Post(ctx, tx, receipt, lotOpened)
	// Output:
	// <nil>
	// true
}

// Accounts need no look-up: the id follows from what the account is.
func ExampleAccount_ID() {
	a := ledger.Account{Kind: ledger.Stock, Place: "main"}
	b := ledger.Account{Kind: ledger.Stock, Place: "main"}
	fmt.Println(a.ID() == b.ID(), a.Kind.Guarded())
	// Output: true true
}
