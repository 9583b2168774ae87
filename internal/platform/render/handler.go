// SPDX-License-Identifier: Apache-2.0

package render

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
)

// HandlerFunc answers a request or returns why it could not.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// Handler is the one adapter from HandlerFunc to HTTP: it remembers the
// reader's language and theme, and turns an error or a panic into a page, or
// into a problem document when the client prefers JSON.
func (p *Pages) Handler(h HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SecureHeaders(w.Header())
		if r.URL.RawQuery != "" {
			p.Reader(r).rememberChoices(w, r)
		}
		if err := guarded(h, w, r); err != nil {
			p.fail(w, r, err)
		}
	})
}

// guarded runs h and returns a panic as an error.
func guarded(h HandlerFunc, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch cause := recover(); {
		case cause == nil:
		case cause == http.ErrAbortHandler: //nolint:errorlint // the server compares it by identity
			panic(cause)
		default:
			err = fmt.Errorf("panic in handler: %v", cause)
		}
	}()
	return h(w, r)
}

func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	failure := errs.As(err)
	if failure.Kind == errs.Internal {
		p.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	reader := p.Reader(r)
	if prefersJSON(r) {
		err = httpx.WriteProblem(w, r, reader, failure)
	} else {
		title, fields := reader.Error(failure)
		status := httpx.Status(failure.Kind)
		err = p.write(w, r, status, p.fault(reader, Failure{Status: status, Title: title, Fields: fields}))
	}
	if err != nil {
		p.log.ErrorContext(r.Context(), "error page failed", "path", r.URL.Path, "error", errors.Join(failure, err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

// prefersJSON reports whether the client asks for JSON rather than for a page.
// Without a preference it gets the page.
func prefersJSON(r *http.Request) bool {
	page, data := 0.0, 0.0
	for c := range accepted(r.Header.Get("Accept")) {
		switch {
		case c.name == "text/html" || c.name == "application/xhtml+xml":
			page = max(page, c.q)
		case c.name == "application/json" || strings.HasSuffix(c.name, "+json"):
			data = max(data, c.q)
		}
	}
	return data > page
}
