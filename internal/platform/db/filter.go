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

// AndIn adds that the column is one of the values, of which there is at least
// one. The list is filled up to a power of two with what it has, so that there
// are few statements to prepare.
func AndIn[T any](f *Filter, column string, values []T) {
	const many = 1 << 14 // above it, more arguments than an engine takes might be added
	size := len(values)
	for n := 1; size <= many; n *= 2 {
		if n >= size {
			size = n
			break
		}
	}
	args := make([]any, size)
	for i := range args {
		args[i] = values[min(i, len(values)-1)]
	}
	f.And(column+" IN (?"+strings.Repeat(", ?", size-1)+")", args...)
}
