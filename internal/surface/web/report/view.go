// SPDX-License-Identifier: Apache-2.0

// Package report is the public daily report: / for the latest one and
// /report/{date} for each day. It draws a View; where the figures come from is
// the business of the Source.
package report

import (
	_ "embed"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

//go:embed report.css
var style string

// Style returns the style sheet of the page.
func Style() string { return style }

// View is one edition of the report of one day. Names are in the reader's
// language; quantities are totals up to the cut-off in base units.
type View struct {
	Day         clock.Day
	Prev, Next  clock.Day // reports before and after; 0 when there is none
	Issue       int       // running number of the report; 0 is not shown
	Edition     int       // 1 for the first print, more after corrections; it replaces the one before
	Asked       int       // the older edition that the reader asked for; 0 is this one
	GeneratedAt time.Time
	CutOff      time.Time
	Zone        *time.Location // of the books

	Demonstration bool
	OrgName       string

	MoneyIn      []Money // the most important currency first
	MoneyOut     []Money
	MoneyBalance []Money
	GoodsValue   []Value
	Gifts        int64 // records of money received
	Lots         int64 // lots received that have a value

	Groups         []Group
	Reconciliation []Line
	Needs          []figure.Coverage
	PlacesOf       string // the class of goods that Places tells about
	Places         []Place
	PlacesGrid     bool  // Places stand in the grid of a province
	Flow           *Flow // nil: not drawn
	Recipients     []Recipient
	MoreRecipients int // recipients that are not in Recipients
	Deliveries     []Delivery
	DeliveryRows   int64 // rows of all hand-overs of the day
	Corrections    []Correction
	Downloads      []Download
}

// cutOffText says up to when the report counts. The end of its own day is said
// in words: "00:00 of the 28th" under a report of the 27th reads like a slip.
func (v *View) cutOffText(l *i18n.Localizer) string {
	if v.Zone != nil && v.CutOff.Equal(v.Day.End(v.Zone)) {
		return l.T("report.as_of_end", "zone", l.Zone(v.CutOff, v.Zone))
	}
	return l.T("report.as_of", "time", l.DateTime(v.CutOff, v.Zone))
}

// editionText names an edition, and the one that it replaces.
func editionText(l *i18n.Localizer, edition int) string {
	if edition > 1 {
		return l.T("report.edition_replaces", "n", edition, "old", edition-1)
	}
	return l.T("report.edition", "n", edition)
}

// Money is a sum in one currency.
type Money struct {
	Amount money.Amount
	Today  money.Amount // the part of the report's day
}

// Value is what received goods are said to be worth, in one currency.
type Value struct {
	Amount   money.Amount
	Today    money.Amount // the part of the report's day
	BySource []ValueSource
}

// ValueSource is the part of a value that has one source.
type ValueSource struct {
	Source string // invoice, donor, estimate or none
	Amount money.Amount
}

// Group is one line of the received goods.
type Group struct {
	Code       string
	Name       string
	Unit       qty.Unit
	Quantity   int64
	Today      int64
	Days       []figure.DayQuantity
	OtherUnits []figure.Goods // packs of unknown content: not in Quantity
}

// Line is one line of the reconciliation: In = Out + Stock + Adjusted + Unreconciled.
type Line struct {
	Group        string // code of the group; empty for a line of one class
	Commodity    string // code of the class; empty for a line of a whole group
	Name         string
	Unit         qty.Unit
	Sub          bool // part of the line above
	Packs        bool // counted in packs of unknown content, not in the unit of the group
	In           int64
	Out          int64
	Stock        int64
	Adjusted     int64 // lost or damaged (found when negative), with a reason in the books
	Unreconciled int64
	Balanced     bool
}

// Place is how far one class of goods has reached a place.
type Place struct {
	Code     string
	Name     string
	Col, Row int  // in the tile grid, from 1; 0 flows
	Whole    bool // the whole province
	NotAsked bool // nobody asked for the goods there
	Coverage figure.Coverage
}

// Flow is where one group of goods came from and where it is now.
type Flow struct {
	Group string // code
	Name  string
	What  string // the goods in words: 口罩 5,050,120 只
	Flow  figure.Flow
}

// Recipient is an organisation and what it has received.
type Recipient struct {
	Code  string
	Name  string
	Place string
	Lines []figure.Goods
}

// Delivery is one hand-over.
type Delivery struct {
	At        time.Time
	Recipient string
	Lines     []figure.Goods
	Rejected  []figure.Goods
	Reason    string // why something was rejected, in the recipient's words
	Lots      []Lot  // opens the threads
	Href      string // the rows of the hand-over
}

// Lot is a lot that a hand-over was taken from.
type Lot struct {
	ID   string
	Code string // for people
}

// Correction is a figure that was printed and has been corrected since.
type Correction struct {
	When   time.Time
	What   string
	Old    string // as booked before
	New    string
	Now    string // what the total of that day is since; may be empty
	Reason string
}

// Download is a file with the figures of the page.
type Download struct {
	Format string // csv, xlsx or json
	Href   string
	Bytes  int64 // 0 when not known
}
