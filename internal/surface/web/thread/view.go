// SPDX-License-Identifier: Apache-2.0

// Package thread is the way of one lot from its donor to the wards:
// /thread/{lot}. It shows the lot's own equation (given = handed over + stock +
// rejected + lost), each step in time order, and where it branched.
package thread

import (
	_ "embed"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

//go:embed thread.css
var style string

// Style returns the style sheet of the page.
func Style() string { return style }

// View is the thread of one lot. All quantities are in Lot.Unit.
type View struct {
	Lot      Lot
	Given    int64
	Parts    []Part // where Given went; what they do not explain is shown as unreconciled
	Steps    []Step
	Branches []Branch
}

// Lot is what the goods are.
type Lot struct {
	Code        string
	Class       string
	Item        string // in the reader's language
	AsWritten   string // as the register or the donor wrote it
	Unit        qty.Unit
	Standards   []string
	Expiry      clock.Day // 0 when not known
	Donor       string    // safe to publish; empty is "not named"
	Earmark     string
	Value       *money.Amount
	ValueSource string // invoice, donor, estimate or none
}

// Part is one term of the equation.
type Part struct {
	Kind     string // handed, way, stock, rejected or lost
	Quantity int64
}

// Step is one thing that happened to the lot.
type Step struct {
	Day      clock.Day
	At       time.Time // zero when only the day is known
	Zone     *time.Location
	Title    string
	Quantity int64 // 0 is not shown
	Text     string
	Kind     string // loss draws the text as a difference; anything else is plain
	Docs     []Doc
}

// KindLoss is a step after which less is there than before.
const KindLoss = "loss"

// Doc is a paper of a step.
type Doc struct {
	Name   string
	Number string
	Href   string // empty when the paper is not public
}

// Branch is a recipient of a part of the lot.
type Branch struct {
	Recipient string
	Place     string
	Accepted  int64
	Rejected  int64
	Reason    string // why a part was rejected
	Day       clock.Day
	At        time.Time // zero when only the day is known
	Zone      *time.Location
	Docs      []Doc
}
