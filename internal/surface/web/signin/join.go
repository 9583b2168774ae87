// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
)

// joinView is the page of a one-time link.
func (d *Door) joinView(r *http.Request, l signin.Link) view {
	v := d.start(r, "door.join_"+string(l.Kind), r.URL.Query())
	v.Action = JoinPath + r.PathValue("token")
	v.Kind, v.Name, v.Email = string(l.Kind), l.Person.Name, l.Person.Email
	if (l.Kind == link.Invite || l.Kind == link.Reset) && d.Service.PasskeysWork(d.From(r)) {
		v.Passkey = v.Action + "/passkey"
	}
	return v
}

// askJoin shows what a link is for. Opening it changes nothing: programs that
// preview messages open links too.
func (d *Door) askJoin(w http.ResponseWriter, r *http.Request) error {
	l, err := d.Service.Link(r.Context(), d.From(r), r.PathValue("token"))
	if err != nil {
		return d.dead(w, r, err)
	}
	v := d.joinView(r, l)
	return d.Kit.Pages.Write(w, r, joinPageOf(l.Kind)(v))
}

// dead says that a link cannot be used, and what to do.
func (d *Door) dead(w http.ResponseWriter, r *http.Request, err error) error {
	told := errs.As(err)
	switch told.Kind {
	case errs.NotFound, errs.Unauthenticated, errs.Invalid, errs.Malformed:
		v := d.start(r, "door.dead", r.URL.Query())
		return d.Kit.Pages.WriteStatus(w, r, http.StatusNotFound, deadPage(v))
	}
	return err
}

func joinPageOf(kind link.Kind) func(view) templ.Component {
	if kind == link.Enter {
		return directPage
	}
	return joinPage
}

// join uses the link up.
func (d *Door) join(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	token := r.PathValue("token")
	l, err := d.Service.Link(r.Context(), d.From(r), token)
	if err != nil {
		return d.dead(w, r, err)
	}
	v := d.joinView(r, l)
	var e signin.Entry
	switch {
	case l.Kind == link.Enter:
		e, err = d.Service.AcceptEnter(r.Context(), d.From(r), token)
	case values.Get("password") != values.Get("repeat"):
		err = errs.Bad().Field("repeat", "door.not_same")
	default:
		e, err = d.Service.Accept(r.Context(), d.From(r), token, signin.Acceptance{
			Name: values.Get("name"), Email: values.Get("email"), Password: values.Get("password"),
		})
	}
	if err != nil {
		return d.again(w, r, v, err, joinPageOf(l.Kind))
	}
	return d.welcome(w, r, e, next(values))
}
