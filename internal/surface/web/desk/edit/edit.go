// SPDX-License-Identifier: Apache-2.0

package edit

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

// Forms are the forms of one chapter. T is a record, I what its service takes.
type Forms[T, I any] struct {
	Kind  string // of the record; names message keys and actions: receipt
	Path  string // of the list
	Place frame.Place
	Names *naming.Book
	Files *attach.Chapter // photos and papers on the page of a record

	Get     func(ctx context.Context, actor account.Actor, subject id.ID) (T, error)
	Create  func(ctx context.Context, actor account.Actor, in I, key string) (T, error)
	Correct func(ctx context.Context, actor account.Actor, c Correction[I]) (T, error)

	Of     func(record T) Head
	Blank  func(c *frame.Call) url.Values
	Fill   func(c *frame.Call, record T) (url.Values, error)
	Read   func(c *frame.Call, values url.Values) (I, error)
	Draw   func(c *frame.Call, e *Edit) (templ.Component, error) // the fields
	Fields []string                                              // of the record, in the order of the form
	Lines  []string                                              // of each line
	Rename map[string]string                                     // ends of the service's names of fields that the form calls otherwise
	Say    func(c *frame.Call, name, value string) string        // value of a field in words; may be nil
	Ended  func(l *i18n.Localizer, record T) string              // what became of a record that is not posted, in a word; nil: taken out
}

// Head is what every booked record has.
type Head struct {
	ID       id.ID
	Version  int64
	Posted   bool // not corrected
	Replaces id.ID
}

// Correction says what is wrong with a record.
type Correction[I any] struct {
	ID          id.ID
	Version     int64
	Reason      string
	Replacement *I // nil: it should never have been booked
	Key         string
}

// Edit is one form as it is drawn.
type Edit struct {
	Head    form.Head
	State   *form.State
	Lines   int
	Old     bool // a booked record is corrected
	Clashes []form.Versions
	Back    string
}

// Address is the page of a record.
func (f *Forms[T, I]) Address(subject id.ID) string { return f.Path + "/" + subject.String() }

// New answers with the form of a new record.
func (f *Forms[T, I]) New(c *frame.Call) error {
	values := f.Blank(c)
	return f.draw(c, http.StatusOK, &Edit{
		Head:  form.Head{Action: f.Path, Once: c.NewKey(), Part: "form"},
		State: form.New(c.Reader.Localizer, values, nil), Lines: form.Indexes(values), Back: f.Path,
	})
}

// Post books a new record.
func (f *Forms[T, I]) Post(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	e := &Edit{Head: form.Head{Action: f.Path, Once: values.Get("once"), Part: "form"}, Lines: form.Indexes(values), Back: f.Path}
	if values.Get(more) != "" {
		return f.again(c, e, values, nil)
	}
	key, err := c.Once(values)
	if err != nil {
		return err
	}
	in, err := f.Read(c, values)
	if err == nil {
		var made T
		if made, err = f.Create(c.Context(), c.Actor, in, key); err == nil {
			return c.Done(f.Address(f.Of(made).ID), "saved")
		}
	}
	return f.again(c, e, values, err)
}

// more is the button that redraws a form with another line, or with what
// depends on a choice; nothing is booked.
const more = "more"

// Edit answers with the form of a correction.
func (f *Forms[T, I]) Edit(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	old, err := f.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	values, err := f.Fill(c, old)
	if err != nil {
		return err
	}
	head := f.Of(old)
	address := f.Address(head.ID)
	return f.draw(c, http.StatusOK, &Edit{
		Head:  form.Head{Action: address + "/correct", Once: c.NewKey(), Version: head.Version, Part: "form"},
		State: form.New(c.Reader.Localizer, values, nil), Lines: form.Indexes(values), Old: true, Back: address,
	})
}

// Save replaces a record by what is right.
func (f *Forms[T, I]) Save(c *frame.Call) error {
	correction, err := f.correction(c)
	if err != nil {
		return err
	}
	values, address := c.PostForm, f.Address(correction.ID)
	e := &Edit{
		Head:  form.Head{Action: address + "/correct", Once: values.Get("once"), Version: correction.Version, Part: "form"},
		Lines: form.Indexes(values), Old: true, Back: address,
	}
	if values.Get(more) != "" {
		return f.again(c, e, values, nil)
	}
	in, err := f.Read(c, values)
	if err == nil {
		correction.Replacement = &in
		var made T
		if made, err = f.Correct(c.Context(), c.Actor, correction); err == nil {
			return c.Done(f.Address(f.Of(made).ID), "corrected")
		}
	}
	if current, ok := errs.As(err).Detail.(T); ok && errs.Is(err, errs.Conflict) {
		return f.clash(c, e, values, current)
	}
	return f.again(c, e, values, err)
}

// Reverse takes a record out of the books that should never have been booked.
func (f *Forms[T, I]) Reverse(c *frame.Call) error {
	correction, err := f.correction(c)
	if err != nil {
		return err
	}
	if _, err := f.Correct(c.Context(), c.Actor, correction); err != nil {
		return err
	}
	done := "reversed"
	if own := f.Kind + "_reversed"; c.Reader.Has("desk.done_" + own) {
		done = own
	}
	return c.Done(f.Address(correction.ID), done)
}

// correction reads what every correction has.
func (f *Forms[T, I]) correction(c *frame.Call) (Correction[I], error) {
	subject, err := c.Subject()
	if err != nil {
		return Correction[I]{}, err
	}
	values, err := c.Posted()
	if err != nil {
		return Correction[I]{}, err
	}
	key, err := c.Once(values)
	return Correction[I]{ID: subject, Version: frame.Version(values), Reason: values.Get("reason"), Key: key}, err
}

// again draws the form with what was typed and what is wrong with it. A store
// that has not enough is as good a reason to change a form as a wrong field.
func (f *Forms[T, I]) again(c *frame.Call, e *Edit, values url.Values, err error) error {
	told, status, err := Told(err)
	if err != nil {
		return err
	}
	if told != nil {
		for i, field := range told.Fields {
			for end, name := range f.Rename {
				if rest, ok := strings.CutSuffix(field.Name, end); ok {
					told.Fields[i].Name = rest + name
				}
			}
		}
	}
	if values.Get(more) == "line" {
		e.Lines++
	}
	e.State = form.New(c.Reader.Localizer, values, told)
	return f.draw(c, status, e)
}

// Told returns what a form says about a failure, and the status of its answer.
// A failure that no form can mend comes back as it is.
func Told(err error) (told *errs.Error, status int, failed error) {
	if err == nil {
		return nil, http.StatusOK, nil
	}
	told = errs.As(err)
	if told.Kind != errs.Invalid && told.Kind != errs.Exhausted {
		return nil, 0, err
	}
	return told, httpx.Status(told.Kind), nil
}

// clash shows what somebody else stored meanwhile beside what was typed. What
// was corrected already cannot be corrected again: its successor can.
func (f *Forms[T, I]) clash(c *frame.Call, e *Edit, values url.Values, current T) error {
	theirs, err := f.Fill(c, current)
	if err != nil {
		return err
	}
	l, head := c.Reader.Localizer, f.Of(current)
	if !head.Posted {
		if next, err := f.Names.Successor(c, head.ID); err != nil {
			return err
		} else if !next.IsZero() {
			if newer, err := f.Get(c.Context(), c.Actor, next); err == nil {
				return f.onto(c, e, values, newer)
			}
		}
		e.Clashes = append(e.Clashes, form.Versions{Label: l.T("desk.state"), Theirs: l.T("desk.edit_reversed"), Yours: l.T("desk.edit_posted")})
	}
	e.Clashes = append(e.Clashes, f.differences(c, theirs, values)...)
	e.Head.Version, e.Head.Once, e.State = head.Version, c.NewKey(), form.New(l, values, nil)
	return f.draw(c, http.StatusConflict, e)
}

// onto goes on with the record that has replaced the one on the form: saving
// again corrects that one.
func (f *Forms[T, I]) onto(c *frame.Call, e *Edit, values url.Values, newer T) error {
	theirs, err := f.Fill(c, newer)
	if err != nil {
		return err
	}
	head := f.Of(newer)
	e.Clashes = f.differences(c, theirs, values)
	e.Back = f.Address(head.ID)
	e.Head = form.Head{Action: e.Back + "/correct", Once: c.NewKey(), Version: head.Version, Part: "form"}
	e.State = form.New(c.Reader.Localizer, values, nil)
	return f.draw(c, http.StatusConflict, e)
}

func (f *Forms[T, I]) draw(c *frame.Call, status int, e *Edit) error {
	title := c.Reader.T("desk." + f.Kind + "_new")
	if e.Old {
		title = c.Reader.T("desk." + f.Kind + "_correct_title")
	}
	fields, err := f.Draw(c, e)
	if err != nil {
		return err
	}
	return c.WriteStatus(status, Page(c.Page(title, f.Place), e, fields))
}

// Routes are the routes of the forms. create and correct are the actions.
func (f *Forms[T, I]) Routes(create, correct string) []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: f.Path + "/new", Action: create, Handle: f.New},
		{Method: http.MethodPost, Path: f.Path, Action: create, Handle: f.Post},
		{Method: http.MethodGet, Path: f.Path + "/{id}/correct", Action: correct, Handle: f.Edit},
		{Method: http.MethodPost, Path: f.Path + "/{id}/correct", Action: correct, Handle: f.Save},
		{Method: http.MethodPost, Path: f.Path + "/{id}/reverse", Action: correct, Handle: f.Reverse},
	}
}
