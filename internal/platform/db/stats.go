// SPDX-License-Identifier: Apache-2.0

package db

import (
	"math"
	"sync/atomic"
	"time"
)

// Stats is what this process wrote since it opened the database, and how its
// connections for reading are used now. Notices of other processes' commits and
// what platform/job writes for itself are not in it.
type Stats struct {
	Commits uint64 // transactions that wrote something
	Writes  Spread // successful writes per commit; always 1 on PostgreSQL
	Wait    Spread // seconds between Tx and the beginning of the closure

	Open       int           // connections that are open for reading (on PostgreSQL: for everything)
	Busy       int           // of these, in use; WatchOthers keeps one
	Waited     uint64        // how often somebody had to wait for one
	WaitedTime time.Duration // how long they waited in all
}

// Spread is how the sizes of many things are spread.
type Spread struct {
	Count uint64
	Sum   float64
	UpTo  map[float64]uint64 // bound to how many were at most as large
}

// Stats returns what was counted so far. It does not touch the database.
func (d *DB) Stats() Stats {
	pool := d.reader.Stats()
	writes := d.tally.writes.spread()
	return Stats{
		Commits: writes.Count, Writes: writes, Wait: d.tally.wait.spread(),
		Open: pool.OpenConnections, Busy: pool.InUse, Waited: uint64(max(0, pool.WaitCount)), WaitedTime: pool.WaitDuration,
	}
}

// tally counts while the database works. A count costs two additions.
type tally struct {
	writes counted // writes per commit
	wait   counted // seconds
}

func newTally() tally {
	return tally{
		writes: newCounted(1, 2, 4, 8, 16, 32, 64, 128, 256, groupWrites),
		wait:   newCounted(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
	}
}

// counted counts by size. It is safe for concurrent use.
type counted struct {
	bounds []float64 // ascending
	counts []atomic.Uint64
	sum    atomic.Uint64 // bits of a float64
}

func newCounted(bounds ...float64) counted {
	return counted{bounds: bounds, counts: make([]atomic.Uint64, len(bounds)+1)}
}

func (c *counted) add(size float64) {
	i := 0
	for i < len(c.bounds) && size > c.bounds[i] {
		i++
	}
	c.counts[i].Add(1)
	for {
		old := c.sum.Load()
		if c.sum.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+size)) {
			return
		}
	}
}

func (c *counted) spread() Spread {
	s := Spread{Sum: math.Float64frombits(c.sum.Load()), UpTo: make(map[float64]uint64, len(c.bounds))}
	for i := range c.counts {
		s.Count += c.counts[i].Load()
		if i < len(c.bounds) {
			s.UpTo[c.bounds[i]] = s.Count
		}
	}
	return s
}
