// SPDX-License-Identifier: Apache-2.0

package need

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/edit"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// forms are the forms of a need.
func (h *Chapter) forms() *edit.Forms[need.Need, need.Input] {
	return &edit.Forms[need.Need, need.Input]{
		Kind: "need", Path: path, Place: frame.Needs, Names: h.Names, Files: h.Files,
		Get: h.Needs.Get, Create: h.Needs.Create,
		Correct: func(ctx context.Context, actor account.Actor, c edit.Correction[need.Input]) (need.Need, error) {
			return h.Needs.Correct(ctx, actor, need.Correction(c))
		},
		Of: func(n need.Need) edit.Head {
			return edit.Head{ID: n.ID, Version: n.Version, Posted: n.Status == need.Open, Replaces: n.Replaces}
		},
		Blank: h.blank, Fill: h.fill, Read: h.read, Say: say,
		Draw: func(c *frame.Call, e *edit.Edit) (templ.Component, error) {
			return fields(c.Reader.Localizer, h.Names, e), nil
		},
		Ended:  func(l *i18n.Localizer, n need.Need) string { return status(l, n.Status) },
		Fields: []string{"recipient", "place", "setting", "stated_on", "by_date", "note"},
		Lines:  []string{"class", "item", "spec", "state", "value", "unit", "text", "standards"},
		Rename: map[string]string{".quantity": ".value", "recipient_name": "recipient"}, // a number and a unit instead of a quantity
	}
}

// say puts the choices of a need into words.
func say(c *frame.Call, name, value string) string {
	switch name {
	case "state":
		return c.Reader.T("desk.quantity_state_" + value)
	case "setting":
		return c.Reader.T("desk.setting_" + value)
	}
	return value
}

// blank is a new form; a link may bring the recipient and the place.
func (h *Chapter) blank(c *frame.Call) url.Values {
	values := url.Values{"stated_on": {c.Today().String()}, "lines[0].state": {string(qty.Stated)}}
	if own := h.own(c); own != "" {
		values.Set("recipient", own)
	}
	for _, name := range []string{"recipient", "place"} {
		if text := c.URL.Query().Get(name); text != "" {
			values.Set(name, text)
		}
	}
	return values
}

// fill returns the form of a stored need.
func (h *Chapter) fill(c *frame.Call, n need.Need) (url.Values, error) {
	names, err := h.Names.Orgs(c, n.Recipient)
	if err != nil {
		return nil, err
	}
	values := url.Values{
		"setting": {n.Setting}, "stated_on": {dayText(n.StatedOn)}, "by_date": {dayText(n.ByDate)}, "source": {n.Source}, "note": {n.Note},
	}
	form.KeepOrg(values, "recipient", names[n.Recipient], n.Recipient)
	form.Keep(values, "place", h.Names.Place(c.Reader.Localizer, n.Place), n.Place)
	for i, line := range n.Lines {
		for name, text := range map[string]string{
			"class": line.Class, "item": line.ItemText, "spec": line.SpecText, "state": string(line.Quantity.State),
			"unit": string(line.Quantity.Unit), "text": line.Quantity.Text, "standards": strings.Join(line.Standards, ", "),
		} {
			values.Set(edit.Line(i)+name, text)
		}
		if line.Quantity.State != qty.Unstated {
			values.Set(edit.Line(i)+"value", strconv.FormatInt(line.Quantity.Value, 10))
		}
	}
	return values, nil
}

func dayText(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// ofHouse reports whether somebody acts for the house itself.
func ofHouse(a account.Actor) bool {
	return slices.ContainsFunc(a.Memberships, func(m account.Membership) bool { return m.Org.IsZero() })
}

// own is the name of the one organisation for which the visitor acts; nothing
// when there is none or there are several. The form can do without.
func (h *Chapter) own(c *frame.Call) string {
	var only id.ID
	for i, m := range c.Actor.Memberships {
		if i > 0 && m.Org != only {
			return ""
		}
		only = m.Org
	}
	names, err := h.Names.Orgs(c, only)
	if err != nil {
		return ""
	}
	return names[only]
}

// read turns a form into what the service takes.
func (h *Chapter) read(c *frame.Call, values url.Values) (need.Input, error) {
	bad := errs.Bad()
	in := need.Input{
		RecipientName: edit.Text(values, "recipient"), Recipient: form.KeptOrg(values, "recipient"), Setting: values.Get("setting"),
		Place: h.Names.ReadPlace(bad, values, "place"), Source: values.Get("source"), Note: edit.Text(values, "note"),
	}
	// For the house the service finds the name, and makes a record of a new one.
	// Who acts for an organisation needs to be asked about that one.
	if in.Recipient.IsZero() && in.RecipientName != "" && !ofHouse(c.Actor) {
		known, err := h.Named(c.Context(), in.RecipientName)
		if err != nil {
			return in, err
		}
		in.Recipient = known
	}
	in.StatedOn, in.ByDate = frame.Day(bad, values, "stated_on"), frame.Day(bad, values, "by_date")
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
		bad.Field("lines[0].item", "need.item_missing")
	}
	return in, bad.OrNil()
}

// readLine reads one line; a line with nothing in it is no line.
func readLine(bad *errs.Error, values url.Values, prefix string) (line need.Line, given bool) {
	text := func(name string) string { return edit.Text(values, prefix+name) }
	line = need.Line{
		Class: text("class"), ItemText: text("item"), SpecText: text("spec"), Confirmed: text("confirmed") == "true",
		Standards: edit.Words(text("standards")),
		Quantity:  qty.Quantity{State: qty.State(text("state")), Unit: qty.Unit(text("unit")), Text: text("text")},
	}
	if line.Class == "" && line.ItemText == "" && text("value") == "" && text("text") == "" {
		return line, false
	}
	switch {
	case line.Quantity.State == "" || line.Quantity.State == qty.Unstated && text("value") == "":
		line.Quantity = qty.Unsaid(text("text"))
	case line.Quantity.State == qty.Unstated:
		bad.Field(prefix+"value", "need.quantity_contradicts")
	default:
		line.Quantity.Value = edit.Whole(bad, values, prefix+"value", "desk.not_number")
		if line.Quantity.Value == 0 && text("value") == "" {
			bad.Field(prefix+"value", "desk.not_number")
		}
	}
	return line, true
}
