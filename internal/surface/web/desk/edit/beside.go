// SPDX-License-Identifier: Apache-2.0

package edit

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

// Finish adds to the page of a record what every booked record has: what it
// corrects and what corrects it, with the differences marked, the way to correct
// or to reverse it, and its history. correct is the action.
func (f *Forms[T, I]) Finish(c *frame.Call, v *record.View, shown T, correct string) error {
	l, head := c.Reader.Localizer, f.Of(shown)
	v.Up = record.Link{Text: l.T("desk.place_" + string(f.Place)), Href: f.Path}
	v.Frame.Live = f.Kind
	switch {
	case head.Posted:
	case f.Ended != nil:
		v.Tags = append(v.Tags, record.Tag{Text: f.Ended(l, shown)})
	default:
		v.Tags = append(v.Tags, record.Tag{Text: l.T("desk.edit_taken_out"), Kind: "urgent"})
	}
	for _, other := range []struct {
		find  func() (id.ID, error)
		title string
		older bool
	}{
		{func() (id.ID, error) { return head.Replaces, nil }, "desk.edit_corrects", true},
		{func() (id.ID, error) {
			if head.Posted {
				return id.Zero, nil
			}
			return f.Names.Successor(c, head.ID)
		}, "desk.edit_corrected_by", false},
	} {
		subject, err := other.find()
		if err != nil {
			return err
		}
		if subject.IsZero() {
			continue
		}
		section, err := f.beside(c, shown, subject, other.older)
		if err != nil {
			return err
		}
		if section != nil {
			v.Sections = append(v.Sections, record.Section{Title: l.T(other.title), Body: section})
		}
	}
	files, err := f.Files.Section(c, attachment.Subject{Kind: attachment.SubjectKind(f.Kind), ID: head.ID})
	if err != nil {
		return err
	}
	if files.Body != nil {
		v.Sections = append(v.Sections, files)
	}
	if v.History, err = f.Names.History(c, head.ID); err != nil {
		return err
	}
	if c.Could(correct) && head.Posted {
		address := f.Address(head.ID)
		v.Acts = append(v.Acts,
			record.Act{Text: f.word(l, "reverse"), Href: "#reverse", Dialog: "reverse", Plain: true},
			record.Act{Text: l.T("desk.correct"), Href: address + "/correct", Key: "e"})
		v.Dialogs = append(v.Dialogs, form.Reason(l, "reverse", form.Head{Action: address + "/reverse", Once: c.NewKey(), Version: head.Version},
			l.T("desk."+f.Kind+"_reverse_title"), f.word(l, "reverse_text"), f.word(l, "reverse")))
	}
	return nil
}

// word is the chapter's own word for something that all do, else the common one.
func (f *Forms[T, I]) word(l *i18n.Localizer, name string) string {
	return l.Or("desk."+f.Kind+"_"+name, "desk.edit_"+name)
}

// beside shows a record and the other version of it. One that the visitor may
// not see is left out.
func (f *Forms[T, I]) beside(c *frame.Call, shown T, other id.ID, older bool) (templ.Component, error) {
	version, err := f.Get(c.Context(), c.Actor, other)
	if errs.Is(err, errs.Forbidden) || errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	mine, err := f.Fill(c, shown)
	if err != nil {
		return nil, err
	}
	its, err := f.Fill(c, version)
	if err != nil {
		return nil, err
	}
	was, is := mine, its
	if older {
		was, is = its, mine
	}
	l := c.Reader.Localizer
	link := record.Link{Text: l.T("desk.edit_newer"), Href: f.Address(other)}
	if older {
		link.Text = l.T("desk.older_version")
	}
	return changes(l, link, f.differences(c, was, is)), nil
}

// differences lists the fields in which two forms differ, in words.
func (f *Forms[T, I]) differences(c *frame.Call, was, is url.Values) []form.Versions {
	var all []form.Versions
	for _, name := range f.names(was, is) {
		if was.Get(name) != is.Get(name) {
			all = append(all, form.Versions{
				Label: f.label(c.Reader.Localizer, name), Theirs: f.say(c, name, was.Get(name)), Yours: f.say(c, name, is.Get(name)),
			})
		}
	}
	return all
}

// names are the fields of two forms in their order.
func (f *Forms[T, I]) names(was, is url.Values) []string {
	all := append([]string(nil), f.Fields...)
	if len(f.Lines) == 0 {
		return all
	}
	for i := range max(form.Indexes(was), form.Indexes(is)) {
		for _, name := range f.Lines {
			all = append(all, Line(i)+name)
		}
	}
	return all
}

// Line is how the names of the fields of a line begin.
func Line(i int) string { return fmt.Sprintf("lines[%d].", i) }

// field is the name of a field without its line; n is the number of the line
// for people, zero for a field of the record.
func field(name string) (n int, bare string) {
	rest, isLine := strings.CutPrefix(name, "lines[")
	if !isLine {
		return 0, name
	}
	number, bare, _ := strings.Cut(rest, "].")
	i, err := strconv.Atoi(number)
	if err != nil {
		return 0, name
	}
	return i + 1, bare
}

// label names a field in words.
func (f *Forms[T, I]) label(l *i18n.Localizer, name string) string {
	n, bare := field(name)
	text := Label(l, f.Kind, bare)
	if n == 0 {
		return text
	}
	return l.T("desk.line_field", "n", n, "field", text)
}

// Label names a field of a kind of record: its own word for it, else the common one.
func Label(l *i18n.Localizer, kind, name string) string {
	return l.Or("desk."+kind+"_field_"+name, "desk.field_"+name)
}

// say puts the value of a field into words.
func (f *Forms[T, I]) say(c *frame.Call, name, value string) string {
	_, bare := field(name)
	l := c.Reader.Localizer
	switch {
	case value == "":
		return l.T("desk.edit_none")
	case bare == "class":
		return f.Names.Class(l, value)
	case bare == "unit":
		return l.T("unit." + value)
	case f.Say != nil:
		return f.Say(c, bare, value)
	}
	return value
}
