// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

// Source knows the published reports.
type Source interface {
	// Report returns the newest edition of the report of a day, or of the
	// latest day when day is 0. It is NotFound when there is none. Older
	// editions are not kept: the books keep what changed them instead. The view
	// is shared and must not be changed; as long as it is the same, the page is.
	Report(ctx context.Context, day clock.Day, lang i18n.Lang) (*View, error)
}

// Files writes a report as a file. Format is what follows the dot in
// /report/2020-02-17.json.
type Files interface {
	// ServeReport answers the request with the file. It is NotFound for a
	// format or a day that there is not.
	ServeReport(w http.ResponseWriter, r *http.Request, day clock.Day, format string) error
}

// Handler answers with the report as a page, and hands /report/DATE.FORMAT to
// Files.
type Handler struct {
	Kit    layout.Kit
	Source Source
	Files  Files // nil when there are no files
}

// Latest answers / with the latest report.
func (h *Handler) Latest(w http.ResponseWriter, r *http.Request) error { return h.page(w, r, 0) }

// Day answers /report/{date}, /report/latest and /report/{date}.{format}.
func (h *Handler) Day(w http.ResponseWriter, r *http.Request) error {
	name, format, file := strings.Cut(r.PathValue("date"), ".")
	day, err := ParseDay(name)
	if err != nil {
		return err
	}
	if !file {
		return h.page(w, r, day)
	}
	if h.Files == nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return h.Files.ServeReport(w, r, day, format)
}

// ParseDay reads the date of an address; "latest" is 0. Anything else is
// NotFound: there is no such page.
func ParseDay(name string) (clock.Day, error) {
	if name == "latest" {
		return 0, nil
	}
	day, err := clock.ParseDay(name)
	if err != nil {
		return 0, errs.Wrap(err, errs.NotFound, "report.no_such_day")
	}
	return day, nil
}

// askedEdition reads ?edition=. It returns 0 for the newest, which is on the
// page, and the number of an older one, which that page then says it replaces.
// An edition that never was is NotFound.
func askedEdition(value string, newest int) (int, error) {
	if value == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return 0, errs.Wrap(err, errs.NotFound, "report.no_such_edition")
	case n < 1 || n > newest:
		return 0, errs.New(errs.NotFound, "report.no_such_edition")
	case n == newest:
		return 0, nil
	}
	return n, nil
}

func (h *Handler) page(w http.ResponseWriter, r *http.Request, day clock.Day) error {
	reader := h.Kit.Pages.Reader(r)
	view, err := h.Source.Report(r.Context(), day, reader.Lang())
	if err != nil {
		return err
	}
	asked := 0
	if r.URL.RawQuery != "" {
		if asked, err = askedEdition(r.URL.Query().Get("edition"), view.Edition); err != nil {
			return err
		}
	}
	return h.Kit.Pages.WriteKept(w, r, view, func() templ.Component {
		shown := *view
		shown.Asked = asked
		return page(h.frame(reader, view), &shown)
	})
}

// frame is the head and the frame of the page.
func (h *Handler) frame(reader render.Reader, view *View) layout.Frame {
	frame := h.Kit.FrameFor(reader, "report.css")
	frame.Here = layout.Reports
	frame.Title = frame.Reader.T("report.title", "date", frame.Reader.Date(view.Day))
	frame.Description = frame.Reader.T("report.description", "date", frame.Reader.Date(view.Day))
	frame.Site.Demonstration = frame.Site.Demonstration || view.Demonstration
	if view.OrgName != "" {
		frame.Site.Office = view.OrgName
	}
	return frame
}
