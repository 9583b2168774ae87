// SPDX-License-Identifier: Apache-2.0

// Package invented is what generated books and registers are made of: gifts,
// hand-overs and money of people and hospitals that do not exist, the same in
// every run, and the same entries as a journal of the program ledger.
package invented

import (
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// How many there are. Everybody is invented.
const (
	Days       = 60
	donors     = 2000
	recipients = 200
)

var (
	// Begin is the first moment.
	Begin = time.Date(2020, 1, 23, 2, 0, 0, 0, time.UTC) // ten in the morning in the zone of the books
	// Last is the last day.
	Last = Begin.AddDate(0, 0, Days-1).Format(time.DateOnly)
)

// Goods are what is given and handed over in turn.
var Goods = []struct {
	Class, Item, Word string
	Unit              qty.Unit
}{
	{"mask-surgical", "医用外科口罩", "个", qty.Piece},
	{"suit-medical", "医用防护服", "套", qty.Piece},
	{"gloves-medical", "医用检查手套", "双", qty.Pair},
	{"goggles", "护目镜", "个", qty.Piece},
	{"alcohol", "酒精", "瓶", qty.Bottle},
	{"respirator", "N95口罩", "个", qty.Piece},
	{"thermometer", "体温计", "个", qty.Piece},
}

// Donor is the name of a donor.
func Donor(n int) string { return fmt.Sprintf("Example Association %d", n%donors) }

// Recipient is the name of a hospital.
func Recipient(n int) string { return fmt.Sprintf("示例市第%d医院", n%recipients+1) }

// Moment is when the n-th of so many entries happened: evenly over the days.
func Moment(n, of int) time.Time { return Begin.AddDate(0, 0, n*Days/of) }

// Same is one gift of so many pieces, as the service takes it.
func Same(pieces int64) receipt.Input {
	return receipt.Input{
		Kind: receipt.Donation, DonorName: Donor(17), Place: "warehouse", OccurredAt: Begin.AddDate(0, 0, 11),
		Lines: []receipt.LineInput{{Class: "mask-surgical", ItemText: "外科口罩", Quantity: qty.Exactly(pieces, qty.Piece)}},
	}
}

// Gift is the n-th gift.
func Gift(n, of int) receipt.Input {
	g := Goods[n%len(Goods)]
	return receipt.Input{
		Kind: receipt.Donation, DonorName: Donor(n), Place: "warehouse", OccurredAt: Moment(n, of),
		Lines: []receipt.LineInput{{Class: g.Class, ItemText: g.Item, Quantity: qty.Exactly(int64(1+n*37%2000), g.Unit)}},
	}
}

// HandOver is the n-th hand-over.
func HandOver(n, of int) distribution.Input {
	g := Goods[n%len(Goods)]
	return distribution.Input{
		RecipientName: Recipient(n), OccurredAt: Moment(n, of), Unreconciled: true,
		Lines: []distribution.LineInput{{Class: g.Class, ItemText: g.Item, Quantity: qty.Exactly(int64(1+n*37%900), g.Unit)}},
	}
}

// Gave is the n-th gift of money.
func Gave(n, of int) fund.Input {
	return fund.Input{
		Direction: fund.In, Channel: "bank", PartyName: Donor(n), OccurredAt: Moment(n, of),
		Amount: money.Amount{Minor: int64(100 + n*7919%1_000_000), Currency: money.CNY},
	}
}
