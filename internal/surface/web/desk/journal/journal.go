// SPDX-License-Identifier: Apache-2.0

// Package journal is the chapter of the journal at the desk: who did what, to
// what, when and why, the latest first. A record opens to what it is about, and
// shows what was sealed of it, so that anybody can recompute its leaf.
package journal

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Policy answers who may read the journal, which is the house's.
type Policy interface {
	Authorize(ctx context.Context, a account.Actor, action string, o account.Object) error
}

// Chapter answers /desk/journal.
type Chapter struct {
	DB     *db.DB
	Policy Policy
	Names  *naming.Book
}

// path is the list.
const path = "/desk/journal"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: path, Action: "journal.read", Handle: h.list},
		{Method: http.MethodGet, Path: path + "/{id}", Action: "journal.read", Handle: h.show},
	}
}

func (h *Chapter) may(c *frame.Call) error {
	return h.Policy.Authorize(c.Context(), c.Actor, "journal.read", account.Object{Kind: "journal"})
}

// list answers with one page of records.
func (h *Chapter) list(c *frame.Call) error {
	if err := h.may(c); err != nil {
		return err
	}
	query := c.URL.Query()
	f := h.filter(c, query)
	found, err := journal.List(c.Context(), h.DB, f, c.ListPage())
	if err != nil {
		return err
	}
	deeds, err := journal.Deeds(c.Context(), h.DB)
	if err != nil {
		return err
	}
	who, err := h.Names.Who(c, append(slices.Clone(found.Items), journal.Record{Actor: f.Actor}))
	if err != nil {
		return err
	}
	orgs, err := h.orgs(c, found.Items)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_journal"), frame.Journal), Path: path, Query: query, Next: found.Next, Export: "/api/v1/journal",
		Lead:    l.T("desk.journal_lead"),
		Filters: filters(l, deeds, f.Actor, who[f.Actor]),
		Columns: []list.Column{
			{Title: l.T("desk.journal_number"), Number: true}, {Title: l.T("desk.journal_what"), Main: true}, {Title: l.T("desk.journal_subject")},
			{Title: l.T("desk.journal_who")}, {Title: l.T("desk.journal_when")}, {Title: l.T("desk.reason")},
		},
		Empty: list.Empty{Title: l.T("desk.journal_empty_title"), Text: l.T("desk.journal_empty_text")},
	}
	v.Frame.Live = strings.Join(chapters(deeds), " ")
	for _, r := range found.Items {
		v.Rows = append(v.Rows, row(c, r, who[r.Actor], orgs[r.Subject]))
	}
	return c.Write(list.Page(v))
}

// filter reads the address; what cannot be read is dropped from it.
func (h *Chapter) filter(c *frame.Call, query url.Values) journal.Filter {
	f := journal.Filter{Chapter: query.Get("chapter"), SubjectKind: query.Get("subject_kind")}
	if text := query.Get("actor"); text != "" {
		actor, err := id.Parse(text)
		if err != nil {
			query.Del("actor")
		}
		f.Actor = actor
	}
	if text := query.Get("day"); text != "" {
		day, err := clock.ParseDay(text)
		if err != nil {
			query.Del("day")
			return f
		}
		f.From, f.To = day.Start(c.Zone()), day.End(c.Zone())
	}
	return f
}

// orgs are the names of the organisations that the records are about.
func (h *Chapter) orgs(c *frame.Call, records []journal.Record) (map[id.ID]string, error) {
	var ids []id.ID
	for _, r := range records {
		if r.SubjectKind == "org" {
			ids = append(ids, r.Subject)
		}
	}
	return h.Names.Orgs(c, ids...)
}

func chapters(deeds []journal.Deed) []string {
	var all []string
	for _, d := range deeds {
		all = append(all, d.Chapter())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func filters(l *i18n.Localizer, deeds []journal.Deed, actor id.ID, name string) []list.Filter {
	var parts, kinds []list.Option
	for _, chapter := range chapters(deeds) {
		parts = append(parts, list.Option{Value: chapter, Text: kindText(l, chapter)})
	}
	for _, d := range deeds {
		option := list.Option{Value: d.SubjectKind, Text: kindText(l, d.SubjectKind)}
		if !slices.Contains(kinds, option) {
			kinds = append(kinds, option)
		}
	}
	if name == "" {
		name = l.T("desk.somebody")
	}
	return []list.Filter{
		{Name: "chapter", Label: l.T("desk.journal_chapter"), Options: parts},
		{Name: "subject_kind", Label: l.T("desk.journal_kind"), Options: kinds},
		{Name: "day", Label: l.T("desk.journal_day"), Kind: list.OnDay},
		{Name: "actor", Label: l.T("desk.journal_who"), Kind: list.Fixed, Options: []list.Option{{Value: actor.String(), Text: name}}},
	}
}

// kindText is a chapter, or a kind of subjects, in words.
func kindText(l *i18n.Localizer, kind string) string {
	return l.Or("desk.subject_"+kind, "desk.subject_other")
}

func row(c *frame.Call, r journal.Record, who, subject string) list.Row {
	l := c.Reader.Localizer
	return list.Row{ID: r.ID.String(), Cells: []templ.Component{
		list.Words(number(l, r)),
		list.Link(path+"/"+r.ID.String(), naming.Action(l, r.Action)),
		subjectLink(kindText(l, r.SubjectKind), subject, naming.Path(r.SubjectKind, r.Subject)),
		whoLink(l, r.Actor, who),
		list.Moment(l, r.RecordedAt, c.Zone()),
		list.Written(r.Reason),
	}}
}

// number is the number of a record; one that was written a moment ago may have
// none yet.
func number(l *i18n.Localizer, r journal.Record) string {
	if r.Seq == 0 {
		return l.T("desk.journal_unnumbered")
	}
	return l.Number(r.Seq)
}

// show answers with one record.
func (h *Chapter) show(c *frame.Call) error {
	if err := h.may(c); err != nil {
		return err
	}
	recordID, err := c.Subject()
	if err != nil {
		return err
	}
	r, err := journal.ByID(c.Context(), h.DB, recordID)
	if err != nil {
		return err
	}
	who, err := h.Names.Who(c, []journal.Record{r})
	if err != nil {
		return err
	}
	orgs, err := h.orgs(c, []journal.Record{r})
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(naming.Action(l, r.Action), frame.Journal), Up: record.Link{Text: l.T("desk.place_journal"), Href: path},
		Tags: []record.Tag{state(l, r)},
	}
	v.Facts = []record.Fact{
		{Label: l.T("desk.journal_number"), Value: list.Words(number(l, r))},
		{Label: l.T("desk.journal_when"), Value: list.Moment(l, r.RecordedAt, c.Zone())},
		{Label: l.T("desk.journal_who"), Value: whoLink(l, r.Actor, who[r.Actor])},
		{Label: l.T("desk.journal_subject"), Value: subjectLink(kindText(l, r.SubjectKind), orgs[r.Subject], naming.Path(r.SubjectKind, r.Subject))},
	}
	if r.Reason != "" {
		v.Facts = append(v.Facts, record.Fact{Label: l.T("desk.reason"), Value: list.Written(r.Reason)})
	}
	v.Sections = sections(l, r)
	if v.History, err = h.Names.History(c, r.Subject); err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

// state says whether the content is still that of the leaf.
func state(l *i18n.Localizer, r journal.Record) record.Tag {
	switch {
	case r.Erased():
		return record.Tag{Text: l.T("desk.journal_erased")}
	case !r.Verify():
		return record.Tag{Text: l.T("desk.journal_broken"), Kind: "urgent"}
	}
	return record.Tag{Text: l.T("desk.journal_verified"), Kind: "done"}
}

func sections(l *i18n.Localizer, r journal.Record) []record.Section {
	leaf := record.Section{Title: l.T("desk.journal_leaf"), Note: l.T("desk.journal_leaf_note"), Body: text(hex.EncodeToString(r.Leaf[:]))}
	if r.Erased() {
		leaf.Note = l.T("desk.journal_erased_note")
		return []record.Section{leaf}
	}
	return []record.Section{
		{Title: l.T("desk.journal_payload"), Body: text(r.Payload)},
		leaf,
		{Title: l.T("desk.journal_salt"), Body: text(hex.EncodeToString(r.Salt))},
		{Title: l.T("desk.journal_form"), Note: l.T("desk.journal_form_note"), Body: text(string(r.Canonical()))},
	}
}
