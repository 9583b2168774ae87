// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// What generated books and registers are made of. Everybody is invented.
const (
	days       = 60
	donors     = 2000
	recipients = 200
)

var (
	begin = time.Date(2020, 1, 23, 2, 0, 0, 0, time.UTC) // ten in the morning in the zone of the books
	last  = begin.AddDate(0, 0, days-1).Format(time.DateOnly)
)

// goods are what is given and handed over in turn.
var goods = []struct {
	class, item, word string
	unit              qty.Unit
}{
	{"mask-surgical", "医用外科口罩", "个", qty.Piece},
	{"suit-medical", "医用防护服", "套", qty.Piece},
	{"gloves-medical", "医用检查手套", "双", qty.Pair},
	{"goggles", "护目镜", "个", qty.Piece},
	{"alcohol", "酒精", "瓶", qty.Bottle},
	{"respirator", "N95口罩", "个", qty.Piece},
	{"thermometer", "体温计", "个", qty.Piece},
}

func donor(n int) string     { return fmt.Sprintf("Example Association %d", n%donors) }
func recipient(n int) string { return fmt.Sprintf("示例市第%d医院", n%recipients+1) }

// moment is when the n-th of so many entries happened: evenly over the days.
func moment(n, of int) time.Time { return begin.AddDate(0, 0, n*days/of) }

// same is the gift of donation, as the service takes it.
func same() receipt.Input {
	return receipt.Input{
		Kind: receipt.Donation, DonorName: donor(17), Place: "warehouse", OccurredAt: begin.AddDate(0, 0, 11),
		Lines: []receipt.LineInput{{Class: "mask-surgical", ItemText: "外科口罩", Quantity: qty.Exactly(given, qty.Piece)}},
	}
}

func gift(n, of int) receipt.Input {
	g := goods[n%len(goods)]
	return receipt.Input{
		Kind: receipt.Donation, DonorName: donor(n), Place: "warehouse", OccurredAt: moment(n, of),
		Lines: []receipt.LineInput{{Class: g.class, ItemText: g.item, Quantity: qty.Exactly(int64(1+n*37%2000), g.unit)}},
	}
}

func handOver(n, of int) distribution.Input {
	g := goods[n%len(goods)]
	return distribution.Input{
		RecipientName: recipient(n), OccurredAt: moment(n, of), Unreconciled: true,
		Lines: []distribution.LineInput{{Class: g.class, ItemText: g.item, Quantity: qty.Exactly(int64(1+n*37%900), g.unit)}},
	}
}

func gave(n, of int) fund.Input {
	return fund.Input{
		Direction: fund.In, Channel: "bank", PartyName: donor(n), OccurredAt: moment(n, of),
		Amount: money.Amount{Minor: int64(100 + n*7919%1_000_000), Currency: money.CNY},
	}
}
