// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// DistributionInput is one hand-over, as somebody states it.
type DistributionInput struct {
	Recipient     string                  `json:"recipient,omitempty" doc:"Id of an organisation"`
	RecipientName string                  `json:"recipient_name,omitempty" doc:"Used when recipient is absent"`
	Place         string                  `json:"place,omitempty" doc:"Of the recipient: a code of /places"`
	OccurredAt    string                  `json:"occurred_at" doc:"RFC 3339, or a day"`
	Source        string                  `json:"source,omitempty"`
	Note          string                  `json:"note,omitempty"`
	Unreconciled  bool                    `json:"unreconciled,omitempty" doc:"Book also what the books never received, openly as unreconciled"`
	Lines         []DistributionLineInput `json:"lines" minItems:"1" maxItems:"200"`
}

// DistributionLineInput is one item of a hand-over.
type DistributionLineInput struct {
	Class        string   `json:"class"`
	Item         string   `json:"item,omitempty"`
	Spec         string   `json:"spec,omitempty"`
	Quantity     Quantity `json:"quantity" doc:"What was accepted"`
	Confirmed    bool     `json:"confirmed,omitempty"`
	Lot          string   `json:"lot,omitempty" doc:"Take from this lot; absent: the oldest that may be used"`
	Rejected     int64    `json:"rejected,omitempty" doc:"What the recipient did not take; it stays in stock"`
	RejectReason string   `json:"reject_reason,omitempty"`
}

// DistributionHead is a hand-over without its lines.
type DistributionHead struct {
	ID         string              `json:"id"`
	Recipient  string              `json:"recipient"`
	Place      string              `json:"place,omitempty"`
	OccurredAt time.Time           `json:"occurred_at"`
	Day        clock.Day           `json:"day"`
	Source     string              `json:"source,omitempty"`
	Note       string              `json:"note,omitempty"`
	Status     distribution.Status `json:"status" enum:"posted,corrected"`
	Replaces   string              `json:"replaces,omitempty"`
	Reason     string              `json:"reason,omitempty"`
	Version    int64               `json:"version"`
	RecordedAt time.Time           `json:"recorded_at"`
	UpdatedAt  time.Time           `json:"updated_at"`
}

// DistributionLine is one item of a hand-over.
type DistributionLine struct {
	Class        string      `json:"class"`
	Unit         qty.Unit    `json:"unit"`
	Accepted     int64       `json:"accepted"`
	Rejected     int64       `json:"rejected"`
	RejectReason string      `json:"reject_reason,omitempty"`
	Unreconciled int64       `json:"unreconciled" doc:"Part of accepted that the books never received"`
	Item         string      `json:"item,omitempty"`
	Spec         string      `json:"spec,omitempty"`
	AsStated     string      `json:"as_stated,omitempty"`
	Pack         []PackLevel `json:"pack,omitempty"`
	Lots         []Pick      `json:"lots,omitempty" doc:"What was taken from which lot; only of a single hand-over, not in lists"`
}

// Pick is what was taken from one lot.
type Pick struct {
	Lot    string `json:"lot"`
	Amount int64  `json:"amount"`
}

// Distribution is a hand-over with its lines.
type Distribution struct {
	DistributionHead

	Lines []DistributionLine `json:"lines"`
}

// DistributionRow is one line with its hand-over, as lists show it.
type DistributionRow struct {
	DistributionHead
	DistributionLine

	N             int64  `json:"n"`
	RecipientName string `json:"recipient_name,omitempty"`
}

func showDistributionHead(d distribution.Distribution) DistributionHead {
	return DistributionHead{
		ID: show(d.ID), Recipient: show(d.Recipient), Place: d.Place, OccurredAt: d.OccurredAt, Day: d.Day, Source: d.Source,
		Note: d.Note, Status: d.Status, Replaces: show(d.Replaces), Reason: d.Reason, Version: d.Version,
		RecordedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

func (a *API) showDistributionLine(l distribution.Line) DistributionLine {
	return DistributionLine{
		Class: l.Class, Unit: a.unitOf(l.Commodity), Accepted: l.Accepted, Rejected: l.Rejected, RejectReason: l.RejectReason,
		Unreconciled: l.Unreconciled, Item: l.ItemText, Spec: l.SpecText, AsStated: l.QtyText, Pack: showPack(l.Pack),
		Lots: api.Each(l.Picks, func(p distribution.Pick) Pick { return Pick{show(p.Lot), p.Amount} }),
	}
}

func (a *API) showDistribution(d distribution.Distribution) Distribution {
	return Distribution{showDistributionHead(d), api.Each(d.Lines, a.showDistributionLine)}
}

func (in *DistributionInput) read(c *api.Call, prefix string) distribution.Input {
	out := distribution.Input{
		Recipient: c.ID(prefix+"recipient", in.Recipient), RecipientName: in.RecipientName, Place: in.Place,
		OccurredAt: c.At(prefix+"occurred_at", in.OccurredAt), Source: in.Source, Note: in.Note,
		Unreconciled: in.Unreconciled, Lines: make([]distribution.LineInput, len(in.Lines)),
	}
	for i, l := range in.Lines {
		out.Lines[i] = distribution.LineInput{
			Class: l.Class, ItemText: l.Item, SpecText: l.Spec, Quantity: l.Quantity.read(), Confirmed: l.Confirmed,
			Lot: c.ID(fmt.Sprintf("%slines[%d].lot", prefix, i), l.Lot), Rejected: l.Rejected, RejectReason: l.RejectReason,
		}
	}
	return out
}

func (a *API) createDistribution(c *api.Call) (api.Answer, error) {
	var in DistributionInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	input := in.read(c, "")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	d, err := a.services.Distributions.Create(c.Context(), c.Actor, input, c.Key)
	return api.Made(a.showDistribution(d), d.Version, Prefix+"/distributions/"+d.ID.String()), err
}

func (a *API) getDistribution(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	d, err := a.services.Distributions.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: a.showDistribution(d), Version: d.Version}, err
}

func (a *API) correctDistribution(c *api.Call) (api.Answer, error) {
	var in Correction[DistributionInput]
	subject, version, err := c.Correction(&in)
	if err != nil {
		return api.Answer{}, err
	}
	correction := distribution.Correction{ID: subject, Version: version, Reason: in.Reason, Key: c.Key}
	if in.Replacement != nil {
		input := in.Replacement.read(c, "replacement.")
		correction.Replacement = &input
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	d, err := a.services.Distributions.Correct(c.Context(), c.Actor, correction)
	return api.Made(a.showDistribution(d), d.Version, Prefix+"/distributions/"+d.ID.String()), err
}

func (a *API) listDistributions(c *api.Call) (api.Answer, error) {
	f := distribution.Filter{
		Classes: c.Values("class"), Day: c.Day("day", c.Query("day")), UpTo: c.Day("up_to", c.Query("up_to")),
		Recipient: c.ID("recipient", c.Query("recipient")), Place: c.Query("place"),
		Unreconciled: c.Flag("unreconciled"), Corrected: c.Flag("corrected"), Sort: page.Order(c.Query("sort")),
	}
	who := a.names(c)
	return api.Listing(c, func(p page.Request) (page.Page[distribution.Row], error) {
		return a.services.Distributions.List(c.Context(), c.Actor, f, p)
	}, func(r distribution.Row) DistributionRow {
		return DistributionRow{showDistributionHead(r.Distribution), a.showDistributionLine(r.Line), r.N, who.of(r.Distribution.Recipient)}
	}, distributionTable())
}

func distributionTable() api.Table[DistributionRow] {
	return api.Table[DistributionRow]{
		Names: []string{
			"id", "n", "day", "recipient", "place", "class", "item", "spec", "accepted", "rejected", "reject_reason",
			"unreconciled", "unit", "as_stated", "status", "reason", "source", "note",
		},
		Row: func(r DistributionRow) []any {
			return []any{
				r.ID, r.N, r.Day, r.RecipientName, r.Place, r.Class, r.Item, r.Spec, r.Accepted, r.Rejected, r.RejectReason,
				r.Unreconciled, string(r.Unit), r.AsStated, string(r.Status), r.Reason, r.Source, r.Note,
			}
		},
	}
}
