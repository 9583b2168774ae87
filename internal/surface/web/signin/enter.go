// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// ask answers with the form of e-mail address and password.
func (d *Door) ask(w http.ResponseWriter, r *http.Request) error {
	v := d.start(r, "door.sign_in", r.URL.Query())
	if _, _, err := d.Own(r); err == nil { // somebody is in already
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
		return nil
	} else if !errs.Is(err, errs.Unauthenticated) {
		return err
	}
	return d.Kit.Pages.Write(w, r, enterPage(d.offered(r, v, "/passkey")))
}

// offered adds the passkey where it works.
func (d *Door) offered(r *http.Request, v view, below string) view {
	v.Action = frame.SignInPath
	if d.Service.PasskeysWork(d.From(r)) {
		v.Passkey = frame.SignInPath + below
	}
	return v
}

// enter signs in by password.
func (d *Door) enter(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	e, err := d.Service.SignIn(r.Context(), d.From(r), values.Get("email"), values.Get("password"))
	if err != nil {
		return d.again(w, r, d.offered(r, d.start(r, "door.sign_in", values), "/passkey"), err, enterPage)
	}
	return d.welcome(w, r, e, next(values))
}

// half returns the token of who has given the password and not the second
// factor; it sends everybody else back to the beginning.
func (d *Door) half(w http.ResponseWriter, r *http.Request) (token string, p signin.Pending, ok bool, err error) {
	token, found := d.Cookie.Read(r)
	if found {
		p, err = d.Service.Pending(r.Context(), token)
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
func (d *Door) secondView(r *http.Request, p signin.Pending) view {
	v := d.start(r, "door.second", r.URL.Query())
	if r.PostForm != nil {
		v.Next = next(r.PostForm)
	}
	v.Action, v.Name, v.Code = frame.SignInPath+"/second", p.Name, p.Means.TOTP
	if p.Means.Passkeys > 0 && d.Service.PasskeysWork(d.From(r)) {
		v.Passkey = frame.SignInPath + "/second/passkey"
	}
	return v
}

func (d *Door) askSecond(w http.ResponseWriter, r *http.Request) error {
	_, p, ok, err := d.half(w, r)
	if err != nil || !ok {
		return err
	}
	return d.Kit.Pages.Write(w, r, secondPage(d.secondView(r, p)))
}

// enterSecond takes a code of the app or a recovery code.
func (d *Door) enterSecond(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	token, p, ok, err := d.half(w, r)
	if err != nil || !ok {
		return err
	}
	var e signin.Entry
	if code := values.Get("recovery"); code != "" {
		e, err = d.Service.EnterRecovery(r.Context(), d.From(r), token, code)
	} else {
		e, err = d.Service.EnterCode(r.Context(), d.From(r), token, values.Get("code"))
	}
	if err != nil {
		return d.again(w, r, d.secondView(r, p), err, secondPage)
	}
	return d.welcome(w, r, e, next(values))
}

// againView is the page on which somebody proves anew who they are.
func (d *Door) againView(r *http.Request, own signin.Session) (view, error) {
	v := d.start(r, "door.again", r.URL.Query())
	if r.PostForm != nil {
		v.Next = next(r.PostForm)
	}
	means, err := d.Service.Means(r.Context(), own)
	v.Action, v.Name, v.Password = frame.SignInPath+"/again", own.Actor.Name, means.Password
	if means.Passkeys > 0 && d.Service.PasskeysWork(d.From(r)) {
		v.Passkey = frame.SignInPath + "/again/passkey"
	}
	return v, err
}

// inside returns the session of who is signed in; others are sent to sign in.
func (d *Door) inside(w http.ResponseWriter, r *http.Request) (own signin.Session, ok bool, err error) {
	own, _, err = d.Own(r)
	if errs.Is(err, errs.Unauthenticated) {
		http.Redirect(w, r, frame.SignInPath, http.StatusSeeOther)
		return own, false, nil
	}
	return own, err == nil, err
}

func (d *Door) askAgain(w http.ResponseWriter, r *http.Request) error {
	own, ok, err := d.inside(w, r)
	if err != nil || !ok {
		return err
	}
	v, err := d.againView(r, own)
	if err != nil {
		return err
	}
	return d.Kit.Pages.Write(w, r, againPage(v))
}

func (d *Door) confirm(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	own, ok, err := d.inside(w, r)
	if err != nil || !ok {
		return err
	}
	e, err := d.Service.Confirm(r.Context(), d.From(r), own, values.Get("current"))
	if err != nil {
		v, viewErr := d.againView(r, own)
		if viewErr != nil {
			return viewErr
		}
		return d.again(w, r, v, err, againPage)
	}
	return d.welcome(w, r, e, next(values))
}

// signOut ends the session and what the browser keeps of its pages.
func (d *Door) signOut(w http.ResponseWriter, r *http.Request) error {
	own, _, err := d.Own(r)
	if err == nil {
		err = d.Service.SignOut(r.Context(), own)
	}
	if err != nil && !errs.Is(err, errs.Unauthenticated) {
		return err
	}
	d.Cookie.Clear(w, r)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.Redirect(w, r, frame.SignInPath, http.StatusSeeOther)
	return nil
}
