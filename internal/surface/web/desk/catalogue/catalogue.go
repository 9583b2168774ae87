// SPDX-License-Identifier: Apache-2.0

// Package catalogue is the chapter of the catalogue at the desk: the classes of
// goods with the words that name them and the unit they are counted in, and the
// standards with their editions. It is read from the files that are part of the
// program; nobody changes it here.
package catalogue

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Chapter answers /desk/catalogue.
type Chapter struct {
	Catalog *catalog.Catalog
	Names   *naming.Book
	Key     func(string) string // what makes two spellings the same
}

// The lists.
const (
	path      = "/desk/catalogue"
	standards = path + "/standards"
)

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: path, Action: "catalogue.read", Handle: h.classes},
		{Method: http.MethodGet, Path: standards, Action: "catalogue.read", Handle: h.standards},
		{Method: http.MethodGet, Path: path + "/{class}", Action: "catalogue.read", Handle: h.show},
	}
}

// words are the aliases of each class.
func (h *Chapter) words() map[string][]catalog.Alias {
	words := map[string][]catalog.Alias{}
	for _, a := range h.Catalog.Aliases() {
		words[a.Class] = append(words[a.Class], a)
	}
	return words
}

// classes answers with the classes of goods.
func (h *Chapter) classes(c *frame.Call) error {
	query := c.URL.Query()
	words, l := h.words(), c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_catalogue"), frame.Catalogue), Path: path, Query: query,
		Lead: l.T("desk.catalogue_lead"),
		Filters: []list.Filter{
			{Name: "word", Label: l.T("desk.catalogue_word"), Kind: list.Text, Hint: l.T("desk.catalogue_word_hint")},
			{Name: "group", Label: l.T("desk.catalogue_group"), Options: h.groups(l)},
		},
		Columns: []list.Column{
			{Title: l.T("desk.class"), Main: true}, {Title: l.T("desk.catalogue_group")}, {Title: l.T("desk.catalogue_unit")},
			{Title: l.T("desk.catalogue_plausible"), Number: true}, {Title: l.T("desk.catalogue_medical")}, {Title: l.T("desk.catalogue_words"), Number: true},
		},
		Acts: []list.Act{{Text: l.T("desk.catalogue_standards"), Href: standards, Plain: true}},
	}
	if query.Get("word") == "" && query.Get("group") == "" { // a file holds the whole catalogue
		v.Export = "/api/v1/catalogue"
	}
	wanted := h.Key(query.Get("word"))
	for _, class := range h.Catalog.Classes() {
		if group := query.Get("group"); group != "" && class.Group != group || !h.named(class, words[class.Code], wanted) {
			continue
		}
		v.Rows = append(v.Rows, h.row(l, class, len(words[class.Code])))
	}
	return c.Write(list.Page(v))
}

// named reports whether a class is called so, in part.
func (h *Chapter) named(class catalog.Class, words []catalog.Alias, wanted string) bool {
	if wanted == "" {
		return true
	}
	is := func(name string) bool { return strings.Contains(h.Key(name), wanted) }
	return is(class.Code) || is(class.NameZH) || is(class.NameEN) || slices.ContainsFunc(words, func(a catalog.Alias) bool { return is(a.Text) })
}

func (h *Chapter) groups(l *i18n.Localizer) []list.Option {
	var options []list.Option
	for _, g := range h.Catalog.Groups() {
		options = append(options, list.Option{Value: g.Code, Text: l.Name(g.NameZH, g.NameEN)})
	}
	return options
}

func (h *Chapter) row(l *i18n.Localizer, class catalog.Class, words int) list.Row {
	return list.Row{ID: class.Code, Cells: []templ.Component{
		list.Link(path+"/"+class.Code, l.Name(class.NameZH, class.NameEN)),
		list.Words(h.Names.Group(l, class.Group)),
		list.Words(h.Names.Unit(l, class.Code)),
		list.Count(l, class.Plausible, ""),
		list.Words(l.T("desk.catalogue_medical_" + string(class.Medical))),
		list.Count(l, int64(words), ""),
	}}
}

// standards answers with the standards and their editions.
func (h *Chapter) standards(c *frame.Call) error {
	query := c.URL.Query()
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.catalogue_standards"), frame.Catalogue), Path: standards, Query: query,
		Filters: []list.Filter{
			{Name: "word", Label: l.T("desk.catalogue_standard_word"), Kind: list.Text},
			{Name: "superseded", Label: l.T("desk.catalogue_superseded_only"), Kind: list.Flag},
		},
		Columns: []list.Column{
			{Title: l.T("desk.catalogue_standard"), Main: true}, {Title: l.T("desk.catalogue_standard_title")}, {Title: l.T("desk.class")},
			{Title: l.T("desk.catalogue_from")}, {Title: l.T("desk.catalogue_to")}, {Title: l.T("desk.state")},
		},
		Acts: []list.Act{{Text: l.T("desk.place_catalogue"), Href: path, Plain: true}},
	}
	wanted := h.Key(query.Get("word"))
	for _, s := range h.Catalog.Standards() {
		if wanted != "" && !strings.Contains(h.Key(s.Code()+s.Title), wanted) || query.Get("superseded") == "true" && standing(s, c.Today()) != superseded {
			continue
		}
		v.Rows = append(v.Rows, list.Row{ID: s.Code(), Off: standing(s, c.Today()) == superseded, Cells: h.standard(c, s)})
	}
	return c.Write(list.Page(v))
}

// standard are the cells of one edition.
func (h *Chapter) standard(c *frame.Call, s catalog.Standard) []templ.Component {
	l := c.Reader.Localizer
	return []templ.Component{
		standardName(standards+"?"+url.Values{"word": {s.Body + " " + s.Number}}.Encode(), s.Code()),
		list.Written(s.Title),
		covered(h, l, s.Covers),
		day(l, s.ValidFrom),
		day(l, s.ValidTo),
		standingTag(l, s, standing(s, c.Today())),
	}
}

// day is a day of the file; empty when nobody could make sure of it.
func day(l *i18n.Localizer, text string) templ.Component {
	d, err := clock.ParseDay(text)
	if err != nil {
		return templ.NopComponent
	}
	return list.Date(l, d)
}

// How an edition stands on a day.
const (
	inForce    = "in_force"
	superseded = "superseded"
	notYet     = "not_yet"
)

// standing tells by the dates; where the last day is not known, an edition that
// has a successor in force is taken as superseded.
func standing(s catalog.Standard, today clock.Day) string {
	switch {
	case s.ValidFrom != "" && today.String() < s.ValidFrom:
		return notYet
	case s.ValidTo != "" && today.String() > s.ValidTo, s.ValidTo == "" && s.ReplacedBy != "":
		return superseded
	}
	return inForce
}

// show answers with one class.
func (h *Chapter) show(c *frame.Call) error {
	class, ok := h.Catalog.Class(c.PathValue("class"))
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	l := c.Reader.Localizer
	v := &record.View{
		Frame: c.Page(l.Name(class.NameZH, class.NameEN), frame.Catalogue), Up: record.Link{Text: l.T("desk.place_catalogue"), Href: path},
		NoHistory: true,
		Facts: []record.Fact{
			{Label: l.T("desk.catalogue_group"), Value: list.Words(h.Names.Group(l, class.Group))},
			{Label: l.T("desk.catalogue_unit"), Value: list.Words(h.units(l, class))},
			{Label: l.T("desk.catalogue_plausible"), Value: list.Count(l, class.Plausible, h.Names.Unit(l, class.Code))},
			{Label: l.T("desk.catalogue_medical"), Value: list.Words(l.T("desk.catalogue_medical_" + string(class.Medical)))},
			{Label: l.T("desk.catalogue_code"), Value: code(class.Code)},
		},
	}
	if links := behind(c, class.Code); len(links) > 0 {
		v.Sections = append(v.Sections, record.Section{Title: l.T("desk.catalogue_behind"), Body: linkList(links)})
	}
	v.Sections = append(v.Sections,
		record.Section{Title: l.T("desk.catalogue_words"), Note: l.T("desk.catalogue_words_note"), Body: aliases(l, h.words()[class.Code])},
		record.Section{Title: l.T("desk.catalogue_packs"), Note: l.T("desk.catalogue_packs_note"), Body: templ.NopComponent},
	)
	if editions := h.editions(class.Code); len(editions) > 0 {
		v.Sections = append(v.Sections, record.Section{Title: l.T("desk.catalogue_standards"), Body: standardTable(h, c, editions)})
	}
	return c.Write(record.Page(v))
}

// units are the words for one base unit of a class.
func (h *Chapter) units(l *i18n.Localizer, class catalog.Class) string {
	words := []string{h.Names.Unit(l, class.Code)}
	for _, u := range class.Same {
		if word := l.T("unit." + string(u)); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, l.T("web.comma"))
}

func (h *Chapter) editions(class string) []catalog.Standard {
	return slices.DeleteFunc(h.Catalog.Standards(), func(s catalog.Standard) bool { return !slices.Contains(s.Covers, class) })
}

// behind leads to the lists of goods of a class, as far as the visitor may read
// them.
func behind(c *frame.Call, class string) []record.Link {
	var links []record.Link
	for _, one := range []struct{ action, text, href string }{
		{"need.read", "desk.place_needs", "/desk/needs?class="},
		{"receipt.read", "desk.place_receipts", "/desk/receipts?class="},
		{"stock.read", "desk.place_stock", "/desk/stock?class="},
		{"distribution.read", "desk.place_distributions", "/desk/distributions?class="},
	} {
		if c.Could(one.action) {
			links = append(links, record.Link{Text: c.Reader.T(one.text), Href: one.href + url.QueryEscape(class)})
		}
	}
	return links
}
