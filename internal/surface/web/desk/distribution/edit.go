// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/edit"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// forms are the forms of a hand-over.
func (h *Chapter) forms() *edit.Forms[distribution.Distribution, distribution.Input] {
	return &edit.Forms[distribution.Distribution, distribution.Input]{
		Kind: "distribution", Path: path, Place: frame.Distributions, Names: h.Names, Files: h.Files,
		Get: h.Distributions.Get, Create: h.Distributions.Create,
		Correct: func(ctx context.Context, actor account.Actor, c edit.Correction[distribution.Input]) (distribution.Distribution, error) {
			return h.Distributions.Correct(ctx, actor, distribution.Correction(c))
		},
		Of: func(d distribution.Distribution) edit.Head {
			return edit.Head{ID: d.ID, Version: d.Version, Posted: d.Status == distribution.Posted, Replaces: d.Replaces}
		},
		Blank: h.blank, Fill: h.fill, Read: h.read, Draw: h.draw, Say: h.say,
		Fields: []string{"recipient", "place", "occurred_at", "note"},
		Lines:  []string{"class", "item", "quantity", "unit", "lot", "rejected", "reject_reason", "spec"},
		Rename: map[string]string{"recipient_name": "recipient"},
	}
}

// blank is the form of a new hand-over; a link may bring the recipient, or the
// lot to take from.
func (h *Chapter) blank(c *frame.Call) url.Values {
	query := c.URL.Query()
	values := url.Values{"recipient": {query.Get("recipient")}, "place": {query.Get("place")}}
	edit.KeepMoment(c, values, c.Now())
	if chosen, err := id.Parse(query.Get("lot")); err == nil {
		if lot, err := ledger.LotByID(c.Context(), h.Names.DB, chosen); err == nil {
			class, unit := h.Names.Goods(lot.Commodity)
			values.Set("lines[0].class", class)
			values.Set("lines[0].unit", string(unit))
			values.Set("lines[0].lot", lot.ID.String())
		}
	}
	return values
}

// fill returns the form of a stored hand-over. What was taken from one lot stays
// with that lot.
func (h *Chapter) fill(c *frame.Call, d distribution.Distribution) (url.Values, error) {
	names, err := h.Names.Orgs(c, d.Recipient)
	if err != nil {
		return nil, err
	}
	values := url.Values{"source": {d.Source}, "note": {d.Note}}
	form.KeepOrg(values, "recipient", names[d.Recipient], d.Recipient)
	form.Keep(values, "place", h.Names.Place(c.Reader.Localizer, d.Place), d.Place)
	edit.KeepMoment(c, values, d.OccurredAt)
	for i, line := range d.Lines {
		prefix := edit.Line(i)
		_, unit := h.Names.Goods(line.Commodity)
		for name, text := range map[string]string{
			"class": line.Class, "item": line.ItemText, "spec": line.SpecText, "unit": string(unit), "text": line.QtyText,
			"quantity": strconv.FormatInt(line.Accepted, 10), "reject_reason": line.RejectReason,
		} {
			values.Set(prefix+name, text)
		}
		if line.Rejected > 0 {
			values.Set(prefix+"rejected", strconv.FormatInt(line.Rejected, 10))
		}
		if line.Unreconciled > 0 {
			values.Set("unreconciled", "true")
		} else if len(line.Picks) == 1 {
			values.Set(prefix+"lot", line.Picks[0].Lot.String())
		}
	}
	return values, nil
}

// read turns a form into what the service takes.
func (h *Chapter) read(c *frame.Call, values url.Values) (distribution.Input, error) {
	bad := errs.Bad()
	in := distribution.Input{
		RecipientName: edit.Text(values, "recipient"), Recipient: form.KeptOrg(values, "recipient"), Place: h.Names.ReadPlace(bad, values, "place"),
		OccurredAt: edit.Moment(c, bad, values), Source: values.Get("source"), Note: edit.Text(values, "note"),
		Unreconciled: values.Get("unreconciled") == "true",
	}
	last := 0
	for i := range form.Indexes(values) {
		line, given := readLine(bad, values, edit.Line(i))
		in.Lines = append(in.Lines, line)
		if given {
			last = i + 1
		}
	}
	in.Lines = in.Lines[:last] // lines that were offered and left empty
	if last == 0 {
		bad.Field("lines[0].class", "desk.distribution_no_line")
	}
	return in, bad.OrNil()
}

// readLine reads one line; a line with nothing in it is no line.
func readLine(bad *errs.Error, values url.Values, prefix string) (line distribution.LineInput, given bool) {
	text := func(name string) string { return edit.Text(values, prefix+name) }
	line = distribution.LineInput{
		Class: text("class"), ItemText: text("item"), SpecText: text("spec"), Confirmed: text("confirmed") == "true",
		RejectReason: text("reject_reason"), Quantity: qty.Quantity{State: qty.Stated, Unit: qty.Unit(text("unit")), Text: text("text")},
	}
	if text("class")+text("item")+text("quantity")+text("lot") == "" {
		return line, false
	}
	if line.Class == "" {
		bad.Field(prefix+"class", "desk.class_missing")
	}
	if line.Quantity.Value = edit.Whole(bad, values, prefix+"quantity", "desk.whole_number"); line.Quantity.Value == 0 {
		bad.Field(prefix+"quantity", "desk.whole_number")
	}
	line.Rejected = edit.Whole(bad, values, prefix+"rejected", "desk.whole_number")
	if chosen := text("lot"); chosen != "" {
		lot, err := id.Parse(chosen)
		if err != nil {
			bad.Field(prefix+"lot", "ledger.no_lot")
		}
		line.Lot = lot
	}
	return line, true
}

// draw draws the fields, with the lots that each line can be taken from.
func (h *Chapter) draw(c *frame.Call, e *edit.Edit) (templ.Component, error) {
	lots := make([][]form.Option, e.Lines)
	for i := range lots {
		var err error
		if lots[i], err = h.offer(c, edit.Text(e.State.Values, edit.Line(i)+"class"), edit.Text(e.State.Values, edit.Line(i)+"lot")); err != nil {
			return nil, err
		}
	}
	return fields(c.Reader.Localizer, h.Names, e, lots), nil
}

// offered is how many rows of stock are offered for a line, the oldest first.
const offered = 40

// offer lists the lots of a class that are on hand, the oldest first. The one
// that is chosen is offered even when nothing of it is left: a correction puts
// back first what it took.
func (h *Chapter) offer(c *frame.Call, class, chosen string) ([]form.Option, error) {
	options := []form.Option{{Text: c.Reader.T("desk.distribution_oldest")}}
	if _, known := h.Names.Catalog.Class(class); known {
		rows, err := ledger.StockRows(c.Context(), h.Names.DB, ledger.StockFilter{Commodities: h.Names.Commodities(class)}, offered)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if row.Amount <= row.Held {
				continue
			}
			text, err := h.describe(c, row)
			if err != nil {
				return nil, err
			}
			options = append(options, form.Option{Value: row.Lot.ID.String(), Text: text})
		}
	}
	known := slices.ContainsFunc(options, func(o form.Option) bool { return o.Value == chosen })
	if lotID, err := id.Parse(chosen); err == nil && !known {
		lot, err := ledger.LotByID(c.Context(), h.Names.DB, lotID)
		if errs.Is(err, errs.NotFound) {
			return options, nil
		}
		if err != nil {
			return nil, err
		}
		text, err := h.Names.Lot(c, lot)
		if err != nil {
			return nil, err
		}
		options = append(options, form.Option{Value: chosen, Text: text})
	}
	return options, nil
}

// describe says how much of a lot is there, whose it was, for whom, and where it
// lies.
func (h *Chapter) describe(c *frame.Call, row ledger.StockRow) (string, error) {
	l := c.Reader.Localizer
	lot, err := h.Names.Lot(c, row.Lot)
	if err != nil {
		return "", err
	}
	text := l.T("desk.distribution_lot", "n", l.Number(row.Amount-row.Held), "unit", h.Names.CountedIn(l, row.Amount-row.Held, row.Lot.Commodity),
		"lot", lot, "place", h.Names.Store(l, row.Account.Place))
	earmark, err := h.Names.Earmark(c, row.Lot.Earmark)
	if err == nil && earmark != "" {
		text = l.T("desk.distribution_lot_earmark", "lot", text, "earmark", earmark)
	}
	return text, err
}

// say puts the value of a field into words.
func (h *Chapter) say(c *frame.Call, name, value string) string {
	l := c.Reader.Localizer
	switch name {
	case "quantity", "rejected":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return l.Number(n)
		}
	case "occurred_at":
		if day, err := clock.ParseDay(value); err == nil {
			return l.Date(day)
		}
	case "lot":
		chosen, err := id.Parse(value)
		if err != nil {
			return value
		}
		lot, err := ledger.LotByID(c.Context(), h.Names.DB, chosen)
		if err != nil {
			return value
		}
		if text, err := h.Names.Lot(c, lot); err == nil {
			return text
		}
	}
	return value
}
