// SPDX-License-Identifier: Apache-2.0

// Package page cuts long lists into pages by cursor. A cursor is the sort key
// of the last row shown; it stays right when rows are added meanwhile, which an
// offset does not.
package page

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// The limits of one page, in rows.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Request asks for one page.
type Request struct {
	Limit  int    // rows; 0 means DefaultLimit
	Cursor string // from Page.Next; empty means the first page
}

// Rows returns the limit to use: between 1 and MaxLimit.
func (r Request) Rows() int {
	switch {
	case r.Limit <= 0:
		return DefaultLimit
	case r.Limit > MaxLimit:
		return MaxLimit
	}
	return r.Limit
}

// Order is how the rows of a list stand; empty is the usual order of the list.
// A minus before the name turns it round.
type Order string

// The orders of booked records.
const (
	ByDay        Order = "day"
	ByDayDown    Order = "-day"
	Recorded     Order = "recorded"
	RecordedDown Order = "-recorded"
	Expiry       Order = "expires_on" // of stock
	ExpiryDown   Order = "-expires_on"
)

// Is reports whether the rows stand by the name, one way or the other.
func (o Order) Is(name Order) bool { return o == name || o == "-"+name }

// One returns the order when it is one of those that the list knows, else errs.Invalid.
func (o Order) One(known ...Order) (Order, error) {
	if o == "" || slices.Contains(known, o) {
		return o, nil
	}
	return "", errs.Bad().Field("sort", "error.sort_unknown")
}

// Page is one page of a list. Next is empty on the last page.
type Page[T any] struct {
	Items []T
	Next  string
}

// Cut makes a page of the rows found when one more than the limit was asked
// for; key returns the cursor of a row.
func Cut[T any](rows []T, limit int, key func(T) string) Page[T] {
	if len(rows) <= limit {
		return Page[T]{Items: rows}
	}
	rows = rows[:limit]
	return Page[T]{Items: rows, Next: key(rows[limit-1])}
}

// Encode makes a cursor of a sort key.
func Encode(key any) string {
	b, err := json.Marshal(key)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// errForeign is the cause when text decodes and is yet no cursor of ours.
var errForeign = errors.New("not the cursor that this key has")

// Decode reads a cursor into key, a pointer to a zero value of the type that was
// given to Encode. A cursor that Encode did not make of such a key is Malformed:
// read leniently, {} would be the first page again, and a loop without an end.
func Decode(cursor string, key any) error {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, key)
	}
	if err == nil && Encode(key) != cursor {
		err = errForeign
	}
	if err != nil {
		return errs.Wrap(err, errs.Malformed, "error.cursor")
	}
	return nil
}
