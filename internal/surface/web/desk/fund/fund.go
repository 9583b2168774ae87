// SPDX-License-Identifier: Apache-2.0

// Package fund is the chapter of money at the desk: what came in by which
// channel and what went out for which purpose. Amounts are decimals of their
// currency; what is booked is corrected, never changed. It is shown to nobody
// who may not see money.
package fund

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/edit"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Service is what the chapter needs of the money.
type Service interface {
	Create(ctx context.Context, actor account.Actor, in fund.Input, key string) (fund.Record, error)
	Correct(ctx context.Context, actor account.Actor, c fund.Correction) (fund.Record, error)
	Get(ctx context.Context, actor account.Actor, recordID id.ID) (fund.Record, error)
	List(ctx context.Context, actor account.Actor, f fund.Filter, p page.Request) (page.Page[fund.Record], error)
}

// Chapter answers /desk/funds.
type Chapter struct {
	Funds Service
	Names *naming.Book
	Files *attach.Chapter
}

// path is the list.
const path = "/desk/funds"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return append(h.forms().Routes("fund.receive", "fund.correct"),
		frame.Route{Method: http.MethodGet, Path: path, Action: "fund.read", Handle: h.list},
		frame.Route{Method: http.MethodGet, Path: path + "/{id}", Action: "fund.read", Handle: h.show},
	)
}

// list answers with one page of records.
func (h *Chapter) list(c *frame.Call) error {
	query := c.URL.Query()
	bad := errs.Bad()
	f := fund.Filter{
		Direction: fund.Direction(query.Get("direction")), Currency: money.Currency(query.Get("currency")), Channel: query.Get("channel"),
		Day: frame.Day(bad, query, "day"), UpTo: frame.Day(bad, query, "up_to"),
		Corrected: query.Get("corrected") == "true", Sort: page.Order(query.Get("sort")),
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	rows, err := h.Funds.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(rows.Items))
	for i, r := range rows.Items {
		ids[i] = r.Party
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_funds"), frame.Funds), Path: path, Query: query, Next: rows.Next, Export: "/api/v1/funds",
		Lead: l.T("desk.fund_lead"), Filters: filters(l),
		Columns: []list.Column{
			{Title: l.T("desk.fund_party"), Main: true}, {Title: l.T("desk.fund_field_direction")}, {Title: l.T("desk.fund_field_amount"), Number: true},
			{Title: l.T("desk.fund_field_channel")}, {Title: l.T("desk.fund_field_purpose")},
			{Title: l.T("desk.fund_day"), Sort: string(page.ByDay)}, {Title: l.T("desk.recorded"), Sort: string(page.Recorded)},
		},
		Acts:  acts(c),
		Empty: list.Empty{Title: l.T("desk.fund_empty_title"), Text: l.T("desk.fund_empty_text")},
	}
	v.Frame.Live, v.Empty.Acts = "fund", v.Acts
	for _, r := range rows.Items {
		v.Rows = append(v.Rows, row(c, r, names[r.Party]))
	}
	return c.Write(list.Page(v))
}

func acts(c *frame.Call) []list.Act {
	var acts []list.Act
	if c.Could("import.run") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.import_register"), Href: "/desk/imports?kind=funds", Plain: true})
	}
	if c.Could("fund.receive") {
		acts = append(acts,
			list.Act{Text: c.Reader.T("desk.fund_new_out"), Href: path + "/new?direction=out", Plain: true},
			list.Act{Text: c.Reader.T("desk.fund_new_in"), Href: path + "/new?direction=in", Key: "n"})
	}
	return acts
}

func filters(l *i18n.Localizer) []list.Filter {
	return []list.Filter{
		{Name: "direction", Label: l.T("desk.fund_field_direction"), Options: list.Options(directions(l))},
		{Name: "currency", Label: l.T("desk.field_currency"), Kind: list.Text, Hint: string(money.CNY)},
		{Name: "channel", Label: l.T("desk.fund_field_channel"), Kind: list.Text},
		{Name: "day", Label: l.T("desk.filter_day"), Kind: list.OnDay},
		{Name: "up_to", Label: l.T("desk.filter_up_to"), Kind: list.OnDay},
		{Name: "corrected", Label: l.T("desk.filter_corrected"), Kind: list.Flag},
	}
}

func directions(l *i18n.Localizer) []form.Option {
	return []form.Option{
		{Value: string(fund.In), Text: l.T("desk.fund_direction_in")},
		{Value: string(fund.Out), Text: l.T("desk.fund_direction_out")},
	}
}

func row(c *frame.Call, r fund.Record, party string) list.Row {
	l := c.Reader.Localizer
	below := ""
	if r.Status != fund.Posted {
		below = l.T("desk.edit_taken_out")
	}
	return list.Row{
		ID: r.ID.String(), Off: r.Status != fund.Posted,
		Cells: []templ.Component{
			list.LinkPair(path+"/"+r.ID.String(), list.Named(party, l.T("desk.fund_nobody")), below),
			list.Words(l.T("desk.fund_direction_" + string(r.Direction))), list.Money(l, r.Amount, ""),
			list.Written(r.Channel), list.Written(r.Purpose),
			list.Date(l, r.Day), list.Date(l, clock.DayOf(r.CreatedAt, c.Zone())),
		},
	}
}

// show answers with one record.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	r, err := h.Funds.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	names, err := h.Names.Orgs(c, r.Party, r.Organiser)
	if err != nil {
		return err
	}
	earmark, err := h.Names.Earmark(c, r.Earmark)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(l.Money(r.Amount)+" "+string(r.Amount.Currency), frame.Funds),
		Tags:  []record.Tag{{Text: l.T("desk.fund_direction_" + string(r.Direction)), Kind: "ink"}},
		Facts: record.Said(
			record.Fact{Label: l.T("desk.fund_field_party_" + string(r.Direction)), Value: record.Written(names[r.Party])},
			record.Fact{Label: l.T("desk.fund_field_organiser"), Value: record.Written(names[r.Organiser])},
			record.Fact{Label: l.T("desk.fund_field_channel"), Value: record.Written(r.Channel)},
			record.Fact{Label: l.T("desk.fund_field_purpose"), Value: record.Written(r.Purpose)},
			record.Fact{Label: l.T("desk.stock_earmark"), Value: record.Written(earmark)},
			record.Fact{Label: l.T("desk.fund_day"), Value: list.Moment(l, r.OccurredAt, c.Zone())},
			record.Fact{Label: l.T("desk.recorded"), Value: list.Moment(l, r.CreatedAt, c.Zone())},
			record.Fact{Label: l.T("desk.source"), Value: record.Written(r.Source)},
			record.Fact{Label: l.T("desk.note"), Value: record.Written(r.Note)},
			record.Fact{Label: l.T("desk.reason"), Value: record.Written(r.Reason)},
		),
	}
	if err := h.forms().Finish(c, v, r, "fund.correct"); err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

// forms are the forms of a record.
func (h *Chapter) forms() *edit.Forms[fund.Record, fund.Input] {
	return &edit.Forms[fund.Record, fund.Input]{
		Kind: "fund", Path: path, Place: frame.Funds, Names: h.Names, Files: h.Files, Get: h.Funds.Get, Create: h.Funds.Create,
		Correct: func(ctx context.Context, actor account.Actor, c edit.Correction[fund.Input]) (fund.Record, error) {
			return h.Funds.Correct(ctx, actor, fund.Correction(c))
		},
		Of: func(r fund.Record) edit.Head {
			return edit.Head{ID: r.ID, Version: r.Version, Posted: r.Status == fund.Posted, Replaces: r.Replaces}
		},
		Blank: blank, Fill: h.fill, Read: h.read, Say: say,
		Draw: func(c *frame.Call, e *edit.Edit) (templ.Component, error) { return fields(c.Reader.Localizer, e), nil },
		Fields: []string{
			"direction", "amount", "currency", "channel", "purpose", "party", "organiser", "occurred_at",
			"earmark", "earmark_recipient", "earmark_place", "note",
		},
		Rename: map[string]string{"party_name": "party", "organiser_name": "organiser"},
	}
}

func blank(c *frame.Call) url.Values {
	values := url.Values{"direction": {string(fund.In)}, "currency": {string(money.CNY)}}
	if c.URL.Query().Get("direction") == string(fund.Out) {
		values.Set("direction", string(fund.Out))
	}
	edit.KeepMoment(c, values, c.Now())
	return values
}

// fill returns the form of a stored record.
func (h *Chapter) fill(c *frame.Call, r fund.Record) (url.Values, error) {
	names, err := h.Names.Orgs(c, r.Party, r.Organiser)
	if err != nil {
		return nil, err
	}
	values := url.Values{
		"direction": {string(r.Direction)}, "amount": {r.Amount.String()}, "currency": {string(r.Amount.Currency)}, "channel": {r.Channel},
		"purpose": {r.Purpose}, "source": {r.Source}, "note": {r.Note},
	}
	form.KeepOrg(values, "party", names[r.Party], r.Party)
	form.KeepOrg(values, "organiser", names[r.Organiser], r.Organiser)
	edit.KeepMoment(c, values, r.OccurredAt)
	return values, h.Names.FillEarmark(c, values, "", r.Earmark)
}

// read turns a form into what the service takes.
func (h *Chapter) read(c *frame.Call, values url.Values) (fund.Input, error) {
	bad := errs.Bad()
	in := fund.Input{
		Direction: fund.Direction(values.Get("direction")), Channel: edit.Text(values, "channel"), Purpose: edit.Text(values, "purpose"),
		PartyName: edit.Text(values, "party"), Party: form.KeptOrg(values, "party"),
		OrganiserName: edit.Text(values, "organiser"), Organiser: form.KeptOrg(values, "organiser"),
		Amount: edit.Money(bad, values, "amount", "currency"), OccurredAt: edit.Moment(c, bad, values),
		Source: values.Get("source"), Note: edit.Text(values, "note"),
	}
	var err error
	in.Earmark, err = h.Names.ReadEarmark(c, bad, values, "")
	if err != nil {
		return in, err
	}
	return in, bad.OrNil()
}

// say puts the value of a field into words.
func say(c *frame.Call, name, value string) string {
	l := c.Reader.Localizer
	switch name {
	case "direction":
		return l.T("desk.fund_direction_" + value)
	case "occurred_at":
		if day, err := clock.ParseDay(value); err == nil {
			return l.Date(day)
		}
	}
	return value
}
