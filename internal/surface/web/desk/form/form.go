// SPDX-License-Identifier: Apache-2.0

package form

import (
	_ "embed"
	"net/url"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

//go:embed form.css
var style string

// Style returns the style of forms.
func Style() string { return style }

// State is a form as somebody filled it in.
type State struct {
	Localizer *i18n.Localizer
	Values    url.Values
	Title     string // what is wrong as a whole; empty: nothing
	faults    []fault
}

// fault is one wrong field.
type fault struct {
	Name string
	Text string
	Key  string
}

// New returns the state of a form; a nil error is a form without faults.
func New(l *i18n.Localizer, values url.Values, err *errs.Error) *State {
	s := &State{Localizer: l, Values: values}
	if values == nil {
		s.Values = url.Values{}
	}
	if err == nil {
		return s
	}
	title, fields := l.Error(err)
	s.Title = title
	for i, f := range fields {
		s.faults = append(s.faults, fault{f.Name, f.Text, err.Fields[i].Key})
	}
	return s
}

// Value returns what is in a field.
func (s *State) Value(name string) string { return s.Values.Get(name) }

// Fault returns what is wrong with a field; empty: nothing.
func (s *State) Fault(name string) string {
	for _, f := range s.faults {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Has reports whether a field is wrong for a reason, such as a number that
// waits for a confirmation.
func (s *State) Has(name, key string) bool {
	for _, f := range s.faults {
		if f.Name == name && f.Key == key {
			return true
		}
	}
	return false
}

// ID is the id of a field's element: lines[0].item becomes f-lines-0-item.
func ID(name string) string {
	return "f-" + strings.Trim(strings.NewReplacer("[", "-", "]", "", ".", "-", "_", "-").Replace(name), "-")
}

// Field is what every kind of field has.
type Field struct {
	Name     string
	Label    string
	Hint     string
	Optional bool
	Max      int    // runes; zero: 200
	Unit     string // behind the field
	Type     string // of an input: text (also when empty), date, number, email, …
	Complete string // autocomplete token; empty: off
	List     string // id of a datalist
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) max() string {
	if f.Max == 0 {
		return "200"
	}
	return strconv.Itoa(f.Max)
}

func (f Field) complete() string {
	if f.Complete == "" {
		return "off"
	}
	return f.Complete
}

// describedBy lists the elements that describe a field.
func (f Field) describedBy(s *State) string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, ID(f.Name)+"-h")
	}
	if s.Fault(f.Name) != "" {
		ids = append(ids, ID(f.Name)+"-e")
	}
	return strings.Join(ids, " ")
}

// Option is one value of a Select.
type Option struct{ Value, Text string }

// Head is what every form carries besides its fields.
type Head struct {
	Action  string
	Once    string // key from Call.NewKey, or as it was sent
	Version int64  // of the record that the writer saw; zero: a new record
	Part    string // name of the part of the page that holds the form
	Files   bool   // it sends files
}

func (h Head) version() string { return strconv.FormatInt(h.Version, 10) }

// Indexes returns how many lines a form with lines[i].name fields has, at
// least one.
func Indexes(values url.Values) int {
	n := 1
	for name := range values {
		rest, ok := strings.CutPrefix(name, "lines[")
		if !ok {
			continue
		}
		number, _, ok := strings.Cut(rest, "]")
		if i, err := strconv.Atoi(number); ok && err == nil && i >= n && i < maxLines {
			n = i + 1
		}
	}
	return n
}

const maxLines = 200

// Versions are both sides of a conflict in one field.
type Versions struct{ Label, Theirs, Yours string }

// Choose puts in front of the options that none is chosen yet.
func Choose(l *i18n.Localizer, options []Option) []Option {
	return append([]Option{{Text: l.T("desk.choose")}}, options...)
}
