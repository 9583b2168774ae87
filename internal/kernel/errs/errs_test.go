// SPDX-License-Identifier: Apache-2.0

package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// kinds lists every kind with its machine name, which callers of the API rely on.
var kinds = map[errs.Kind]string{
	errs.Internal: "internal", errs.Invalid: "invalid", errs.Malformed: "malformed", errs.Unauthenticated: "unauthenticated",
	errs.Forbidden: "forbidden", errs.NotFound: "not_found", errs.Conflict: "conflict", errs.Stale: "stale", errs.TooLarge: "too_large",
	errs.Unsupported: "unsupported", errs.Exhausted: "exhausted", errs.RateLimited: "rate_limited", errs.Unavailable: "unavailable",
	errs.Method: "method",
}

func TestEveryKindHasItsName(t *testing.T) {
	t.Parallel()
	for kind, name := range kinds {
		if kind.String() != name {
			t.Errorf("kind %d is called %s, want %s", kind, kind, name)
		}
	}
	for kind := range errs.Kind(255) {
		if _, known := kinds[kind]; !known && kind.String() != "internal" {
			t.Errorf("kind %d is called %s and is not in this list", kind, kind)
		}
	}
}

func TestTheKindIsFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		inner := errs.New(kind, "stock.short")
		for name, err := range map[string]error{
			"itself":  inner,
			"wrapped": fmt.Errorf("post: %w", fmt.Errorf("write: %w", inner)),
			"joined":  errors.Join(io.EOF, inner),
		} {
			if errs.KindOf(err) != kind || !errs.Is(err, kind) || errs.Is(err, kind+1) || errs.As(err) != inner {
				t.Errorf("%s %s is of kind %s, Is %t, As %v", name, kind, errs.KindOf(err), errs.Is(err, kind), errs.As(err))
			}
		}
	}
}

func TestTheOutermostErrorDecides(t *testing.T) {
	t.Parallel()
	inner := errs.New(errs.NotFound, "org.unknown")
	outer := errs.Wrap(inner, errs.Invalid, "need.org")
	if errs.KindOf(outer) != errs.Invalid || errs.Is(outer, errs.NotFound) || errs.As(outer) != outer {
		t.Errorf("%v", outer)
	}
}

func TestAnErrorFromElsewhereIsInternalAndKeepsItsCause(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("read: %w", io.ErrUnexpectedEOF)
	e := errs.As(err)
	if e.Kind != errs.Internal || e.Key != "error.internal" || !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Errorf("%v", e)
	}
	if errs.KindOf(err) != errs.Internal {
		t.Errorf("%s", errs.KindOf(err))
	}
	for kind := range kinds {
		if errs.Is(err, kind) {
			t.Errorf("it is said to be an Error of kind %s", kind)
		}
	}
}

func TestNoErrorIsNoError(t *testing.T) {
	t.Parallel()
	if errs.As(nil) != nil || errs.Is(nil, errs.Internal) {
		t.Error("nil is an error")
	}
	if err := errs.Bad().OrNil(); err != nil {
		t.Errorf("a form without a wrong field fails: %v", err)
	}
	if err := (*errs.Error)(nil).OrNil(); err != nil {
		t.Errorf("%v", err)
	}
}

func TestTheCauseIsForErrorsIsAndTheLog(t *testing.T) {
	t.Parallel()
	err := errs.Wrap(io.ErrClosedPipe, errs.Unavailable, "error.busy", "seconds", 5, "again", true)
	if !errors.Is(err, io.ErrClosedPipe) || errors.Is(err, io.EOF) {
		t.Error("the cause is lost")
	}
	const want = "unavailable: error.busy again=true seconds=5: io: read/write on closed pipe"
	if err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if errs.New(errs.NotFound, "x").Unwrap() != nil {
		t.Error("an error without a cause has one")
	}
}

func TestWrongFieldsKeepTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	bad := errs.Bad().Field("lines[2].quantity", "field.positive").Field("day", "field.range", "to", 9, "from", 1)
	var e *errs.Error
	if !errors.As(bad.OrNil(), &e) || e.Kind != errs.Invalid || e.Key != "error.invalid" {
		t.Fatalf("%v", bad.OrNil())
	}
	if len(e.Fields) != 2 || e.Fields[0].Name != "lines[2].quantity" || e.Fields[1].Key != "field.range" || e.Fields[1].Args["to"] != 9 {
		t.Errorf("%+v", e.Fields)
	}
	const want = "invalid: error.invalid; lines[2].quantity: field.positive; day: field.range from=1 to=9"
	if e.Error() != want {
		t.Errorf("%q, want %q", e, want)
	}
}

func TestArgumentsAreNamesAndValues(t *testing.T) {
	t.Parallel()
	e := errs.New(errs.Exhausted, "stock.short", "have", 3, "want", "5 箱", "value is missing")
	if len(e.Args) != 2 || e.Args["have"] != 3 || e.Args["want"] != "5 箱" {
		t.Errorf("%v", e.Args)
	}
	if errs.New(errs.Exhausted, "stock.short").Args != nil {
		t.Error("arguments out of nothing")
	}
}

func TestWhatTheReaderMustSeeTravelsAlong(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("save: %w", errs.New(errs.Stale, "error.stale").With([]int{3, 4}))
	if versions, ok := errs.As(err).Detail.([]int); !ok || len(versions) != 2 {
		t.Errorf("%v", errs.As(err).Detail)
	}
}
