// SPDX-License-Identifier: Apache-2.0

package imports

import (
	"net/http"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/relief/register/word"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

// memory is the page of what later imports go by.
type memory struct {
	Call    *frame.Call
	Frame   frame.Frame
	Names   *naming.Book
	Saved   []upload.Saved
	Words   []word.Word
	Who     map[id.ID]string
	State   *form.State
	CanRun  bool
	CanMend bool
}

// keep saves what was said about the columns of a file for the next one.
func (h *Chapter) keep(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	if _, err = h.Uploads.Keep(c.Context(), c.Actor, subject, values.Get("name")); err == nil {
		return c.Done(home(subject), "import_kept")
	}
	p, getErr := h.Uploads.Get(c.Context(), c.Actor, subject)
	if told := errs.As(err); getErr == nil && told.Kind == errs.Invalid {
		return h.draw(c, http.StatusUnprocessableEntity, p, told)
	}
	return err
}

// kept answers with what was kept for later files.
func (h *Chapter) kept(c *frame.Call) error { return h.remember(c, http.StatusOK, nil) }

func (h *Chapter) remember(c *frame.Call, status int, wrong *errs.Error) error {
	v := memory{
		Call: c, Frame: c.Page(c.Reader.T("imports.kept_title"), frame.Imports), Names: h.Names,
		State:  form.New(c.Reader.Localizer, c.PostForm, wrong),
		CanRun: c.Could("import.run"), CanMend: c.Could("import.review"),
	}
	v.Frame.Live = "register"
	var err error
	if v.Saved, err = h.Uploads.Mappings(c.Context(), c.Actor, ""); err != nil {
		return err
	}
	if v.Words, err = h.Words.List(c.Context(), c.Actor); err != nil {
		return err
	}
	var people []id.ID
	for _, s := range v.Saved {
		people = append(people, s.By)
	}
	for _, w := range v.Words {
		people = append(people, w.By)
	}
	slices.SortFunc(people, func(a, b id.ID) int { return slices.Compare(a[:], b[:]) })
	if v.Who, err = h.Names.People(c.Context(), slices.Compact(people)); err != nil {
		return err
	}
	return c.WriteStatus(status, keptPage(v))
}

// rename gives a kept mapping another name.
func (h *Chapter) rename(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	if err = h.Uploads.Rename(c.Context(), c.Actor, subject, values.Get("name")); err == nil {
		return c.Done(keptPath, "import_renamed")
	}
	if told := errs.As(err); told.Kind == errs.Invalid {
		return h.remember(c, http.StatusUnprocessableEntity, told)
	}
	return err
}

// forget ends the use of a kept mapping.
func (h *Chapter) forget(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	if err := h.Uploads.Forget(c.Context(), c.Actor, subject); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return c.Done(keptPath, "import_forgotten")
}

// unteach takes back what was taught about an article.
func (h *Chapter) unteach(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	if err := h.Words.Forget(c.Context(), c.Actor, subject); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return c.Done(keptPath, "import_forgotten")
}
