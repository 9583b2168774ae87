// SPDX-License-Identifier: Apache-2.0

package story

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/office"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// Services are what the story is played with. Clock is the clock of the
// database; the story moves it.
type Services struct {
	DB            *db.DB
	Clock         *clock.Manual
	Orgs          *org.Service
	Needs         *need.Service
	Receipts      *receipt.Service
	Distributions *distribution.Service
	Funds         *fund.Service
	Stock         *stock.Service
}

// zone is the zone of the story's days.
const zone = "Asia/Shanghai"

// days is the length of the story: 27 January to 17 February.
const days = 22

// Begin is the morning of the first day, 08:00 in Changsha.
var Begin = time.Date(2020, time.January, 27, 0, 0, 0, 0, time.UTC)

// teller tells the story day by day.
type teller struct {
	Services
	actor account.Actor
	plan  [days][]step
}

// step is one thing that happens on a day.
type step struct {
	minute int // after 08:00
	do     func(ctx context.Context, at time.Time) error
}

// Play plays the story into new books.
func Play(ctx context.Context, s Services) error {
	t := &teller{Services: s, actor: account.System()}
	s.Clock.Set(Begin)
	err := office.Set(ctx, s.DB, t.actor.ID, office.Office{Name: "示例省侨联救援物资办公室", Zone: zone, Demonstration: true})
	if err != nil {
		return fmt.Errorf("story: %w", err)
	}
	t.planMoney()
	t.planNeeds()
	t.planReceipts()
	t.planMilan()
	t.planMistake()
	for day := range days {
		slices.SortStableFunc(t.plan[day], func(a, b step) int { return a.minute - b.minute })
		for _, step := range t.plan[day] {
			at := Begin.AddDate(0, 0, day).Add(time.Duration(step.minute) * time.Minute)
			s.Clock.Set(at.Add(3 * time.Minute)) // written down a little after it happened
			if err := step.do(ctx, at); err != nil {
				return fmt.Errorf("story, day %d: %w", day+1, err)
			}
		}
	}
	return t.handOver(ctx)
}

func (t *teller) on(day, minute int, do func(ctx context.Context, at time.Time) error) {
	t.plan[day] = append(t.plan[day], step{minute, do})
}

func (t *teller) planMoney() {
	for i, g := range gifts() {
		t.on(g.day, 20+i%400, func(ctx context.Context, at time.Time) error {
			_, err := t.Funds.Create(ctx, t.actor, fund.Input{
				Direction: fund.In, Channel: g.channel, PartyName: g.donor, OrganiserName: g.organiser,
				Amount: money.Amount{Minor: g.fen, Currency: money.CNY}, OccurredAt: at, Source: "story",
			}, "")
			return err
		})
	}
	for i, p := range []struct {
		day  int
		yuan int64
		what string
		whom string
	}{
		{10, 320_000, "采购", "示例株洲防护用品有限公司"}, {12, 85_000, "运输", "示例湘通物流公司"}, {15, 410_000, "采购", "示例长沙医疗器械有限公司"},
		{18, 260_000, "定向拨付", "示例湘西州民族医院"}, {20, 150_000, "定向拨付", "示例邵阳市中心医院"},
	} {
		t.on(p.day, 420+i, func(ctx context.Context, at time.Time) error {
			_, err := t.Funds.Create(ctx, t.actor, fund.Input{
				Direction: fund.Out, Channel: "示例对公账户", Purpose: p.what, PartyName: p.whom,
				Amount: money.Amount{Minor: p.yuan * 100, Currency: money.CNY}, OccurredAt: at, Source: "story",
			}, "")
			return err
		})
	}
}

// planNeeds lets every hospital ask: in exact, rough and unknown numbers.
func (t *teller) planNeeds() {
	for i, h := range hospitals {
		lines := []need.Line{
			{Class: "suit-medical", Quantity: qty.Exactly(int64(5_200+i*310), qty.Piece), Standards: []string{"GB 19082-2009"}},
			{Class: "respirator-medical", Quantity: qty.Exactly(int64(41_000+i*900), qty.Piece)},
			{Class: "goggles", Quantity: qty.Quantity{State: qty.About, Value: int64(1_000 + i*30), Unit: qty.Piece}},
			{Class: "mask-surgical", Quantity: qty.Quantity{State: qty.AtLeast, Value: int64(150_000 + i*4_000), Unit: qty.Piece}},
			{Class: "thermometer", Quantity: qty.Unsaid("急需")},
		}
		if i%3 == 0 {
			lines = append(lines, need.Line{Class: "gloves-medical", Quantity: qty.Exactly(int64(60_000+i*500), qty.Pair)})
		}
		t.on(1+i%6, 30+i, func(ctx context.Context, _ time.Time) error {
			_, err := t.Needs.Create(ctx, t.actor, need.Input{
				RecipientName: h.name, Place: h.place, Setting: "fever-clinic", Source: "story", Lines: lines,
			}, "")
			return err
		})
	}
}

// milan is the lot whose thread is worth following.
const milan = 48_000

// planReceipts spreads each class over its lots, donors and days. Values are
// spread alike; what rounding leaves is on the last lot of the first class.
func (t *teller) planReceipts() {
	valued, n := int64(0), 0
	for _, g := range inflow {
		valued += g.value
	}
	for gi, g := range inflow {
		left, value := g.total, g.value
		if gi == 0 {
			value += totalValue - valued
		}
		if g.class == "mask-surgical" {
			left -= milan
		}
		for i := range g.lots {
			amount, worth := left/int64(g.lots-i), value/int64(g.lots-i)
			if i < g.lots-1 {
				amount += amount / 5 * int64(i%3-1)
			}
			left, value = left-amount, value-worth
			t.receive(g, gi, i, n, amount, worth)
			n++
		}
	}
}

func (t *teller) receive(g goods, gi, i, n int, amount, worth int64) {
	d := donors[(gi*5+i*3)%len(donors)]
	day := 2 + (gi*3+i*7)%18
	if day == 9 { // a day on which nothing arrived
		day++
	}
	quantity := qty.Exactly(amount, unit(g.class))
	quantity.Pack = g.pack
	in := receipt.Input{
		Kind: receipt.Donation, DonorName: d.name, Origin: d.country, Place: "main", Source: "story",
		Lines: []receipt.LineInput{{
			Class: g.class, Quantity: quantity, SpecText: g.spec, Standards: g.standards,
			Batch: fmt.Sprintf("L-%02d%02d-%03d", gi+1, i+1, n), ExpiresOn: 20221100 + clock.Day(1+n%28),
			Value: money.Amount{Minor: worth, Currency: money.CNY}, ValueSource: source(n),
		}},
	}
	if n%17 == 5 {
		in.Lines[0].Earmark = ledger.Earmark{AsStated: "定向：县级医院", Place: "43"}
	}
	t.on(day, 60+n%380, func(ctx context.Context, at time.Time) error {
		in.OccurredAt = at
		_, err := t.Receipts.Create(ctx, t.actor, in, "")
		return err
	})
}
