// SPDX-License-Identifier: Apache-2.0

// Package account is the page of one's own account: password, codes of an app,
// passkeys, recovery codes and the browsers in which one is signed in. What
// changes how somebody signs in asks first for a fresh proof of who it is.
package account

import (
	_ "embed"
	"net/http"
	"net/url"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	door "github.com/qiaorelief/qiao/internal/surface/web/signin"
)

//go:embed account.css
var style string

// Style returns the style of the page.
func Style() string { return style }

// Door knows the session of a request and hands out tokens.
type Door interface {
	Own(r *http.Request) (signin.Session, account.Actor, error)
	From(r *http.Request) signin.Visitor
	Admit(w http.ResponseWriter, r *http.Request, e signin.Entry)
}

// Chapter answers /account.
type Chapter struct {
	Service *signin.Service
	Door    Door
	Script  string // address of the script for passkeys
}

const path = "/account"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	post := func(below string, fresh bool, handle func(*frame.Call, signin.Session, url.Values) error) frame.Route {
		return frame.Route{Method: http.MethodPost, Path: path + below, Action: frame.Enter, Fresh: fresh, Handle: h.with(handle)}
	}
	return []frame.Route{
		{Method: http.MethodGet, Path: path, Action: frame.Enter, Handle: h.show},
		post("/name", false, h.rename),
		post("/password", false, h.password),
		post("/code", true, h.beginCode),
		post("/code/confirm", true, h.confirmCode),
		post("/code/remove", true, h.removeCode),
		post("/recovery", true, h.recovery),
		post("/passkeys/{id}/remove", true, h.removePasskey),
		post("/sessions/{id}/end", false, h.end),
		post("/sessions/end", false, h.endOthers),
		{Method: http.MethodPost, Path: path + "/passkeys", Action: frame.Enter, Fresh: true, Handle: h.passkey},
	}
}

// with gives a handler one's own session and the form.
func (h *Chapter) with(handle func(*frame.Call, signin.Session, url.Values) error) func(*frame.Call) error {
	return func(c *frame.Call) error {
		own, _, err := h.Door.Own(c.Request)
		if err != nil {
			return err
		}
		values, err := c.Posted()
		if err != nil {
			return err
		}
		return handle(c, own, values)
	}
}

// view is the page.
type view struct {
	Frame    frame.Frame
	Zone     *time.Location
	Own      signin.Session
	Fresh    bool
	Means    signin.Means
	Passkeys []signin.Passkey
	Works    bool // passkeys work here
	Sessions []signin.Session
	Password *form.State
	Code     *form.State
	App      *signin.Enrolment // shown while an app is being added
	Picture  qrPicture
	Codes    []string // recovery codes, shown once
	Script   string
}

func (h *Chapter) show(c *frame.Call) error {
	own, _, err := h.Door.Own(c.Request)
	if err != nil {
		return err
	}
	return h.draw(c, own, http.StatusOK, func(*view) {})
}

// draw answers with the page; change adds to it.
func (h *Chapter) draw(c *frame.Call, own signin.Session, status int, change func(*view)) error {
	l := c.Reader.Localizer
	v := view{
		Frame: c.Page(l.T("desk.my_account"), frame.Nowhere), Zone: c.Zone(), Own: own, Fresh: c.Fresh, Script: h.Script,
		Works: h.Service.PasskeysWork(h.Door.From(c.Request)), Password: form.New(l, nil, nil), Code: form.New(l, nil, nil),
	}
	var err error
	if v.Means, err = h.Service.Means(c.Context(), own); err != nil {
		return err
	}
	if v.Passkeys, err = h.Service.Passkeys(c.Context(), own); err != nil {
		return err
	}
	if v.Sessions, err = h.Service.Sessions(c.Context(), own); err != nil {
		return err
	}
	change(&v)
	return c.WriteStatus(status, page(v))
}

// wrong draws the page with what is wrong in one of its forms.
func (h *Chapter) wrong(c *frame.Call, own signin.Session, err error, change func(*view, *form.State)) error {
	told := errs.As(err)
	if told.Kind != errs.Invalid && told.Kind != errs.RateLimited {
		return err
	}
	state := form.New(c.Reader.Localizer, nil, told)
	return h.draw(c, own, httpx.Status(told.Kind), func(v *view) { change(v, state) })
}

func (h *Chapter) rename(c *frame.Call, own signin.Session, values url.Values) error {
	if err := h.Service.Rename(c.Context(), own, values.Get("name")); err != nil {
		return err
	}
	return c.Done(path, "account")
}

func (h *Chapter) password(c *frame.Call, own signin.Session, values url.Values) error {
	if values.Get("password") != values.Get("repeat") {
		return h.wrong(c, own, errs.Bad().Field("repeat", "door.not_same"), func(v *view, s *form.State) { v.Password = s })
	}
	e, err := h.Service.ChangePassword(c.Context(), h.Door.From(c.Request), own, values.Get("current"), values.Get("password"))
	if err != nil {
		return h.wrong(c, own, err, func(v *view, s *form.State) { v.Password = s })
	}
	h.Door.Admit(c.Writer(), c.Request, e)
	return c.Done(path, "password")
}

func (h *Chapter) beginCode(c *frame.Call, own signin.Session, _ url.Values) error {
	app, err := h.Service.BeginTOTP(c.Context(), own)
	if err != nil {
		return err
	}
	return h.app(c, own, http.StatusOK, app, nil)
}

// app draws the page while an app is being added.
func (h *Chapter) app(c *frame.Call, own signin.Session, status int, app signin.Enrolment, state *form.State) error {
	picture, err := draw(app.URI)
	if err != nil {
		return err
	}
	return h.draw(c, own, status, func(v *view) {
		v.App, v.Picture = &app, picture
		if state != nil {
			v.Code = state
		}
	})
}

func (h *Chapter) confirmCode(c *frame.Call, own signin.Session, values url.Values) error {
	codes, err := h.Service.ConfirmTOTP(c.Context(), h.Door.From(c.Request), own, values.Get("code"))
	if told := errs.As(err); err != nil && (told.Kind == errs.Invalid || told.Kind == errs.RateLimited) {
		app := signin.Enrolment{Secret: values.Get("secret"), URI: values.Get("uri")}
		return h.app(c, own, httpx.Status(told.Kind), app, form.New(c.Reader.Localizer, nil, told))
	}
	if err != nil {
		return err
	}
	if len(codes) == 0 {
		return c.Done(path, "account")
	}
	return h.draw(c, own, http.StatusOK, func(v *view) { v.Codes = codes })
}

func (h *Chapter) removeCode(c *frame.Call, own signin.Session, _ url.Values) error {
	if err := h.Service.RemoveTOTP(c.Context(), own); err != nil {
		return err
	}
	return c.Done(path, "account")
}

func (h *Chapter) recovery(c *frame.Call, own signin.Session, _ url.Values) error {
	codes, err := h.Service.NewRecovery(c.Context(), own)
	if err != nil {
		return err
	}
	return h.draw(c, own, http.StatusOK, func(v *view) { v.Codes = codes })
}

// passkey is one step of adding a passkey.
func (h *Chapter) passkey(c *frame.Call) error {
	own, _, err := h.Door.Own(c.Request)
	if err != nil {
		return err
	}
	_, answer, begun, err := door.ReadExchange(c.Writer(), c.Request)
	if err != nil {
		return err
	}
	if !begun {
		ceremony, err := h.Service.BeginRegister(c.Context(), h.Door.From(c.Request), own)
		if err != nil {
			return err
		}
		return door.WriteCeremony(c.Writer(), ceremony)
	}
	codes, err := h.Service.FinishRegister(c.Context(), h.Door.From(c.Request), own, answer)
	if err != nil {
		return err
	}
	return door.WriteNext(c.Writer(), path+"?done=account", codes...)
}

func (h *Chapter) removePasskey(c *frame.Call, own signin.Session, _ url.Values) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	if err := h.Service.RemovePasskey(c.Context(), own, subject); err != nil {
		return err
	}
	return c.Done(path, "account")
}

func (h *Chapter) end(c *frame.Call, own signin.Session, _ url.Values) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	if err := h.Service.End(c.Context(), own, subject); err != nil {
		return err
	}
	return c.Done(path, "session_ended")
}

func (h *Chapter) endOthers(c *frame.Call, own signin.Session, _ url.Values) error {
	if err := h.Service.EndOthers(c.Context(), own); err != nil {
		return err
	}
	return c.Done(path, "session_ended")
}
