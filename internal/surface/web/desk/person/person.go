// SPDX-License-Identifier: Apache-2.0

// Package person is the chapter of people at the desk: who may sign in, as what
// and for whom. Administrators invite, change, disable and erase; supervisors
// look. A one-time link is shown once, on the page that made it, to be passed
// on by a way that both sides trust.
package person

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Chapter answers /desk/people.
type Chapter struct {
	People *signin.Service
	Names  *naming.Book
	// OrgNamed returns the organisation of a name; the zero id when there is none.
	OrgNamed func(ctx context.Context, actor account.Actor, name string) (id.ID, error)
	// JoinURL is the whole address of a one-time link.
	JoinURL func(r *http.Request, token string) string
}

const path = "/desk/people"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: path, Action: "person.read", Handle: h.list},
		{Method: http.MethodGet, Path: path + "/new", Action: "person.invite", Fresh: true, Handle: h.blank},
		{Method: http.MethodPost, Path: path, Action: "person.invite", Fresh: true, Handle: h.invite},
		{Method: http.MethodGet, Path: path + "/{id}", Action: "person.read", Handle: h.show},
		{Method: http.MethodGet, Path: path + "/{id}/change", Action: "person.write", Fresh: true, Handle: h.edit},
		{Method: http.MethodPost, Path: path + "/{id}/change", Action: "person.write", Fresh: true, Handle: h.change},
		{Method: http.MethodPost, Path: path + "/{id}/link", Action: "person.invite", Fresh: true, Handle: h.link},
		{Method: http.MethodPost, Path: path + "/{id}/unlink", Action: "person.invite", Handle: h.act(func(c *frame.Call, who id.ID, _ string) error {
			return h.People.RevokeLinks(c.Context(), c.Actor, who)
		})},
		{Method: http.MethodPost, Path: path + "/{id}/disable", Action: "person.disable", Handle: h.why(func(c *frame.Call, who id.ID, reason string) error {
			return h.People.Disable(c.Context(), c.Actor, who, reason)
		})},
		{Method: http.MethodPost, Path: path + "/{id}/enable", Action: "person.disable", Fresh: true, Handle: h.why(func(c *frame.Call, who id.ID, reason string) error {
			return h.People.Enable(c.Context(), c.Actor, who, reason)
		})},
		{Method: http.MethodPost, Path: path + "/{id}/second", Action: "person.write", Fresh: true, Handle: h.why(func(c *frame.Call, who id.ID, reason string) error {
			return h.People.ForgetSecond(c.Context(), c.Actor, who, reason)
		})},
		{Method: http.MethodPost, Path: path + "/{id}/sessions", Action: "person.disable", Handle: h.act(func(c *frame.Call, who id.ID, _ string) error {
			return h.People.EndAll(c.Context(), c.Actor, who)
		})},
		{Method: http.MethodPost, Path: path + "/{id}/erase", Action: "person.write", Fresh: true, Handle: h.why(func(c *frame.Call, who id.ID, reason string) error {
			return h.People.Erase(c.Context(), c.Actor, who, reason)
		})},
	}
}

// act does one thing to a person and shows them again.
func (h *Chapter) act(do func(c *frame.Call, who id.ID, reason string) error) func(*frame.Call) error {
	return func(c *frame.Call) error {
		who, err := c.Subject()
		if err != nil {
			return err
		}
		values, err := c.Posted()
		if err != nil {
			return err
		}
		if err := do(c, who, values.Get("reason")); err != nil {
			return err
		}
		return c.Done(path+"/"+who.String(), "person")
	}
}

// why is act for what needs a reason.
func (h *Chapter) why(do func(c *frame.Call, who id.ID, reason string) error) func(*frame.Call) error {
	return h.act(func(c *frame.Call, who id.ID, reason string) error {
		if strings.TrimSpace(reason) == "" {
			return errs.Bad().Field("reason", "error.reason_missing")
		}
		return do(c, who, reason)
	})
}

func (h *Chapter) list(c *frame.Call) error {
	query := c.URL.Query()
	f := signin.Filter{State: person.State(query.Get("state")), Role: account.Role(query.Get("role")), Text: query.Get("text")}
	people, err := h.People.People(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	names, err := h.orgs(c, people.Items...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_people"), frame.People), Path: path, Query: query, Next: people.Next,
		Lead: l.T("desk.person_lead"), Filters: filters(l),
		Columns: []list.Column{
			{Title: l.T("desk.person_name"), Main: true}, {Title: l.T("desk.person_is")}, {Title: l.T("desk.person_signed_in")}, {Title: l.T("desk.state")},
		},
		Empty: list.Empty{Title: l.T("desk.person_empty_title"), Text: l.T("desk.person_empty_text")},
	}
	v.Frame.Live = "person link"
	if c.Could("person.invite") {
		v.Acts = []list.Act{{Text: l.T("desk.person_invite"), Href: path + "/new", Key: "n"}}
		v.Empty.Acts = v.Acts
	}
	for _, p := range people.Items {
		v.Rows = append(v.Rows, list.Row{
			ID: p.ID.String(), Off: p.State == person.Disabled || p.State == person.Erased,
			Cells: []templ.Component{
				list.LinkPair(path+"/"+p.ID.String(), called(l, p), p.Email), memberships(l, p.Memberships, names),
				list.Moment(l, p.SignedInAt, c.Zone()), list.Tag(state(l, p), kindOf(p)),
			},
		})
	}
	return c.Write(list.Page(v))
}

func filters(l *i18n.Localizer) []list.Filter {
	var states, roles []list.Option
	for _, s := range []person.State{person.Invited, person.Active, person.Disabled} {
		states = append(states, list.Option{Value: string(s), Text: l.T("desk.person_state_" + string(s))})
	}
	for _, r := range account.Roles() {
		roles = append(roles, list.Option{Value: string(r), Text: l.T("role." + string(r))})
	}
	return []list.Filter{
		{Name: "text", Label: l.T("desk.person_text"), Kind: list.Text},
		{Name: "role", Label: l.T("desk.person_role"), Options: roles},
		{Name: "state", Label: l.T("desk.state"), Options: states},
	}
}

// called is the name of a person, or that it was erased.
func called(l *i18n.Localizer, p signin.Person) string {
	if p.Name == "" {
		return l.T("desk.somebody")
	}
	return p.Name
}

func state(l *i18n.Localizer, p signin.Person) string {
	return l.T("desk.person_state_" + string(p.State))
}

func kindOf(p signin.Person) string {
	switch p.State {
	case person.Active:
		return "done"
	case person.Invited:
		return "ink"
	}
	return ""
}

// orgs returns the names of the organisations for which people act.
func (h *Chapter) orgs(c *frame.Call, people ...signin.Person) (map[id.ID]string, error) {
	var ids []id.ID
	for _, p := range people {
		for _, m := range p.Memberships {
			ids = append(ids, m.Org)
		}
	}
	return h.Names.Orgs(c, ids...)
}

func (h *Chapter) show(c *frame.Call) error {
	who, err := c.Subject()
	if err != nil {
		return err
	}
	return h.draw(c, who, nil)
}

// draw answers with one person; made is a link that was made just now.
func (h *Chapter) draw(c *frame.Call, who id.ID, made *signin.Link) error {
	p, open, err := h.People.Person(c.Context(), c.Actor, who)
	if err != nil {
		return err
	}
	names, err := h.orgs(c, p)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(called(l, p), frame.People), Up: record.Link{Text: l.T("desk.place_people"), Href: path},
		Tags: []record.Tag{{Text: state(l, p), Kind: kindOf(p)}},
		Facts: []record.Fact{
			{Label: l.T("door.email"), Value: list.Written(p.Email)},
			{Label: l.T("desk.person_is"), Value: memberships(l, p.Memberships, names)},
			{Label: l.T("desk.recorded"), Value: list.Moment(l, p.CreatedAt, c.Zone())},
			{Label: l.T("desk.person_signed_in"), Value: list.Moment(l, p.SignedInAt, c.Zone())},
		},
	}
	switch {
	case made != nil:
		v.Sections = []record.Section{{Title: l.T("desk.person_link"), Note: l.T("desk.person_link_once"), Body: madeLink(l, h.JoinURL(c.Request, made.Token), *made, c.Zone())}}
	case !open.ID.IsZero():
		v.Sections = []record.Section{{Title: l.T("desk.person_link"), Body: openLink(l, open, path+"/"+p.ID.String(), c.Zone(), c.Could("person.invite"))}}
	}
	h.acts(c, v, p)
	if v.History, err = h.Names.History(c, p.ID); err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

// acts adds what the visitor may do to the person.
func (h *Chapter) acts(c *frame.Call, v *record.View, p signin.Person) {
	l, address := c.Reader.Localizer, path+"/"+p.ID.String()
	if p.State == person.Erased {
		return
	}
	dialog := func(name string) {
		v.Acts = append(v.Acts, record.Act{Text: l.T("desk.person_" + name), Href: "#" + name, Dialog: name, Plain: true})
		v.Dialogs = append(v.Dialogs, form.Reason(l, name, form.Head{Action: address + "/" + name},
			l.T("desk.person_"+name), l.T("desk.person_"+name+"_text"), l.T("desk.person_"+name)))
	}
	own := p.ID == c.Actor.ID
	if c.Could("person.disable") && !own {
		if p.State == person.Disabled {
			dialog("enable")
		} else {
			dialog("disable")
		}
	}
	if c.Could("person.write") && !own {
		if p.State == person.Active {
			dialog("second")
		}
		if p.State == person.Disabled {
			dialog("erase")
		}
	}
	if c.Could("person.invite") && p.State != person.Disabled {
		v.Acts = append(v.Acts, record.Act{Text: l.T("desk.person_new_link"), Href: "#link", Dialog: "link", Plain: true})
		v.Dialogs = append(v.Dialogs, linkDialog(l, address+"/link"))
	}
	if c.Could("person.write") {
		v.Acts = append(v.Acts, record.Act{Text: l.T("desk.change"), Href: address + "/change", Key: "e"})
	}
}

// link makes a new one-time link and shows it once; the one before dies.
func (h *Chapter) link(c *frame.Call) error {
	who, err := c.Subject()
	if err != nil {
		return err
	}
	made, err := h.People.IssueLink(c.Context(), c.Actor, who)
	if err != nil {
		return err
	}
	return h.draw(c, who, &made)
}
