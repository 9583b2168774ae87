// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Answer is what a handler found. The zero answer has been written already.
type Answer struct {
	Body     any
	Version  int64  // ETag; zero: none
	Location string // of what was made
}

// Made answers with what was made, its version and its address.
func Made(body any, version int64, location string) Answer {
	return Answer{Body: body, Version: version, Location: location}
}

// serve runs one route for one request.
func (a *API) serve(r *Route, w http.ResponseWriter, request *http.Request) {
	c := &Call{Request: request, w: w, api: a, Bad: errs.Bad()}
	found, err := a.run(r, c)
	if err == nil {
		err = a.write(c, r.status(), found)
	}
	if err != nil {
		a.fail(c, err)
	}
}

// run authenticates the caller and calls the handler.
func (a *API) run(r *Route, c *Call) (Answer, error) {
	var err error
	if c.Actor, err = a.caller(c); err != nil {
		return Answer{}, err
	}
	if !a.config.Policy.Could(c.Actor, r.Action) { // a route without an action is nobody's
		return Answer{}, errs.New(errs.Forbidden, "error.forbidden")
	}
	if r.Method == http.MethodPost {
		if c.Key, err = c.idempotencyKey(); err != nil {
			return Answer{}, err
		}
	}
	return r.Handle(c)
}

// caller returns who calls: a program with its token or, where nothing is
// changed, a person who is signed in.
func (a *API) caller(c *Call) (account.Actor, error) {
	header := c.Header.Get("Authorization")
	if text, ok := bearer(header); ok {
		return a.config.Authenticate(c.Context(), text)
	}
	if header == "" && c.Method == http.MethodGet && a.config.Visitor != nil {
		actor, err := a.config.Visitor(c.Request)
		if err == nil || !errs.Is(err, errs.Unauthenticated) {
			return actor, err
		}
	}
	return account.Actor{}, errs.New(errs.Unauthenticated, "api.token_missing")
}

// bearer returns the token of an Authorization header (RFC 6750).
func bearer(header string) (string, bool) {
	const scheme = "Bearer "
	if len(header) <= len(scheme) || !equalFold(header[:len(scheme)], scheme) {
		return "", false
	}
	return header[len(scheme):], true
}

func equalFold(a, b string) bool { return http.CanonicalHeaderKey(a) == http.CanonicalHeaderKey(b) }

// write sends an answer as JSON.
func (a *API) write(c *Call, status int, found Answer) error {
	if found.Body == nil && found.Version == 0 {
		return nil // an export has been streamed
	}
	header := c.w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if found.Version > 0 {
		tag := `"` + strconv.FormatInt(found.Version, 10) + `"`
		header.Set("ETag", tag)
		if c.Method == http.MethodGet && c.Header.Get("If-None-Match") == tag {
			c.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	text, err := json.Marshal(found.Body)
	if err != nil {
		return err
	}
	if found.Location != "" {
		header.Set("Location", found.Location)
	}
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(text)+1))
	c.w.WriteHeader(status)
	if _, err := c.w.Write(append(text, '\n')); err != nil {
		a.config.Log.DebugContext(c.Context(), "answer not read", "error", err)
	}
	return nil
}

// fail answers with a problem document. Only what is our fault is logged.
func (a *API) fail(c *Call, err error) {
	known := errs.As(err)
	if known.Kind == errs.Internal {
		a.config.Log.ErrorContext(c.Context(), "request failed", "method", c.Method, "path", c.URL.Path, "error", err)
	}
	if known.Kind == errs.Unauthenticated {
		c.w.Header().Set("WWW-Authenticate", `Bearer realm="qiao"`)
	}
	problem := *known
	if known.Kind == errs.Conflict && known.Detail != nil {
		problem.Detail = versions{Current: a.config.Present(known.Detail), Yours: json.RawMessage(c.sent)}
	}
	if err := httpx.WriteProblem(c.w, c.Request, c.Words(), &problem); err != nil {
		a.config.Log.DebugContext(c.Context(), "problem not read", "error", err)
	}
}

// versions are both sides of a conflict.
type versions struct {
	Current any             `json:"current"`         // what is stored now
	Yours   json.RawMessage `json:"yours,omitempty"` // what was sent
}
