// SPDX-License-Identifier: Apache-2.0

package qty_test

import (
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

func ExampleQuantity_Base() {
	cases := qty.Exactly(198, qty.Case)
	_, known, _ := cases.Base(qty.Piece)
	fmt.Println("198 cases, nobody said of what:", known)

	cases.Pack = qty.Pack{{Unit: qty.Box, Of: 50}, {Unit: qty.Case, Of: 600}}
	pieces, known, _ := cases.Base(qty.Piece)
	fmt.Println("198 cases,", cases.Pack, "pieces:", pieces, known)
	// Output:
	// 198 cases, nobody said of what: false
	// 198 cases, box:50>case:600 pieces: 118800 true
}

func ExampleUnsaid() {
	q := qty.Unsaid("急需")
	_, known, _ := q.Base(qty.Piece)
	fmt.Println(q.State, q.Text, known)
	// Output: unknown 急需 false
}
