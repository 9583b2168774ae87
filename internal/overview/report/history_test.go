// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// act is one thing that happens; the numbers choose among what is there.
type act struct {
	What         string
	Day          int // 10 to 17
	Class        string
	Unit         qty.Unit
	N            int64
	Who, Which   int
	Replaced     bool
	Unreconciled bool
}

var acts = rapid.Custom(func(t *rapid.T) act {
	goods := rapid.SampledFrom([][2]string{
		{"mask-surgical", "piece"}, {"mask-other", "piece"}, {"mask-surgical", "case"}, {"gloves-medical", "pair"}, {"ventilator", "piece"},
	}).Draw(t, "goods")
	return act{
		What: rapid.SampledFrom([]string{
			"receive", "receive", "hand", "hand", "move", "adjust", "correct receipt", "correct hand-over", "money in", "money out", "correct money",
		}).Draw(t, "what"),
		Day: rapid.IntRange(10, 17).Draw(t, "day"), Class: goods[0], Unit: qty.Unit(goods[1]), N: rapid.Int64Range(1, 300).Draw(t, "n"),
		Who: rapid.IntRange(0, 2).Draw(t, "who"), Which: rapid.IntRange(0, 9).Draw(t, "which"),
		Replaced: rapid.Bool().Draw(t, "replaced"), Unreconciled: rapid.Bool().Draw(t, "unreconciled"),
	}
})

// history is what happened so far: what can be corrected.
type history struct {
	*office
	received []receipt.Receipt
	handed   []distribution.Distribution
	money    []fund.Record
}

// choose returns one of the list, if there is one.
func choose[T any](list []T, which int) (T, bool) {
	if len(list) == 0 {
		var none T
		return none, false
	}
	return list[which%len(list)], true
}

func (a act) recipient() id.ID { return id.Derive("example hospital", fmt.Sprint(a.Who)) }

func (a act) receipt() receipt.Input {
	in := receipt.Input{Kind: receipt.Donation, DonorName: fmt.Sprintf("示例%d商会", a.Who), Place: "main", OccurredAt: day(a.Day)}
	line := receipt.LineInput{Class: a.Class, Quantity: qty.Exactly(a.N, a.Unit)}
	if a.Replaced {
		line.Value, line.ValueSource = money.Amount{Minor: 100 * a.N, Currency: []money.Currency{"CNY", "EUR"}[a.Which%2]}, receipt.Estimate
	}
	if a.Which == 9 {
		line.Earmark = ledger.Earmark{AsStated: "for one hospital", Recipient: a.recipient()}
	}
	in.Lines = []receipt.LineInput{line, {Class: "suit-medical", Quantity: qty.Exactly(a.N+1, qty.Piece)}}
	return in
}

func (a act) distribution() distribution.Input {
	return distribution.Input{
		Recipient: a.recipient(), Place: fmt.Sprintf("43%02d", a.Who+1), OccurredAt: day(a.Day), Unreconciled: a.Unreconciled,
		Lines: []distribution.LineInput{
			{Class: a.Class, Quantity: qty.Exactly(a.N, a.Unit), Rejected: int64(a.Which), RejectReason: "torn"},
			{Class: "suit-medical", Quantity: qty.Exactly(1, qty.Piece)},
		},
	}
}

func (a act) fund(direction fund.Direction) fund.Input {
	return fund.Input{
		Direction: direction, Channel: "bank", Purpose: "goods", PartyName: fmt.Sprintf("示例%d商会", a.Who),
		Amount: money.Amount{Minor: a.N, Currency: []money.Currency{"CNY", "EUR"}[a.Which%2]}, OccurredAt: day(a.Day),
	}
}

// do lets something happen. What the books refuse did not happen: goods that are
// not there, or what was corrected before.
func (h *history) do(t failer, a act) {
	t.Helper()
	ctx := context.Background()
	var err error
	switch a.What {
	case "receive":
		var r receipt.Receipt
		if r, err = h.receipts.Create(ctx, h.actor, a.receipt(), ""); err == nil {
			h.received = append(h.received, r)
		}
	case "hand":
		var d distribution.Distribution
		if d, err = h.distributions.Create(ctx, h.actor, a.distribution(), ""); err == nil {
			h.handed = append(h.handed, d)
		}
	case "money in", "money out":
		var r fund.Record
		direction := map[string]fund.Direction{"money in": fund.In, "money out": fund.Out}[a.What]
		if r, err = h.funds.Create(ctx, h.actor, a.fund(direction), ""); err == nil {
			h.money = append(h.money, r)
		}
	case "move", "adjust":
		err = h.shift(ctx, a)
	default:
		err = h.correct(ctx, a)
	}
	if err != nil && !errs.Is(err, errs.Exhausted) && !errs.Is(err, errs.Conflict) {
		t.Fatalf("%+v: %v", a, err)
	}
}

// shift moves or adjusts some of a lot.
func (h *history) shift(ctx context.Context, a act) error {
	r, ok := choose(h.received, a.Which)
	if !ok {
		return nil
	}
	lot := r.Lines[0].Lot
	if a.What == "move" {
		to := stock.Spot{Place: []string{"annex", "elsewhere"}[a.Which%2]}
		_, err := h.stock.Move(ctx, h.actor, stock.Move{Lot: lot, From: stock.Spot{Place: "main"}, To: to, Amount: a.N, OccurredAt: day(a.Day)}, "")
		return err
	}
	difference := a.N
	if a.Replaced {
		difference = -a.N
	}
	_, err := h.stock.Adjust(ctx, h.actor, stock.Adjustment{
		Lot: lot, At: stock.Spot{Place: "main"}, Difference: difference, OccurredAt: day(a.Day), Reason: "counted again",
	}, "")
	return err
}

// correct takes something back, with or without what it should have been.
func (h *history) correct(ctx context.Context, a act) error {
	const reason = "entered twice"
	switch a.What {
	case "correct receipt":
		r, ok := choose(h.received, a.Which)
		if !ok {
			return nil
		}
		c := receipt.Correction{ID: r.ID, Version: r.Version, Reason: reason}
		if in := a.receipt(); a.Replaced {
			c.Replacement = &in
		}
		next, err := h.receipts.Correct(ctx, h.actor, c)
		if err == nil && a.Replaced {
			h.received = append(h.received, next)
		}
		return err
	case "correct hand-over":
		d, ok := choose(h.handed, a.Which)
		if !ok {
			return nil
		}
		c := distribution.Correction{ID: d.ID, Version: d.Version, Reason: reason}
		if in := a.distribution(); a.Replaced {
			c.Replacement = &in
		}
		next, err := h.distributions.Correct(ctx, h.actor, c)
		if err == nil && a.Replaced {
			h.handed = append(h.handed, next)
		}
		return err
	}
	r, ok := choose(h.money, a.Which)
	if !ok {
		return nil
	}
	_, err := h.funds.Correct(ctx, h.actor, fund.Correction{ID: r.ID, Version: r.Version, Reason: reason})
	return err
}

// sums are figures added up from the rows that a reader sees behind them. No
// figure here is a sum that the books keep.
type sums struct {
	In, Out, Unreconciled map[string]int64 // by commodity
	Stock                 map[string]int64 // of now
	Received              map[string]int64 // recipient, place and commodity
	HandOvers             map[id.ID]int64
	Values                map[money.Currency]int64
	MoneyIn, MoneyOut     map[money.Currency]int64
	OnDay                 map[string]int64 // group and day, base units
}

// rows adds the rows up to and with a day.
func (o *office) rows(t failer, upTo clock.Day) sums {
	t.Helper()
	ctx := context.Background()
	s := sums{
		map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[id.ID]int64{},
		map[money.Currency]int64{}, map[money.Currency]int64{}, map[money.Currency]int64{}, map[string]int64{},
	}
	var classes []string
	for _, c := range o.goods.Classes() {
		classes = append(classes, c.Code)
	}
	for _, r := range all(t, func(p page.Request) (page.Page[receipt.Row], error) {
		return receipt.Rows(ctx, o.db, receipt.Filter{Classes: classes, UpTo: upTo}, p)
	}) {
		s.In[string(r.Line.Commodity)] += r.Line.Quantity
		s.Values[r.Line.Value.Currency] += r.Line.Value.Minor
		if string(r.Line.Commodity) == r.Line.Class {
			s.OnDay[o.goods.GroupOf(r.Line.Class)+" "+r.Receipt.Day.String()] += r.Line.Quantity
		}
	}
	counted := map[id.ID]bool{}
	for _, r := range all(t, func(p page.Request) (page.Page[distribution.Row], error) {
		return distribution.Rows(ctx, o.db, distribution.Filter{Classes: classes, UpTo: upTo}, p)
	}) {
		s.Out[string(r.Line.Commodity)] += r.Line.Accepted
		s.Unreconciled[string(r.Line.Commodity)] -= r.Line.Unreconciled
		s.Received[fmt.Sprint(r.Distribution.Recipient, " ", r.Distribution.Place, " ", r.Line.Commodity)] += r.Line.Accepted
		if !counted[r.Distribution.ID] {
			counted[r.Distribution.ID] = true
			s.HandOvers[r.Distribution.Recipient]++
		}
	}
	for _, r := range all(t, func(p page.Request) (page.Page[ledger.StockRow], error) {
		return stock.Rows(ctx, o.db, ledger.StockFilter{}, p)
	}) {
		s.Stock[string(r.Lot.Commodity)] += r.Amount
	}
	for _, r := range all(t, func(p page.Request) (page.Page[fund.Record], error) {
		return fund.Rows(ctx, o.db, fund.Filter{UpTo: upTo}, p)
	}) {
		by := map[fund.Direction]map[money.Currency]int64{fund.In: s.MoneyIn, fund.Out: s.MoneyOut}[r.Direction]
		by[r.Amount.Currency] += r.Amount.Minor
	}
	return s
}

// shown adds the same figures up from a report.
func shown(f *report.Figures) sums {
	s := sums{
		map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, maps.Clone(f.HandOvers),
		map[money.Currency]int64{}, map[money.Currency]int64{}, map[money.Currency]int64{}, map[string]int64{},
	}
	for _, l := range f.Lines {
		s.In[string(l.Commodity)], s.Out[string(l.Commodity)] = l.In, l.Out
		s.Unreconciled[string(l.Commodity)], s.Stock[string(l.Commodity)] = l.Unreconciled, l.Stock
	}
	for _, r := range f.Received {
		s.Received[fmt.Sprint(r.Recipient, " ", r.Place, " ", r.Commodity)] += r.Quantity
	}
	for _, v := range f.Values {
		s.Values[v.Currency] = v.Amount
	}
	for _, m := range f.Money {
		s.MoneyIn[m.Currency], s.MoneyOut[m.Currency] = m.In, m.Out
	}
	for _, g := range f.Groups {
		for _, d := range g.Days {
			s.OnDay[g.Code+" "+d.Day.String()] = d.Quantity
		}
	}
	return s
}

// hold holds a report to its laws.
func hold(t failer, o *office, f *report.Figures) {
	t.Helper()
	for _, l := range f.Lines {
		if l.In != l.Out+l.Stock+l.Adjusted+l.Unreconciled || !l.Balanced() {
			t.Errorf("%v: in %d ≠ out %d + stock %d + adjusted %d + unreconciled %d", f.Day, l.In, l.Out, l.Stock, l.Adjusted, l.Unreconciled)
		}
	}
	for _, m := range f.Money {
		if m.In != m.Out+m.Balance || m.Unresolved != 0 || m.Adjusted != 0 {
			t.Errorf("%v: money %+v", f.Day, m)
		}
	}
	for _, v := range f.Values {
		var sum int64
		for _, n := range v.Sources {
			sum += n
		}
		if sum != v.Amount {
			t.Errorf("%v: the sources of %+v make %d", f.Day, v, sum)
		}
	}
	for _, g := range f.Groups {
		var sum int64
		for _, d := range g.Days {
			sum += d.Quantity
		}
		if sum != g.Quantity || !slices.IsSortedFunc(g.Days, func(a, b report.DayQuantity) int { return int(a.Day - b.Day) }) {
			t.Errorf("%v: the days of %+v make %d", f.Day, g, sum)
		}
	}
	rows, report := o.rows(t, f.Day), shown(f)
	if f.Day < f.Last { // the rows of stock are those of now
		rows.Stock, report.Stock = nil, nil
	}
	zeros := cmp.FilterValues(func(a, b map[string]int64) bool { return true }, cmp.Transformer("known", without[string]))
	currencies := cmp.FilterValues(func(a, b map[money.Currency]int64) bool { return true }, cmp.Transformer("known", without[money.Currency]))
	if diff := cmp.Diff(rows, report, zeros, currencies); diff != "" {
		t.Errorf("%v: the rows (-) and the report (+) differ:\n%s", f.Day, diff)
	}
}

// counts is a map without what is zero.
type counts[K comparable] map[K]int64

func without[K comparable](m map[K]int64) counts[K] {
	kept := counts[K]{}
	for k, n := range m {
		if n != 0 {
			kept[k] = n
		}
	}
	return kept
}

// live plays acts into an office and holds the report of every day to its laws.
func live(t failer, o *office, list []act) {
	t.Helper()
	h := &history{office: o}
	for _, a := range list {
		h.do(t, a)
	}
	last := o.figures(t, 0)
	hold(t, o, last)
	for d := last.First; d != 0 && d <= last.Last; d = d.Add(1) {
		hold(t, o, o.figures(t, d))
	}
}

// TestWhateverHappensTheReportIsTheSumOfItsRows plays random histories with the
// services that people use: receipts, hand-overs, moves, losses, corrections,
// things that go out although they never came in, money.
func TestWhateverHappensTheReportIsTheSumOfItsRows(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(r *rapid.T) {
			live(r, open(t, dbtest.SQLite), rapid.SliceOfN(acts, 0, 25).Draw(r, "history"))
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		for seed := range 4 {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				live(t, open(t, dbtest.Postgres), rapid.SliceOfN(acts, 60, 60).Example(seed))
			})
		}
	})
}
