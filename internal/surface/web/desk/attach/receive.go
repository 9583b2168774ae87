// SPDX-License-Identifier: Apache-2.0

package attach

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
)

// The bounds of a form with a file.
const (
	maxField  = 32 << 10 // bytes of a field
	maxFields = 16
	maxOver   = 1 << 20 // bytes besides the file
)

// received is a form with a file, the file on the disk.
type received struct {
	values   url.Values
	name     string // of the file, as the sender calls it
	media    string
	file     *os.File // nil: none came; the caller closes and removes it
	size     int64
	tooLarge bool // the file was; it was not kept
}

// receive reads a form part by part: a field goes to memory within its bound, the
// file to the disk.
func receive(w http.ResponseWriter, r *http.Request) (sent received, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*attachment.MaxSize+maxOver)
	parts, err := r.MultipartReader()
	if err != nil {
		return sent, errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	sent.values = url.Values{}
	defer func() {
		if err != nil && sent.file != nil {
			err = errors.Join(err, sent.file.Close(), os.Remove(sent.file.Name()))
		}
	}()
	for range maxFields {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return sent, nil
		}
		if err != nil {
			return sent, broken(err)
		}
		if err := sent.take(part); err != nil {
			return sent, err
		}
	}
	return sent, errs.New(errs.Malformed, "error.malformed")
}

// broken tells a body that is too large from one that cannot be read.
func broken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errs.Wrap(err, errs.TooLarge, "picture.too_large", "mib", attachment.MaxSize>>20)
	}
	return errs.Wrap(err, errs.Malformed, "error.malformed")
}

func (s *received) take(part *multipart.Part) error {
	if part.FormName() == "file" {
		return s.spool(part)
	}
	text, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return broken(err)
	}
	if len(text) > maxField || !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return errs.New(errs.Malformed, "error.malformed")
	}
	s.values.Set(part.FormName(), string(text))
	return nil
}

// spool writes the file to the disk. A browser sends an empty one without a name
// when none was chosen.
func (s *received) spool(part *multipart.Part) error {
	if s.file != nil || s.tooLarge {
		return errs.New(errs.Malformed, "error.malformed")
	}
	file, err := os.CreateTemp("", "qiao-attachment-*")
	if err != nil {
		return err
	}
	size, err := io.Copy(file, io.LimitReader(part, attachment.MaxSize+1))
	if err == nil && size > 0 && size <= attachment.MaxSize {
		s.file, s.size, s.name, s.media = file, size, part.FileName(), part.Header.Get("Content-Type")
		return nil
	}
	s.tooLarge = err == nil && size > attachment.MaxSize
	if s.tooLarge { // the rest is read, so that the sender gets to hear of it
		_, err = io.Copy(io.Discard, part)
	}
	if err != nil {
		err = broken(err)
	}
	return errors.Join(err, file.Close(), os.Remove(file.Name()))
}
