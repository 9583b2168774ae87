// SPDX-License-Identifier: Apache-2.0

package quantity_test

import (
	"fmt"

	"github.com/qiaorelief/qiao/internal/reading/quantity"
)

func ExampleRead() {
	for _, cell := range []string{"198箱", "约1.5万只", "5000多只", "若干", "1.5箱"} {
		q, err := quantity.Read(cell)
		fmt.Println(cell, q.State, q.Value, q.Unit, err)
	}
	// Output:
	// 198箱 stated 198 case <nil>
	// 约1.5万只 about 15000 piece <nil>
	// 5000多只 at_least 5000 piece <nil>
	// 若干 unknown 0  <nil>
	// 1.5箱  0  not a whole number
}

func ExampleParseNumber() {
	for _, text := range []string{"10,000", "三千零五", "两三百"} {
		fmt.Println(quantity.ParseNumber(text))
	}
	// Output:
	// 10000 <nil>
	// 3005 <nil>
	// 0 not a number
}

func ExampleParsePack() {
	for _, spec := range []string{"1只/袋 50袋/盒 12盒/箱", "1710，300只/件", "500ml/瓶"} {
		pack, base := quantity.ParsePack(spec)
		fmt.Printf("%s: %s of %q\n", spec, pack, base)
	}
	// Output:
	// 1只/袋 50袋/盒 12盒/箱: bag:1>box:50>case:600 of "piece"
	// 1710，300只/件: case:300 of "piece"
	// 500ml/瓶:  of ""
}
