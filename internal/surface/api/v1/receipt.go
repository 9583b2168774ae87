// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// ReceiptInput is goods that arrived, as somebody states them.
type ReceiptInput struct {
	Kind       receipt.Kind       `json:"kind" enum:"donation,purchase"`
	Donor      string             `json:"donor,omitempty" doc:"Id of an organisation"`
	DonorName  string             `json:"donor_name,omitempty" doc:"Used when donor is absent; an organisation of that name is found or made"`
	Supplier   string             `json:"supplier,omitempty" doc:"Of a purchase"`
	Holder     string             `json:"holder,omitempty" doc:"Who keeps the goods; absent: the office itself"`
	Place      string             `json:"place,omitempty" doc:"Where the goods lie"`
	OccurredAt string             `json:"occurred_at" doc:"RFC 3339, or a day" example:"2020-02-03T10:00:00+08:00"`
	Origin     string             `json:"origin,omitempty" doc:"Where the goods came from: a code of /places"`
	Source     string             `json:"source,omitempty" doc:"Where the record comes from"`
	Note       string             `json:"note,omitempty"`
	Lines      []ReceiptLineInput `json:"lines" minItems:"1" maxItems:"200"`
}

// ReceiptLineInput is one item of a receipt; it becomes one lot.
type ReceiptLineInput struct {
	Class       string              `json:"class" doc:"A class of /catalogue"`
	Item        string              `json:"item,omitempty" doc:"As written"`
	Spec        string              `json:"spec,omitempty" doc:"As written"`
	Quantity    Quantity            `json:"quantity"`
	Confirmed   bool                `json:"confirmed,omitempty" doc:"A person has checked an unusually large number"`
	Standards   []string            `json:"standards,omitempty"`
	Batch       string              `json:"batch,omitempty"`
	ExpiresOn   string              `json:"expires_on,omitempty" format:"date"`
	Earmark     *Earmark            `json:"earmark,omitempty"`
	Value       *Money              `json:"value,omitempty"`
	ValueSource receipt.ValueSource `json:"value_source,omitempty" enum:"invoice,donor,estimate,none"`
}

// ReceiptHead is a receipt without its lines.
type ReceiptHead struct {
	ID         string         `json:"id"`
	Kind       receipt.Kind   `json:"kind"`
	Donor      string         `json:"donor,omitempty"`
	Supplier   string         `json:"supplier,omitempty"`
	Holder     string         `json:"holder,omitempty"`
	Place      string         `json:"place,omitempty"`
	OccurredAt time.Time      `json:"occurred_at"`
	Day        clock.Day      `json:"day"`
	Origin     string         `json:"origin,omitempty"`
	Source     string         `json:"source,omitempty"`
	Note       string         `json:"note,omitempty"`
	Status     receipt.Status `json:"status" enum:"posted,corrected"`
	Replaces   string         `json:"replaces,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Version    int64          `json:"version"`
	RecordedAt time.Time      `json:"recorded_at"`
	UpdatedAt  time.Time      `json:"updated_at"`
}

// ReceiptLine is one lot of a receipt.
type ReceiptLine struct {
	Lot         string              `json:"lot"`
	Class       string              `json:"class"`
	Quantity    int64               `json:"quantity" doc:"In unit"`
	Unit        qty.Unit            `json:"unit"`
	Item        string              `json:"item,omitempty"`
	Spec        string              `json:"spec,omitempty"`
	AsStated    string              `json:"as_stated,omitempty"`
	Pack        []PackLevel         `json:"pack,omitempty"`
	Standards   []string            `json:"standards,omitempty"`
	ExpiresOn   clock.Day           `json:"expires_on,omitempty"`
	Earmark     string              `json:"earmark,omitempty" doc:"Id of the earmark; /lots/{lot} says it in full"`
	Value       *Money              `json:"value,omitempty"`
	ValueSource receipt.ValueSource `json:"value_source"`
}

// Receipt is a receipt with its lines.
type Receipt struct {
	ReceiptHead

	Lines []ReceiptLine `json:"lines"`
}

// ReceiptRow is one line with its receipt, as lists show it.
type ReceiptRow struct {
	ReceiptHead
	ReceiptLine

	N         int64  `json:"n" doc:"Number of the line in its receipt, from 0"`
	DonorName string `json:"donor_name,omitempty"`
}

func showReceiptHead(r receipt.Receipt) ReceiptHead {
	return ReceiptHead{
		ID: show(r.ID), Kind: r.Kind, Donor: show(r.Donor), Supplier: show(r.Supplier), Holder: show(r.Holder), Place: r.Place,
		OccurredAt: r.OccurredAt, Day: r.Day, Origin: r.Origin, Source: r.Source, Note: r.Note, Status: r.Status,
		Replaces: show(r.Replaces), Reason: r.Reason, Version: r.Version, RecordedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

func (a *API) showReceiptLine(l receipt.Line) ReceiptLine {
	return ReceiptLine{
		Lot: show(l.Lot), Class: l.Class, Quantity: l.Quantity, Unit: a.unitOf(l.Commodity), Item: l.ItemText, Spec: l.SpecText,
		AsStated: l.QtyText, Pack: showPack(l.Pack), Standards: l.Standards, ExpiresOn: l.ExpiresOn,
		Earmark: show(l.Earmark), Value: showValue(l.Value), ValueSource: l.ValueSource,
	}
}

func (a *API) showReceipt(r receipt.Receipt) Receipt {
	return Receipt{showReceiptHead(r), api.Each(r.Lines, a.showReceiptLine)}
}

// read turns what was sent into what the service books.
func (in *ReceiptInput) read(c *api.Call, prefix string) receipt.Input {
	out := receipt.Input{
		Kind: in.Kind, Donor: c.ID(prefix+"donor", in.Donor), DonorName: in.DonorName, Supplier: c.ID(prefix+"supplier", in.Supplier),
		Holder: c.ID(prefix+"holder", in.Holder), Place: in.Place, OccurredAt: c.At(prefix+"occurred_at", in.OccurredAt),
		Origin: in.Origin, Source: in.Source, Note: in.Note, Lines: make([]receipt.LineInput, len(in.Lines)),
	}
	for i, l := range in.Lines {
		at := fmt.Sprintf("%slines[%d].", prefix, i)
		out.Lines[i] = receipt.LineInput{
			Class: l.Class, ItemText: l.Item, SpecText: l.Spec, Quantity: l.Quantity.read(), Confirmed: l.Confirmed,
			Standards: l.Standards, Batch: l.Batch, ExpiresOn: c.Day(at+"expires_on", l.ExpiresOn),
			Earmark: earmark(c, at+"earmark", l.Earmark), Value: amount(c, at+"value", l.Value), ValueSource: l.ValueSource,
		}
	}
	return out
}

func (a *API) createReceipt(c *api.Call) (api.Answer, error) {
	var in ReceiptInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	input := in.read(c, "")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	r, err := a.services.Receipts.Create(c.Context(), c.Actor, input, c.Key)
	return api.Made(a.showReceipt(r), r.Version, Prefix+"/receipts/"+r.ID.String()), err
}

func (a *API) getReceipt(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	r, err := a.services.Receipts.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: a.showReceipt(r), Version: r.Version}, err
}

func (a *API) correctReceipt(c *api.Call) (api.Answer, error) {
	var in Correction[ReceiptInput]
	subject, version, err := c.Correction(&in)
	if err != nil {
		return api.Answer{}, err
	}
	correction := receipt.Correction{ID: subject, Version: version, Reason: in.Reason, Key: c.Key}
	if in.Replacement != nil {
		input := in.Replacement.read(c, "replacement.")
		correction.Replacement = &input
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	r, err := a.services.Receipts.Correct(c.Context(), c.Actor, correction)
	return api.Made(a.showReceipt(r), r.Version, Prefix+"/receipts/"+r.ID.String()), err
}

func (a *API) listReceipts(c *api.Call) (api.Answer, error) {
	f := receipt.Filter{
		Classes: c.Values("class"), Day: c.Day("day", c.Query("day")), UpTo: c.Day("up_to", c.Query("up_to")),
		Donor: c.ID("donor", c.Query("donor")), Corrected: c.Flag("corrected"), Sort: page.Order(c.Query("sort")),
	}
	who := a.names(c)
	return api.Listing(c, func(p page.Request) (page.Page[receipt.Row], error) {
		return a.services.Receipts.List(c.Context(), c.Actor, f, p)
	}, func(r receipt.Row) ReceiptRow {
		return ReceiptRow{showReceiptHead(r.Receipt), a.showReceiptLine(r.Line), r.N, who.of(r.Receipt.Donor)}
	}, receiptTable())
}

func receiptTable() api.Table[ReceiptRow] {
	return api.Table[ReceiptRow]{
		Names: []string{
			"id", "n", "day", "kind", "donor", "class", "item", "spec", "quantity", "unit", "as_stated", "value", "currency",
			"value_source", "expires_on", "place", "origin", "lot", "status", "reason", "source", "note",
		},
		Row: func(r ReceiptRow) []any {
			value, currency := moneyCells(r.Value)
			return []any{
				r.ID, r.N, r.Day, string(r.Kind), r.DonorName, r.Class, r.Item, r.Spec, r.Quantity, string(r.Unit), r.AsStated, value, currency,
				string(r.ValueSource), dayCell(r.ExpiresOn), r.Place, r.Origin, r.Lot, string(r.Status), r.Reason, r.Source, r.Note,
			}
		},
	}
}
