// SPDX-License-Identifier: Apache-2.0

package fund

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
)

// Direction says whether money came in or went out.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Status is where a record is in its life: posted, then perhaps corrected.
type Status string

// The states.
const (
	Posted    Status = "posted"
	Corrected Status = "corrected"
)

// Record is money that came in or went out.
type Record struct {
	ID         id.ID
	Direction  Direction
	Channel    string // where the money is: a bank account, a payment code
	Purpose    string // of a payment
	Party      id.ID  // donor, or who was paid; zero: nobody was named
	Organiser  id.ID  // who raised it (a drive), for credit
	Earmark    id.ID
	Amount     money.Amount
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
}

// Input is what a person or a register states.
type Input struct {
	Direction     Direction
	Channel       string
	Purpose       string
	Party         id.ID
	PartyName     string // used when Party is zero
	Organiser     id.ID
	OrganiserName string
	Earmark       ledger.Earmark
	Amount        money.Amount
	OccurredAt    time.Time
	Source        string
	Note          string
}

const maxText = 2000

// Validate checks what can be checked without a database.
func (in Input) Validate(now time.Time, zone *time.Location) error {
	bad := errs.Bad()
	if in.Direction != In && in.Direction != Out {
		bad.Field("direction", "fund.direction_unknown")
	}
	if strings.TrimSpace(in.Channel) == "" {
		bad.Field("channel", "fund.channel_missing")
	}
	if in.Direction == Out && strings.TrimSpace(in.Purpose) == "" {
		bad.Field("purpose", "fund.purpose_missing")
	}
	if !in.Amount.Currency.Known() {
		bad.Field("currency", "error.currency_unknown", "currency", in.Amount.Currency)
	}
	if in.Amount.Minor <= 0 || in.Amount.Minor > ledger.MaxAmount {
		bad.Field("amount", "error.amount_absurd")
	}
	switch day := clock.DayOf(in.OccurredAt, zone); {
	case in.OccurredAt.IsZero():
		bad.Field("occurred_at", "error.time_missing")
	case day < 20000101 || in.OccurredAt.After(now.Add(24*time.Hour)):
		bad.Field("occurred_at", "error.time_absurd", "day", day)
	}
	for name, text := range map[string]string{
		"channel": in.Channel, "purpose": in.Purpose, "note": in.Note, "source": in.Source,
		"party_name": in.PartyName, "organiser_name": in.OrganiserName, "earmark": in.Earmark.AsStated,
	} {
		if utf8.RuneCountInString(text) > maxText {
			bad.Field(name, "error.field_long", "max", maxText)
		}
	}
	return bad.OrNil()
}

// fingerprint tells a repeated request from another one under the same key.
func (in Input) fingerprint() []byte { return journal.Fingerprint(in) }

// lot is the lot of money that carries an earmark; money for free use has none.
func (r Record) lot() id.ID {
	if r.Earmark.IsZero() {
		return id.Zero
	}
	return id.Derive("fund.lot", string(r.Amount.Currency), string(r.Earmark[:]))
}

// draft is the ledger entry: from a donor into a channel, or from a channel
// into a purpose.
func (r Record) draft() ledger.Draft {
	channel := ledger.Account{Kind: ledger.Fund, Place: r.Channel}
	from, to := ledger.Account{Kind: ledger.Source, Holder: r.Party}, channel
	kind := "fund.receive"
	if r.Direction == Out {
		from, to = channel, ledger.Account{Kind: ledger.Purpose, Holder: r.Party, Place: r.Purpose}
		kind = "fund.pay"
	}
	commodity := ledger.Commodity(r.Amount.Currency)
	return ledger.Draft{
		ID: r.ID, Kind: kind, OccurredAt: r.OccurredAt, Reason: r.Reason, Evidence: r.Source,
		Lines: []ledger.Line{
			{Account: from, Commodity: commodity, Lot: r.lot(), Amount: -r.Amount.Minor},
			{Account: to, Commodity: commodity, Lot: r.lot(), Amount: r.Amount.Minor},
		},
	}
}

// payload is what the journal keeps: ids instead of names, no free text.
func (r Record) payload() map[string]any {
	p := map[string]any{
		"direction": string(r.Direction), "channel": r.Channel, "purpose": r.Purpose, "party": r.Party,
		"amount": r.Amount.Minor, "currency": string(r.Amount.Currency), "day": int(r.Day),
	}
	if !r.Earmark.IsZero() {
		p["earmark"] = r.Earmark
	}
	if !r.Organiser.IsZero() {
		p["organiser"] = r.Organiser
	}
	if !r.Replaces.IsZero() {
		p["replaces"] = r.Replaces
	}
	return p
}
