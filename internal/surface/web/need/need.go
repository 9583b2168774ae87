// SPDX-License-Identifier: Apache-2.0

// Package need is the public list of needs: /needs. It shows how far each need
// is met with the same bar as everywhere, and says openly where nobody gave a
// number.
package need

import (
	"context"
	_ "embed"
	"net/http"
	"net/url"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

//go:embed need.css
var style string

// Style returns the style sheet of the page.
func Style() string { return style }

// Query says which needs.
type Query struct {
	Class string // code; empty for all
	Place string // code; empty for all
	Page  page.Request
}

// View is one page of needs.
type View struct {
	AsOf    time.Time
	Zone    *time.Location
	Classes []figure.Coverage // all needs by class, also those not on this page
	Subject string            // name of the class or place of the query; empty for all
	Lines   []Line
	Count   int64  // lines in the whole list
	Next    string // cursor; empty on the last page
}

// Line is what one recipient needs of one class.
type Line struct {
	Recipient string // organisation
	Place     string
	AsWritten string    // as the recipient wrote it
	Standards []string  // required, as printed: GB 19083-2010
	Warning   string    // such as "superseded by GB 19082-2009", in the reader's language
	Confirmed clock.Day // when the recipient last said so
	Stale     bool      // not confirmed for long
	Coverage  figure.Coverage
}

// Source knows the public needs.
type Source interface {
	// Needs returns one page of open needs, the last recorded first.
	Needs(ctx context.Context, query Query, lang i18n.Lang) (*View, error)
}

// Handler answers /needs.
type Handler struct {
	Kit    layout.Kit
	Source Source
}

// longest is the longest code or cursor of the query, in bytes.
const longest = 300

// List answers with one page of needs.
func (h *Handler) List(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	query := Query{Class: values.Get("class"), Place: values.Get("place"), Page: page.Request{Cursor: values.Get("cursor")}}
	if max(len(query.Class), len(query.Place), len(query.Page.Cursor)) > longest {
		return errs.New(errs.Malformed, "error.malformed")
	}
	frame := h.Kit.Frame(r, "need.css")
	view, err := h.Source.Needs(r.Context(), query, frame.Reader.Lang())
	if err != nil {
		return err
	}
	frame.Here = layout.Needs
	frame.Title, frame.Description = frame.Reader.T("web.needs.title"), frame.Reader.T("web.needs.read")
	return h.Kit.Pages.Write(w, r, list(frame, query, view))
}

// url is the address of the list with other narrowings or from a cursor on.
func (q Query) url(cursor string) string {
	values := url.Values{}
	for name, value := range map[string]string{"class": q.Class, "place": q.Place, "cursor": cursor} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return "/needs"
	}
	return "/needs?" + values.Encode()
}
