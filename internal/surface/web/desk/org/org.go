// SPDX-License-Identifier: Apache-2.0

// Package org is the chapter of organisations at the desk: who gives, who
// receives, who stands above whom, and by which names people call them. A change
// keeps the old name as another spelling, because papers that carry it are still
// about.
package org

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Service is what the chapter needs of the organisations.
type Service interface {
	Create(ctx context.Context, actor account.Actor, in org.Input, key string) (org.Org, error)
	Update(ctx context.Context, actor account.Actor, orgID id.ID, version int64, in org.Input) (org.Org, error)
	AddAlias(ctx context.Context, actor account.Actor, orgID id.ID, name string) error
	Get(ctx context.Context, actor account.Actor, orgID id.ID) (org.Org, error)
	Aliases(ctx context.Context, actor account.Actor, orgID id.ID) ([]string, error)
	List(ctx context.Context, actor account.Actor, f org.Filter, p page.Request) (page.Page[org.Org], error)
}

// Chapter answers /desk/orgs.
type Chapter struct {
	Orgs  Service
	Names *naming.Book
}

// path is the list.
const path = "/desk/orgs"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: path, Action: "org.read", Handle: h.list},
		{Method: http.MethodGet, Path: path + "/new", Action: "org.create", Handle: h.blank},
		{Method: http.MethodPost, Path: path, Action: "org.create", Handle: h.create},
		{Method: http.MethodGet, Path: path + "/{id}", Action: "org.read", Handle: h.show},
		{Method: http.MethodGet, Path: path + "/{id}/change", Action: "org.update", Handle: h.edit},
		{Method: http.MethodPost, Path: path + "/{id}/change", Action: "org.update", Handle: h.change},
		{Method: http.MethodGet, Path: path + "/{id}/alias", Action: "org.update", Handle: h.aliasBlank},
		{Method: http.MethodPost, Path: path + "/{id}/alias", Action: "org.update", Handle: h.alias},
	}
}

// list answers with one page of organisations.
func (h *Chapter) list(c *frame.Call) error {
	query := c.URL.Query()
	f := org.Filter{Kind: org.Kind(query.Get("kind")), Like: query.Get("like")}
	if text := query.Get("parent"); text != "" {
		parent, err := id.Parse(text)
		if err != nil {
			query.Del("parent")
		}
		f.Parent = parent
	}
	found, err := h.Orgs.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	ids := []id.ID{f.Parent}
	for _, o := range found.Items {
		ids = append(ids, o.Parent)
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_orgs"), frame.Orgs), Path: path, Query: query, Next: found.Next, Export: "/api/v1/orgs",
		Filters: []list.Filter{
			{Name: "like", Label: l.T("desk.org_name"), Kind: list.Text, Hint: l.T("desk.org_name_part")},
			{Name: "kind", Label: l.T("desk.org_kind"), Options: kinds(l)},
			{Name: "parent", Label: l.T("desk.org_parent"), Kind: list.Fixed, Options: []list.Option{{Value: f.Parent.String(), Text: names[f.Parent]}}},
		},
		Columns: []list.Column{
			{Title: l.T("desk.org_name"), Main: true}, {Title: l.T("desk.org_kind")}, {Title: l.T("desk.org_parent")},
			{Title: l.T("desk.place")}, {Title: l.T("desk.org_public")}, {Title: l.T("desk.recorded")},
		},
		Empty: list.Empty{Title: l.T("desk.org_empty_title"), Text: l.T("desk.org_empty_text")},
	}
	v.Frame.Live = "org"
	if c.Could("org.create") {
		v.Acts = []list.Act{{Text: l.T("desk.org_new"), Href: path + "/new", Key: "n"}}
	}
	v.Empty.Acts = v.Acts
	for _, o := range found.Items {
		v.Rows = append(v.Rows, h.row(c, o, names))
	}
	return c.Write(list.Page(v))
}

func (h *Chapter) row(c *frame.Call, o org.Org, names map[id.ID]string) list.Row {
	l := c.Reader.Localizer
	return list.Row{ID: o.ID.String(), Cells: []templ.Component{
		list.LinkPair(address(o.ID), o.Name, ""),
		list.Words(kindText(l, o.Kind)),
		link(o.Parent, names[o.Parent]),
		list.Words(h.Names.Place(l, o.Place)),
		list.Words(publicText(l, o)),
		list.Moment(l, o.CreatedAt, c.Zone()),
	}}
}

// link leads to another organisation; there may be none.
func link(orgID id.ID, name string) templ.Component {
	if orgID.IsZero() {
		return templ.NopComponent
	}
	return list.LinkPair(address(orgID), name, "")
}

func address(orgID id.ID) string { return path + "/" + orgID.String() }

func kindText(l *i18n.Localizer, k org.Kind) string { return l.T("desk.org_kind_" + string(k)) }

func kinds(l *i18n.Localizer) []list.Option {
	var options []list.Option
	for _, k := range org.Kinds() {
		options = append(options, list.Option{Value: string(k), Text: kindText(l, k)})
	}
	return options
}

func publicText(l *i18n.Localizer, o org.Org) string {
	if o.Public {
		return l.T("desk.org_public_yes")
	}
	return l.T("desk.org_public_no")
}

// childrenShown is how many of those below are listed on the page of one.
const childrenShown = 20

// show answers with one organisation.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	o, err := h.Orgs.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(o.Name, frame.Orgs), Up: record.Link{Text: l.T("desk.place_orgs"), Href: path},
		Tags: []record.Tag{{Text: kindText(l, o.Kind)}},
	}
	v.Frame.Live = "org"
	if v.Facts, err = h.facts(c, o); err != nil {
		return err
	}
	if v.Sections, err = h.sections(c, o); err != nil {
		return err
	}
	if v.History, err = h.Names.History(c, o.ID); err != nil {
		return err
	}
	if c.Could("org.update") {
		v.Acts = []record.Act{
			{Text: l.T("desk.org_alias_add"), Href: address(o.ID) + "/alias", Plain: true},
			{Text: l.T("desk.org_change"), Href: address(o.ID) + "/change", Key: "e"},
		}
	}
	return c.Write(record.Page(v))
}

func (h *Chapter) facts(c *frame.Call, o org.Org) ([]record.Fact, error) {
	l := c.Reader.Localizer
	above, err := h.above(c, o)
	if err != nil {
		return nil, err
	}
	facts := []record.Fact{
		{Label: l.T("desk.org_public"), Value: list.Words(publicText(l, o))},
		{Label: l.T("desk.recorded"), Value: list.Moment(l, o.CreatedAt, c.Zone())},
	}
	if len(above) > 0 {
		facts = append([]record.Fact{{Label: l.T("desk.org_above"), Value: steps(l, above)}}, facts...)
	}
	if o.Place != "" {
		facts = append(facts, record.Fact{Label: l.T("desk.place"), Value: list.Words(h.Names.Place(l, o.Place))})
	}
	if o.UpdatedAt.After(o.CreatedAt) {
		facts = append(facts, record.Fact{Label: l.T("desk.org_changed"), Value: list.Moment(l, o.UpdatedAt, c.Zone())})
	}
	if o.Note != "" {
		facts = append(facts, record.Fact{Label: l.T("desk.note"), Value: list.Written(o.Note)})
	}
	return facts, nil
}

// above are those above an organisation, the top first. The service refuses
// circles and endless trees.
func (h *Chapter) above(c *frame.Call, o org.Org) ([]org.Org, error) {
	var all []org.Org
	for parent := o.Parent; !parent.IsZero(); {
		p, err := h.Orgs.Get(c.Context(), c.Actor, parent)
		if err != nil {
			return nil, err
		}
		all, parent = append([]org.Org{p}, all...), p.Parent
	}
	return all, nil
}

func (h *Chapter) sections(c *frame.Call, o org.Org) ([]record.Section, error) {
	l := c.Reader.Localizer
	aliases, err := h.Orgs.Aliases(c.Context(), c.Actor, o.ID)
	if err != nil {
		return nil, err
	}
	below, err := h.Orgs.List(c.Context(), c.Actor, org.Filter{Parent: o.ID}, page.Request{Limit: childrenShown})
	if err != nil {
		return nil, err
	}
	var sections []record.Section
	if links := behind(c, o.ID); len(links) > 0 {
		sections = append(sections, record.Section{Title: l.T("desk.org_behind"), Body: linkList(links)})
	}
	note := l.T("desk.org_aliases_note")
	if len(aliases) == 0 {
		note = l.T("desk.org_aliases_none")
	}
	sections = append(sections, record.Section{Title: l.T("desk.org_aliases"), Note: note, Body: spellings(aliases)})
	if len(below.Items) > 0 {
		more := ""
		if below.Next != "" {
			more = path + "?" + url.Values{"parent": {o.ID.String()}}.Encode()
		}
		sections = append(sections, record.Section{Title: l.T("desk.org_below"), Body: children(l, below.Items, more)})
	}
	return sections, nil
}

// behind leads to the lists of what an organisation gave, got and lacks, as far
// as the visitor may read them.
func behind(c *frame.Call, orgID id.ID) []record.Link {
	var links []record.Link
	for _, one := range []struct{ action, text, href string }{
		{"receipt.read", "desk.org_gave", "/desk/receipts?donor="},
		{"distribution.read", "desk.org_received", "/desk/distributions?recipient="},
		{"need.read", "desk.org_needs", "/desk/needs?recipient="},
		{"stock.read", "desk.org_keeps", "/desk/stock?holder="},
	} {
		if c.Could(one.action) {
			links = append(links, record.Link{Text: c.Reader.T(one.text), Href: one.href + orgID.String()})
		}
	}
	return links
}
