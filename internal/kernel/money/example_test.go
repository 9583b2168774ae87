// SPDX-License-Identifier: Apache-2.0

package money_test

import (
	"errors"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/money"
)

func ExampleParse() {
	for _, text := range []string{"13547626.00", "-0.5", "0.005", "1,000"} {
		a, err := money.Parse(text, money.CNY)
		switch {
		case errors.Is(err, money.ErrDigits):
			fmt.Println(text, "is less than a fen")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(a.Minor, "fen are", a, a.Currency)
		}
	}
	// Output:
	// 1354762600 fen are 13547626.00 CNY
	// -50 fen are -0.50 CNY
	// 0.005 is less than a fen
	// not an amount of money: "1,000"
}

func ExampleAmount_String() {
	fmt.Println(money.Amount{Minor: 5000, Currency: "CNY"})
	fmt.Println(money.Amount{Minor: 5000, Currency: "JPY"})
	fmt.Println(money.Amount{Minor: 5000, Currency: "KWD"})
	// Output:
	// 50.00
	// 5000
	// 5.000
}
