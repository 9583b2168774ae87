// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"fmt"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// A fact is kept in its canonical form, so that everybody computes the same leaf.
func Example() {
	f := journal.Fact{
		Actor: id.Derive("example coordinator"), Action: "receipt.create",
		SubjectKind: "receipt", Subject: id.Derive("example receipt"),
		Payload: map[string]any{"quantity": 5000, "item": "mask"},
	}
	payload, err := journal.Canonical(f.Payload)
	fmt.Println(string(payload), err)
	// In a write: record, err := journal.Write(ctx, tx, f)
	// Output: {"item":"mask","quantity":5000} <nil>
}
