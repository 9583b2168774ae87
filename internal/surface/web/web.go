// SPDX-License-Identifier: Apache-2.0

// Package web puts the public pages together: their style sheets, their
// routes, and one sitting of the layout for all of them. What the pages show
// comes from the services that the caller gives.
package web

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/surface/web/data"
	"github.com/qiaorelief/qiao/internal/surface/web/desk"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/account"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/components"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/home"
	"github.com/qiaorelief/qiao/internal/surface/web/fault"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
	"github.com/qiaorelief/qiao/internal/surface/web/need"
	"github.com/qiaorelief/qiao/internal/surface/web/report"
	"github.com/qiaorelief/qiao/internal/surface/web/rows"
	"github.com/qiaorelief/qiao/internal/surface/web/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/thread"
)

// Services are where the pages get what they show. All but the files are needed.
type Services struct {
	Report      report.Source
	Files       report.Files
	Rows        rows.Source
	RowFiles    rows.Files
	Thread      thread.Source
	ThreadFiles thread.Files
	Catalogue   data.Catalogue
	Needs       need.Source
}

// Public is the set of public pages.
type Public struct {
	kit      layout.Kit
	services Services
}

// New prepares the pages of a site.
func New(site layout.Site, services Services, bundle *i18n.Bundle, log *slog.Logger) (*Public, error) {
	assets, err := Assets()
	if err != nil {
		return nil, err
	}
	kit := layout.Kit{Assets: assets, Site: site}
	kit.Pages = render.NewPages(bundle, func(reader render.Reader, failure render.Failure) templ.Component {
		return fault.Page(kit.FrameFor(reader, "fault.css"), failure)
	}, log)
	return &Public{kit: kit, services: services}, nil
}

// Kit returns what further pages need in order to look the same.
func (p *Public) Kit() layout.Kit { return p.kit }

// Assets returns the style sheets, one per page, and the script and the icon.
func Assets() (*render.Assets, error) {
	files := map[string][]byte{"theme.js": layout.ThemeScript(), "mark.svg": layout.Mark()}
	for name, style := range map[string]string{
		"report.css": figure.Style() + report.Style(), "rows.css": figure.Style() + rows.Style(),
		"thread.css": figure.Style() + thread.Style(), "need.css": figure.Style() + need.Style(),
		"data.css": data.Style(), "fault.css": fault.Style(),
	} {
		files[name] = render.Stylesheet(layout.Style(), style)
	}
	files[signin.StyleName] = render.Stylesheet(layout.Style(), form.Style(), signin.Style())
	files[signin.ScriptName] = signin.Script()
	maps.Copy(files, desk.Files(home.Style(), components.Style(), attach.Style(), account.Style()))
	assets, err := render.NewAssets("/assets/", files)
	if err != nil {
		return nil, fmt.Errorf("public pages: %w", err)
	}
	return assets, nil
}

// Register adds the routes to mux, with a page for every address that nobody
// else has.
func (p *Public) Register(mux *http.ServeMux) {
	reports := &report.Handler{Kit: p.kit, Source: p.services.Report, Files: p.services.Files}
	behind := &rows.Handler{Kit: p.kit, Source: p.services.Rows, Files: p.services.RowFiles}
	threads := &thread.Handler{Kit: p.kit, Source: p.services.Thread, Files: p.services.ThreadFiles}
	catalogue := &data.Handler{Kit: p.kit, Catalogue: p.services.Catalogue}
	needs := &need.Handler{Kit: p.kit, Source: p.services.Needs}
	for pattern, handler := range map[string]render.HandlerFunc{
		"/{$}":                reports.Latest,
		"/report/{date}":      reports.Day,
		"/report/{date}/rows": behind.List,
		"/thread/{lot}":       threads.Show,
		"/data":               catalogue.Show,
		"/needs":              needs.List,
		p.kit.Assets.Prefix(): p.asset,
	} {
		mux.Handle(pattern, p.kit.Pages.Handler(readOnly(handler)))
	}
	for _, format := range rows.Formats() {
		mux.Handle("/report/{date}/rows."+format, p.kit.Pages.Handler(readOnly(behind.File(format))))
	}
	mux.Handle("/", p.kit.Pages.Handler(nowhere))
}

// asset answers with a style sheet, the script or the icon.
func (p *Public) asset(w http.ResponseWriter, r *http.Request) error {
	p.kit.Assets.ServeHTTP(w, r)
	return nil
}

// readOnly refuses every method but GET and HEAD. The pages are registered for
// all methods, because otherwise the page for unknown addresses would answer
// the others, as if there were nothing.
func readOnly(h render.HandlerFunc) render.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			return errs.New(errs.Method, "error.method")
		}
		return h(w, r)
	}
}

func nowhere(http.ResponseWriter, *http.Request) error {
	return errs.New(errs.NotFound, "error.not_found")
}
