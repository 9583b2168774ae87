// SPDX-License-Identifier: Apache-2.0

package org

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// edit is the form of an organisation, new or changed.
type edit struct {
	Title   string
	Head    form.Head
	State   *form.State
	Clashes []form.Versions // what somebody else stored meanwhile
	Back    string
}

// blank answers with the form of a new organisation.
func (h *Chapter) blank(c *frame.Call) error {
	values := url.Values{"kind": {string(org.Hospital)}}
	for _, name := range []string{"name", "kind", "parent"} { // a link may bring them
		if text := c.URL.Query().Get(name); text != "" {
			values.Set(name, text)
		}
	}
	return h.draw(c, http.StatusOK, edit{
		Title: c.Reader.T("desk.org_new"), Head: form.Head{Action: path, Once: c.NewKey(), Part: "form"},
		State: form.New(c.Reader.Localizer, values, nil), Back: path,
	})
}

// create records a new organisation.
func (h *Chapter) create(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	key, err := c.Once(values)
	if err != nil {
		return err
	}
	e := edit{Title: c.Reader.T("desk.org_new"), Head: form.Head{Action: path, Once: values.Get("once"), Part: "form"}, Back: path}
	in, err := h.read(c, values)
	if err == nil {
		var made org.Org
		if made, err = h.Orgs.Create(c.Context(), c.Actor, in, key); err == nil {
			return c.Done(address(made.ID), "org_saved")
		}
	}
	return h.again(c, e, values, err)
}

// edit answers with the form of a change.
func (h *Chapter) edit(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	o, err := h.Orgs.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	values, err := h.fill(c, o)
	if err != nil {
		return err
	}
	return h.draw(c, http.StatusOK, edit{
		Title: c.Reader.T("desk.org_change_title"), Back: address(o.ID), State: form.New(c.Reader.Localizer, values, nil),
		Head: form.Head{Action: address(o.ID) + "/change", Version: o.Version, Part: "form"},
	})
}

// change stores a change.
func (h *Chapter) change(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	e := edit{
		Title: c.Reader.T("desk.org_change_title"), Back: address(subject),
		Head: form.Head{Action: address(subject) + "/change", Version: frame.Version(values), Part: "form"},
	}
	in, err := h.read(c, values)
	if err == nil {
		_, err = h.Orgs.Update(c.Context(), c.Actor, subject, e.Head.Version, in)
	}
	if err == nil {
		return c.Done(address(subject), "org_saved")
	}
	if told := errs.As(err); told.Kind == errs.Conflict && told.Key == changedMeanwhile {
		return h.clash(c, e, values, in, told)
	}
	return h.again(c, e, values, err)
}

// The two conflicts that the registry tells of.
const (
	changedMeanwhile = "error.changed_meanwhile"
	nameTaken        = "org.name.taken"
)

// clash shows what somebody else stored meanwhile beside what was typed. When
// both say the same, such as after a double click, there is nothing to decide.
func (h *Chapter) clash(c *frame.Call, e edit, values url.Values, in org.Input, told *errs.Error) error {
	current, ok := told.Detail.(org.Org)
	if !ok {
		return told
	}
	theirs, err := h.fill(c, current)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	for _, name := range []string{"name", "kind", "public", "parent", "place", "note"} {
		mine := values.Get(name)
		if name == "public" && in.Public == nil { // decided by the name
			mine = theirs.Get(name)
		}
		if theirs.Get(name) != mine {
			e.Clashes = append(e.Clashes, form.Versions{Label: fieldLabel(l, name), Theirs: shown(l, name, theirs.Get(name)), Yours: shown(l, name, mine)})
		}
	}
	if len(e.Clashes) == 0 {
		return c.Done(e.Back, "org_saved")
	}
	e.Head.Version, e.State = current.Version, form.New(l, values, nil)
	return h.draw(c, http.StatusConflict, e)
}

func fieldLabel(l *i18n.Localizer, name string) string {
	if name == "place" || name == "note" {
		return l.T("desk." + name)
	}
	return l.T("desk.org_" + name)
}

// shown is a value of a choice in words.
func shown(l *i18n.Localizer, name, value string) string {
	switch {
	case name == "kind" && org.Kind(value).Valid():
		return kindText(l, org.Kind(value))
	case name == "public" && value != "":
		return l.T("desk.org_public_" + value)
	}
	return value
}

// again draws the form with what was typed and what is wrong with it.
func (h *Chapter) again(c *frame.Call, e edit, values url.Values, err error) error {
	told := errs.As(err)
	if told.Key == nameTaken {
		told = errs.Bad().Field("name", nameTaken, "name", values.Get("name"))
	}
	if told.Kind != errs.Invalid {
		return err
	}
	e.State = form.New(c.Reader.Localizer, values, told)
	return h.draw(c, httpx.Status(told.Kind), e)
}

// fill returns the form of a stored organisation.
func (h *Chapter) fill(c *frame.Call, o org.Org) (url.Values, error) {
	names, err := h.Names.Orgs(c, o.Parent)
	if err != nil {
		return nil, err
	}
	public := "no"
	if o.Public {
		public = "yes"
	}
	values := url.Values{
		"name": {o.Name}, "kind": {string(o.Kind)}, "public": {public}, "note": {o.Note}, "parent": {names[o.Parent]},
		"parent_name": {names[o.Parent]}, "place": {h.Names.Place(c.Reader.Localizer, o.Place)}, "place_code": {o.Place},
	}
	values.Set("place_name", values.Get("place"))
	if !o.Parent.IsZero() {
		values.Set("parent_id", o.Parent.String())
	}
	return values, nil
}

// read turns a form into what the service takes. A parent or a place that was
// left as it stood keeps its id and its code.
func (h *Chapter) read(c *frame.Call, values url.Values) (org.Input, error) {
	bad := errs.Bad()
	in := org.Input{Kind: org.Kind(values.Get("kind")), Name: strings.TrimSpace(values.Get("name")), Note: strings.TrimSpace(values.Get("note"))}
	if said := values.Get("public"); said == "yes" || said == "no" {
		public := said == "yes"
		in.Public = &public
	}
	if words := strings.TrimSpace(values.Get("place")); words != "" {
		if in.Place = values.Get("place_code"); words != values.Get("place_name") {
			in.Place = h.Names.PlaceCode(words)
		}
		if in.Place == "" {
			bad.Field("place", "desk.place_unknown", "words", words)
		}
	}
	if words := strings.TrimSpace(values.Get("parent")); words != "" {
		parent, err := h.parent(c, values, words)
		if err != nil {
			return in, err
		}
		if in.Parent = parent; parent.IsZero() {
			bad.Field("parent", "desk.org_parent_unknown", "words", words)
		}
	}
	return in, bad.OrNil()
}

// parent finds whom the words name; the zero id: nobody.
func (h *Chapter) parent(c *frame.Call, values url.Values, words string) (id.ID, error) {
	if words == values.Get("parent_name") {
		if known, err := id.Parse(values.Get("parent_id")); err == nil {
			return known, nil
		}
	}
	found, err := h.Orgs.List(c.Context(), c.Actor, org.Filter{Name: words}, page.Request{Limit: 1})
	if err != nil || len(found.Items) == 0 {
		return id.Zero, err
	}
	return found.Items[0].ID, nil
}

func (h *Chapter) draw(c *frame.Call, status int, e edit) error {
	return c.WriteStatus(status, editPage(c.Page(e.Title, frame.Orgs), e))
}

// aliasBlank answers with the form of another spelling.
func (h *Chapter) aliasBlank(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	return h.drawAlias(c, http.StatusOK, subject, form.New(c.Reader.Localizer, nil, nil))
}

// alias lets another spelling lead to an organisation. Sent twice it does one
// thing: the spelling leads there already.
func (h *Chapter) alias(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	err = h.Orgs.AddAlias(c.Context(), c.Actor, subject, strings.TrimSpace(values.Get("name")))
	if err == nil {
		return c.Done(address(subject), "org_alias")
	}
	told := errs.As(err)
	if told.Key == nameTaken {
		told = errs.Bad().Field("name", "desk.org_alias_taken", "name", values.Get("name"))
	}
	if told.Kind != errs.Invalid {
		return err
	}
	return h.drawAlias(c, httpx.Status(told.Kind), subject, form.New(c.Reader.Localizer, values, told))
}

func (h *Chapter) drawAlias(c *frame.Call, status int, subject id.ID, s *form.State) error {
	o, err := h.Orgs.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	title := c.Reader.T("desk.org_alias_title", "name", o.Name)
	return c.WriteStatus(status, aliasPage(c.Page(title, frame.Orgs), form.Head{Action: address(subject) + "/alias", Part: "form"}, s, address(subject)))
}

func kindOptions(l *i18n.Localizer) []form.Option {
	var options []form.Option
	for _, o := range kinds(l) {
		options = append(options, form.Option(o))
	}
	return options
}

func publicOptions(l *i18n.Localizer) []form.Option {
	return []form.Option{
		{Text: l.T("desk.org_public_auto")},
		{Value: "yes", Text: l.T("desk.org_public_yes")},
		{Value: "no", Text: l.T("desk.org_public_no")},
	}
}
