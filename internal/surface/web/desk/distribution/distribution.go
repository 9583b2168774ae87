// SPDX-License-Identifier: Apache-2.0

// Package distribution is the chapter of hand-overs at the desk: who was handed
// what from which lot, what they accepted, what they rejected and why. What the
// books never received is shown openly as unreconciled.
package distribution

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Service is what the chapter needs of the hand-overs.
type Service interface {
	Create(ctx context.Context, actor account.Actor, in distribution.Input, key string) (distribution.Distribution, error)
	Correct(ctx context.Context, actor account.Actor, c distribution.Correction) (distribution.Distribution, error)
	Get(ctx context.Context, actor account.Actor, distributionID id.ID) (distribution.Distribution, error)
	List(ctx context.Context, actor account.Actor, f distribution.Filter, p page.Request) (page.Page[distribution.Row], error)
}

// Chapter answers /desk/distributions.
type Chapter struct {
	Distributions Service
	Names         *naming.Book
	Files         *attach.Chapter
}

// path is the list.
const path = "/desk/distributions"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return append(h.forms().Routes("distribution.create", "distribution.correct"),
		frame.Route{Method: http.MethodGet, Path: path, Action: "distribution.read", Handle: h.list},
		frame.Route{Method: http.MethodGet, Path: path + "/{id}", Action: "distribution.read", Handle: h.show},
	)
}

// list answers with one page of lines.
func (h *Chapter) list(c *frame.Call) error {
	query := c.URL.Query()
	bad := errs.Bad()
	f := distribution.Filter{
		Day: frame.Day(bad, query, "day"), UpTo: frame.Day(bad, query, "up_to"), Place: query.Get("place"),
		Recipient: naming.ID(bad, query, "recipient"), Unreconciled: query.Get("unreconciled") == "true",
		Corrected: query.Get("corrected") == "true", Sort: page.Order(query.Get("sort")),
	}
	if class := query.Get("class"); class != "" {
		f.Classes = strings.Split(class, ",")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	rows, err := h.Distributions.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	ids := []id.ID{f.Recipient}
	for _, r := range rows.Items {
		ids = append(ids, r.Distribution.Recipient)
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_distributions"), frame.Distributions), Path: path, Query: query, Next: rows.Next, Export: "/api/v1/distributions",
		Lead: l.T("desk.distribution_lead"), Filters: h.filters(l, f, names[f.Recipient]), Columns: columns(l, len(f.Classes) > 0),
		Acts:  acts(c),
		Empty: list.Empty{Title: l.T("desk.distribution_empty_title"), Text: l.T("desk.distribution_empty_text")},
	}
	v.Frame.Live, v.Empty.Acts = "distribution", v.Acts
	for _, r := range rows.Items {
		v.Rows = append(v.Rows, h.row(c, r, names[r.Distribution.Recipient]))
	}
	return c.Write(list.Page(v))
}

// columns heads the columns. One class is read by day only.
func columns(l *i18n.Localizer, classes bool) []list.Column {
	recorded := string(page.Recorded)
	if classes {
		recorded = ""
	}
	return []list.Column{
		{Title: l.T("desk.distribution_item"), Main: true}, {Title: l.T("desk.distribution_recipient")},
		{Title: l.T("desk.distribution_accepted"), Number: true}, {Title: l.T("desk.distribution_rejected"), Number: true},
		{Title: l.T("desk.distribution_unreconciled"), Number: true}, {Title: l.T("desk.distribution_day"), Sort: string(page.ByDay)},
		{Title: l.T("desk.recorded"), Sort: recorded}, {Title: l.T("desk.state")},
	}
}

func acts(c *frame.Call) []list.Act {
	var acts []list.Act
	if c.Could("import.run") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.import_register"), Href: "/desk/imports?kind=distributions", Plain: true})
	}
	if c.Could("distribution.create") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.distribution_new"), Href: path + "/new", Key: "n"})
	}
	return acts
}

func (h *Chapter) filters(l *i18n.Localizer, f distribution.Filter, recipient string) []list.Filter {
	filters := []list.Filter{
		{Name: "class", Label: l.T("desk.class"), Options: list.Options(h.Names.Classes(l))},
		{Name: "day", Label: l.T("desk.filter_day"), Kind: list.OnDay},
		{Name: "up_to", Label: l.T("desk.filter_up_to"), Kind: list.OnDay},
		{Name: "unreconciled", Label: l.T("desk.distribution_unreconciled"), Kind: list.Flag},
		{Name: "corrected", Label: l.T("desk.filter_corrected"), Kind: list.Flag},
	}
	if f.Place != "" {
		filters = append(filters, list.Filter{Name: "place", Label: l.T("desk.place"), Options: []list.Option{{Value: f.Place, Text: h.Names.Place(l, f.Place)}}})
	}
	return append(filters, list.Picked("recipient", l.T("desk.distribution_recipient"), f.Recipient, recipient)...)
}

// row is one line of the list.
func (h *Chapter) row(c *frame.Call, r distribution.Row, recipient string) list.Row {
	l, line, d := c.Reader.Localizer, r.Line, r.Distribution
	unit, class := h.Names.CountedIn(l, line.Accepted, line.Commodity), h.Names.Class(l, line.Class)
	state := ""
	if d.Status != distribution.Posted {
		state = l.T("desk.edit_taken_out")
	}
	return list.Row{
		ID: d.ID.String() + "." + strconv.FormatInt(r.N, 10), Off: d.Status != distribution.Posted,
		Cells: []templ.Component{
			list.LinkPair(path+"/"+d.ID.String(), list.Named(line.ItemText, class), list.Below(line.ItemText, class)),
			list.LinkPair(path+"?recipient="+d.Recipient.String(), recipient, h.Names.Place(l, d.Place)),
			list.Count(l, line.Accepted, unit), some(l, line.Rejected, unit, ""), some(l, line.Unreconciled, unit, "urgent"),
			list.Date(l, d.Day), list.Date(l, clock.DayOf(d.CreatedAt, c.Zone())), list.Tag(state, ""),
		},
	}
}

// some is a number that is usually none; kind marks it.
func some(l *i18n.Localizer, n int64, unit, kind string) templ.Component {
	switch {
	case n == 0:
		return templ.NopComponent
	case kind != "":
		return list.Tag(l.Number(n)+" "+unit, kind)
	}
	return list.Count(l, n, unit)
}

// show answers with one hand-over.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	d, err := h.Distributions.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	names, err := h.Names.Orgs(c, d.Recipient)
	if err != nil {
		return err
	}
	lots, err := h.lots(c, d)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(names[d.Recipient], frame.Distributions),
		Facts: record.Said(
			record.Fact{Label: l.T("desk.distribution_day"), Value: list.Moment(l, d.OccurredAt, c.Zone())},
			record.Fact{Label: l.T("desk.recorded"), Value: list.Moment(l, d.CreatedAt, c.Zone())},
			record.Fact{Label: l.T("desk.place"), Value: record.Words(h.Names.Place(l, d.Place))},
			record.Fact{Label: l.T("desk.source"), Value: record.Written(d.Source)},
			record.Fact{Label: l.T("desk.note"), Value: record.Written(d.Note)},
			record.Fact{Label: l.T("desk.reason"), Value: record.Written(d.Reason)},
		),
		Sections: []record.Section{{Title: l.T("desk.distribution_lines"), Body: lines(l, h.Names, d.Lines, lots)}},
	}
	for _, line := range d.Lines {
		if line.Unreconciled > 0 {
			v.Tags = []record.Tag{{Text: l.T("desk.distribution_unreconciled"), Kind: "urgent"}}
			v.Sections[0].Note = l.T("desk.distribution_unreconciled_text")
		}
	}
	if err := h.forms().Finish(c, v, d, "distribution.correct"); err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

// lots names the lots from which the lines were taken.
func (h *Chapter) lots(c *frame.Call, d distribution.Distribution) (map[id.ID]string, error) {
	names := map[id.ID]string{}
	for _, line := range d.Lines {
		for _, pick := range line.Picks {
			lot, err := ledger.LotByID(c.Context(), h.Names.DB, pick.Lot)
			if err != nil {
				return nil, err
			}
			if names[lot.ID], err = h.Names.Lot(c, lot); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}
