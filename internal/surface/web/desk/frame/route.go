// SPDX-License-Identifier: Apache-2.0

package frame

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Enter is the action of pages that everybody who is signed in may open. It is
// not asked of the policy: being there is enough.
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

// Register adds the routes to the mux. A path is registered for all methods,
// because otherwise one with a name in it would answer for one with an id.
func (k *Kit) Register(mux *http.ServeMux, routes []Route) error {
	paths := map[string]map[string]http.Handler{}
	for _, route := range routes {
		if route.Action == "" {
			return fmt.Errorf("desk: %s %s declares no action", route.Method, route.Path)
		}
		if paths[route.Path] == nil {
			paths[route.Path] = map[string]http.Handler{}
		}
		if paths[route.Path][route.Method] != nil {
			return fmt.Errorf("desk: %s %s is there twice", route.Method, route.Path)
		}
		paths[route.Path][route.Method] = k.Handler(route)
	}
	for path, methods := range paths {
		mux.Handle(path, k.byMethod(methods))
	}
	return nil
}

// byMethod chooses by the method of the request.
func (k *Kit) byMethod(methods map[string]http.Handler) http.Handler {
	allowed := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
	wrong := k.Pages.Handler(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", allowed)
		return errs.New(errs.Method, "error.method")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		handler := methods[method]
		if handler == nil {
			handler = wrong
		}
		handler.ServeHTTP(w, r)
	})
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
		if !k.could(visitor.Actor, route.Action) {
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		if route.Fresh && !visitor.Fresh {
			return k.prove(w, r, route)
		}
		return route.Handle(&Call{Request: r, Visitor: visitor, Reader: k.Pages.Reader(r), w: w, kit: k})
	})
}

// could reports whether somebody who is signed in could do the action.
func (k *Kit) could(actor account.Actor, action string) bool {
	return action == Enter || k.Rights.Could(actor, action)
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
