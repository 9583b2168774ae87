// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// NeedInput is what a recipient lacks, as somebody states it.
type NeedInput struct {
	Recipient     string          `json:"recipient,omitempty" doc:"Id of an organisation"`
	RecipientName string          `json:"recipient_name,omitempty" doc:"Used when recipient is absent"`
	Place         string          `json:"place,omitempty" doc:"A code of /places"`
	Setting       string          `json:"setting,omitempty" enum:"icu,fever-clinic,ward,community"`
	StatedOn      string          `json:"stated_on,omitempty" format:"date"`
	ByDate        string          `json:"by_date,omitempty" format:"date"`
	Source        string          `json:"source,omitempty"`
	Note          string          `json:"note,omitempty"`
	Lines         []NeedLineInput `json:"lines" minItems:"1" maxItems:"200"`
}

// NeedLineInput is one item that is lacking.
type NeedLineInput struct {
	Class     string   `json:"class,omitempty" doc:"Absent: a person classifies it later"`
	Item      string   `json:"item,omitempty"`
	Spec      string   `json:"spec,omitempty"`
	Quantity  Quantity `json:"quantity" doc:"A number that nobody stated stays unknown"`
	Confirmed bool     `json:"confirmed,omitempty" doc:"A person has checked an unusually large number"`
	Standards []string `json:"standards,omitempty"`
}

// NeedHead is a need without its lines.
type NeedHead struct {
	ID         string      `json:"id"`
	Recipient  string      `json:"recipient"`
	Place      string      `json:"place,omitempty"`
	Setting    string      `json:"setting,omitempty"`
	StatedOn   clock.Day   `json:"stated_on"`
	ByDate     clock.Day   `json:"by_date,omitempty"`
	Status     need.Status `json:"status" enum:"open,replaced,withdrawn"`
	Source     string      `json:"source,omitempty"`
	Note       string      `json:"note,omitempty"`
	Replaces   string      `json:"replaces,omitempty"`
	Reason     string      `json:"reason,omitempty"`
	Version    int64       `json:"version"`
	RecordedAt time.Time   `json:"recorded_at"`
	UpdatedAt  time.Time   `json:"updated_at"`
}

// NeedLine is one item that is lacking.
type NeedLine struct {
	Class     string   `json:"class,omitempty"`
	Item      string   `json:"item,omitempty"`
	Spec      string   `json:"spec,omitempty"`
	Quantity  Quantity `json:"quantity"`
	Base      *int64   `json:"base,omitempty" doc:"In the base unit of the class; absent: not known"`
	Standards []string `json:"standards,omitempty"`
}

// Need is a need with its lines.
type Need struct {
	NeedHead

	Lines []NeedLine `json:"lines"`
}

// NeedRow is one line with its need, as lists show it.
type NeedRow struct {
	NeedHead
	NeedLine

	N             int64  `json:"n"`
	RecipientName string `json:"recipient_name,omitempty"`
}

func showNeedHead(n need.Need) NeedHead {
	return NeedHead{
		ID: show(n.ID), Recipient: show(n.Recipient), Place: n.Place, Setting: n.Setting, StatedOn: n.StatedOn, ByDate: n.ByDate,
		Status: n.Status, Source: n.Source, Note: n.Note, Replaces: show(n.Replaces), Reason: n.Reason, Version: n.Version,
		RecordedAt: n.CreatedAt, UpdatedAt: n.UpdatedAt,
	}
}

func showNeedLine(l need.Line) NeedLine {
	return NeedLine{l.Class, l.ItemText, l.SpecText, showQuantity(l.Quantity), l.Base, l.Standards}
}

func showNeed(n need.Need) Need { return Need{showNeedHead(n), api.Each(n.Lines, showNeedLine)} }

func (in *NeedInput) read(c *api.Call, prefix string) need.Input {
	return need.Input{
		Recipient: c.ID(prefix+"recipient", in.Recipient), RecipientName: in.RecipientName, Place: in.Place, Setting: in.Setting,
		StatedOn: c.Day(prefix+"stated_on", in.StatedOn), ByDate: c.Day(prefix+"by_date", in.ByDate), Source: in.Source, Note: in.Note,
		Lines: api.Each(in.Lines, func(l NeedLineInput) need.Line {
			return need.Line{Class: l.Class, ItemText: l.Item, SpecText: l.Spec, Quantity: l.Quantity.read(), Confirmed: l.Confirmed, Standards: l.Standards}
		}),
	}
}

func (a *API) createNeed(c *api.Call) (api.Answer, error) {
	var in NeedInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	input := in.read(c, "")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	n, err := a.services.Needs.Create(c.Context(), c.Actor, input, c.Key)
	return api.Made(showNeed(n), n.Version, Prefix+"/needs/"+n.ID.String()), err
}

func (a *API) getNeed(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	n, err := a.services.Needs.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: showNeed(n), Version: n.Version}, err
}

func (a *API) correctNeed(c *api.Call) (api.Answer, error) {
	var in Correction[NeedInput]
	subject, version, err := c.Correction(&in)
	if err != nil {
		return api.Answer{}, err
	}
	correction := need.Correction{ID: subject, Version: version, Reason: in.Reason, Key: c.Key}
	if in.Replacement != nil {
		input := in.Replacement.read(c, "replacement.")
		correction.Replacement = &input
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	n, err := a.services.Needs.Correct(c.Context(), c.Actor, correction)
	return api.Made(showNeed(n), n.Version, Prefix+"/needs/"+n.ID.String()), err
}

func (a *API) listNeeds(c *api.Call) (api.Answer, error) {
	f := need.Filter{
		Class: c.Query("class"), Unclassified: c.Flag("unclassified"), Recipient: c.ID("recipient", c.Query("recipient")),
		State: qty.State(c.Query("state")), Ended: c.Flag("ended"),
	}
	if f.State != "" && !f.State.Valid() {
		c.Bad.Field("state", "api.state")
	}
	who := a.names(c)
	return api.Listing(c, func(p page.Request) (page.Page[need.Row], error) {
		return a.services.Needs.List(c.Context(), c.Actor, f, p)
	}, func(r need.Row) NeedRow {
		return NeedRow{showNeedHead(r.Need), showNeedLine(r.Line), r.N, who.of(r.Need.Recipient)}
	}, needTable())
}

func needTable() api.Table[NeedRow] {
	return api.Table[NeedRow]{
		Names: []string{
			"id", "n", "stated_on", "recipient", "place", "setting", "by_date", "class", "item", "spec",
			"state", "value", "unit", "base", "as_stated", "status", "reason", "source", "note",
		},
		Row: func(r NeedRow) []any {
			var value, base any
			if r.Quantity.Value != 0 {
				value = r.Quantity.Value
			}
			if r.Base != nil {
				base = *r.Base
			}
			return []any{
				r.ID, r.N, dayCell(r.StatedOn), r.RecipientName, r.Place, r.Setting, dayCell(r.ByDate), r.Class, r.Item, r.Spec,
				string(r.Quantity.State), value, string(r.Quantity.Unit), base, r.Quantity.Text, string(r.Status), r.Reason, r.Source, r.Note,
			}
		},
	}
}
