// SPDX-License-Identifier: Apache-2.0

package person

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// edit is the form of a person, invited or changed.
type edit struct {
	Head    form.Head
	State   *form.State
	Lines   int
	Title   string
	Button  string
	Back    string
	Clashes []form.Versions
}

func (h *Chapter) blank(c *frame.Call) error {
	return h.form(c, http.StatusOK, h.invitation(c, form.New(c.Reader.Localizer, url.Values{"lines[0].role": {string(account.Coordinator)}}, nil)))
}

func (h *Chapter) invitation(c *frame.Call, state *form.State) edit {
	l := c.Reader.Localizer
	return edit{
		Head: form.Head{Action: path, Part: ""}, State: state, Lines: form.Indexes(state.Values),
		Title: l.T("desk.person_invite"), Button: l.T("desk.person_invite_button"), Back: path,
	}
}

// invite adds a person and shows the link once.
func (h *Chapter) invite(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	in, err := h.read(c, values)
	if err == nil && values.Get("more") == "" {
		var p signin.Person
		var made signin.Link
		if p, made, err = h.People.Invite(c.Context(), c.Actor, in); err == nil {
			return h.draw(c, p.ID, &made)
		}
	}
	return h.again(c, values, err, func(s *form.State) edit { return h.invitation(c, s) })
}

// again draws a form with what was typed and what is wrong.
func (h *Chapter) again(c *frame.Call, values url.Values, err error, of func(*form.State) edit) error {
	if values.Get("more") != "" {
		e := of(form.New(c.Reader.Localizer, values, nil))
		e.Lines++
		return h.form(c, http.StatusOK, e)
	}
	told := errs.As(err)
	if told.Kind != errs.Invalid {
		return err
	}
	return h.form(c, httpx.Status(told.Kind), of(form.New(c.Reader.Localizer, values, told)))
}

func (h *Chapter) changing(c *frame.Call, p signin.Person, state *form.State) edit {
	l, address := c.Reader.Localizer, path+"/"+p.ID.String()
	return edit{
		Head: form.Head{Action: address + "/change", Version: p.Version, Part: "form"}, State: state, Lines: form.Indexes(state.Values),
		Title: l.T("desk.person_change", "name", called(l, p)), Button: l.T("desk.save"), Back: address,
	}
}

func (h *Chapter) edit(c *frame.Call) error {
	who, err := c.Subject()
	if err != nil {
		return err
	}
	p, _, err := h.People.Person(c.Context(), c.Actor, who)
	if err != nil {
		return err
	}
	values, err := h.fill(c, p)
	if err != nil {
		return err
	}
	return h.form(c, http.StatusOK, h.changing(c, p, form.New(c.Reader.Localizer, values, nil)))
}

// fill returns the form of a stored person.
func (h *Chapter) fill(c *frame.Call, p signin.Person) (url.Values, error) {
	names, err := h.orgs(c, p)
	if err != nil {
		return nil, err
	}
	values := url.Values{"name": {p.Name}, "email": {p.Email}}
	for i, m := range p.Memberships {
		values.Set(fmt.Sprintf("lines[%d].role", i), string(m.Role))
		values.Set(fmt.Sprintf("lines[%d].org", i), names[m.Org])
	}
	return values, nil
}

// change replaces name, address and memberships; with somebody else's change in
// between, both versions are shown.
func (h *Chapter) change(c *frame.Call) error {
	who, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	p, _, err := h.People.Person(c.Context(), c.Actor, who)
	if err != nil {
		return err
	}
	in, err := h.read(c, values)
	if err == nil && values.Get("more") == "" {
		if _, err = h.People.Correct(c.Context(), c.Actor, who, in, frame.Version(values)); err == nil {
			return c.Done(path+"/"+who.String(), "person")
		}
	}
	if errs.Is(err, errs.Conflict) && frame.Version(values) != p.Version {
		return h.clash(c, p, values)
	}
	seen := p
	seen.Version = frame.Version(values)
	return h.again(c, values, err, func(s *form.State) edit { return h.changing(c, seen, s) })
}

func (h *Chapter) clash(c *frame.Call, p signin.Person, values url.Values) error {
	theirs, err := h.fill(c, p)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	e := h.changing(c, p, form.New(l, values, nil))
	for _, name := range []string{"name", "email"} {
		e.Clashes = append(e.Clashes, form.Versions{Label: l.T("desk.person_field_" + name), Theirs: theirs.Get(name), Yours: values.Get(name)})
	}
	e.Clashes = append(e.Clashes, form.Versions{Label: l.T("desk.person_is"), Theirs: h.inWords(c, theirs), Yours: h.inWords(c, values)})
	return h.form(c, http.StatusConflict, e)
}

// inWords writes the memberships of a form, one a line.
func (h *Chapter) inWords(c *frame.Call, values url.Values) string {
	var lines []string
	for i := range form.Indexes(values) {
		role := values.Get(fmt.Sprintf("lines[%d].role", i))
		if role == "" {
			continue
		}
		line := c.Reader.Or("role."+role, role)
		if of := values.Get(fmt.Sprintf("lines[%d].org", i)); of != "" {
			line += " · " + of
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// read turns a form into what the service takes. An organisation has to be
// known: nobody becomes a member of a typing error.
func (h *Chapter) read(c *frame.Call, values url.Values) (signin.NewPerson, error) {
	in := signin.NewPerson{Name: values.Get("name"), Email: values.Get("email")}
	bad := errs.Bad()
	for i := range form.Indexes(values) {
		prefix := fmt.Sprintf("lines[%d].", i)
		role, name := account.Role(values.Get(prefix+"role")), strings.TrimSpace(values.Get(prefix+"org"))
		if role == "" {
			continue
		}
		m := account.Membership{Role: role}
		if name != "" {
			found, err := h.OrgNamed(c.Context(), c.Actor, name)
			if err != nil {
				return in, err
			}
			if m.Org = found; found == id.Zero {
				bad.Field(prefix+"org", "desk.person_no_org", "name", name)
			}
		}
		in.Memberships = append(in.Memberships, m)
	}
	return in, bad.OrNil()
}

func (h *Chapter) form(c *frame.Call, status int, e edit) error {
	return c.WriteStatus(status, editPage(c.Page(e.Title, frame.People), e))
}
