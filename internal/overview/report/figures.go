// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// Figures are the figures of one day: everything that happened up to its end.
type Figures struct {
	Day           clock.Day
	First, Last   clock.Day // the days between which there are reports; zero: nothing is booked
	Edition       int       // 1, and one more for every correction recorded after the day
	Demonstration bool
	Office        string
	CutOff        time.Time // end of the day
	ComputedAt    time.Time

	Money    []Money // by currency, the largest sum of the main currency first
	Values   []Value
	Groups   []Group
	Lines    []Line
	Needs    []Need
	Received []Received // what each recipient was handed

	// HandOvers is how many hand-overs stand, by recipient: what Recipients orders by.
	HandOvers map[id.ID]int64

	Deliveries  []distribution.Row // of the day
	Corrections []ledger.Entry     // recorded on the day
}

// Money is one currency.
type Money struct {
	Currency             money.Currency
	In, Out, Balance     int64 // minor units
	InToday, OutToday    int64
	Adjusted, Unresolved int64 // what the equation in = out + balance leaves over; both 0 in sound books
}

// Value is what goods are said to be worth, in one currency.
type Value struct {
	Currency money.Currency
	Amount   int64
	Today    int64 // of the report's day
	Sources  map[receipt.ValueSource]int64
}

// Group is one line of goods received, in the group's base unit.
type Group struct {
	Code     string
	Unit     qty.Unit
	Quantity int64
	Today    int64
	Days     []DayQuantity // days with something, in order
	Packs    []Pack        // packs of unknown content, not in Quantity
}

// DayQuantity is what came in on a day.
type DayQuantity struct {
	Day      clock.Day
	Quantity int64
}

// Pack is a number of packs whose content nobody stated.
type Pack struct {
	Class    string
	Unit     qty.Unit
	Quantity int64
}

// Line is the equation of one commodity.
type Line struct {
	Commodity    ledger.Commodity
	Class        string
	Group        string
	Unit         qty.Unit
	In           int64
	Out          int64
	Stock        int64 // on hand and on the way
	Adjusted     int64
	Unreconciled int64
}

// Balanced reports whether the equation holds.
func (l Line) Balanced() bool { return l.In == l.Out+l.Stock+l.Adjusted+l.Unreconciled }

// Need is how much of a class was asked for, in one state of knowledge, and how
// much of it the same recipients were handed. Who asked without a number is in
// no sum: it cannot be said how much of such a need is covered, and what they
// were handed is never more than needed. They are counted beside.
type Need struct {
	Class      string
	Group      string
	Unit       qty.Unit
	State      qty.State // of the sum: the least sure state among its counted lines
	Needed     int64     // what is known, in base units
	Delivered  int64     // handed to those whose need is known, for that need
	Missing    int64     // sum over recipients of what is still open
	Recipients int       // who asked, with a number or without
	Places     []PlaceNeed

	Unknown          int   // of Recipients: those who named no number at all
	UnknownLines     int   // lines without a number, of those who named none or some
	UnknownDelivered int64 // handed to them beyond what they named
}

// PlaceNeed is a Need in one place.
type PlaceNeed struct {
	Place     string
	Needed    int64
	Delivered int64
	Missing   int64
}

// Received is what one recipient was handed of one commodity.
type Received struct {
	Recipient id.ID
	Place     string
	Commodity ledger.Commodity
	Class     string
	Quantity  int64
}

// Recipients returns who was handed something: the most hand-overs first, who
// has equally many by the key of their names, those without a public name (an
// empty key) last. The package knows no names, so the caller brings the keys.
func (f *Figures) Recipients(nameKey func(id.ID) string) []id.ID {
	keys := make(map[id.ID]string, len(f.Received))
	for _, r := range f.Received {
		if _, seen := keys[r.Recipient]; !seen {
			keys[r.Recipient] = nameKey(r.Recipient)
		}
	}
	return slices.SortedFunc(maps.Keys(keys), func(a, b id.ID) int {
		unnamed := cmp.Compare(min(len(keys[b]), 1), min(len(keys[a]), 1))
		return cmp.Or(cmp.Compare(f.HandOvers[b], f.HandOvers[a]), unnamed, cmp.Compare(keys[a], keys[b]), bytes.Compare(a[:], b[:]))
	})
}
