// SPDX-License-Identifier: Apache-2.0

// Package obs is how a running process is seen from outside: its log and which
// build it is.
package obs

import (
	"context"
	"io"
	"log/slog"
)

// NewLog returns a log that writes lines of text, or of JSON when format is
// "json", from the given level up. A line that is written with the context of a
// request carries its id as "request". Servers write to os.Stderr: stdout
// belongs to the answers of commands.
func NewLog(w io.Writer, level slog.Leveler, format string) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(requestHandler{slog.NewJSONHandler(w, options)})
	}
	return slog.New(requestHandler{slog.NewTextHandler(w, options)})
}

type requestKey struct{}

// WithRequest returns a context whose log lines carry the id of a request. The
// id is our own or has been checked: it is written as it is.
func WithRequest(ctx context.Context, requestID string) context.Context {
	return &requestContext{ctx, requestID}
}

// Request returns the id of the context's request, or "".
func Request(ctx context.Context) string {
	requestID, _ := ctx.Value(requestKey{}).(string)
	return requestID
}

// requestHandler adds the id of the request to each line.
type requestHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if requestID := Request(ctx); requestID != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request", requestID))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// requestContext is a context with the id of its request.
type requestContext struct {
	context.Context //nolint:containedctx // it is one

	id string
}

// Value implements context.Context.
func (c *requestContext) Value(key any) any {
	if key == (requestKey{}) {
		return c.id
	}
	return c.Context.Value(key)
}
