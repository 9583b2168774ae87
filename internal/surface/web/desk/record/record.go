// SPDX-License-Identifier: Apache-2.0

package record

import (
	_ "embed"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
)

//go:embed record.css
var style string

// Style returns the style of records.
func Style() string { return style }

// View is a record as a page. Texts are in the reader's language.
type View struct {
	Frame    frame.Frame
	Up       Link // the list that it is in
	Note     string
	Tags     []Tag
	Facts    []Fact
	Sections []Section
	Acts     []Act
	Dialogs  []templ.Component
	History  []Event

	NoHistory bool // nothing ever happens to it, such as to a class of goods
}

// Link leads somewhere.
type Link struct{ Text, Href string }

// Tag is a state; kind is "", "urgent", "done" or "ink".
type Tag struct{ Text, Kind string }

// Fact is one thing that the record says.
type Fact struct {
	Label string
	Value templ.Component
}

// Section is a part of the record with a heading.
type Section struct {
	Title string
	Note  string
	Body  templ.Component
}

// Act is something that can be done to the record.
type Act struct {
	Text   string
	Href   string // page, or # and the id of a dialog
	Dialog string // id of the dialog; empty: a page
	Key    string
	Stop   bool // ends or reverses
	Plain  bool
	Why    string // why it cannot be done; then it is drawn off with this beside it
}

// Event is one fact of the journal about the record.
type Event struct {
	At   time.Time
	Who  string // name of the person or program; empty: not known any more
	What string
	Why  string // reason, as written
	Href string // of another record that belongs to it
	Seq  int64
}

// Said returns the facts that say something: those with a value.
func Said(facts ...Fact) []Fact {
	return slices.DeleteFunc(facts, func(f Fact) bool { return f.Value == nil })
}

// Words is a text of the interface; nil for none.
func Words(text string) templ.Component {
	if text == "" {
		return nil
	}
	return list.Words(text)
}

// Written is a text as somebody wrote it; nil for none.
func Written(text string) templ.Component {
	if text == "" {
		return nil
	}
	return list.Written(text)
}

// Day is a day; nil for none.
func Day(l *i18n.Localizer, day clock.Day) templ.Component {
	if day == 0 {
		return nil
	}
	return list.Date(l, day)
}
