// SPDX-License-Identifier: Apache-2.0

package report

import (
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
// much of it the same recipients were handed.
type Need struct {
	Class        string
	Group        string
	Unit         qty.Unit
	State        qty.State // of the sum: the least sure state among its counted lines
	Needed       int64     // what is known, in base units
	Delivered    int64     // handed to those who asked
	Missing      int64     // sum over recipients of what is still open
	Recipients   int
	UnknownLines int
	Places       []PlaceNeed
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
