// SPDX-License-Identifier: Apache-2.0

package imports

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

const (
	maxKind = 32      // bytes of the field that names the kind
	maxOver = 1 << 20 // bytes of a form besides its file
)

// upload takes a file. It goes from the connection to the store of files, part
// by part, and is never whole in memory.
func (h *Chapter) upload(c *frame.Call) error {
	// What is too large is read to its end, up to twice the limit, so that the
	// sender gets to hear of it instead of losing the connection.
	c.Body = http.MaxBytesReader(c.Writer(), c.Body, 2*h.Uploads.MaxSize+maxOver)
	parts, err := c.MultipartReader()
	if err != nil {
		return errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	var kind register.Kind
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return h.refuse(c, kind, errs.Bad().Field("file", "imports.file_missing"))
		case err != nil:
			return h.refuse(c, kind, h.broken(err))
		}
		switch part.FormName() {
		case "kind":
			text, err := io.ReadAll(io.LimitReader(part, maxKind))
			if err != nil {
				return h.refuse(c, kind, h.broken(err))
			}
			kind = register.Kind(text)
		case "file":
			return h.take(c, kind, part)
		}
	}
}

// take keeps a file and goes on to its page.
func (h *Chapter) take(c *frame.Call, kind register.Kind, part *multipart.Part) error {
	if part.FileName() == "" { // a browser sends this when none was chosen
		return h.refuse(c, kind, errs.Bad().Field("file", "imports.file_missing"))
	}
	u, _, err := h.Uploads.Upload(c.Context(), c.Actor, upload.Input{Kind: kind, Name: cleanName(part.FileName())}, part)
	if err == nil {
		return c.Done(home(u.ID), "import_uploaded")
	}
	if _, drained := io.Copy(io.Discard, part); drained != nil {
		err = h.broken(drained)
	}
	return h.refuse(c, kind, err)
}

// cleanName takes out of a name what nobody can see, such as marks that turn the
// order of its letters round.
func cleanName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, name)
}

// broken is the error of a body that cannot be read.
func (h *Chapter) broken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return h.tooLarge()
	}
	return errs.Wrap(err, errs.Malformed, "error.malformed")
}

func (h *Chapter) tooLarge() error {
	return errs.Bad().Field("file", "imports.too_large", "mib", h.Uploads.MaxSize>>20)
}

// refuse answers with the form and what is wrong with the file, in its place.
func (h *Chapter) refuse(c *frame.Call, kind register.Kind, err error) error {
	wrong := errs.As(err)
	switch wrong.Kind {
	case errs.TooLarge:
		if wrong.Key == "blob.too_large" {
			wrong = errs.As(h.tooLarge())
		}
	case errs.Invalid, errs.Unsupported, errs.Malformed, errs.Exhausted:
	default:
		return err
	}
	if len(wrong.Fields) == 0 { // it is about the file
		wrong = errs.Bad().Field("file", wrong.Key, pairs(wrong.Args)...)
	}
	return h.tray(c, http.StatusUnprocessableEntity, h.blank(c, kind, wrong))
}

// pairs are the arguments of a message as a list.
func pairs(args map[string]any) []any {
	all := make([]any, 0, 2*len(args))
	for name, value := range args {
		all = append(all, name, value)
	}
	return all
}

// file answers with a file as it was handed in, to save.
func (h *Chapter) file(c *frame.Call) (err error) {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	u, content, err := h.Uploads.Download(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	// A reader who went away in the middle is no failure: the answer has begun.
	_ = httpx.WriteDownload(c.Writer(), c.Request, httpx.Download{
		Name: u.Name, Type: "application/octet-stream", Tag: u.Digest, Size: u.Size, Content: content,
	})
	return nil
}
