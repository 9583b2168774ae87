// SPDX-License-Identifier: Apache-2.0

package frame

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/render"
)

// maxForm is the largest form, in bytes; files have pages of their own.
const maxForm = 1 << 20

// Call is one request of somebody at the desk.
type Call struct {
	*http.Request
	Visitor

	Reader render.Reader

	w   http.ResponseWriter
	kit *Kit
}

// Could reports whether the visitor could do the action to anything at all. A
// page offers nothing else.
func (c *Call) Could(action string) bool { return c.kit.could(c.Actor, action) }

// Write answers with a page.
func (c *Call) Write(component templ.Component) error {
	return c.pages().Write(c.w, c.Request, component)
}

// WriteStatus answers with a page under another status, such as a form with
// errors.
func (c *Call) WriteStatus(status int, component templ.Component) error {
	return c.pages().WriteStatus(c.w, c.Request, status, component)
}

// Posted reads the form of a POST.
func (c *Call) Posted() (url.Values, error) {
	c.Body = http.MaxBytesReader(c.w, c.Body, maxForm)
	if err := c.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, errs.Wrap(err, errs.TooLarge, "desk.form_large", "kib", maxForm>>10)
		}
		return nil, errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	for name, values := range c.PostForm {
		for i, value := range values {
			if strings.ContainsRune(value, 0) {
				return nil, errs.New(errs.Malformed, "desk.form_nul")
			}
			// A browser sends the lines of a text with CR LF.
			c.PostForm[name][i] = strings.ReplaceAll(value, "\r\n", "\n")
		}
	}
	return c.PostForm, nil
}

// Subject returns the id in the path; something else names nothing.
func (c *Call) Subject() (id.ID, error) {
	value, err := id.Parse(c.PathValue("id"))
	if err != nil {
		return id.Zero, errs.New(errs.NotFound, "error.not_found")
	}
	return value, nil
}

// Once is the idempotency key of a form, in the visitor's scope. Every form
// carries a key that was made with it, so that sending it twice, by a double
// click or after going back, does one thing.
func (c *Call) Once(values url.Values) (string, error) {
	key := values.Get("once")
	if _, err := id.Parse(key); err != nil {
		return "", errs.New(errs.Malformed, "desk.form_once")
	}
	return "desk:" + c.Actor.ID.String() + ":" + key, nil
}

// NewKey returns the key that a new form carries.
func (c *Call) NewKey() string { return c.kit.IDs.New(c.kit.Clock.Now()).String() }

// ListPage reads the cursor of a list; each page has as many rows as a screen
// of the desk and a bit.
func (c *Call) ListPage() page.Request {
	return page.Request{Limit: listRows, Cursor: c.URL.Query().Get("cursor")}
}

const listRows = 50

// Moved sends the browser to where a page is for good.
func (c *Call) Moved(path string) error {
	http.Redirect(c.w, c.Request, path, http.StatusPermanentRedirect)
	return nil
}

// Done answers a form that was acknowledged: the browser goes on to a page,
// which says there what was done. What is the end of a message key, desk.done_….
func (c *Call) Done(path, what string) error {
	address, err := url.Parse(path)
	if err != nil {
		return err
	}
	query := address.Query()
	query.Set(doneName, what)
	address.RawQuery = query.Encode()
	if c.Header.Get(fetched) != "" {
		c.w.Header().Set("Desk-Location", address.String())
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(c.w, c.Request, address.String(), http.StatusSeeOther)
	return nil
}

// doneName is the parameter that tells a page what was just done.
const doneName = "done"

// Confirmation says what was just done, in words; empty when nothing was.
func (c *Call) Confirmation() string {
	what := c.URL.Query().Get(doneName)
	if key := "desk.done_" + what; what != "" && c.Reader.Has(key) {
		return c.Reader.T(key)
	}
	return ""
}

// Version is the version of a record that the writer of a form saw; zero when
// the form carries none.
func Version(values url.Values) int64 {
	version, err := strconv.ParseInt(values.Get("version"), 10, 64)
	if err != nil {
		return 0
	}
	return version
}

// Day reads a day of a form; empty is the zero day.
func Day(bad *errs.Error, values url.Values, name string) clock.Day {
	text := strings.TrimSpace(values.Get(name))
	if text == "" {
		return 0
	}
	day, err := clock.ParseDay(text)
	if err != nil {
		bad.Field(name, "desk.not_day")
	}
	return day
}
