// SPDX-License-Identifier: Apache-2.0

package errs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind classifies a failure. The zero value is Internal, so that a forgotten
// kind never turns into a promise to the caller.
type Kind uint8

// The kinds, with the HTTP status that each one becomes.
const (
	Internal        Kind = iota // 500: our fault, details only in the log
	Invalid                     // 422: the input is understood and wrong
	Malformed                   // 400: the input cannot be read at all
	Unauthenticated             // 401: nobody is signed in
	Forbidden                   // 403: signed in, but may not do this
	NotFound                    // 404
	Conflict                    // 409: somebody else changed it, or the key was used for something else
	Stale                       // 412: If-Match does not name the current version
	TooLarge                    // 413
	Unsupported                 // 415: a file or content type that nobody here reads
	Exhausted                   // 409: not enough left (stock, money)
	RateLimited                 // 429
	Unavailable                 // 503: try again later (database busy, disk full, shutting down)
	Method                      // 405: it is there, but this cannot be done to it
)

var kindNames = [...]string{
	"internal", "invalid", "malformed", "unauthenticated", "forbidden", "not_found", "conflict",
	"stale", "too_large", "unsupported", "exhausted", "rate_limited", "unavailable", "method",
}

// String returns the stable machine name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Field is one wrong field of an input: its name as the caller sent it (a JSON
// path such as "lines[2].quantity") and the message for it.
type Field struct {
	Name string
	Key  string
	Args map[string]any
}

// Error is a failure that a reader can act on.
type Error struct {
	Kind   Kind
	Key    string         // message key in locales/
	Args   map[string]any // arguments of the message
	Fields []Field        // wrong fields, in the order of the form
	Detail any            // for Conflict and Stale: what the reader must see to decide, e.g. both versions
	cause  error
}

// New returns an error of the given kind whose message is the given key.
// Arguments are alternating names and values.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: arguments(args)}
}

// Wrap returns an error with a private cause.
func Wrap(cause error, kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: arguments(args), cause: cause}
}

// Bad starts an Invalid error to which fields are added.
func Bad() *Error { return &Error{Kind: Invalid, Key: "error.invalid"} }

// Field adds a wrong field and returns e.
func (e *Error) Field(name, key string, args ...any) *Error {
	e.Fields = append(e.Fields, Field{Name: name, Key: key, Args: arguments(args)})
	return e
}

// With attaches what the reader needs in order to decide and returns e.
func (e *Error) With(detail any) *Error {
	e.Detail = detail
	return e
}

// OrNil returns nil when no field was found wrong, so that a Validate method
// can collect fields and end with `return bad.OrNil()`.
func (e *Error) OrNil() error {
	if e == nil || len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Error is the text for the log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	b.WriteString(": ")
	b.WriteString(e.Key)
	for _, name := range slices.Sorted(maps.Keys(e.Args)) {
		fmt.Fprintf(&b, " %s=%v", name, e.Args[name])
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Name, f.Key)
		for _, name := range slices.Sorted(maps.Keys(f.Args)) {
			fmt.Fprintf(&b, " %s=%v", name, f.Args[name])
		}
	}
	if e.cause != nil {
		b.WriteString(": ")
		b.WriteString(e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the first *Error in the chain, or Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is an *Error of the given kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// As returns the first *Error in the chain. An error without one becomes an
// Internal error with err as its private cause; nil stays nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Key: "error.internal", cause: err}
}

func arguments(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}
