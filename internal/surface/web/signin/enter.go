// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// ask answers with the form of e-mail address and password.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	v := h.start(r, "door.sign_in", r.URL.Query())
	if _, _, err := h.Door.Own(r); err == nil { // somebody is in already
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
		return nil
	} else if !errs.Is(err, errs.Unauthenticated) {
		return err
	}
	return h.Kit.Pages.Write(w, r, enterPage(h.offered(r, v, "/passkey")))
}

// offered adds the passkey where it works.
func (h *Handler) offered(r *http.Request, v view, below string) view {
	v.Action = frame.SignInPath
	if h.Service.PasskeysWork(h.Door.From(r)) {
		v.Passkey = frame.SignInPath + below
	}
	return v
}

// enter signs in by password.
func (h *Handler) enter(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	e, err := h.Service.SignIn(r.Context(), h.Door.From(r), values.Get("email"), values.Get("password"))
	if err != nil {
		return h.again(w, r, h.offered(r, h.start(r, "door.sign_in", values), "/passkey"), err, enterPage)
	}
	return h.welcome(w, r, e, next(values))
}

// half returns the token of who has given the password and not the second
// factor; it sends everybody else back to the beginning.
func (h *Handler) half(w http.ResponseWriter, r *http.Request) (token string, p signin.Pending, ok bool, err error) {
	token, found := h.Door.Token(r)
	if found {
		p, err = h.Service.Pending(r.Context(), token)
		if err == nil {
			return token, p, true, nil
		}
		if !errs.Is(err, errs.Unauthenticated) {
			return "", p, false, err
		}
	}
	http.Redirect(w, r, frame.SignInPath, http.StatusSeeOther)
	return "", p, false, nil
}

// secondView is the page of the second factor.
func (h *Handler) secondView(r *http.Request, p signin.Pending) view {
	v := h.start(r, "door.second", r.URL.Query())
	if r.PostForm != nil {
		v.Next = next(r.PostForm)
	}
	v.Action, v.Name, v.Code = frame.SignInPath+"/second", p.Name, p.Means.TOTP
	if p.Means.Passkeys > 0 && h.Service.PasskeysWork(h.Door.From(r)) {
		v.Passkey = frame.SignInPath + "/second/passkey"
	}
	return v
}

func (h *Handler) askSecond(w http.ResponseWriter, r *http.Request) error {
	_, p, ok, err := h.half(w, r)
	if err != nil || !ok {
		return err
	}
	return h.Kit.Pages.Write(w, r, secondPage(h.secondView(r, p)))
}

// enterSecond takes a code of the app or a recovery code.
func (h *Handler) enterSecond(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	token, p, ok, err := h.half(w, r)
	if err != nil || !ok {
		return err
	}
	var e signin.Entry
	if code := values.Get("recovery"); code != "" {
		e, err = h.Service.EnterRecovery(r.Context(), h.Door.From(r), token, code)
	} else {
		e, err = h.Service.EnterCode(r.Context(), h.Door.From(r), token, values.Get("code"))
	}
	if err != nil {
		return h.again(w, r, h.secondView(r, p), err, secondPage)
	}
	return h.welcome(w, r, e, next(values))
}

// againView is the page on which somebody proves anew who they are.
func (h *Handler) againView(r *http.Request, own signin.Session) (view, error) {
	v := h.start(r, "door.again", r.URL.Query())
	if r.PostForm != nil {
		v.Next = next(r.PostForm)
	}
	means, err := h.Service.Means(r.Context(), own)
	v.Action, v.Name, v.Password = frame.SignInPath+"/again", own.Actor.Name, means.Password
	if means.Passkeys > 0 && h.Service.PasskeysWork(h.Door.From(r)) {
		v.Passkey = frame.SignInPath + "/again/passkey"
	}
	return v, err
}

// inside returns the session of who is signed in; others are sent to sign in.
func (h *Handler) inside(w http.ResponseWriter, r *http.Request) (own signin.Session, ok bool, err error) {
	own, _, err = h.Door.Own(r)
	if errs.Is(err, errs.Unauthenticated) {
		http.Redirect(w, r, frame.SignInPath, http.StatusSeeOther)
		return own, false, nil
	}
	return own, err == nil, err
}

func (h *Handler) askAgain(w http.ResponseWriter, r *http.Request) error {
	own, ok, err := h.inside(w, r)
	if err != nil || !ok {
		return err
	}
	v, err := h.againView(r, own)
	if err != nil {
		return err
	}
	return h.Kit.Pages.Write(w, r, againPage(v))
}

func (h *Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	own, ok, err := h.inside(w, r)
	if err != nil || !ok {
		return err
	}
	e, err := h.Service.Confirm(r.Context(), h.Door.From(r), own, values.Get("current"))
	if err != nil {
		v, viewErr := h.againView(r, own)
		if viewErr != nil {
			return viewErr
		}
		return h.again(w, r, v, err, againPage)
	}
	return h.welcome(w, r, e, next(values))
}

// signOut ends the session and what the browser keeps of its pages.
func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) error {
	own, _, err := h.Door.Own(r)
	if err == nil {
		err = h.Service.SignOut(r.Context(), own)
	}
	if err != nil && !errs.Is(err, errs.Unauthenticated) {
		return err
	}
	h.Door.Leave(w, r)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.Redirect(w, r, frame.SignInPath, http.StatusSeeOther)
	return nil
}
