// SPDX-License-Identifier: Apache-2.0

// Package observe stands around all routes: it gives each request an id, answers
// for a handler that panics, and counts and logs the answer.
package observe

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/obs"
	"github.com/qiaorelief/qiao/internal/platform/obs/metric"
	"github.com/qiaorelief/qiao/internal/platform/render"
	v1 "github.com/qiaorelief/qiao/internal/surface/api/v1"
)

const (
	requestHeader = "X-Request-Id" // in Go's canonical form: it is used as a key of the map
	longestID     = 64             // characters of a request's id that a proxy gave
)

// Observer stands around all routes. Neither figures nor log hold the address
// that was asked for or who asked.
type Observer struct {
	Next    http.Handler
	Pages   *render.Pages // draw the page of a failure
	Metrics *metric.Set
	Log     *slog.Logger
	Bundle  *i18n.Bundle
	IDs     *id.Source // its own: requests must not use up the ids of records
}

// ServeHTTP implements http.Handler.
func (o *Observer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := clock.Start()
	requestID := o.requestID(r, start)
	w.Header()[requestHeader] = []string{requestID}
	render.SecureHeaders(w.Header()) // also on what no page answers: redirections, health, refusals of the router
	r = r.WithContext(obs.WithRequest(r.Context(), requestID))
	answer := &watched{ResponseWriter: w}
	defer func() {
		cause := recover()
		if cause != nil && cause != http.ErrAbortHandler { //nolint:errorlint // the server compares it by identity
			o.Metrics.Panic()
			o.Log.ErrorContext(r.Context(), "request panicked", "route", r.Pattern, "method", r.Method,
				"panic", cause, "trace", string(debug.Stack()))
			if answer.status == 0 {
				o.apologize(answer, r, requestID)
				cause = nil
			}
		}
		o.count(answer, r, clock.Since(start), cause != nil)
		if cause != nil {
			panic(http.ErrAbortHandler) // the reader must see that the answer is not whole
		}
	}()
	o.Next.ServeHTTP(answer, r)
}

var errPanicked = errors.New("the handler panicked")

// apologize answers with a page, or with a problem document where a script asks.
func (o *Observer) apologize(w http.ResponseWriter, r *http.Request, requestID string) {
	header := w.Header()
	clear(header) // what the handler had prepared describes another answer
	header[requestHeader] = []string{requestID}
	failure := errs.Wrap(errPanicked, errs.Internal, "error.internal")
	if r.URL.Path != v1.Prefix && !strings.HasPrefix(r.URL.Path, v1.Prefix+"/") {
		o.Pages.Handler(func(http.ResponseWriter, *http.Request) error { return failure }).ServeHTTP(w, r)
		return
	}
	render.SecureHeaders(header)
	if err := httpx.WriteProblem(w, r, render.NewReader(o.Bundle, r), failure); err != nil {
		o.Log.DebugContext(r.Context(), "reader left before the problem was sent", "error", err)
	}
}

// count counts and logs an answer; an answer that was broken off has no status.
func (o *Observer) count(w *watched, r *http.Request, took time.Duration, brokenOff bool) {
	status := w.status
	switch {
	case brokenOff:
		status = 0
	case status == 0:
		status = http.StatusOK // the server sends it for a handler that says nothing
	}
	o.Metrics.Request(r.Pattern, r.Method, status, took)
	if ctx := r.Context(); o.Log.Enabled(ctx, slog.LevelDebug) {
		o.Log.LogAttrs(ctx, slog.LevelDebug, "answered", slog.String("method", r.Method), slog.String("route", r.Pattern),
			slog.Int("status", status), slog.Int64("bytes", w.bytes), slog.Duration("took", took))
	}
}

// requestID returns the id that a proxy gave, if it is fit to be written, else a
// new one.
func (o *Observer) requestID(r *http.Request, now time.Time) string {
	if given := r.Header[requestHeader]; len(given) == 1 && isRequestID(given[0]) {
		return given[0]
	}
	return o.IDs.New(now).String()
}

// isRequestID reports whether an id from outside may go into log and answer.
func isRequestID(s string) bool {
	if s == "" || len(s) > longestID {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// watched remembers what was answered.
type watched struct {
	http.ResponseWriter

	status int // 0 until the final head is sent
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK { // 1xx comes before the answer
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
