// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// Row is one understood row of a register, ready for the books.
type Row struct {
	Kind       layout.Kind
	Source     string // file, sheet and row
	At         time.Time
	Day        clock.Day // zero only in needs: not said
	Party      string    // donor or recipient, as written; empty: nobody was named
	Place      string    // code of registry/place; empty: not known
	Lines      []Line    // of goods; none in money
	Amount     money.Amount
	Outgoing   bool // money that was paid
	Channel    string
	Purpose    string
	Earmark    string // in the donor's words
	EarmarkFor string // the organisation that the earmark plainly names
	Setting    string
	ByDate     clock.Day
	Origin     string
	Note       string
}

// Line is one article of a row.
type Line struct {
	Class        string // empty only in needs: a person says later
	Item, Spec   string // as written
	Quantity     qty.Quantity
	Standards    []string
	Confirmed    bool // a person said yes to an unusual number
	Batch        string
	ExpiresOn    clock.Day
	Value        money.Amount
	ValueSource  string // of receipt.ValueSource; empty: none
	Rejected     int64
	RejectReason string
}

// Reading is what article, specification, unit and quantity of a row mean.
type Reading struct {
	Class     string // empty: not known
	Quantity  qty.Quantity
	Standards []string
	Why       string // message key: why the quantity cannot be booked; empty: it can
	Args      map[string]any
}

// GoodsReader reads the article of a row. It is pure and safe for concurrent use.
type GoodsReader interface {
	Read(item, spec, unit, quantity string) Reading
}

// Status is where a row ended.
type Status string

// Where a row can end. Resolved and discarded rows were held before.
const (
	Posted    Status = "posted"
	Held      Status = "held"     // a person can decide
	Refused   Status = "rejected" // says too little to be a record of anything
	Resolved  Status = "resolved"
	Discarded Status = "discarded"
)

// Problem is why a row was not posted: a message key with its arguments.
type Problem struct {
	Status Status         `json:"status"`
	Key    string         `json:"key"`
	Args   map[string]any `json:"args,omitempty"`
}

// Hold returns the problem of a row about which a person can decide.
func Hold(key string, args ...any) *Problem { return problem(Held, key, args) }

// Refuse returns the problem of a row that is no record of anything.
func Refuse(key string, args ...any) *Problem { return problem(Refused, key, args) }

func problem(status Status, key string, args []any) *Problem {
	p := &Problem{Status: status, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[args[i].(string)] = args[i+1]
	}
	return p
}
