// SPDX-License-Identifier: Apache-2.0

package db

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// counterColumns is the largest number of key columns of a counter.
const counterColumns = 6

// stripes is how many rows one striped sum has on PostgreSQL.
const stripes = 8

// Counter is a sum kept in a table. Upsert inserts a row ($1… the key columns,
// the last placeholder the amount) or adds the amount to the row that is there.
// A counter is a package-level value: its address is its identity.
type Counter struct {
	Name    string // for messages and for the order in which counters are written
	Columns int    // number of key columns, at most 6
	Upsert  string
}

// counterKey names one row of one counter. It is comparable on purpose: the
// values are strings, integers, clock.Day or id.ID.
type counterKey struct {
	counter *Counter
	values  [counterColumns]any
}

// Add adds delta to the counter's row with the given key when this write
// commits. Adding zero does nothing.
func (t *Tx) Add(c *Counter, delta int64, key ...any) {
	if delta == 0 {
		return
	}
	if len(key) != c.Columns {
		panic(fmt.Sprintf("db: counter %s has %d key columns, got %d", c.Name, c.Columns, len(key)))
	}
	k := counterKey{counter: c}
	copy(k.values[:], key)
	if t.adds == nil {
		t.adds = make(map[counterKey]int64, 8)
	}
	if !merge(t.adds, k, delta) {
		t.overflow = fmt.Errorf("add to %s: %w", c.Name, ErrOverflow)
	}
}

// merge adds n to the row's sum and reports whether the sum still fits.
func merge(sum map[counterKey]int64, k counterKey, n int64) bool {
	s, err := qty.Add(sum[k], n)
	if err != nil {
		return false
	}
	sum[k] = s
	return true
}

// flush writes the sums in a fixed order, so that two writers never wait for
// each other in a circle.
func (t *Tx) flush(sum map[counterKey]int64) error {
	if t.overflow != nil || len(sum) == 0 {
		return t.overflow
	}
	keys := make([]counterKey, 0, len(sum))
	for k, n := range sum {
		if n != 0 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, compareKeys)
	args := make([]any, 0, counterColumns+1)
	for _, k := range keys {
		args = append(append(args[:0], k.values[:k.counter.Columns]...), sum[k])
		if _, err := t.Exec(t.ctx, k.counter.Upsert, args...); err != nil {
			return fmt.Errorf("add to %s: %w", k.counter.Name, err)
		}
	}
	return nil
}

func compareKeys(a, b counterKey) int {
	if c := cmp.Compare(a.counter.Name, b.counter.Name); c != 0 {
		return c
	}
	for i := range a.counter.Columns {
		if c := cmp.Compare(fmt.Sprint(a.values[i]), fmt.Sprint(b.values[i])); c != 0 {
			return c
		}
	}
	return 0
}
