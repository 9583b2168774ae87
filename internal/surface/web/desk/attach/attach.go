// SPDX-License-Identifier: Apache-2.0

// Package attach shows the photos, scans and certificates of a record at the
// desk, and takes new ones. A file is added with an ordinary form, so that it
// works without a script; it goes out as something to save, and pictures are
// shown by their thumbnails only.
//
// A chapter puts Section into the page of its record.
package attach

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"net/url"
	"os"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
)

//go:embed attach.css
var style string

// Style returns the style of attachments.
func Style() string { return style }

// Service is what the chapter needs of the attachments.
type Service interface {
	Add(ctx context.Context, actor account.Actor, in attachment.Input, key string) (attachment.Attachment, error)
	List(ctx context.Context, actor account.Actor, of attachment.Subject, removed bool) ([]attachment.Attachment, error)
	Get(ctx context.Context, actor account.Actor, attachmentID id.ID) (attachment.Attachment, error)
	Open(ctx context.Context, actor account.Actor, attachmentID id.ID) (attachment.Opened, error)
	OpenThumbnail(ctx context.Context, actor account.Actor, attachmentID id.ID) (attachment.Opened, error)
	Remove(ctx context.Context, actor account.Actor, r attachment.Removal) (attachment.Attachment, error)
}

// Chapter answers /desk/attachments.
type Chapter struct {
	Files Service
}

const path = "/desk/attachments"

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodPost, Path: path, Action: "attachment.create", Handle: h.add},
		{Method: http.MethodGet, Path: path + "/{id}/file", Action: "attachment.read", Handle: h.file},
		{Method: http.MethodGet, Path: path + "/{id}/thumbnail", Action: "attachment.read", Handle: h.thumbnail},
		{Method: http.MethodPost, Path: path + "/{id}/remove", Action: "attachment.remove", Handle: h.remove},
	}
}

// place is where the pages of a kind of record are, and which job of the rail
// they belong to.
func place(kind attachment.SubjectKind) (string, frame.Place) {
	switch kind {
	case attachment.Need:
		return "/desk/needs", frame.Needs
	case attachment.Receipt:
		return "/desk/receipts", frame.Receipts
	case attachment.Distribution:
		return "/desk/distributions", frame.Distributions
	case attachment.Fund:
		return "/desk/funds", frame.Funds
	case attachment.Org:
		return "/desk/orgs", frame.Orgs
	case attachment.Lot:
		return "/desk/stock", frame.Stock
	case attachment.Import:
		return "/desk/imports", frame.Imports
	}
	return "/desk", frame.Home
}

// home is the page of a record.
func home(of attachment.Subject) string {
	list, _ := place(of.Kind)
	return list + "/" + of.ID.String()
}

// panel is what a record's page shows of its files.
type panel struct {
	Call   *frame.Call
	Of     attachment.Subject
	Files  []attachment.Attachment // those that are there
	Gone   []attachment.Attachment // those that were removed
	Upload *upload                 // nil: nothing can be added
	Remove func(attachment.Attachment) bool
}

// upload is the form for a new file.
type upload struct {
	Head  form.Head
	State *form.State
}

// Section is the part of a record's page that shows its files. It is empty, with
// a nil Body, for somebody who may not see them.
func (h *Chapter) Section(c *frame.Call, of attachment.Subject) (record.Section, error) {
	if !c.Could("attachment.read") {
		return record.Section{}, nil
	}
	list, err := h.Files.List(c.Context(), c.Actor, of, true)
	if errs.Is(err, errs.Forbidden) {
		return record.Section{}, nil
	}
	if err != nil {
		return record.Section{}, err
	}
	p := panel{Call: c, Of: of, Remove: func(a attachment.Attachment) bool { return c.Could("attachment.remove") && !a.Removed() }}
	for _, a := range list {
		if a.Removed() {
			p.Gone = append(p.Gone, a)
		} else {
			p.Files = append(p.Files, a)
		}
	}
	if c.Could("attachment.create") && len(p.Files) < attachment.MaxOfOne {
		p.Upload = blank(c, of, nil, nil)
	}
	return record.Section{Title: c.Reader.T("attach.title"), Body: files(p)}, nil
}

// blank is the form as it is opened, or as it was sent with what is wrong.
func blank(c *frame.Call, of attachment.Subject, values url.Values, wrong *errs.Error) *upload {
	if values == nil {
		values = url.Values{}
	}
	values.Set("subject_kind", string(of.Kind))
	values.Set("subject", of.ID.String())
	return &upload{
		Head:  form.Head{Action: path, Once: c.NewKey(), Part: "attach-form", Files: true},
		State: form.New(c.Reader.Localizer, values, wrong),
	}
}

// add keeps a file that came with the form.
func (h *Chapter) add(c *frame.Call) (err error) {
	sent, err := receive(c.Writer(), c.Request)
	if err != nil {
		return err
	}
	if sent.file != nil {
		defer func() { err = errors.Join(err, sent.file.Close(), os.Remove(sent.file.Name())) }()
	}
	of := attachment.Subject{Kind: attachment.SubjectKind(sent.values.Get("subject_kind"))}
	if of.ID, err = id.Parse(sent.values.Get("subject")); err != nil {
		return errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	key, err := c.Once(sent.values)
	if err != nil {
		return err
	}
	err = h.keep(c, of, sent, key)
	if err == nil {
		return c.Done(home(of), "attached")
	}
	wrong := errs.As(err)
	switch wrong.Kind {
	case errs.Invalid, errs.Unsupported, errs.TooLarge, errs.Exhausted:
	default:
		return err
	}
	if len(wrong.Fields) == 0 { // it is about the file
		wrong = errs.Bad().Field("file", wrong.Key, pairs(wrong.Args)...)
	}
	_, here := place(of.Kind)
	return c.WriteStatus(http.StatusUnprocessableEntity, uploadPage(c.Page(c.Reader.T("attach.add"), here), home(of), blank(c, of, sent.values, wrong)))
}

func pairs(args map[string]any) []any {
	list := make([]any, 0, 2*len(args))
	for name, value := range args {
		list = append(list, name, value)
	}
	return list
}

func (h *Chapter) keep(c *frame.Call, of attachment.Subject, sent received, key string) error {
	if sent.tooLarge {
		return errs.New(errs.TooLarge, "picture.too_large", "mib", attachment.MaxSize>>20)
	}
	if sent.file == nil {
		return errs.Bad().Field("file", "attach.file_missing")
	}
	_, err := h.Files.Add(c.Context(), c.Actor, attachment.Input{
		Of: of, Kind: attachment.Kind(sent.values.Get("kind")), Title: sent.values.Get("title"),
		Name: sent.name, Type: sent.media, Content: sent.file, Size: sent.size,
	}, key)
	return err
}

func (h *Chapter) file(c *frame.Call) error { return h.send(c, h.Files.Open) }

func (h *Chapter) thumbnail(c *frame.Call) error { return h.send(c, h.Files.OpenThumbnail) }

// send answers with a file to save.
func (h *Chapter) send(c *frame.Call, open func(context.Context, account.Actor, id.ID) (attachment.Opened, error)) (err error) {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	o, err := open(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Content.Close()) }()
	// A reader who went away in the middle is no failure: the answer has begun.
	_ = httpx.WriteDownload(c.Writer(), c.Request, httpx.Download{Name: o.Name, Type: string(o.Type), Tag: o.SHA256, Size: o.Size, Content: o.Content})
	return nil
}

// remove takes a file away with a reason.
func (h *Chapter) remove(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	key, err := c.Once(values)
	if err != nil {
		return err
	}
	removed, err := h.Files.Remove(c.Context(), c.Actor, attachment.Removal{ID: subject, Reason: values.Get("reason"), Key: key})
	if err != nil {
		return err
	}
	return c.Done(home(removed.Subject), "unattached")
}
