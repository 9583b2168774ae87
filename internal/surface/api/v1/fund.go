// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// FundInput is money that came in or went out, as somebody states it.
type FundInput struct {
	Direction     fund.Direction `json:"direction" enum:"in,out"`
	Channel       string         `json:"channel" doc:"Where the money is: a bank account, a payment code"`
	Purpose       string         `json:"purpose,omitempty" doc:"Of a payment"`
	Party         string         `json:"party,omitempty" doc:"Id of the donor, or of who was paid"`
	PartyName     string         `json:"party_name,omitempty" doc:"Used when party is absent"`
	Organiser     string         `json:"organiser,omitempty" doc:"Id of who raised it"`
	OrganiserName string         `json:"organiser_name,omitempty"`
	Earmark       *Earmark       `json:"earmark,omitempty"`
	Amount        Money          `json:"amount"`
	OccurredAt    string         `json:"occurred_at" doc:"RFC 3339, or a day"`
	Source        string         `json:"source,omitempty"`
	Note          string         `json:"note,omitempty"`
}

// Fund is money that came in or went out.
type Fund struct {
	ID         string         `json:"id"`
	Direction  fund.Direction `json:"direction" enum:"in,out"`
	Channel    string         `json:"channel"`
	Purpose    string         `json:"purpose,omitempty"`
	Party      string         `json:"party,omitempty"`
	PartyName  string         `json:"party_name,omitempty" doc:"Only in lists"`
	Organiser  string         `json:"organiser,omitempty"`
	Earmark    string         `json:"earmark,omitempty"`
	Amount     Money          `json:"amount"`
	OccurredAt time.Time      `json:"occurred_at"`
	Day        clock.Day      `json:"day"`
	Source     string         `json:"source,omitempty"`
	Note       string         `json:"note,omitempty"`
	Status     fund.Status    `json:"status" enum:"posted,corrected"`
	Replaces   string         `json:"replaces,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Version    int64          `json:"version"`
	RecordedAt time.Time      `json:"recorded_at"`
	UpdatedAt  time.Time      `json:"updated_at"`
}

func showFund(r fund.Record) Fund {
	return Fund{
		ID: show(r.ID), Direction: r.Direction, Channel: r.Channel, Purpose: r.Purpose, Party: show(r.Party), Organiser: show(r.Organiser),
		Earmark: show(r.Earmark), Amount: showMoney(r.Amount), OccurredAt: r.OccurredAt, Day: r.Day, Source: r.Source, Note: r.Note,
		Status: r.Status, Replaces: show(r.Replaces), Reason: r.Reason, Version: r.Version, RecordedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

func (in *FundInput) read(c *api.Call, prefix string) fund.Input {
	return fund.Input{
		Direction: in.Direction, Channel: in.Channel, Purpose: in.Purpose, Party: c.ID(prefix+"party", in.Party), PartyName: in.PartyName,
		Organiser: c.ID(prefix+"organiser", in.Organiser), OrganiserName: in.OrganiserName, Earmark: earmark(c, prefix+"earmark", in.Earmark),
		Amount: amount(c, prefix+"amount", &in.Amount), OccurredAt: c.At(prefix+"occurred_at", in.OccurredAt), Source: in.Source, Note: in.Note,
	}
}

func (a *API) createFund(c *api.Call) (api.Answer, error) {
	var in FundInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	input := in.read(c, "")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	r, err := a.services.Funds.Create(c.Context(), c.Actor, input, c.Key)
	return api.Made(showFund(r), r.Version, Prefix+"/funds/"+r.ID.String()), err
}

func (a *API) getFund(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	r, err := a.services.Funds.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: showFund(r), Version: r.Version}, err
}

func (a *API) correctFund(c *api.Call) (api.Answer, error) {
	var in Correction[FundInput]
	subject, version, err := c.Correction(&in)
	if err != nil {
		return api.Answer{}, err
	}
	correction := fund.Correction{ID: subject, Version: version, Reason: in.Reason, Key: c.Key}
	if in.Replacement != nil {
		input := in.Replacement.read(c, "replacement.")
		correction.Replacement = &input
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	r, err := a.services.Funds.Correct(c.Context(), c.Actor, correction)
	return api.Made(showFund(r), r.Version, Prefix+"/funds/"+r.ID.String()), err
}

func (a *API) listFunds(c *api.Call) (api.Answer, error) {
	f := fund.Filter{
		Direction: fund.Direction(c.Query("direction")), Currency: money.Currency(c.Query("currency")), Channel: c.Query("channel"),
		Day: c.Day("day", c.Query("day")), UpTo: c.Day("up_to", c.Query("up_to")), Corrected: c.Flag("corrected"), Sort: page.Order(c.Query("sort")),
	}
	who := a.names(c)
	return api.Listing(c, func(p page.Request) (page.Page[fund.Record], error) {
		return a.services.Funds.List(c.Context(), c.Actor, f, p)
	}, func(r fund.Record) Fund {
		shown := showFund(r)
		shown.PartyName = who.of(r.Party)
		return shown
	}, fundTable())
}

func fundTable() api.Table[Fund] {
	return api.Table[Fund]{
		Names: []string{
			"id", "day", "direction", "amount", "currency", "channel", "purpose", "party", "status", "reason", "source", "note",
		},
		Row: func(r Fund) []any {
			amount, currency := moneyCells(&r.Amount)
			return []any{
				r.ID, r.Day, string(r.Direction), amount, currency, r.Channel, r.Purpose, r.PartyName, string(r.Status), r.Reason, r.Source, r.Note,
			}
		},
	}
}
