// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Config is what the API needs from the house.
type Config struct {
	Prefix       string // where the routes live: /api/v1
	Routes       []Route
	Authenticate func(ctx context.Context, token string) (account.Actor, error)
	// Visitor returns who is signed in with a browser; they may read, so that the
	// lists of the desk can be taken along as files. Nil: tokens only.
	Visitor func(r *http.Request) (account.Actor, error)
	Policy  *account.Policy
	Present func(detail any) any // what a service keeps, as the API shows it
	Bundle  *i18n.Bundle
	Zone    *time.Location // of the books' days
	Log     *slog.Logger
	Version string // of the program
}

// API answers the routes and /openapi.json. It is safe for concurrent use.
type API struct {
	config   Config
	document []byte
}

// New returns the API of a table of routes.
func New(c Config) (*API, error) {
	document, err := document(c.Routes, c.Prefix, c.Version)
	return &API{config: c, document: document}, err
}

// Register adds the routes to the mux.
func (a *API) Register(mux *http.ServeMux) {
	methods := map[string][]string{}
	for _, r := range a.config.Routes {
		methods[r.Path] = append(methods[r.Path], r.Method)
		mux.HandleFunc(r.Method+" "+a.config.Prefix+r.Path, func(w http.ResponseWriter, request *http.Request) { a.serve(&r, w, request) })
	}
	for path, allowed := range methods {
		slices.Sort(allowed)
		mux.HandleFunc(a.config.Prefix+path, func(w http.ResponseWriter, request *http.Request) {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			a.refuse(w, request, errs.New(errs.Method, "api.method", "allowed", strings.Join(allowed, ", ")))
		})
	}
	mux.HandleFunc(a.config.Prefix+"/", func(w http.ResponseWriter, request *http.Request) {
		a.refuse(w, request, errs.New(errs.NotFound, "api.not_found"))
	})
	mux.HandleFunc("GET /openapi.json", a.serveDocument)
}

func (a *API) refuse(w http.ResponseWriter, request *http.Request, err *errs.Error) {
	a.fail(&Call{Request: request, w: w, api: a, Bad: errs.Bad()}, err)
}

// serveDocument answers with the OpenAPI document, which anyone may read.
func (a *API) serveDocument(w http.ResponseWriter, request *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "application/openapi+json")
	header.Set("Cache-Control", "public, max-age=300")
	header.Set("Access-Control-Allow-Origin", "*")
	if _, err := w.Write(a.document); err != nil {
		a.config.Log.DebugContext(request.Context(), "document not read", "error", err)
	}
}
