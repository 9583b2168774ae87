// SPDX-License-Identifier: Apache-2.0

// Package receipt is the chapter of goods that arrived at the desk: what came,
// from whom, on which condition, and where it lies. Each line is a lot that can
// be followed to the wards. What is booked is corrected, never changed.
package receipt

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// Service is what the chapter needs of the receipts.
type Service interface {
	Create(ctx context.Context, actor account.Actor, in receipt.Input, key string) (receipt.Receipt, error)
	Correct(ctx context.Context, actor account.Actor, c receipt.Correction) (receipt.Receipt, error)
	Get(ctx context.Context, actor account.Actor, receiptID id.ID) (receipt.Receipt, error)
	List(ctx context.Context, actor account.Actor, f receipt.Filter, p page.Request) (page.Page[receipt.Row], error)
}

// Chapter answers /desk/receipts.
type Chapter struct {
	Receipts Service
	Names    *naming.Book
	Files    *attach.Chapter
}

// path is the list.
const path = "/desk/receipts"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return append(h.forms().Routes("receipt.create", "receipt.correct"),
		frame.Route{Method: http.MethodGet, Path: path, Action: "receipt.read", Handle: h.list},
		frame.Route{Method: http.MethodGet, Path: path + "/{id}", Action: "receipt.read", Handle: h.show},
	)
}

// list answers with one page of lines.
func (h *Chapter) list(c *frame.Call) error {
	query := c.URL.Query()
	bad := errs.Bad()
	f := receipt.Filter{
		Day: frame.Day(bad, query, "day"), UpTo: frame.Day(bad, query, "up_to"),
		Corrected: query.Get("corrected") == "true", Sort: page.Order(query.Get("sort")),
	}
	if class := query.Get("class"); class != "" {
		f.Classes = strings.Split(class, ",")
	}
	f.Donor = naming.ID(bad, query, "donor")
	if err := bad.OrNil(); err != nil {
		return err
	}
	rows, err := h.Receipts.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	ids := []id.ID{f.Donor}
	for _, r := range rows.Items {
		ids = append(ids, r.Receipt.Donor)
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_receipts"), frame.Receipts), Path: path, Query: query, Next: rows.Next, Export: "/api/v1/receipts",
		Lead: l.T("desk.receipt_lead"), Filters: h.filters(l, f.Donor, names[f.Donor]), Columns: columns(l, len(f.Classes) > 0),
		Acts:  h.acts(c),
		Empty: list.Empty{Title: l.T("desk.receipt_empty_title"), Text: l.T("desk.receipt_empty_text")},
	}
	v.Frame.Live, v.Empty.Acts = "receipt", v.Acts
	for _, r := range rows.Items {
		v.Rows = append(v.Rows, h.row(c, r, names[r.Receipt.Donor]))
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
		{Title: l.T("desk.receipt_item"), Main: true}, {Title: l.T("desk.receipt_quantity"), Number: true},
		{Title: l.T("desk.receipt_donor")}, {Title: l.T("desk.receipt_store")}, {Title: l.T("desk.field_expires_on")},
		{Title: l.T("desk.receipt_value"), Number: true}, {Title: l.T("desk.receipt_day"), Sort: string(page.ByDay)},
		{Title: l.T("desk.recorded"), Sort: recorded}, {Title: l.T("desk.state")},
	}
}

func (h *Chapter) acts(c *frame.Call) []list.Act {
	var acts []list.Act
	if c.Could("import.run") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.import_register"), Href: "/desk/imports?kind=receipts", Plain: true})
	}
	if c.Could("receipt.create") {
		acts = append(acts, list.Act{Text: c.Reader.T("desk.receipt_new"), Href: path + "/new", Key: "n"})
	}
	return acts
}

func (h *Chapter) filters(l *i18n.Localizer, donor id.ID, name string) []list.Filter {
	filters := []list.Filter{
		{Name: "class", Label: l.T("desk.class"), Options: list.Options(h.Names.Classes(l))},
		{Name: "day", Label: l.T("desk.filter_day"), Kind: list.OnDay},
		{Name: "up_to", Label: l.T("desk.filter_up_to"), Kind: list.OnDay},
		{Name: "corrected", Label: l.T("desk.filter_corrected"), Kind: list.Flag},
	}
	return append(filters, list.Picked("donor", l.T("desk.receipt_donor"), donor, name)...)
}

// row is one line of the list.
func (h *Chapter) row(c *frame.Call, r receipt.Row, donor string) list.Row {
	l, line := c.Reader.Localizer, r.Line
	off := r.Receipt.Status != receipt.Posted
	from := list.Words(l.T("desk.receipt_nobody"))
	if donor != "" {
		from = list.LinkPair(path+"?donor="+r.Receipt.Donor.String(), donor, "")
	}
	return list.Row{
		ID: r.Receipt.ID.String() + "." + strconv.FormatInt(r.N, 10), Off: off,
		Cells: []templ.Component{
			list.LinkPair(path+"/"+r.Receipt.ID.String(), list.Named(line.ItemText, h.Names.Class(l, line.Class)), list.Below(line.ItemText, h.Names.Class(l, line.Class))),
			list.Count(l, line.Quantity, h.Names.CountedIn(l, line.Quantity, line.Commodity)),
			from, list.Words(h.Names.Store(l, r.Receipt.Place)), list.Date(l, line.ExpiresOn), value(l, line),
			list.Date(l, r.Receipt.Day), list.Date(l, clock.DayOf(r.Receipt.CreatedAt, c.Zone())), list.Tag(status(l, r.Receipt), ""),
		},
	}
}

func status(l *i18n.Localizer, r receipt.Receipt) string {
	if r.Status == receipt.Corrected {
		return l.T("desk.edit_taken_out")
	}
	return l.T("desk.receipt_kind_" + string(r.Kind))
}

// value is what the goods are worth, with where that comes from.
func value(l *i18n.Localizer, line receipt.Line) templ.Component {
	if line.Value.Minor == 0 {
		return templ.NopComponent
	}
	return list.Money(l, line.Value, l.T("desk.value_source_"+string(line.ValueSource)))
}

// show answers with one receipt.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	r, err := h.Receipts.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	names, err := h.Names.Orgs(c, r.Donor, r.Supplier, r.Holder)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	title := names[r.Donor]
	if title == "" {
		title = l.T("desk.receipt_nobody")
	}
	v := &record.View{
		Frame: c.Page(title, frame.Receipts), Tags: []record.Tag{{Text: l.T("desk.receipt_kind_" + string(r.Kind)), Kind: "ink"}},
		Facts: h.facts(c, r, names),
	}
	lots := make([]lot, len(r.Lines))
	for i, line := range r.Lines {
		if lots[i], err = h.lot(c, line); err != nil {
			return err
		}
	}
	v.Sections = []record.Section{{Title: l.T("desk.receipt_lines"), Body: lines(l, h.Names, lots)}}
	if err := h.forms().Finish(c, v, r, "receipt.correct"); err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

func (h *Chapter) facts(c *frame.Call, r receipt.Receipt, names map[id.ID]string) []record.Fact {
	l := c.Reader.Localizer
	return record.Said(
		record.Fact{Label: l.T("desk.receipt_day"), Value: list.Moment(l, r.OccurredAt, c.Zone())},
		record.Fact{Label: l.T("desk.recorded"), Value: list.Moment(l, r.CreatedAt, c.Zone())},
		record.Fact{Label: l.T("desk.receipt_store"), Value: record.Words(h.Names.Store(l, r.Place))},
		record.Fact{Label: l.T("desk.receipt_holder"), Value: record.Written(names[r.Holder])},
		record.Fact{Label: l.T("desk.receipt_supplier"), Value: record.Written(names[r.Supplier])},
		record.Fact{Label: l.T("desk.receipt_field_origin"), Value: record.Words(h.Names.Place(l, r.Origin))},
		record.Fact{Label: l.T("desk.source"), Value: record.Written(r.Source)},
		record.Fact{Label: l.T("desk.note"), Value: record.Written(r.Note)},
		record.Fact{Label: l.T("desk.reason"), Value: record.Written(r.Reason)},
	)
}

// lot is a line with what the books say about its lot.
type lot struct {
	receipt.Line

	Code    string
	Earmark string
}

func (l lot) thread() string { return figure.ThreadURL(l.Lot.String()) }
