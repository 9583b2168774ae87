// SPDX-License-Identifier: Apache-2.0

package story

import (
	"context"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// planMilan is the lot from Milan: 48,000 masks, 50 damaged on the way, three
// hospitals, 200 rejected because they were damp.
func (t *teller) planMilan() {
	var lot id.ID
	t.on(17, 60, func(ctx context.Context, at time.Time) error {
		r, err := t.Receipts.Create(ctx, t.actor, receipt.Input{
			Kind: receipt.Donation, DonorName: donors[0].name, Origin: donors[0].country, Place: "airport:CSX", OccurredAt: at, Source: "story",
			Lines: []receipt.LineInput{{
				Class: "mask-surgical", Quantity: qty.Quantity{State: qty.Stated, Value: 80, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 600}}},
				SpecText: "EN 14683 IIR", Standards: []string{"EN 14683"}, Batch: "L-0213-IT-04", ExpiresOn: 20221130,
				Value: money.Amount{Minor: 0, Currency: money.CNY},
			}},
		}, "")
		if err == nil {
			lot = r.Lines[0].Lot
		}
		return err
	})
	airport, store := stock.Spot{Place: "airport:CSX"}, stock.Spot{Place: "main"}
	t.on(17, 485, func(ctx context.Context, at time.Time) error {
		_, err := t.Stock.Adjust(ctx, t.actor, stock.Adjustment{Lot: lot, At: airport, Difference: -50, OccurredAt: at, Reason: "一箱挤破一盒，已拍照"}, "")
		return err
	})
	t.on(18, 100, func(ctx context.Context, at time.Time) error {
		_, err := t.Stock.Move(ctx, t.actor, stock.Move{Lot: lot, From: airport, To: store, Amount: milan - 50, OccurredAt: at, Reason: "提货入库"}, "")
		return err
	})
	for i, h := range []struct {
		who                int
		accepted, rejected int64
	}{{7, 24_000, 0}, {2, 14_400, 0}, {14, 9_350, 200}} {
		t.on(21, 135+i*100, func(ctx context.Context, at time.Time) error {
			line := distribution.LineInput{Class: "mask-surgical", Quantity: qty.Exactly(h.accepted, qty.Piece), Lot: lot, Rejected: h.rejected}
			if h.rejected > 0 {
				line.RejectReason = "受潮"
			}
			_, err := t.Distributions.Create(ctx, t.actor, distribution.Input{
				RecipientName: hospitals[h.who].name, Place: hospitals[h.who].place, OccurredAt: at, Source: "story", Lines: []distribution.LineInput{line},
			}, "")
			return err
		})
	}
}

// planMistake enters a receipt of goggles twice and corrects it two days later.
func (t *teller) planMistake() {
	var twice receipt.Receipt
	t.on(19, 90, func(ctx context.Context, at time.Time) (err error) {
		twice, err = t.Receipts.Create(ctx, t.actor, receipt.Input{
			Kind: receipt.Donation, DonorName: donors[1].name, Origin: donors[1].country, Place: "quarantine", OccurredAt: at, Source: "story",
			Lines: []receipt.LineInput{{Class: "goggles", Quantity: qty.Exactly(100, qty.Piece)}},
		}, "")
		return err
	})
	t.on(21, 72, func(ctx context.Context, _ time.Time) error {
		_, err := t.Receipts.Correct(ctx, t.actor, receipt.Correction{ID: twice.ID, Version: twice.Version, Reason: "同一张入库单登记了两次"})
		return err
	})
}

// handOver hands the goods over to the hospitals, a part on each of the later
// days, until the share of each class is reached. It is told last, because it
// depends on what is there on each day; the clock goes back for it only in what
// happened, not in what was recorded.
func (t *teller) handOver(ctx context.Context) error {
	minute := 0
	for _, g := range inflow {
		left := g.total * g.handed / 1000
		if g.class == "mask-surgical" {
			left -= milan - 50 // Milan's masks are handed over by themselves
		}
		share := left / int64(len(hospitals))
		for i, h := range hospitals {
			amount := share
			if i == len(hospitals)-1 {
				amount = left - share*int64(len(hospitals)-1)
			}
			if amount == 0 {
				continue
			}
			day := days - 1 - (i % 2)
			at := Begin.AddDate(0, 0, day).Add(time.Duration(200+minute%380) * time.Minute)
			minute++
			t.Clock.Set(Begin.AddDate(0, 0, days-1).Add(590*time.Minute + time.Duration(minute)*20*time.Millisecond))
			if err := t.give(ctx, g.class, h, amount, at); err != nil {
				return fmt.Errorf("story: hand over %s: %w", g.class, err)
			}
		}
	}
	return nil
}

func (t *teller) give(ctx context.Context, class string, h hospital, amount int64, at time.Time) error {
	_, err := t.Distributions.Create(ctx, t.actor, distribution.Input{
		RecipientName: h.name, Place: h.place, OccurredAt: at, Source: "story",
		Lines: []distribution.LineInput{{Class: class, Quantity: qty.Exactly(amount, unit(class))}},
	}, "")
	return err
}
