// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// maxBody is the largest JSON body, in bytes.
const maxBody = 1 << 20

// Call is one request on its way to a handler. What is wrong with its
// parameters is collected in Bad.
type Call struct {
	*http.Request

	Actor account.Actor
	Key   string      // idempotency key in the actor's scope; empty for what changes nothing
	Bad   *errs.Error // what is wrong with the parameters

	w    http.ResponseWriter
	api  *API
	sent []byte // the body as it came
}

// Words returns the texts in the reader's language.
func (c *Call) Words() *i18n.Localizer {
	return c.api.config.Bundle.For(c.URL.Query().Get("lang"), c.Header.Get("Accept-Language"))
}

// Decode reads the JSON body into v. Unknown fields, a second value and anything
// of the wrong type are refused, by the name of the field where one is known.
func (c *Call) Decode(v any) error {
	sent, err := io.ReadAll(http.MaxBytesReader(c.w, c.Request.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errs.Wrap(err, errs.TooLarge, "api.body_large", "kib", maxBody>>10)
	case err != nil:
		return errs.Wrap(err, errs.Malformed, "api.body_broken")
	}
	c.sent = sent
	if holdsNUL(sent) {
		return errs.New(errs.Malformed, "api.body_nul")
	}
	decoder := json.NewDecoder(bytes.NewReader(sent))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return unreadable(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errs.New(errs.Malformed, "api.body_twice")
	}
	return nil
}

// holdsNUL reports whether a text of the body holds the character NUL, which no
// register needs and PostgreSQL cannot keep. An even number of backslashes before
// it are characters of their own.
func holdsNUL(body []byte) bool {
	const escape = `\u0000`
	for from := 0; ; {
		at := bytes.Index(body[from:], []byte(escape))
		if at < 0 {
			return false
		}
		at += from
		before := 0
		for before < at && body[at-1-before] == '\\' {
			before++
		}
		if before%2 == 0 {
			return true
		}
		from = at + len(escape)
	}
}

// unreadable says what is wrong with a body that does not fit.
func unreadable(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return errs.Bad().Field(wrongType.Field, "api.wrong_type", "got", wrongType.Value)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return errs.Bad().Field(strings.Trim(name, `"`), "api.unknown_field")
	}
	return errs.Wrap(err, errs.Malformed, "api.body_broken")
}

// Query returns a parameter of the address.
func (c *Call) Query(name string) string { return c.URL.Query().Get(name) }

// Values returns a parameter that may be repeated, or hold several values with
// commas between them.
func (c *Call) Values(name string) []string {
	var values []string
	for _, text := range c.URL.Query()[name] {
		for value := range strings.SplitSeq(text, ",") {
			if value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}

// Flag reads a parameter that is true or false.
func (c *Call) Flag(name string) bool {
	text := c.Query(name)
	value, err := strconv.ParseBool(text)
	if err != nil && text != "" {
		c.Bad.Field(name, "api.not_bool")
	}
	return value
}

// ID reads an id; empty is the zero id.
func (c *Call) ID(name, text string) id.ID {
	if text == "" {
		return id.Zero
	}
	value, err := id.Parse(text)
	if err != nil {
		c.Bad.Field(name, "api.not_id")
	}
	return value
}

// Day reads a day; empty is the zero day.
func (c *Call) Day(name, text string) clock.Day {
	if text == "" {
		return 0
	}
	value, err := clock.ParseDay(text)
	if err != nil {
		c.Bad.Field(name, "api.not_day")
	}
	return value
}

// At reads a moment with its zone, or a day, which begins in the zone of the
// books; empty is no moment.
func (c *Call) At(name, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	if day, err := clock.ParseDay(text); err == nil {
		return day.Start(c.api.config.Zone)
	}
	value, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		c.Bad.Field(name, "api.not_time")
	}
	return value
}

// Subject returns the id in the path; something else names nothing.
func (c *Call) Subject() (id.ID, error) {
	value, err := id.Parse(c.PathValue("id"))
	if err != nil {
		return id.Zero, errs.New(errs.NotFound, "api.not_found")
	}
	return value, nil
}

// page reads limit and cursor.
func (c *Call) page() page.Request {
	request := page.Request{Cursor: c.Query("cursor")}
	if text := c.Query("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > page.MaxLimit {
			c.Bad.Field("limit", "api.limit", "max", page.MaxLimit)
		}
		request.Limit = limit
	}
	return request
}

// Version reads If-Match: the version that the caller saw.
func (c *Call) Version() (int64, error) {
	text := strings.TrimPrefix(strings.TrimSpace(c.Header.Get("If-Match")), "W/")
	if text == "" {
		return 0, errs.New(errs.Malformed, "api.if_match_missing")
	}
	version, err := strconv.ParseInt(strings.Trim(text, `"`), 10, 64)
	if err != nil || version < 1 {
		return 0, errs.New(errs.Malformed, "api.if_match_broken")
	}
	return version, nil
}

// maxKey is the longest idempotency key, in bytes.
const maxKey = 255

// idempotencyKey reads the caller's key and puts it in the caller's scope, so
// that two callers never meet by chance.
func (c *Call) idempotencyKey() (string, error) {
	key := c.Header.Get("Idempotency-Key")
	if key == "" {
		return "", errs.New(errs.Malformed, "api.key_missing")
	}
	if len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return "", errs.New(errs.Malformed, "api.key_broken", "max", maxKey)
	}
	return "api:" + c.Actor.ID.String() + ":" + key, nil
}

// Correction reads what a change of something needs: which, the version that the
// caller saw, and the body.
func (c *Call) Correction(in any) (subject id.ID, version int64, err error) {
	if subject, err = c.Subject(); err != nil {
		return subject, 0, err
	}
	if version, err = c.Version(); err != nil {
		return subject, 0, err
	}
	return subject, version, c.Decode(in)
}

// Download sends a file instead of JSON; the handler returns the zero answer then.
// A reader who went away is no failure of ours.
func (c *Call) Download(d httpx.Download) {
	if err := httpx.WriteDownload(c.w, c.Request, d); err != nil {
		c.api.config.Log.DebugContext(c.Context(), "file not read", "error", err)
	}
}

// Spool keeps the body in a file of its own, because tables are read more than
// once. The caller closes and removes it.
func (c *Call) Spool(limit int64) (file *os.File, size int64, err error) {
	if file, err = os.CreateTemp("", "qiao-register-*"); err != nil {
		return nil, 0, err
	}
	size, err = io.Copy(file, http.MaxBytesReader(c.w, c.Request.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return file, size, nil
	case errors.As(err, &tooLarge):
		err = errs.Wrap(err, errs.TooLarge, "api.file_large", "mib", limit>>20)
	default:
		err = errs.Wrap(err, errs.Malformed, "api.body_broken")
	}
	return nil, 0, errors.Join(err, file.Close(), os.Remove(file.Name()))
}
