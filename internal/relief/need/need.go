// SPDX-License-Identifier: Apache-2.0

package need

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// Status is where a need is in its life.
type Status string

// The states.
const (
	Open      Status = "open"
	Replaced  Status = "replaced"  // a correction took its place
	Withdrawn Status = "withdrawn" // no longer needed
)

// Need is one list of what a recipient lacks.
type Need struct {
	ID        id.ID
	Recipient id.ID
	Place     string
	Setting   string // icu, fever-clinic, ward, community; empty: not said
	StatedOn  clock.Day
	ByDate    clock.Day // zero: not said
	Status    Status
	Source    string
	Note      string
	Replaces  id.ID
	Reason    string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	Lines     []Line
}

// Line is one item of a need.
type Line struct {
	Class     string // empty: to be classified by a person
	ItemText  string
	SpecText  string
	Quantity  qty.Quantity
	Base      *int64 // in the class's base unit; nil: not known
	Confirmed bool   // input only: a person said yes to a number beyond the plausible bound
	Standards []string
}

// Settings lists the settings of use that a need may name.
func Settings() []string { return []string{"icu", "fever-clinic", "ward", "community"} }

// Input is what a person or a register states.
type Input struct {
	Recipient     id.ID
	RecipientName string // used when Recipient is zero
	Place         string
	Setting       string
	StatedOn      clock.Day
	ByDate        clock.Day
	Source        string
	Note          string
	Lines         []Line // Base is computed
}

const (
	maxLines = 200
	maxText  = 2000
	maxAhead = 3660 // days: nobody plans relief more than ten years ahead
)

// Validate checks what can be checked without catalogue and database. today
// bounds the day of the statement; no day at all is today.
func (in Input) Validate(today clock.Day) error {
	bad := errs.Bad()
	if in.StatedOn != 0 && (in.StatedOn < 20000101 || in.StatedOn > today.Add(1)) {
		bad.Field("stated_on", "error.time_absurd", "day", in.StatedOn)
	}
	if in.ByDate != 0 && (in.ByDate < 20000101 || in.ByDate > today.Add(maxAhead)) {
		bad.Field("by_date", "error.time_absurd", "day", in.ByDate)
	}
	if in.Recipient.IsZero() && strings.TrimSpace(in.RecipientName) == "" {
		bad.Field("recipient", "need.recipient_missing")
	}
	if len(in.Lines) == 0 {
		bad.Field("lines", "error.lines_missing")
	}
	if len(in.Lines) > maxLines {
		bad.Field("lines", "error.lines_many", "max", maxLines)
	}
	if utf8.RuneCountInString(in.Note) > maxText {
		bad.Field("note", "error.field_long", "max", maxText)
	}
	for i, l := range in.Lines {
		prefix := fmt.Sprintf("lines[%d].", i)
		if l.Class == "" && strings.TrimSpace(l.ItemText) == "" {
			bad.Field(prefix+"item", "need.item_missing")
		}
		if err := l.Quantity.Validate(); err != nil {
			bad.Field(prefix+"quantity", "need.quantity_contradicts")
		}
		if l.Quantity.Value > ledger.MaxAmount {
			bad.Field(prefix+"quantity", "error.amount_absurd")
		}
		if utf8.RuneCountInString(l.ItemText) > maxText || utf8.RuneCountInString(l.SpecText) > maxText {
			bad.Field(prefix+"item", "error.field_long", "max", maxText)
		}
	}
	return bad.OrNil()
}

// fingerprint tells a repeated request from another one under the same key.
func (in Input) fingerprint() []byte { return journal.Fingerprint(in) }

// payload is what the journal keeps: classes and numbers, no free text.
func (n Need) payload() map[string]any {
	lines := make([]any, len(n.Lines))
	for i, l := range n.Lines {
		m := map[string]any{"class": l.Class, "state": string(l.Quantity.State)}
		if l.Quantity.State != qty.Unstated {
			m["value"], m["unit"] = l.Quantity.Value, string(l.Quantity.Unit)
		}
		if l.Base != nil {
			m["base"] = *l.Base
		}
		lines[i] = m
	}
	p := map[string]any{"recipient": n.Recipient, "place": n.Place, "stated_on": int(n.StatedOn), "lines": lines}
	if !n.Replaces.IsZero() {
		p["replaces"] = n.Replaces
	}
	return p
}
