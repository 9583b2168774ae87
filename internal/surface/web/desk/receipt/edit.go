// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/reading/quantity"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/edit"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// forms are the forms of a receipt.
func (h *Chapter) forms() *edit.Forms[receipt.Receipt, receipt.Input] {
	return &edit.Forms[receipt.Receipt, receipt.Input]{
		Kind: "receipt", Path: path, Place: frame.Receipts, Names: h.Names, Files: h.Files,
		Get: h.Receipts.Get, Create: h.Receipts.Create,
		Correct: func(ctx context.Context, actor account.Actor, c edit.Correction[receipt.Input]) (receipt.Receipt, error) {
			return h.Receipts.Correct(ctx, actor, receipt.Correction(c))
		},
		Of: func(r receipt.Receipt) edit.Head {
			return edit.Head{ID: r.ID, Version: r.Version, Posted: r.Status == receipt.Posted, Replaces: r.Replaces}
		},
		Blank: h.blank, Fill: h.fill, Read: h.read, Draw: h.draw, Say: say,
		Fields: []string{"kind", "donor", "supplier", "holder", "place", "occurred_at", "origin", "note"},
		Lines: []string{
			"class", "item", "quantity", "unit", "pack", "spec", "standards", "batch", "expires_on", "value", "currency", "value_source",
			"earmark", "earmark_recipient", "earmark_place",
		},
		Rename: map[string]string{"donor_name": "donor"},
	}
}

func (h *Chapter) blank(c *frame.Call) url.Values {
	values := url.Values{"kind": {string(receipt.Donation)}, "place": {h.Names.Store(c.Reader.Localizer, "main")}}
	edit.KeepMoment(c, values, c.Now())
	for _, name := range []string{"donor", "place"} { // a link may bring them
		if text := c.URL.Query().Get(name); text != "" {
			values.Set(name, text)
		}
	}
	return values
}

// fill returns the form of a stored receipt. A line says how many there are in
// the unit in which they are counted; the pack stays as it was written.
func (h *Chapter) fill(c *frame.Call, r receipt.Receipt) (url.Values, error) {
	names, err := h.Names.Orgs(c, r.Donor, r.Supplier, r.Holder)
	if err != nil {
		return nil, err
	}
	l := c.Reader.Localizer
	values := url.Values{"kind": {string(r.Kind)}, "source": {r.Source}, "note": {r.Note}}
	form.KeepOrg(values, "donor", names[r.Donor], r.Donor)
	form.KeepOrg(values, "supplier", names[r.Supplier], r.Supplier)
	form.KeepOrg(values, "holder", names[r.Holder], r.Holder)
	form.Keep(values, "place", h.Names.Store(l, r.Place), r.Place)
	form.Keep(values, "origin", h.Names.Place(l, r.Origin), r.Origin)
	edit.KeepMoment(c, values, r.OccurredAt)
	for i, line := range r.Lines {
		if err := h.fillLine(c, values, edit.Line(i), line); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (h *Chapter) fillLine(c *frame.Call, values url.Values, prefix string, line receipt.Line) error {
	stored, err := ledger.LotByID(c.Context(), h.Names.DB, line.Lot)
	if err != nil {
		return err
	}
	_, unit := h.Names.Goods(line.Commodity)
	for name, text := range map[string]string{
		"class": line.Class, "item": line.ItemText, "spec": line.SpecText, "unit": string(unit), "text": line.QtyText,
		"quantity": strconv.FormatInt(line.Quantity, 10), "standards": strings.Join(line.Standards, ", "), "batch": stored.Code,
		"value_source": string(line.ValueSource), "currency": string(line.Value.Currency),
		"pack": packText(c.Reader.Localizer, line.Pack),
	} {
		values.Set(prefix+name, text)
	}
	if line.ExpiresOn != 0 {
		values.Set(prefix+"expires_on", line.ExpiresOn.String())
	}
	if line.Value.Minor != 0 {
		values.Set(prefix+"value", line.Value.String())
	}
	return h.Names.FillEarmark(c, values, prefix, line.Earmark)
}

// packText writes a pack as the form takes it: 盒=50, 箱=600.
func packText(l *i18n.Localizer, pack qty.Pack) string {
	parts := make([]string, len(pack))
	for i, level := range pack {
		parts[i] = l.T("unit."+string(level.Unit)) + "=" + strconv.FormatInt(level.Of, 10)
	}
	return strings.Join(parts, ", ")
}

// read turns a form into what the service takes.
func (h *Chapter) read(c *frame.Call, values url.Values) (receipt.Input, error) {
	bad := errs.Bad()
	in := receipt.Input{
		Kind: receipt.Kind(values.Get("kind")), DonorName: edit.Text(values, "donor"), Donor: form.KeptOrg(values, "donor"),
		Source: values.Get("source"), Note: edit.Text(values, "note"), OccurredAt: edit.Moment(c, bad, values),
	}
	var err error
	if in.Place, err = h.store(c, values, "place"); err != nil {
		return in, err
	}
	in.Origin = h.Names.ReadPlace(bad, values, "origin")
	if in.Supplier, err = h.Names.ReadOrg(c, bad, values, "supplier"); err != nil {
		return in, err
	}
	if in.Holder, err = h.Names.ReadOrg(c, bad, values, "holder"); err != nil {
		return in, err
	}
	last := 0
	for i := range form.Indexes(values) {
		line, err := h.readLine(c, bad, values, edit.Line(i))
		if err != nil {
			return in, err
		}
		in.Lines = append(in.Lines, line)
		if given(values, edit.Line(i)) {
			last = i + 1
		}
	}
	in.Lines = in.Lines[:last] // lines that were offered and left empty
	if last == 0 {
		bad.Field("lines[0].item", "desk.receipt_no_line")
	}
	return in, bad.OrNil()
}

func (h *Chapter) store(c *frame.Call, values url.Values, name string) (string, error) {
	if code, kept := form.KeptCode(values, name); kept {
		return code, nil
	}
	return h.Names.StoreCode(c, values.Get(name))
}

// given reports whether anything is written on a line.
func given(values url.Values, prefix string) bool {
	return edit.Text(values, prefix+"class")+edit.Text(values, prefix+"item")+edit.Text(values, prefix+"quantity")+edit.Text(values, prefix+"value") != ""
}

func (h *Chapter) readLine(c *frame.Call, bad *errs.Error, values url.Values, prefix string) (receipt.LineInput, error) {
	text := func(name string) string { return edit.Text(values, prefix+name) }
	line := receipt.LineInput{
		Class: text("class"), ItemText: text("item"), SpecText: text("spec"), Batch: text("batch"),
		Confirmed: text("confirmed") == "true", ExpiresOn: frame.Day(bad, values, prefix+"expires_on"),
		ValueSource: receipt.ValueSource(text("value_source")),
		Quantity:    qty.Quantity{State: qty.Stated, Unit: qty.Unit(text("unit")), Text: text("text")},
		Standards:   edit.Words(text("standards")),
	}
	if !given(values, prefix) {
		return line, nil
	}
	if line.Class == "" {
		bad.Field(prefix+"class", "desk.class_missing")
	}
	line.Quantity.Value = edit.Whole(bad, values, prefix+"quantity", "desk.whole_number")
	if line.Quantity.Value == 0 {
		bad.Field(prefix+"quantity", "desk.whole_number")
	}
	if line.Quantity.Pack = h.readPack(c, text("pack")); line.Quantity.Pack == nil && text("pack") != "" {
		bad.Field(prefix+"pack", "desk.pack_unknown")
	}
	line.Value = edit.Money(bad, values, prefix+"value", prefix+"currency")
	if line.Value.Minor == 0 {
		line.Value, line.ValueSource = money.Amount{}, receipt.NoValue
	} else if line.ValueSource == "" || line.ValueSource == receipt.NoValue {
		bad.Field(prefix+"value_source", "desk.value_source_missing")
	}
	var err error
	line.Earmark, err = h.Names.ReadEarmark(c, bad, values, prefix)
	return line, err
}

// readPack reads a pack as people write it (50只/盒 12盒/箱), or as packText
// writes it.
func (h *Chapter) readPack(c *frame.Call, text string) qty.Pack {
	if text == "" {
		return nil
	}
	var pack qty.Pack
	for _, part := range edit.Words(text) {
		word, number, ok := strings.Cut(part, "=")
		of, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if !ok || err != nil || of <= 0 {
			pack, _ = quantity.ParsePack(text)
			return pack
		}
		for _, unit := range qty.Units() {
			if word = strings.TrimSpace(word); word == string(unit) || word == c.Reader.T("unit."+string(unit)) {
				pack = append(pack, qty.Level{Unit: unit, Of: of})
			}
		}
	}
	return pack
}

// say puts the value of a field into words.
func say(c *frame.Call, name, value string) string {
	l := c.Reader.Localizer
	switch name {
	case "kind":
		return l.T("desk.receipt_kind_" + value)
	case "value_source":
		return l.T("desk.value_source_" + value)
	case "quantity":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return l.Number(n)
		}
	case "expires_on", "occurred_at":
		if day, err := clock.ParseDay(value); err == nil {
			return l.Date(day)
		}
	}
	return value
}

// draw draws the fields.
func (h *Chapter) draw(c *frame.Call, e *edit.Edit) (templ.Component, error) {
	stores, err := h.Names.Stores(c)
	return fields(c.Reader.Localizer, h.Names, e, stores), err
}

// lot reads what the books say about the lot of a line.
func (h *Chapter) lot(c *frame.Call, line receipt.Line) (lot, error) {
	stored, err := ledger.LotByID(c.Context(), h.Names.DB, line.Lot)
	if err != nil {
		return lot{}, err
	}
	earmark, err := h.Names.Earmark(c, line.Earmark)
	return lot{Line: line, Code: stored.Code, Earmark: earmark}, err
}

// kinds, sources and currencies are the choices of the form.
func kinds(l *i18n.Localizer) []form.Option {
	return []form.Option{
		{Value: string(receipt.Donation), Text: l.T("desk.receipt_kind_donation")},
		{Value: string(receipt.Purchase), Text: l.T("desk.receipt_kind_purchase")},
	}
}

func sources(l *i18n.Localizer) []form.Option {
	var options []form.Option
	for _, s := range []receipt.ValueSource{receipt.NoValue, receipt.Invoice, receipt.Donor, receipt.Estimate} {
		options = append(options, form.Option{Value: string(s), Text: l.T("desk.value_source_" + string(s))})
	}
	return options
}

// details reports whether the less usual fields of a line have something in them
// or are wrong.
func details(s *form.State, prefix string) bool {
	for _, name := range []string{"spec", "standards", "batch", "expires_on", "value", "earmark", "earmark_recipient", "earmark_place", "pack"} {
		if s.Value(prefix+name) != "" || s.Fault(prefix+name) != "" || s.Fault(prefix+"currency")+s.Fault(prefix+"value_source") != "" {
			return true
		}
	}
	return false
}
