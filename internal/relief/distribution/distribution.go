// SPDX-License-Identifier: Apache-2.0

package distribution

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

// Status is where a distribution is in its life: posted, then perhaps corrected.
type Status string

// The states.
const (
	Posted    Status = "posted"
	Corrected Status = "corrected"
)

// Distribution is one hand-over to one recipient.
type Distribution struct {
	ID         id.ID
	Recipient  id.ID
	Place      string // of the recipient
	OccurredAt time.Time
	Day        clock.Day
	Source     string
	Note       string
	Status     Status
	Replaces   id.ID
	Reason     string
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Lines      []Line
}

// Line is one item of a distribution. What was taken from stock is Accepted
// less Unreconciled; what was rejected went back.
type Line struct {
	Class        string
	Commodity    ledger.Commodity
	Accepted     int64
	Rejected     int64
	RejectReason string
	Unreconciled int64 // part of Accepted that the books never received
	ItemText     string
	SpecText     string
	QtyText      string
	Pack         qty.Pack
	Picks        []Pick // which lots; only when read one by one
}

// Pick is what was taken from one lot.
type Pick struct {
	Lot    id.ID
	Amount int64
}

// Input is what a person or a register states.
type Input struct {
	Recipient     id.ID
	RecipientName string // used when Recipient is zero
	Place         string
	OccurredAt    time.Time
	Source        string
	Note          string
	Unreconciled  bool // allow lines that the stock does not cover
	Lines         []LineInput
}

// LineInput is one line as stated. Quantity is what was accepted.
type LineInput struct {
	Class        string
	Quantity     qty.Quantity
	Confirmed    bool  // a person said yes to a number beyond the plausible bound
	Lot          id.ID // take from this lot only; zero: the oldest that may be used
	Rejected     int64 // in the unit of Quantity's commodity
	RejectReason string
	ItemText     string
	SpecText     string
}

// The bounds of one distribution.
const (
	maxLines = 200
	maxText  = 2000
)

// Validate checks what can be checked without catalogue and database.
func (in Input) Validate(now time.Time, zone *time.Location) error {
	bad := errs.Bad()
	if in.Recipient.IsZero() && strings.TrimSpace(in.RecipientName) == "" {
		bad.Field("recipient", "distribution.recipient_missing")
	}
	switch day := clock.DayOf(in.OccurredAt, zone); {
	case in.OccurredAt.IsZero():
		bad.Field("occurred_at", "error.time_missing")
	case day < 20000101 || in.OccurredAt.After(now.Add(24*time.Hour)):
		bad.Field("occurred_at", "error.time_absurd", "day", day)
	}
	for name, text := range map[string]string{"note": in.Note, "source": in.Source, "recipient_name": in.RecipientName} {
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
		prefix := fmt.Sprintf("lines[%d].", i)
		if l.Rejected < 0 || l.Rejected > ledger.MaxAmount {
			bad.Field(prefix+"rejected", "error.amount_absurd")
		}
		if l.Rejected > 0 && strings.TrimSpace(l.RejectReason) == "" {
			bad.Field(prefix+"reject_reason", "distribution.reject_reason_missing")
		}
		if utf8.RuneCountInString(l.RejectReason) > maxText {
			bad.Field(prefix+"reject_reason", "error.field_long", "max", maxText)
		}
		if utf8.RuneCountInString(l.ItemText) > maxText || utf8.RuneCountInString(l.SpecText) > maxText {
			bad.Field(prefix+"item", "error.field_long", "max", maxText)
		}
	}
	return bad.OrNil()
}

// fingerprint tells a repeated request from another one under the same key.
func (in Input) fingerprint() []byte { return journal.Fingerprint(in) }
