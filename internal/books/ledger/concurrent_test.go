// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// counter is the model of one balance under concurrent allocators: reserve and
// take need enough that is free, post turns a hold into goods that are gone,
// void gives it back, and look sees what is free.
type counterInput struct {
	op     string
	amount int64
}

type counterState struct{ stock, held int64 }

type counterOutput struct {
	ok   bool
	free int64
}

func counterModel(start int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return counterState{stock: start} },
		Step: func(state, input, output any) (bool, any) {
			s, in, out := state.(counterState), input.(counterInput), output.(counterOutput)
			if in.op == "look" {
				return out.free == s.stock-s.held, s
			}
			if in.op == "take" || in.op == "reserve" {
				if possible := s.stock-s.held >= in.amount; possible != out.ok {
					return false, s
				}
			}
			if !out.ok {
				return true, s
			}
			switch in.op {
			case "take":
				s.stock -= in.amount
			case "reserve":
				s.held += in.amount
			case "void":
				s.held -= in.amount
			case "post":
				s.held -= in.amount
				s.stock -= in.amount
			}
			return true, s
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
	}
}

// recorder keeps the history of one run.
type recorder struct {
	start time.Time
	mu    sync.Mutex
	ops   []porcupine.Operation
}

func (r *recorder) do(client int, in counterInput, run func() counterOutput) counterOutput {
	call := clock.Since(r.start).Nanoseconds()
	out := run()
	end := clock.Since(r.start).Nanoseconds()
	r.mu.Lock()
	r.ops = append(r.ops, porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: end})
	r.mu.Unlock()
	return out
}

// TestTwoAllocatorsNeverPromiseTheSameBox lets allocators, half of them where a
// second process would be, empty a stock of 435 and requires that the history is one that a single counter could have given.
func TestTwoAllocatorsNeverPromiseTheSameBox(t *testing.T) {
	t.Parallel()
	const units, allocators = 435, 6
	each(t, func(b *books) {
		lot, _ := b.receive(units)
		second := &books{T: b.T, d: dbtest.Again(b.T, b.d, db.Config{Clock: b.clock}), l: ledger.New(zone), clock: b.clock}
		var gone atomic.Int64
		rec := &recorder{start: clock.Start()}
		var wg sync.WaitGroup
		for client := range allocators {
			wg.Go(func() {
				a := allocator{b: []*books{b, second}[client%2], lot: lot, rec: rec, client: client, gone: &gone}
				for step := 0; a.work(step); step++ {
				}
			})
		}
		wg.Wait()
		if gone.Load() != units {
			b.Errorf("%d of %d units went out", gone.Load(), units)
		}
		b.wantBalance(stock, lot, 0, 0)
		b.wantBalance(recipient, lot, units, 0)
		if result := porcupine.CheckOperationsTimeout(counterModel(units), rec.ops, time.Minute); result != porcupine.Ok {
			b.Errorf("the history of %d operations is not linearizable: %s", len(rec.ops), result)
		}
		b.wantClean()
	})
}

type allocator struct {
	b      *books
	lot    ledger.Lot
	rec    *recorder
	client int
	gone   *atomic.Int64
}

// work does one step, and reports false when nothing is left.
func (a *allocator) work(step int) bool {
	amount := int64(1 + (a.client*7+step*3)%9)
	switch (a.client + step) % 4 {
	case 0:
		if a.take(amount) {
			return true
		}
	case 1, 2:
		if a.hold(amount, step%3 == 0) {
			return true
		}
	case 3:
		free := a.look()
		return free > 0 || a.b.left(a.lot) > 0
	}
	// What was asked for is not free; the rest is taken one by one.
	return a.take(1) || a.b.left(a.lot) > 0
}

// left returns what is in stock, held or not.
func (b *books) left(lot ledger.Lot) int64 {
	got, err := ledger.BalanceOf(b.Context(), b.d, stock, lot.Commodity, lot.ID)
	if err != nil {
		b.Error(err)
		return 0
	}
	return got.Amount
}

func (a *allocator) outcome(err error) counterOutput {
	if err != nil && !errs.Is(err, errs.Exhausted) {
		a.b.Error(err)
	}
	return counterOutput{ok: err == nil}
}

func (a *allocator) take(amount int64) bool {
	out := a.rec.do(a.client, counterInput{"take", amount}, func() counterOutput {
		_, err := a.b.post(a.b.move("distribution", stock, recipient, a.lot, amount))
		return a.outcome(err)
	})
	if out.ok {
		a.gone.Add(amount)
	}
	return out.ok
}

func (a *allocator) hold(amount int64, void bool) bool {
	var h ledger.Hold
	out := a.rec.do(a.client, counterInput{"reserve", amount}, func() counterOutput {
		var err error
		h, err = a.b.reserve(a.lot, amount)
		return a.outcome(err)
	})
	if !out.ok {
		return false
	}
	if void {
		a.rec.do(a.client, counterInput{"void", amount}, func() counterOutput { return a.outcome(a.b.void(h)) })
		return true
	}
	a.rec.do(a.client, counterInput{"post", amount}, func() counterOutput {
		return a.outcome(a.b.postHold(h, a.b.move("distribution", stock, recipient, a.lot, amount)))
	})
	a.gone.Add(amount)
	return true
}

func (a *allocator) look() int64 {
	return a.rec.do(a.client, counterInput{"look", 0}, func() counterOutput {
		free, err := a.b.l.Available(a.b.Context(), a.b.d, stock, mask, a.lot.ID)
		if err != nil {
			a.b.Error(err)
		}
		return counterOutput{free: free}
	}).free
}

// TestOppositeMovesDoNotWaitInACircle moves goods in both directions at once.
func TestOppositeMovesDoNotWaitInACircle(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(1000)
		if _, err := b.post(b.move("x", stock, transit, lot, 500)); err != nil {
			b.Fatal(err)
		}
		start := clock.Start()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				from, to := stock, transit
				if i%2 == 0 {
					from, to = transit, stock
				}
				for range 25 {
					if _, err := b.post(b.move("x", from, to, lot, 1)); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if took := clock.Since(start); took > 30*time.Second {
			b.Errorf("200 moves took %s: writers wait for each other", took)
		}
		b.wantBalance(stock, lot, 500, 0)
		b.wantBalance(transit, lot, 500, 0)
		b.wantClean()
	})
}

// TestAnEntryIsSeenWholeOrNotAtAll reads while others write.
func TestAnEntryIsSeenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		lot, _ := b.receive(300)
		ctx, stop := context.WithCancel(b.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for ctx.Err() == nil {
				sum, err := db.Value[int64](b.Context(), b.d, `SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM ledger_balance WHERE lot_id = $1`, lot.ID)
				if err != nil || sum != 0 {
					b.Errorf("half an entry was seen: balances sum to %d (%v)", sum, err)
					return
				}
			}
		})
		for range 100 {
			if _, err := b.post(b.move("distribution", stock, recipient, lot, 3)); err != nil {
				b.Error(err)
			}
		}
		stop()
		wg.Wait()
	})
}
