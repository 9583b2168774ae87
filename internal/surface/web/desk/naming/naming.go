// SPDX-License-Identifier: Apache-2.0

// Package naming puts ids, codes and facts into the reader's words for the
// pages of the desk: names of organisations and people, classes of goods,
// places, and what the journal says of a record.
package naming

import (
	"context"
	"net/url"
	"slices"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// Book finds names.
type Book struct {
	DB      *db.DB
	Catalog *catalog.Catalog
	// Registry finds organisations by name.
	Registry *org.Service
	// PlaceName names a place of the atlas or a store of the office.
	PlaceName func(code string, lang i18n.Lang) string
	// PlaceCode returns the code of the most exact place that the words name;
	// empty when they name none.
	PlaceCode func(words string) string
	// People returns the names of people and programs by id. Who is not known
	// any more is left out.
	People func(ctx context.Context, ids []id.ID) (map[id.ID]string, error)
}

// Orgs returns the names of organisations by id. Zero ids are passed over.
func (b *Book) Orgs(c *frame.Call, ids ...id.ID) (map[id.ID]string, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), id.ID.IsZero)
	if len(ids) == 0 {
		return map[id.ID]string{}, nil
	}
	slices.SortFunc(ids, func(a, b id.ID) int { return slices.Compare(a[:], b[:]) })
	found, err := org.Names(c.Context(), b.DB, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	names := make(map[id.ID]string, len(found))
	for i, o := range found {
		names[i] = o.Name
	}
	return names, nil
}

// Class returns the name of a class of goods; a code that nobody knows is
// returned as it is, and empty is "not classified".
func (b *Book) Class(l *i18n.Localizer, code string) string {
	class, ok := b.Catalog.Class(code)
	switch {
	case code == "":
		return l.T("desk.unclassified")
	case !ok:
		return code
	}
	return l.Name(class.NameZH, class.NameEN)
}

// Classes are the classes of goods to choose from, in the order of the
// catalogue.
func (b *Book) Classes(l *i18n.Localizer) []form.Option {
	all := b.Catalog.Classes()
	options := make([]form.Option, len(all))
	for i, class := range all {
		options[i] = form.Option{Value: class.Code, Text: l.Name(class.NameZH, class.NameEN)}
	}
	return options
}

// Unit returns the base unit of a class in words.
func (b *Book) Unit(l *i18n.Localizer, code string) string {
	class, ok := b.Catalog.Class(code)
	if !ok {
		return ""
	}
	return figure.Unit(l, class.BaseUnit, code)
}

// Units are the units to choose from.
func (b *Book) Units(l *i18n.Localizer) []form.Option {
	options := []form.Option{{Text: l.T("desk.unit_unsaid")}}
	for _, unit := range qty.Units() {
		options = append(options, form.Option{Value: string(unit), Text: l.T("unit." + string(unit))})
	}
	return options
}

// Quantity writes a quantity with its honesty: exact, about, at least, or that
// nobody knows it.
func (b *Book) Quantity(l *i18n.Localizer, q qty.Quantity, class string) string {
	if q.State == qty.Unstated {
		return l.T("web.number_unknown")
	}
	unit := figure.Unit(l, q.Unit, class)
	return l.T("desk.quantity_"+string(q.State), "n", l.Number(q.Value), "unit", unit)
}

// Place names a place; empty for no place.
func (b *Book) Place(l *i18n.Localizer, code string) string {
	if code == "" {
		return ""
	}
	return b.PlaceName(code, l.Lang())
}

// History is what the journal says of a record, the latest first.
func (b *Book) History(c *frame.Call, subject id.ID) ([]record.Event, error) {
	records, err := journal.Of(c.Context(), b.DB, subject)
	if err != nil {
		return nil, err
	}
	return b.Events(c, records)
}

// Who returns the names of those who wrote records of the journal: people,
// programs, and the command line of the server.
func (b *Book) Who(c *frame.Call, records []journal.Record) (map[id.ID]string, error) {
	ids := make([]id.ID, 0, len(records))
	for _, r := range records {
		ids = append(ids, r.Actor)
	}
	names, err := b.People(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	if slices.Contains(ids, account.System().ID) {
		names[account.System().ID] = c.Reader.T("desk.command_line")
	}
	return names, nil
}

// Events puts records of the journal into words, the latest first.
func (b *Book) Events(c *frame.Call, records []journal.Record) ([]record.Event, error) {
	names, err := b.Who(c, records)
	if err != nil {
		return nil, err
	}
	events := make([]record.Event, 0, len(records))
	for _, r := range slices.Backward(records) {
		e := record.Event{At: r.RecordedAt, Who: names[r.Actor], Why: r.Reason, Seq: r.Seq, What: Action(c.Reader.Localizer, r.Action)}
		if next := r.Named("replacement"); !next.IsZero() {
			e.Href = Path(r.SubjectKind, next)
		}
		events = append(events, e)
	}
	return events, nil
}

// Latest puts records of the journal that are about different things into words,
// in their order; each leads to its own record of the journal.
func (b *Book) Latest(c *frame.Call, records []journal.Record) ([]record.Event, error) {
	who, err := b.Who(c, records)
	if err != nil {
		return nil, err
	}
	events := make([]record.Event, 0, len(records))
	for _, r := range records {
		events = append(events, record.Event{
			At: r.RecordedAt, Who: who[r.Actor], Why: r.Reason, Seq: r.Seq, What: Action(c.Reader.Localizer, r.Action),
			Href: "/desk/journal/" + r.ID.String(),
		})
	}
	return events, nil
}

// Group returns the name of a group of the report.
func (b *Book) Group(l *i18n.Localizer, code string) string {
	for _, g := range b.Catalog.Groups() {
		if g.Code == code {
			return l.Name(g.NameZH, g.NameEN)
		}
	}
	return code
}

// Successor returns the record that a correction put in the place of another;
// zero when there is none.
func (b *Book) Successor(c *frame.Call, subject id.ID) (id.ID, error) {
	records, err := journal.Of(c.Context(), b.DB, subject)
	if err != nil {
		return id.Zero, err
	}
	for _, r := range slices.Backward(records) {
		if next := r.Named("replacement"); !next.IsZero() {
			return next, nil
		}
	}
	return id.Zero, nil
}

// Action says what an action of the journal is, in words.
func Action(l *i18n.Localizer, action string) string { return l.Or("fact."+action, action) }

// folders are where the records of a kind are opened.
var folders = map[string]string{
	"need": "/desk/needs/", "receipt": "/desk/receipts/", "distribution": "/desk/distributions/", "fund": "/desk/funds/",
	"org": "/desk/orgs/", "lot": "/desk/lots/", "person": "/desk/people/", "import": "/desk/imports/", "register": "/desk/imports/",
}

// Path is where a record is opened; empty when its kind has no page.
func Path(kind string, subject id.ID) string {
	folder, ok := folders[kind]
	if !ok || subject.IsZero() {
		return ""
	}
	return folder + subject.String()
}

// ID reads an id of an address; empty is zero.
func ID(bad *errs.Error, values url.Values, name string) id.ID {
	text := values.Get(name)
	if text == "" {
		return id.Zero
	}
	value, err := id.Parse(text)
	if err != nil {
		bad.Field(name, "error.not_found")
	}
	return value
}
