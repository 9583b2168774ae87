// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// model is what the ledger should say: a few maps that anybody can check by eye.
type model struct {
	balance map[spot]int64
	held    map[spot]int64
	days    map[ledger.DaySum]int64 // key without amount
	entries []modelEntry
	holds   []modelHold
	lots    []ledger.Lot
}

type spot struct {
	kind ledger.Kind
	lot  id.ID
}

type modelEntry struct {
	id        id.ID
	from, to  ledger.Account
	lot       ledger.Lot
	amount    int64
	day       ledger.Day
	corrected bool
}

type modelHold struct {
	hold ledger.Hold
	lot  ledger.Lot
	open bool
}

func newModel() *model {
	return &model{balance: map[spot]int64{}, held: map[spot]int64{}, days: map[ledger.DaySum]int64{}}
}

// apply moves an amount and counts it; sign is -1 when it undoes what was moved.
func (m *model) apply(e modelEntry, sign int64) {
	for side, a := range map[int64]ledger.Account{-1: e.from, 1: e.to} {
		m.balance[spot{a.Kind, e.lot.ID}] += sign * side * e.amount
		m.days[ledger.DaySum{Kind: a.Kind, Commodity: e.lot.Commodity, Day: e.day, Side: side}] += sign * side * e.amount
	}
}

// free is what can be taken from the account.
func (m *model) free(a ledger.Account, lot ledger.Lot) int64 {
	k := spot{a.Kind, lot.ID}
	return m.balance[k] - m.held[k]
}

// allows reports whether taking an amount is possible.
func (m *model) allows(a ledger.Account, lot ledger.Lot, amount int64) bool {
	return !a.Kind.Guarded() || m.free(a, lot) >= amount
}

var transit = ledger.Account{Kind: ledger.Transit, Place: "road"}
var lost = ledger.Account{Kind: ledger.Adjustment, Place: "damaged"}

// TestRandomHistories plays random operations against the model, the refused
// ones included, and compares everything after each history. The histories share
// one database: each has lots of its own, and of the sums by day it compares what
// it added itself.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		rapid.Check(b.T, func(rt *rapid.T) { playHistory(rt, b) })
	})
}

func playHistory(rt *rapid.T, b *books) {
	p := &player{rt: rt, b: b, m: newModel(), before: daySums(rt, b)}
	rt.Repeat(map[string]func(*rapid.T){
		"receive":   p.receive,
		"move":      p.move,
		"correct":   p.correct,
		"reserve":   p.reserve,
		"post hold": p.postHold,
		"void hold": p.voidHold,
		"pass time": p.passTime,
		"expire":    p.expire,
	})
	p.compare()
}

// player does each step in the books and in the model.
type player struct {
	rt     *rapid.T
	b      *books
	m      *model
	before map[ledger.DaySum]int64
}

var amounts = rapid.Int64Range(1, 60)

func (p *player) lot(t *rapid.T) ledger.Lot {
	if len(p.m.lots) == 0 {
		t.Skip("no lots yet")
	}
	return rapid.SampledFrom(p.m.lots).Draw(t, "lot")
}

// want compares a refusal with what the model says.
func (p *player) want(t *rapid.T, what string, err error, possible bool) {
	if possible && err != nil {
		t.Fatalf("%s was refused: %v", what, err)
	}
	if !possible && !errs.Is(err, errs.Exhausted) && !errs.Is(err, errs.Conflict) {
		t.Fatalf("%s should be refused, got %v", what, err)
	}
}

func (p *player) receive(t *rapid.T) {
	lot := p.b.lot(rapid.SampledFrom([]ledger.Commodity{mask, "goggles"}).Draw(t, "commodity"))
	amount := amounts.Draw(t, "amount")
	p.m.lots = append(p.m.lots, lot)
	p.record(t, p.b.move("receipt", source, stock, lot, amount), lot, source, stock, amount, lot)
}

// record posts and, when it worked, tells the model.
func (p *player) record(t *rapid.T, d ledger.Draft, lot ledger.Lot, from, to ledger.Account, amount int64, opens ...ledger.Lot) {
	possible := p.m.allows(from, lot, amount)
	e, err := p.b.post(d, opens...)
	p.want(t, d.Kind, err, possible)
	if err != nil {
		return
	}
	done := modelEntry{id: e.ID, from: from, to: to, lot: lot, amount: amount, day: e.Day}
	p.m.apply(done, 1)
	p.m.entries = append(p.m.entries, done)
}

func (p *player) move(t *rapid.T) {
	lot, amount := p.lot(t), amounts.Draw(t, "amount")
	way := rapid.SampledFrom([][2]ledger.Account{
		{stock, recipient}, {stock, transit}, {transit, recipient}, {stock, lost}, {recipient, stock}, {lost, stock},
	}).Draw(t, "way")
	d := p.b.move("move", way[0], way[1], lot, amount)
	d.OccurredAt = p.b.clock.Now().Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "hours ago")) * time.Hour)
	p.record(t, d, lot, way[0], way[1], amount)
}

func (p *player) correct(t *rapid.T) {
	if len(p.m.entries) == 0 {
		t.Skip("no entries yet")
	}
	i := rapid.IntRange(0, len(p.m.entries)-1).Draw(t, "entry")
	e := p.m.entries[i]
	possible := !e.corrected && p.m.allows(e.to, e.lot, e.amount)
	_, err := p.b.reverse(e.id, "")
	p.want(t, "correction", err, possible)
	if err == nil {
		p.m.apply(e, -1)
		p.m.entries[i].corrected = true
	}
}

func (p *player) reserve(t *rapid.T) {
	lot, amount := p.lot(t), amounts.Draw(t, "amount")
	h, err := p.b.reserve(lot, amount)
	p.want(t, "reservation", err, p.m.free(stock, lot) >= amount)
	if err == nil {
		p.m.held[spot{ledger.Stock, lot.ID}] += amount
		p.m.holds = append(p.m.holds, modelHold{h, lot, true})
	}
}

// pick draws a hold; over tells that its life or its time has ended.
func (p *player) pick(t *rapid.T) (h *modelHold, over bool) {
	if len(p.m.holds) == 0 {
		t.Skip("no holds yet")
	}
	h = &p.m.holds[rapid.IntRange(0, len(p.m.holds)-1).Draw(t, "hold")]
	return h, !h.hold.ExpiresAt.After(p.b.clock.Now())
}

func (p *player) postHold(t *rapid.T) {
	h, over := p.pick(t)
	amount := rapid.Int64Range(1, h.hold.Amount).Draw(t, "part")
	d := p.b.move("distribution", stock, recipient, h.lot, amount)
	d.ID = p.b.d.IDs().New(p.b.clock.Now())
	err := p.b.postHold(h.hold, d)
	p.want(t, "posting a hold", err, h.open && !over)
	if err == nil {
		e := modelEntry{id: d.ID, from: stock, to: recipient, lot: h.lot, amount: amount, day: clock.DayOf(d.OccurredAt, zone)}
		p.m.apply(e, 1)
		p.m.entries = append(p.m.entries, e)
		p.end(h)
	}
}

func (p *player) end(h *modelHold) {
	h.open = false
	p.m.held[spot{ledger.Stock, h.lot.ID}] -= h.hold.Amount
}

func (p *player) voidHold(t *rapid.T) {
	h, _ := p.pick(t)
	err := p.b.void(h.hold)
	p.want(t, "voiding a hold", err, h.open)
	if err == nil {
		p.end(h)
	}
}

func (p *player) passTime(t *rapid.T) {
	p.b.clock.Advance(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute)
}

func (p *player) expire(t *rapid.T) {
	ended := map[id.ID]bool{}
	for _, h := range p.b.expire() {
		ended[h.ID] = true
	}
	for i := range p.m.holds {
		h := &p.m.holds[i]
		due := h.open && !h.hold.ExpiresAt.After(p.b.clock.Now())
		if due != ended[h.hold.ID] {
			t.Fatalf("hold %s: ended %v, should have %v", h.hold.ID, ended[h.hold.ID], due)
		}
		if due {
			p.end(h)
		}
	}
}

// daySums reads the sums by day, without zeros.
func daySums(rt *rapid.T, b *books) map[ledger.DaySum]int64 {
	days, err := ledger.Days(b.Context(), b.d, 99991231)
	if err != nil {
		rt.Fatal(err)
	}
	sums := map[ledger.DaySum]int64{}
	for _, s := range days {
		n := s.Amount
		s.Amount = 0
		sums[s] = n
	}
	return sums
}

// compare requires that books and model say the same.
func (p *player) compare() {
	for _, lot := range p.m.lots {
		for _, a := range []ledger.Account{source, stock, transit, recipient, lost} {
			got, err := ledger.BalanceOf(p.b.Context(), p.b.d, a, lot.Commodity, lot.ID)
			if err != nil {
				p.rt.Fatal(err)
			}
			k := spot{a.Kind, lot.ID}
			if got.Amount != p.m.balance[k] || got.Held != p.m.held[k] {
				p.rt.Fatalf("%s of lot %s: %d with %d held, model says %d with %d",
					a.Kind, lot.ID, got.Amount, got.Held, p.m.balance[k], p.m.held[k])
			}
			if a.Kind.Guarded() && got.Amount < got.Held {
				p.rt.Fatalf("%s is below what is held: %d < %d", a.Kind, got.Amount, got.Held)
			}
		}
	}
	added := map[ledger.DaySum]int64{}
	for k, n := range daySums(p.rt, p.b) {
		if n -= p.before[k]; n != 0 {
			added[k] = n
		}
	}
	for k, n := range p.m.days {
		if n == 0 {
			delete(p.m.days, k)
		}
	}
	if diff := cmp.Diff(fmt.Sprint(p.m.days), fmt.Sprint(added)); diff != "" {
		p.rt.Fatalf("sums by day (-model +books):\n%s", diff)
	}
	if found := p.b.faults(); len(found) > 0 {
		p.rt.Fatalf("check found: %v", found)
	}
}
