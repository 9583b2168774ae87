// SPDX-License-Identifier: Apache-2.0

// Package need is the chapter of needs at the desk: what recipients lack, as
// they said it. A quantity that nobody knows stays unknown; a need is replaced
// or withdrawn with a reason, never changed in place.
package need

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Service is what the chapter needs of the needs.
type Service interface {
	Create(ctx context.Context, actor account.Actor, in need.Input, key string) (need.Need, error)
	Correct(ctx context.Context, actor account.Actor, c need.Correction) (need.Need, error)
	Get(ctx context.Context, actor account.Actor, needID id.ID) (need.Need, error)
	List(ctx context.Context, actor account.Actor, f need.Filter, p page.Request) (page.Page[need.Row], error)
}

// Chapter answers /desk/needs.
type Chapter struct {
	Needs Service
	Names *naming.Book
	Files *attach.Chapter

	// Named returns the organisation of a name, whoever asks; the zero id when
	// there is none. Whether a need may be recorded for it is asked afterwards, and
	// who may not hears the same as for a name that nobody has.
	Named func(ctx context.Context, name string) (id.ID, error)
}

// path is the list.
const path = "/desk/needs"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return append(h.forms().Routes("need.create", "need.correct"),
		frame.Route{Method: http.MethodGet, Path: path, Action: "need.read", Handle: h.list},
		frame.Route{Method: http.MethodGet, Path: path + "/{id}", Action: "need.read", Handle: h.show})
}

// list answers with one page of lines.
func (h *Chapter) list(c *frame.Call) error {
	query := c.URL.Query()
	f := need.Filter{
		Class: query.Get("class"), Unclassified: query.Get("unclassified") == "true",
		State: qty.State(query.Get("state")), Ended: query.Get("ended") == "true",
	}
	if text := query.Get("recipient"); text != "" {
		recipient, err := id.Parse(text)
		if err != nil {
			query.Del("recipient")
		}
		f.Recipient = recipient
	}
	rows, err := h.Needs.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	ids := []id.ID{f.Recipient}
	for _, r := range rows.Items {
		ids = append(ids, r.Need.Recipient)
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_needs"), frame.Needs), Path: path, Query: query, Next: rows.Next, Export: "/api/v1/needs",
		Lead: l.T("desk.need_lead"),
		Filters: append(h.filters(l), list.Filter{
			Name: "recipient", Label: l.T("desk.need_recipient"), Kind: list.Fixed,
			Options: []list.Option{{Value: f.Recipient.String(), Text: names[f.Recipient]}},
		}),
		Columns: []list.Column{
			{Title: l.T("desk.need_recipient"), Main: true}, {Title: l.T("desk.need_item")}, {Title: l.T("desk.need_quantity"), Number: true},
			{Title: l.T("desk.need_base"), Number: true}, {Title: l.T("desk.need_by")}, {Title: l.T("desk.need_stated_on")}, {Title: l.T("desk.state")},
		},
		Empty: list.Empty{Title: l.T("desk.need_empty_title"), Text: l.T("desk.need_empty_text")},
	}
	v.Frame.Live = "need"
	v.Acts = h.acts(c)
	v.Empty.Acts = v.Acts
	for _, r := range rows.Items {
		v.Rows = append(v.Rows, h.row(l, r, names[r.Need.Recipient]))
	}
	return c.Write(list.Page(v))
}

func (h *Chapter) acts(c *frame.Call) []list.Act {
	var acts []list.Act
	if c.Could("import.run") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.import_register"), Href: "/desk/imports?kind=needs", Plain: true})
	}
	if c.Could("need.create") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.need_new"), Href: path + "/new", Key: "n"})
	}
	return acts
}

func (h *Chapter) filters(l *i18n.Localizer) []list.Filter {
	classes := make([]list.Option, 0, len(h.Names.Catalog.Classes()))
	for _, o := range h.Names.Classes(l) {
		classes = append(classes, list.Option(o))
	}
	states := make([]list.Option, 0, len(qty.States()))
	for _, s := range qty.States() {
		states = append(states, list.Option{Value: string(s), Text: l.T("desk.quantity_state_" + string(s))})
	}
	return []list.Filter{
		{Name: "class", Label: l.T("desk.class"), Options: classes},
		{Name: "state", Label: l.T("desk.need_quantity"), Options: states},
		{Name: "unclassified", Label: l.T("desk.unclassified"), Kind: list.Flag},
		{Name: "ended", Label: l.T("desk.need_ended"), Kind: list.Flag},
	}
}

// row is one line of the list.
func (h *Chapter) row(l *i18n.Localizer, r need.Row, recipient string) list.Row {
	line := r.Line
	base := list.Nothing()
	if line.Base != nil {
		base = list.Count(l, *line.Base, h.Names.Unit(l, line.Class))
	}
	return list.Row{
		ID: r.Need.ID.String() + "." + strconv.FormatInt(r.N, 10), Off: r.Need.Status != need.Open,
		Cells: []templ.Component{
			list.LinkPair(path+"/"+r.Need.ID.String(), recipient, h.Names.Place(l, r.Need.Place)),
			list.Item(h.Names.Class(l, line.Class), line.ItemText, line.SpecText),
			list.Stated(l, line.Quantity.State, h.Names.Quantity(l, line.Quantity, line.Class), line.Quantity.Text),
			base,
			list.Date(l, r.Need.ByDate),
			list.Date(l, r.Need.StatedOn),
			list.Tag(status(l, r.Need.Status), kindOf(r.Need.Status)),
		},
	}
}

func status(l *i18n.Localizer, s need.Status) string { return l.T("desk.need_status_" + string(s)) }

func kindOf(s need.Status) string {
	if s == need.Open {
		return "ink"
	}
	return ""
}

// show answers with one need.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	n, err := h.Needs.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	names, err := h.Names.Orgs(c, n.Recipient)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(names[n.Recipient], frame.Needs), Facts: h.facts(c, n),
		Sections: []record.Section{{Title: l.T("desk.need_lines"), Body: h.lines(l, n.Lines)}},
	}
	if n.Status == need.Open {
		v.Tags = []record.Tag{{Text: status(l, n.Status), Kind: "ink"}}
	}
	if err := h.forms().Finish(c, v, n, "need.correct"); err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

func (h *Chapter) facts(c *frame.Call, n need.Need) []record.Fact {
	l := c.Reader.Localizer
	facts := []record.Fact{
		{Label: l.T("desk.need_stated_on"), Value: list.Date(l, n.StatedOn)},
		{Label: l.T("desk.recorded"), Value: list.Moment(l, n.CreatedAt, c.Zone())},
	}
	if n.ByDate != 0 {
		facts = append(facts, record.Fact{Label: l.T("desk.need_by"), Value: list.Date(l, n.ByDate)})
	}
	return append(facts, record.Said(
		record.Fact{Label: l.T("desk.place"), Value: record.Words(h.Names.Place(l, n.Place))},
		record.Fact{Label: l.T("desk.need_setting"), Value: record.Words(l.Or("desk.setting_"+n.Setting, "desk.nothing"))},
		record.Fact{Label: l.T("desk.source"), Value: record.Written(n.Source)},
		record.Fact{Label: l.T("desk.note"), Value: record.Written(n.Note)},
		record.Fact{Label: l.T("desk.reason"), Value: record.Written(n.Reason)},
	)...)
}

// lines are the lines of a need with everything they say.
func (h *Chapter) lines(l *i18n.Localizer, all []need.Line) templ.Component {
	columns := []list.Column{
		{Title: l.T("desk.need_item"), Main: true}, {Title: l.T("desk.need_quantity"), Number: true},
		{Title: l.T("desk.need_base"), Number: true}, {Title: l.T("desk.need_field_standards")},
	}
	rows := make([]list.Row, len(all))
	for i, line := range all {
		base := list.Nothing()
		if line.Base != nil {
			base = list.Count(l, *line.Base, h.Names.Unit(l, line.Class))
		}
		rows[i].Cells = []templ.Component{
			list.Item(h.Names.Class(l, line.Class), line.ItemText, line.SpecText),
			list.Stated(l, line.Quantity.State, h.Names.Quantity(l, line.Quantity, line.Class), line.Quantity.Text),
			base, list.Names(l, line.Standards),
		}
	}
	return list.Lines(l.T("desk.need_lines"), columns, rows)
}
