// SPDX-License-Identifier: Apache-2.0

package signin

import (
	_ "embed"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

//go:embed signin.css
var style string

//go:embed passkey.js
var script []byte

// Style returns the style of the pages.
func Style() string { return style }

// Script returns what asks the browser for a passkey.
func Script() []byte { return script }

// The plain names of the files among the assets.
const (
	StyleName  = "signin.css"
	ScriptName = "passkey.js"
)

// Door knows from where a request comes and keeps the token of its browser.
type Door interface {
	From(r *http.Request) signin.Visitor
	// Token returns the token that the browser sent, if it is one.
	Token(r *http.Request) (token string, ok bool)
	// Own returns the session of a request, or errs.Unauthenticated.
	Own(r *http.Request) (signin.Session, account.Actor, error)
	// Admit gives the browser the token of an entry.
	Admit(w http.ResponseWriter, r *http.Request, e signin.Entry)
	// Leave takes the token away from the browser.
	Leave(w http.ResponseWriter, r *http.Request)
}

// Handler answers the pages.
type Handler struct {
	Kit     layout.Kit
	Service *signin.Service
	Door    Door
}

// JoinPath is where one-time links lead; the token follows.
const JoinPath = link.Path

// Register adds the routes to the mux.
func (h *Handler) Register(mux *http.ServeMux) {
	for path, methods := range map[string]map[string]render.HandlerFunc{
		frame.SignInPath:                     {http.MethodGet: h.ask, http.MethodPost: h.enter},
		keptPath:                             {http.MethodGet: h.kept},
		frame.SignInPath + "/passkey":        {http.MethodPost: h.passkey},
		frame.SignInPath + "/second":         {http.MethodGet: h.askSecond, http.MethodPost: h.enterSecond},
		frame.SignInPath + "/second/passkey": {http.MethodPost: h.secondPasskey},
		frame.SignInPath + "/again":          {http.MethodGet: h.askAgain, http.MethodPost: h.confirm},
		frame.SignInPath + "/again/passkey":  {http.MethodPost: h.confirmPasskey},
		JoinPath + "{token}":                 {http.MethodGet: h.askJoin, http.MethodPost: h.join},
		JoinPath + "{token}/passkey":         {http.MethodPost: h.joinPasskey},
		"/sign-out":                          {http.MethodPost: h.signOut},
	} {
		mux.Handle(path, h.Kit.Pages.Handler(byMethod(methods)))
	}
}

// byMethod chooses by the method of the request.
func byMethod(methods map[string]render.HandlerFunc) render.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		handle := methods[method]
		if handle == nil {
			allowed := http.MethodPost
			if methods[http.MethodGet] != nil {
				allowed = "GET, HEAD, POST"
			}
			w.Header().Set("Allow", allowed)
			return errs.New(errs.Method, "error.method")
		}
		w.Header().Set("Referrer-Policy", "same-origin") // an address of a link is a secret
		return handle(w, r)
	}
}

// maxForm is the largest form of the door, in bytes.
const maxForm = 16 << 10

// posted reads a form.
func posted(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, errs.Wrap(err, errs.TooLarge, "error.too_large")
		}
		return nil, errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	return r.PostForm, nil
}

// next is where to go afterwards: a path of this server, by default the desk.
func next(values url.Values) string {
	const home = "/desk"
	text := values.Get("next")
	address, err := url.Parse(text)
	if err != nil || address.IsAbs() || address.Host != "" || address.User != nil || !strings.HasPrefix(text, "/") ||
		strings.HasPrefix(text, "//") || strings.ContainsAny(text, "\\\r\n\t") || len(text) > 2000 || strings.HasPrefix(address.Path, frame.SignInPath) {
		return home
	}
	return text
}

// welcome gives the browser its token and sends it on.
func (h *Handler) welcome(w http.ResponseWriter, r *http.Request, e signin.Entry, to string) error {
	http.Redirect(w, r, h.admit(w, r, e, to), http.StatusSeeOther)
	return nil
}

// admit gives the browser its token and returns where it goes: by a page that
// sees whether the browser kept it.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request, e signin.Entry, to string) string {
	h.Door.Admit(w, r, e)
	way := url.Values{"next": {to}}
	if e.Half {
		way.Set("half", "1")
	}
	return keptPath + "?" + way.Encode()
}

// keptPath is where a browser goes with a new token.
const keptPath = frame.SignInPath + "/kept"

// kept sends the browser on, or says that it refuses cookies: without one it
// would be asked to sign in over and over again.
func (h *Handler) kept(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	to := next(query)
	if _, ok := h.Door.Token(r); !ok {
		return h.Kit.Pages.WriteStatus(w, r, http.StatusForbidden, cookiePage(h.start(r, "door.cookies", query)))
	}
	if query.Get("half") != "" {
		to = frame.SignInPath + "/second?next=" + url.QueryEscape(to)
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // next and admit let nothing but paths of this server through
	return nil
}

// view is a page of the door.
type view struct {
	Frame    layout.Frame
	State    *form.State
	Action   string
	Next     string
	Passkey  string // address of the ceremony; empty: passkeys do not work here
	Script   string
	Name     string // of who is half in, or of the link
	Email    string
	Kind     string // of the link
	Code     bool   // an app gives codes
	Password bool
}

// start begins a page.
func (h *Handler) start(r *http.Request, title string, values url.Values) view {
	f := h.Kit.Frame(r, StyleName)
	f.Title, f.Description = f.Reader.T(title), f.Reader.T("door.description")
	return view{Frame: f, State: form.New(f.Reader.Localizer, nil, nil), Next: next(values), Script: h.Kit.Assets.Path(ScriptName)}
}

// again draws a page once more with what is wrong. Passwords and codes are not
// sent back.
func (h *Handler) again(w http.ResponseWriter, r *http.Request, v view, err error, page func(view) templ.Component) error {
	told := errs.As(err)
	switch told.Kind {
	case errs.Invalid, errs.Unauthenticated, errs.RateLimited:
	default:
		return err
	}
	values := url.Values{}
	for _, name := range []string{"email", "name"} {
		values.Set(name, r.PostForm.Get(name))
	}
	v.State = form.New(v.Frame.Reader.Localizer, values, told)
	return h.Kit.Pages.WriteStatus(w, r, httpx.Status(told.Kind), page(v))
}
