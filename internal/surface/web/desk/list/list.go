// SPDX-License-Identifier: Apache-2.0

package list

import (
	_ "embed"
	"net/url"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

//go:embed list.css
var style string

// Style returns the style of lists.
func Style() string { return style }

// View is one page of a list. Texts are in the reader's language.
type View struct {
	Frame   frame.Frame
	Note    string          // beside the title, such as how many there are
	Lead    string          // how to read the list, where that is not plain; may be empty
	Intro   templ.Component // above the list, such as a form; nil: nothing
	Path    string          // of the list, such as /desk/needs
	Query   url.Values      // of the request
	Filters []Filter
	Columns []Column
	Rows    []Row
	Next    string // cursor of the following page; empty on the last one
	Export  string // path of the same list of the API, which takes the same filters; empty: none
	Acts    []Act
	Bulk    []Bulk
	Once    string // key of the bulk form, from Call.NewKey; needed with Bulk
	Empty   Empty  // shown instead of the table when there are no rows and no filter
}

// Column heads one column.
type Column struct {
	Title  string
	Sort   string // value of the parameter sort, ascending; with - before it, descending; empty: not sortable
	Number bool
	Main   bool // names the row: its heading on a phone
}

// Row is one row. Cells are in the order of the columns.
type Row struct {
	ID    string // of the record; picked rows send it
	Cells []templ.Component
	Off   bool // ended: drawn faint
}

// Filter narrows the list by one parameter of the address.
type Filter struct {
	Name    string
	Label   string
	Kind    FilterKind
	Options []Option // of Choice
	Hint    string   // placeholder of Text
}

// FilterKind is how a filter is given.
type FilterKind uint8

// The kinds.
const (
	Choice FilterKind = iota
	Text
	OnDay
	Flag
	Fixed // set by a link alone, such as whose rows; its one option says in words to what
)

// Option is one value of a Choice.
type Option struct{ Value, Text string }

// Act is a button of the head or of an empty list.
type Act struct {
	Text  string
	Href  string
	Key   string // letter that presses it; empty: none
	Plain bool   // not the one main act
}

// Bulk is what can be done to picked rows together.
type Bulk struct {
	Text   string
	Action string          // where the form with the picked ids goes
	Ask    templ.Component // fields of the act, of the form with the id bulk; nil: none
	Reason string          // label of a reason that is asked for; empty: none is
	Stop   bool            // ends something
}

// Empty teaches the next step.
type Empty struct {
	Title, Text string
	Acts        []Act
}

// value is what a filter is set to.
func (v *View) value(name string) string { return v.Query.Get(name) }

// filtered reports whether any filter is set.
func (v *View) filtered() bool {
	for _, f := range v.Filters {
		if v.value(f.Name) != "" {
			return true
		}
	}
	return false
}

// kept are the parameters of the list without its page.
func (v *View) kept() url.Values {
	query := url.Values{}
	for _, f := range v.Filters {
		if value := v.value(f.Name); value != "" {
			query.Set(f.Name, value)
		}
	}
	if sort := v.value("sort"); sort != "" {
		query.Set("sort", sort)
	}
	return query
}

func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// nextURL is the address of the following page.
func (v *View) nextURL() string {
	query := v.kept()
	query.Set("cursor", v.Next)
	return address(v.Path, query)
}

// firstURL is the address of the first page.
func (v *View) firstURL() string { return address(v.Path, v.kept()) }

// without is the address of the list without one filter.
func (v *View) without(name string) string {
	query := v.kept()
	query.Del(name)
	return address(v.Path, query)
}

// sortURL is the address of the list in the order of a column; the second
// click turns the order round.
func (v *View) sortURL(c Column) string {
	query := v.kept()
	query.Set("sort", c.Sort)
	if v.value("sort") == c.Sort {
		query.Set("sort", "-"+c.Sort)
	}
	return address(v.Path, query)
}

// sorted says how the rows stand in the order of a column, for aria-sort.
func (v *View) sorted(c Column) string {
	switch v.value("sort") {
	case c.Sort:
		return "ascending"
	case "-" + c.Sort:
		return "descending"
	}
	return "none"
}

// exportURL is the address of all rows of the list as a file.
func (v *View) exportURL(format string) string {
	query := v.kept()
	query.Set("format", format)
	query.Set("lang", string(v.Frame.Reader.Lang()))
	return address(v.Export, query)
}

// chosen is what a set filter shows: the text of its option, or its value.
func (f Filter) chosen(l *i18n.Localizer, value string) string {
	if f.Kind == Flag {
		return l.T("desk.yes")
	}
	for _, o := range f.Options {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}

// Options makes the options of a filter of those of a form.
func Options(all []form.Option) []Option {
	options := make([]Option, len(all))
	for i, o := range all {
		options[i] = Option(o)
	}
	return options
}

// Picked is a filter by a record that was chosen by a link of the list: it is
// offered while it is set, under the name of the record.
func Picked(parameter, label string, chosen id.ID, name string) []Filter {
	if chosen.IsZero() {
		return nil
	}
	return []Filter{{Name: parameter, Label: label, Options: []Option{{Value: chosen.String(), Text: name}}}}
}

// Named is what somebody wrote, or the name of its class when nobody wrote anything.
func Named(written, class string) string {
	if written == "" {
		return class
	}
	return written
}

// Below is the class below what somebody wrote, where it says something more.
func Below(written, class string) string {
	if written == "" || written == class {
		return ""
	}
	return class
}
