// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// Kind says how the goods were acquired.
type Kind string

// The kinds.
const (
	Donation Kind = "donation" // given
	Purchase Kind = "purchase" // bought with donated money
)

// Status is where a receipt is in its life: posted, then perhaps corrected.
type Status string

// The states.
const (
	Posted    Status = "posted"
	Corrected Status = "corrected" // reversed in the ledger; kept and shown beside what replaced it
)

// ValueSource says where the value of goods comes from.
type ValueSource string

// The sources, from the best to none.
const (
	Invoice  ValueSource = "invoice"
	Donor    ValueSource = "donor"
	Estimate ValueSource = "estimate"
	NoValue  ValueSource = "none"
)

func (s ValueSource) valid() bool {
	switch s {
	case Invoice, Donor, Estimate, NoValue:
		return true
	}
	return false
}

// Receipt is goods that arrived together.
type Receipt struct {
	ID         id.ID
	Kind       Kind
	Donor      id.ID // zero: nobody was named
	Supplier   id.ID // of a purchase
	Holder     id.ID // who keeps the goods; zero: the office itself
	Place      string
	OccurredAt time.Time
	Day        clock.Day
	Origin     string // where the goods came from, a code of registry/place
	Source     string // where the record came from: a file and row, an API client
	Note       string
	Status     Status
	Replaces   id.ID  // the receipt that this one corrects
	Reason     string // why it was corrected
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Lines      []Line
}

// Line is one lot of a receipt.
type Line struct {
	Lot         id.ID
	Class       string
	Commodity   ledger.Commodity
	Quantity    int64 // in the commodity's unit
	ItemText    string
	SpecText    string
	QtyText     string
	Pack        qty.Pack
	Standards   []string
	ExpiresOn   clock.Day
	Earmark     id.ID
	Value       money.Amount
	ValueSource ValueSource
}

// Input is what a person or a register states about a receipt.
type Input struct {
	Kind       Kind
	Donor      id.ID
	DonorName  string // used when Donor is zero
	Supplier   id.ID
	Holder     id.ID
	Place      string
	OccurredAt time.Time
	Origin     string
	Source     string
	Note       string
	Lines      []LineInput
}

// LineInput is one line as stated.
type LineInput struct {
	Class       string
	Quantity    qty.Quantity
	Confirmed   bool // a person said yes to a number beyond the plausible bound
	ItemText    string
	SpecText    string
	Standards   []string
	Batch       string
	ExpiresOn   clock.Day
	Earmark     ledger.Earmark
	Value       money.Amount
	ValueSource ValueSource
}

// The bounds of one receipt.
const (
	maxLines = 200
	maxText  = 2000 // characters of any text
)

// Validate checks what can be checked without catalogue and database. now and
// zone bound the day.
func (in Input) Validate(now time.Time, zone *time.Location) error {
	bad := errs.Bad()
	if in.Kind != Donation && in.Kind != Purchase {
		bad.Field("kind", "receipt.kind_unknown")
	}
	switch day := clock.DayOf(in.OccurredAt, zone); {
	case in.OccurredAt.IsZero():
		bad.Field("occurred_at", "error.time_missing")
	case day < 20000101 || in.OccurredAt.After(now.Add(24*time.Hour)):
		bad.Field("occurred_at", "error.time_absurd", "day", day)
	}
	for name, text := range map[string]string{"note": in.Note, "source": in.Source, "donor_name": in.DonorName} {
		if utf8.RuneCountInString(text) > maxText {
			bad.Field(name, "error.field_long", "max", maxText)
		}
	}
	if len(in.Lines) == 0 {
		bad.Field("lines", "error.lines_missing")
	}
	if len(in.Lines) > maxLines {
		bad.Field("lines", "error.lines_many", "max", maxLines)
	}
	for i, l := range in.Lines {
		l.validate(bad, fmt.Sprintf("lines[%d].", i))
	}
	return bad.OrNil()
}

func (l LineInput) validate(bad *errs.Error, prefix string) {
	if l.ValueSource != "" && !l.ValueSource.valid() {
		bad.Field(prefix+"value_source", "receipt.value_source_unknown")
	}
	if l.Value.Minor < 0 || l.Value.Minor > ledger.MaxAmount {
		bad.Field(prefix+"value", "error.amount_absurd")
	}
	if l.Value.Minor > 0 && !l.Value.Currency.Known() {
		bad.Field(prefix+"currency", "error.currency_unknown", "currency", l.Value.Currency)
	}
	for name, text := range map[string]string{
		"item": l.ItemText, "spec": l.SpecText, "batch": l.Batch, "earmark": l.Earmark.AsStated,
	} {
		if utf8.RuneCountInString(text) > maxText {
			bad.Field(prefix+name, "error.field_long", "max", maxText)
		}
	}
}

// fingerprint tells a repeated request from another one under the same key.
func (in Input) fingerprint() []byte { return journal.Fingerprint(in) }
