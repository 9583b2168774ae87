// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net/http"

	"github.com/qiaorelief/qiao/internal/app/door"
	"github.com/qiaorelief/qiao/internal/app/observe"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/obs"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/office"
	"github.com/qiaorelief/qiao/internal/surface/api"
	v1 "github.com/qiaorelief/qiao/internal/surface/api/v1"
	"github.com/qiaorelief/qiao/internal/surface/public"
	"github.com/qiaorelief/qiao/internal/surface/public/plain"
	"github.com/qiaorelief/qiao/internal/surface/web"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
	"github.com/qiaorelief/qiao/internal/surface/web/signin"
)

// placeNames gives the public pages the names of places.
type placeNames struct{ app *App }

// PlaceName implements public.PlaceNames.
func (p placeNames) PlaceName(code string, lang i18n.Lang) string { return p.app.PlaceName(code, lang) }

// Handler returns everything that the server answers: public pages, API, health.
func (a *App) Handler(ctx context.Context) (http.Handler, error) {
	return a.HandlerBehind(ctx, door.New(a.Config, a.SignIn))
}

// HandlerBehind is Handler with the desk behind another gate, for tests.
func (a *App) HandlerBehind(ctx context.Context, gate frame.Gate) (http.Handler, error) {
	o, err := office.Read(ctx, a.DB)
	if err != nil {
		return nil, err
	}
	names := placeNames{a}
	words := plain.New(a.Catalog)
	sources := &public.Sources{
		DB: a.DB, Ledger: a.Ledger, Catalog: a.Catalog, Places: names, Bundle: a.Bundle, Figures: a.Report, Words: words, Log: a.Log,
	}
	daily := &public.Report{DB: a.DB, Ledger: a.Ledger, Figures: a.Report, Catalog: a.Catalog, Places: names, Bundle: a.Bundle, Words: words}
	pages, err := web.New(layout.Site{Office: o.Name, Demonstration: o.Demonstration}, web.Services{
		Report: daily,
		Files:  &public.Files{Figures: a.Report, Streams: daily},
		Rows:   sources, RowFiles: sources, Thread: sources, ThreadFiles: sources, Needs: sources, Catalogue: sources,
	}, a.Bundle, a.Log)
	if err != nil {
		return nil, err
	}
	first := v1.New(v1.Services{
		DB: a.DB, Policy: a.Policy, Orgs: a.Orgs, Needs: a.Needs, Receipts: a.Receipts, Distributions: a.Distributions,
		Funds: a.Funds, Stock: a.Stock, Registers: a.Registers, Attachments: a.Attachments, Report: a.Report, Catalog: a.Catalog, Atlas: a.Atlas,
		MaxUpload: a.Config.MaxUpload,
	}, a.Config.Zone, a.Log)
	machines, err := api.New(api.Config{
		Prefix: v1.Prefix, Routes: first.Routes(), Authenticate: a.Accounts.Authenticate, Policy: a.Policy, Present: first.Present,
		Visitor: func(r *http.Request) (account.Actor, error) {
			visitor, err := gate.Visitor(r)
			return visitor.Actor, err
		},
		Bundle: a.Bundle, Zone: a.Config.Zone, Log: a.Log, Version: obs.ReadBuild().Version,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	porter := door.New(a.Config, a.SignIn)
	a.desk = a.newDesk(pages.Kit(), gate, porter)
	(&signin.Handler{Kit: pages.Kit(), Service: a.SignIn, Door: porter}).Register(mux)
	if err := a.desk.Register(mux); err != nil {
		return nil, err
	}
	machines.Register(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", a.ready)
	guarded, err := porter.SameOrigin(mux, pages.Kit().Pages)
	if err != nil {
		return nil, err
	}
	return a.observe(guarded, pages.Kit().Pages), nil
}

// observe puts the observer around the routes; pages draw the page of a failure.
func (a *App) observe(next http.Handler, pages *render.Pages) http.Handler {
	return &observe.Observer{Next: next, Pages: pages, Metrics: a.metrics, Log: a.Log, Bundle: a.Bundle, IDs: id.NewSource(nil)}
}

// ready answers 204 when the database answers, else 503.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.DB.Ping(r.Context()); err != nil {
		a.Log.ErrorContext(r.Context(), "not ready", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
