// SPDX-License-Identifier: Apache-2.0

// Package rows is the list that a figure of the report opens to: every row
// behind it, with the words of its source kept beside what was understood, and
// the sum of the rows beside the figure.
package rows

import (
	_ "embed"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

//go:embed rows.css
var style string

// Style returns the style sheet of the page.
func Style() string { return style }

// Query says which rows.
type Query struct {
	Report    clock.Day // the report whose figure is opened; 0 is the latest
	Flow      string    // one of the flows of package figure
	Group     string    // code of a group; empty for all
	Class     string    // code of a class
	Day       clock.Day // only this day
	Place     string    // code of a place
	Recipient string    // code of a recipient
	Currency  string    // of money; empty for all
	Unit      qty.Unit  // in which the figure counts, when it counts packs; empty is the base unit
	Page      page.Request
}

// View is one page of rows.
type View struct {
	Report clock.Day // the day of the report
	Zone   *time.Location

	Subject string   // what the figure is about, in words: the name of the group or class; empty for all
	Narrows []Narrow // what else narrows the list

	Count      int64    // rows in the whole list, or NotCounted
	Total      int64    // their sum in Unit; only when Unit is set
	Unit       qty.Unit // empty when the rows have different units
	Measure    string   // code that chooses the measure word
	Sums       []money.Amount
	OtherUnits []figure.Goods // what the rows hold in other units: not in Total
	Past       bool           // there is a newer report: what was in stock then is a sum without rows

	Rows []Row
	Next string // cursor; empty on the last page
}

// NotCounted is the Count of a list of several pages whose rows nobody counted.
const NotCounted = -1

// Narrow is one narrowing of the list and the address without it.
type Narrow struct {
	Kind  string // class, day, place, recipient or currency
	Value string // in words
}

// Row is one movement of goods or money, or one lot in stock.
type Row struct {
	Day       clock.Day
	At        time.Time // zero when only the day is known
	Item      string    // as understood
	AsWritten string    // as the source wrote it; empty when the same
	Class     string
	State     qty.State
	Quantity  int64 // in Unit
	Unit      qty.Unit
	Amount    *money.Amount // value of the goods, or the money
	Source    string        // of the value: invoice, donor, estimate or none
	From      string        // donor or payer, safe to publish
	To        string        // recipient, holder or payee
	Place     string
	Lot       string // opens the thread
	LotCode   string // what people call it; Lot when empty
	Paper     string // number of the register line, receipt or note
	Note      string // what there is to say, such as why it does not balance
	Reversed  bool   // taken back by a later correction
}
