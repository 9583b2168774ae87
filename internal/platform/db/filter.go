// SPDX-License-Identifier: Apache-2.0

package db

import (
	"strconv"
	"strings"
)

// Filter collects the conditions of a list. Conditions are constants of the
// store that uses them; what a caller sends only ever becomes an argument.
type Filter struct {
	conditions []string
	args       []any
}

// And adds a condition; each ? in it stands for the next argument.
func (f *Filter) And(condition string, args ...any) {
	var b strings.Builder
	next := len(f.args)
	for _, r := range condition {
		if r == '?' {
			next++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(next))
			continue
		}
		b.WriteRune(r)
	}
	f.conditions = append(f.conditions, b.String())
	f.args = append(f.args, args...)
}

// Query returns `head WHERE c1 AND c2 … tail LIMIT n` and its arguments.
func (f *Filter) Query(head, tail string, limit int) (query string, args []any) {
	var b strings.Builder
	b.WriteString(head)
	for i, c := range f.conditions {
		if i == 0 {
			b.WriteString(" WHERE ")
		} else {
			b.WriteString(" AND ")
		}
		b.WriteString(c)
	}
	b.WriteByte(' ')
	b.WriteString(tail)
	if limit > 0 {
		b.WriteString(" LIMIT ")
		b.WriteString(strconv.Itoa(limit))
	}
	return b.String(), f.args
}
