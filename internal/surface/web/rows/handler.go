// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
	"github.com/qiaorelief/qiao/internal/surface/web/report"
)

// Source knows the rows behind the figures.
type Source interface {
	// Rows returns one page of rows. It is NotFound when there is no report of
	// that day, and Malformed for a cursor of another list.
	Rows(ctx context.Context, query Query, lang i18n.Lang) (*View, error)
}

// Files writes whole lists as files.
type Files interface {
	// ServeRows answers with all rows of the query, whose Page is not used.
	ServeRows(w http.ResponseWriter, r *http.Request, query Query, file File) error
}

// File says in which form and language a list is wanted.
type File struct {
	Format string // one of Formats
	Lang   i18n.Lang
}

// Formats are the files in which a list can be had.
func Formats() []string { return []string{"csv", "xlsx"} }

// Handler answers /report/{date}/rows and /report/{date}/rows.{format}.
type Handler struct {
	Kit    layout.Kit
	Source Source
	Files  Files // nil when there are no files
}

// flows are the values of ?flow=.
var flows = []string{
	figure.FlowIn, figure.FlowOut, figure.FlowStock, figure.FlowUnreconciled,
	figure.FlowMoneyIn, figure.FlowMoneyOut, figure.FlowValue,
}

// offered are the flows that a list can be changed to. What was in stock on an
// older day is a sum without rows.
func (v *View) offered() []string {
	if !v.Past {
		return flows
	}
	return slices.DeleteFunc(slices.Clone(flows), func(flow string) bool { return flow == figure.FlowStock })
}

// otherUnits says what the rows hold that the total does not count.
func (v *View) otherUnits(l *i18n.Localizer) string {
	parts := make([]string, 0, len(v.OtherUnits))
	for _, g := range v.OtherUnits {
		parts = append(parts, g.Text(l))
	}
	return strings.Join(parts, l.T("web.comma"))
}

// longest is the longest code or cursor of the query, in bytes.
const longest = 300

// List answers with one page of rows.
func (h *Handler) List(w http.ResponseWriter, r *http.Request) error {
	query, err := parse(r)
	if err != nil {
		return err
	}
	frame := h.Kit.Frame(r, "rows.css")
	view, err := h.Source.Rows(r.Context(), query, frame.Reader.Lang())
	if err != nil {
		return err
	}
	frame.Here = layout.Reports
	if query.Flow == figure.FlowOut {
		frame.Here = layout.Threads
	}
	frame.Title, frame.Description = title(frame.Reader.Localizer, query, view), frame.Reader.T("report.flow_read."+query.Flow)
	var formats []string
	if h.Files != nil && len(view.Rows) > 0 {
		formats = Formats()
	}
	return h.Kit.Pages.Write(w, r, list(frame, shown{query, view, formats}))
}

// shown is what the page draws.
type shown struct {
	q       Query
	v       *View
	formats []string // files to download
}

// File answers with the whole list in a format.
func (h *Handler) File(format string) render.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		query, err := parse(r)
		if err != nil {
			return err
		}
		if h.Files == nil {
			return errs.New(errs.NotFound, "error.not_found")
		}
		query.Page = page.Request{}
		return h.Files.ServeRows(w, r, query, File{format, h.Kit.Pages.Reader(r).Lang()})
	}
}

func parse(r *http.Request) (Query, error) {
	day, err := report.ParseDay(r.PathValue("date"))
	if err != nil {
		return Query{}, err
	}
	values := r.URL.Query()
	q := Query{
		Report: day, Flow: values.Get("flow"), Group: values.Get("group"), Class: values.Get("class"),
		Place: values.Get("place"), Recipient: values.Get("recipient"), Currency: values.Get("currency"), Unit: qty.Unit(values.Get("unit")), Page: page.Request{Cursor: values.Get("cursor")},
	}
	if q.Flow == "" {
		q.Flow = figure.FlowIn
	}
	if !slices.Contains(flows, q.Flow) {
		return Query{}, errs.New(errs.NotFound, "report.no_such_rows")
	}
	for _, value := range []string{q.Group, q.Class, q.Place, q.Recipient, q.Currency, string(q.Unit), q.Page.Cursor} {
		if len(value) > longest {
			return Query{}, errs.New(errs.Malformed, "report.no_such_rows")
		}
	}
	if on := values.Get("day"); on != "" {
		if q.Day, err = clock.ParseDay(on); err != nil {
			return Query{}, errs.Wrap(err, errs.Malformed, "report.no_such_day")
		}
	}
	return q.relevant(), nil
}

// relevant leaves out what does not narrow the flow: goods and money come in
// from somebody, only hand-overs have a recipient and a place.
func (q Query) relevant() Query {
	if q.Flow != figure.FlowOut && q.Flow != figure.FlowUnreconciled {
		q.Place, q.Recipient = "", ""
	}
	switch q.Flow {
	case figure.FlowMoneyIn, figure.FlowMoneyOut:
		q.Group, q.Class, q.Unit = "", "", ""
	case figure.FlowStock:
		q.Day, q.Currency = 0, ""
	default:
		q.Currency = ""
	}
	return q
}

// url is the address of this list with another value of one parameter; an
// empty value leaves it out. A cursor never outlives a change of the list.
func (q Query) url(name, value string) string {
	return figure.ReportURL(q.Report) + "/rows?" + q.values(name, value).Encode()
}

// fileURL is the address of the whole list as a file.
func (q Query) fileURL(format string) string {
	return figure.ReportURL(q.Report) + "/rows." + format + "?" + q.values("cursor", "").Encode()
}

func (q Query) values(name, value string) url.Values {
	values := url.Values{}
	for key, v := range map[string]string{
		"flow": q.Flow, "group": q.Group, "class": q.Class, "day": q.Day.String(), "place": q.Place, "recipient": q.Recipient, "currency": q.Currency, "unit": string(q.Unit),
	} {
		if v != "" {
			values.Set(key, v)
		}
	}
	values.Set(name, value)
	if value == "" {
		values.Del(name)
	}
	return values
}

// flowURL is the address of another list about the same thing.
func (q Query) flowURL(flow string) string {
	q.Flow = flow
	return q.relevant().url("flow", flow)
}

// title says what the list is: 口罩：收入.
func title(l *i18n.Localizer, q Query, v *View) string {
	flow := l.T("report.flow." + q.Flow)
	if v.Subject == "" {
		return flow
	}
	return l.T("report.rows_title", "what", v.Subject, "flow", flow)
}

// money reports whether the list is about money or about what goods are worth.
func (q Query) money() bool {
	return q.Flow == figure.FlowMoneyIn || q.Flow == figure.FlowMoneyOut || q.Flow == figure.FlowValue
}
