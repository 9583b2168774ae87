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
func (h *Handler) joinView(r *http.Request, l signin.Link) view {
	v := h.start(r, "door.join_"+string(l.Kind), r.URL.Query())
	v.Action = JoinPath + r.PathValue("token")
	v.Kind, v.Name, v.Email = string(l.Kind), l.Person.Name, l.Person.Email
	if (l.Kind == link.Invite || l.Kind == link.Reset) && h.Service.PasskeysWork(h.Door.From(r)) {
		v.Passkey = v.Action + "/passkey"
	}
	return v
}

// askJoin shows what a link is for. Opening it changes nothing: programs that
// preview messages open links too.
func (h *Handler) askJoin(w http.ResponseWriter, r *http.Request) error {
	l, err := h.Service.Link(r.Context(), h.Door.From(r), r.PathValue("token"))
	if err != nil {
		return h.dead(w, r, err)
	}
	v := h.joinView(r, l)
	return h.Kit.Pages.Write(w, r, joinPageOf(l.Kind)(v))
}

// dead says that a link cannot be used, and what to do.
func (h *Handler) dead(w http.ResponseWriter, r *http.Request, err error) error {
	told := errs.As(err)
	switch told.Kind {
	case errs.NotFound, errs.Unauthenticated, errs.Invalid, errs.Malformed:
		v := h.start(r, "door.dead", r.URL.Query())
		return h.Kit.Pages.WriteStatus(w, r, http.StatusNotFound, deadPage(v))
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
func (h *Handler) join(w http.ResponseWriter, r *http.Request) error {
	values, err := posted(w, r)
	if err != nil {
		return err
	}
	token := r.PathValue("token")
	l, err := h.Service.Link(r.Context(), h.Door.From(r), token)
	if err != nil {
		return h.dead(w, r, err)
	}
	v := h.joinView(r, l)
	var e signin.Entry
	switch {
	case l.Kind == link.Enter:
		e, err = h.Service.AcceptEnter(r.Context(), h.Door.From(r), token)
	case values.Get("password") != values.Get("repeat"):
		err = errs.Bad().Field("repeat", "door.not_same")
	default:
		e, err = h.Service.Accept(r.Context(), h.Door.From(r), token, signin.Acceptance{
			Name: values.Get("name"), Email: values.Get("email"), Password: values.Get("password"),
		})
	}
	if err != nil {
		return h.again(w, r, v, err, joinPageOf(l.Kind))
	}
	return h.welcome(w, r, e, next(values))
}

// lead says what the link is for.
func (v view) lead() string { return v.Frame.Reader.T("door.join_lead_"+v.Kind, "name", v.Name) }

// button says what following the link does.
func (v view) button() string { return v.Frame.Reader.T("door.join_button_" + v.Kind) }
