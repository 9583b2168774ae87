// SPDX-License-Identifier: Apache-2.0

package imports

import (
	"net/http"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

// sight is the page of one file.
type sight struct {
	Call     *frame.Call
	Frame    frame.Frame
	Names    *naming.Book
	File     upload.Progress
	Who      string
	Seen     *register.Preview // nil: the columns are not shown
	State    *form.State       // of what was said about the columns
	Unknown  []unknown
	Kept     *upload.Saved  // the kept mapping that was taken
	Reasons  map[string]int // message key → open rows
	CanRun   bool
	CanPost  bool // may bring rows of this kind into the books
	CanMend  bool // may work off rows
	NameFail *form.State
}

// unknown is an article that nobody knows, with the classes that it may be.
type unknown struct {
	Item  string
	Rows  int
	Near  []form.Option
	Other []form.Option
}

// How many unknown articles, classes for each, and rows of a table are shown.
const (
	shownRows   = 20
	mostUnknown = 12
	mostNear    = 3
)

// show answers with a file: its columns before the import, then how far it has
// come.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	p, err := h.Uploads.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	return h.draw(c, http.StatusOK, p, nil)
}

// draw answers with a file as it stands; wrong is what is wrong with what was
// said about its columns.
func (h *Chapter) draw(c *frame.Call, status int, p upload.Progress, wrong *errs.Error) error {
	v, err := h.see(c, p)
	if err != nil {
		return err
	}
	asked := fresh(p) || may(p) && c.URL.Query().Get("columns") != "" || wrong != nil
	if asked && v.CanRun {
		if err := h.understand(c, &v); err != nil {
			if told := errs.As(err); told.Kind != errs.Invalid || wrong != nil {
				return err
			}
			wrong = errs.As(err)
		}
	}
	v.State = form.New(c.Reader.Localizer, c.PostForm, wrong)
	if wrong == nil {
		v.State.Values = said(p.Mapping)
	}
	return c.WriteStatus(status, page(v))
}

// see is what every state of a file shows.
func (h *Chapter) see(c *frame.Call, p upload.Progress) (sight, error) {
	v := sight{
		Call: c, Frame: c.Page(p.Name, frame.Imports), Names: h.Names, File: p,
		CanRun: c.Could("import.run"), CanPost: c.Could(posting(p.Kind)), CanMend: c.Could("import.review"),
	}
	v.Frame.Live = "register"
	if p.State == upload.Running {
		v.Frame.Refresh = pollSeconds
	}
	who, err := h.Names.People(c.Context(), []id.ID{p.By})
	if err != nil {
		return v, err
	}
	v.Who = who[p.By]
	if !p.Run.IsZero() {
		_, v.Reasons, err = h.Registers.RunInfo(c.Context(), c.Actor, p.Run)
		if err != nil && !errs.Is(err, errs.NotFound) { // its first chunk is not written yet
			return v, err
		}
	}
	if !p.Remembered.IsZero() {
		kept, err := h.Uploads.Mapping(c.Context(), c.Actor, p.Remembered)
		switch {
		case err == nil:
			v.Kept = &kept
		case !errs.Is(err, errs.NotFound): // forgotten meanwhile
			return v, err
		}
	}
	return v, nil
}

const pollSeconds = 3

// understand adds how the file would be read.
func (h *Chapter) understand(c *frame.Call, v *sight) error {
	seen, err := h.Uploads.Preview(c.Context(), c.Actor, v.File.ID, nil)
	if err != nil {
		return err
	}
	v.Seen = &seen
	l := c.Reader.Localizer
	for i, u := range seen.Unknown {
		if i == mostUnknown {
			break
		}
		one := unknown{Item: u.Item, Rows: u.Rows, Other: h.Names.Classes(l)}
		for _, class := range h.Offers.Nearest(u.Item, mostNear) {
			one.Near = append(one.Near, form.Option{Value: class.Code, Text: l.Name(class.NameZH, class.NameEN)})
		}
		v.Unknown = append(v.Unknown, one)
	}
	return nil
}

// startable reports whether there is a table that can be read.
func (v sight) startable() bool { return v.Seen != nil && v.Seen.Ready() }

// skipped are titles, sums and headers among the rows that were looked at: no
// rows of the register.
func (v sight) skipped() int {
	n := 0
	for _, t := range v.Seen.Tables {
		n += t.Skipped
	}
	return n
}

// rows is how many rows there are to import, as far as it is known.
func (v sight) rows() int { return max(v.Seen.Looked, v.Seen.Total-v.skipped()) }

// percent is how much of a file is read. The total counts titles too, so that
// it is never full before the end.
func percent(p upload.Progress) int {
	switch {
	case p.State == upload.Done:
		return 100
	case p.Total <= 0:
		return 0
	}
	return min(99, 100*p.Read/p.Total)
}

// minutes is an estimate as people say it: never less than one.
func minutes(d time.Duration) int { return max(1, int((d+30*time.Second)/time.Minute)) }

// constants are the fields of a kind that a whole register may have one value
// of.
func constants(kind register.Kind) []register.Field {
	switch kind {
	case register.Needs:
		return []register.Field{layout.Date, layout.Province, layout.City}
	case register.Receipts:
		return []register.Field{layout.Date, layout.Place, layout.Currency, layout.Donor}
	case register.Distributions:
		return []register.Field{layout.Date, layout.Place}
	case register.Money:
		return []register.Field{layout.Date, layout.Currency, layout.Channel, layout.Direction}
	}
	return nil
}
