// SPDX-License-Identifier: Apache-2.0

package frame

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Enter is the action of pages that everybody who is signed in may open.
const Enter = "desk.enter"

// SignInPath is where a visitor who is not signed in is sent.
const SignInPath = "/sign-in"

// Visitor is who is at the desk.
type Visitor struct {
	Actor   account.Actor
	Session id.ID
	Fresh   bool // has proved who they are in the last minutes
}

// Gate knows who is at the desk.
type Gate interface {
	// Visitor returns who sends the request, or errs.Unauthenticated.
	Visitor(r *http.Request) (Visitor, error)
}

// Rights answers whether somebody could do an action to anything at all.
type Rights interface {
	Could(actor account.Actor, action string) bool
}

// Route is one page or act of the desk.
type Route struct {
	Method string
	Path   string // pattern of net/http, below /desk
	Action string // chapter.verb; Enter for everybody who is signed in
	Fresh  bool   // needs somebody who proved who they are in the last minutes
	Handle func(*Call) error
}

// Register adds the routes to the mux; another method on their paths is
// answered with 405.
func (k *Kit) Register(mux *http.ServeMux, routes []Route) error {
	methods := map[string]string{}
	for _, route := range routes {
		if route.Action == "" {
			return fmt.Errorf("desk: %s %s declares no action", route.Method, route.Path)
		}
		mux.Handle(route.Method+" "+route.Path, k.Handler(route))
		if methods[route.Path] != "" {
			methods[route.Path] += ", "
		}
		methods[route.Path] += route.Method
	}
	for path, allowed := range methods {
		mux.Handle(path, k.Pages.Handler(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Allow", allowed)
			return errs.New(errs.Method, "error.method")
		}))
	}
	return nil
}

// Handler answers one route.
func (k *Kit) Handler(route Route) http.Handler {
	return k.Pages.Handler(func(w http.ResponseWriter, r *http.Request) error {
		visitor, err := k.Gate.Visitor(r)
		if errs.Is(err, errs.Unauthenticated) && route.Method == http.MethodGet && r.Header.Get(fetched) == "" {
			http.Redirect(w, r, SignInPath+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return nil
		}
		if err != nil {
			return err
		}
		if !k.Rights.Could(visitor.Actor, route.Action) {
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		if route.Fresh && !visitor.Fresh {
			return k.prove(w, r, route)
		}
		return route.Handle(&Call{Request: r, Visitor: visitor, Reader: k.Pages.Reader(r), w: w, kit: k})
	})
}

// prove sends somebody who has not proved for a while who they are to do so. A
// form cannot be carried along: its page is opened again afterwards.
func (k *Kit) prove(w http.ResponseWriter, r *http.Request, route Route) error {
	if route.Method != http.MethodGet {
		return errs.New(errs.Unauthenticated, "desk.prove_first")
	}
	http.Redirect(w, r, SignInPath+"/again?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	return nil
}

// fetched is the header with which the script of the desk asks for a part of a
// page, so that an answer is never another page.
const fetched = "Desk-Fetch"

// Writer is what the handler of a file writes to.
func (c *Call) Writer() http.ResponseWriter { return c.w }

// pages are those of the call's kit.
func (c *Call) pages() *render.Pages { return c.kit.Pages }
