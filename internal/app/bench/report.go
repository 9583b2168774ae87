// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/invented"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

const (
	samples      = 10               // uncached reads of one page for each repetition
	cachedReads  = 500              // reads of one page while nothing changes
	leastSamples = 5                // uncached reads, whatever they take
	enough       = 40 * time.Second // for the uncached reads of one page
	// afterCost is how many times the cost of a report has to pass before the
	// next one is sure to be computed anew: a storm of writes does not make the
	// report more often than that.
	afterCost = 21
)

// reports is part b: the public report on books of several sizes, and the check
// of the largest ones beside the program ledger.
func (b *bench) reports(ctx context.Context) error {
	for i, n := range b.Entries {
		made, err := b.shelf(ctx, n)
		if err != nil {
			return err
		}
		if i == len(b.Entries)-1 {
			if err := b.prove(ctx, made, n); err != nil {
				return err
			}
		}
		if err := b.pages(ctx, made, n); err != nil {
			return err
		}
	}
	return nil
}

// pages reads the report over HTTP, anew after each write, and again unchanged.
func (b *bench) pages(ctx context.Context, made library, n int) (err error) {
	server, err := b.serve(ctx, made.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	for _, page := range []struct{ name, path string }{
		{"GET /", "/"}, {"GET /report/DATE.json", "/report/" + invented.Last + ".json"},
	} {
		b.Note("bench.reading", "page", page.name, "n", n)
		fresh, err := server.uncached(ctx, page.path, samples*b.Reps)
		if err != nil {
			return err
		}
		var again []time.Duration
		for range cachedReads {
			_, took, err := server.timed(ctx, page.path, nil)
			if err != nil {
				return err
			}
			again = append(again, took)
		}
		name := of(n) + ": " + page.name
		if err := b.latency("b", name+" after a write", fresh, 50, 99); err != nil {
			return err
		}
		if err := b.latency("b", name+" unchanged", again, 50, 99); err != nil {
			return err
		}
	}
	return nil
}

// latency gives percentiles of what one client saw.
func (b *bench) latency(part, name string, all []time.Duration, at ...float64) error {
	for _, p := range at {
		r := Row{Bench: part, Case: fmt.Sprintf("%s: p%v", name, p), Clients: 1, Ours: milliseconds(percentile(all, p)), Unit: "ms"}
		if err := b.row(r); err != nil {
			return err
		}
	}
	return nil
}

// timed reads a page and says how long that took.
func (t *target) timed(ctx context.Context, path string, headers map[string]string) ([]byte, time.Duration, error) {
	start := clock.Start()
	body, err := t.get(ctx, path, headers)
	return body, clock.Since(start), err
}

// uncached reads a page after a write each time, when it is sure to be computed
// anew, and requires that the answer is another one than before. It reads so
// many times at most.
func (t *target) uncached(ctx context.Context, path string, most int) ([]time.Duration, error) {
	before, cost, err := t.timed(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	var all []time.Duration
	for start := clock.Start(); len(all) < most && (len(all) < leastSamples || clock.Since(start) < enough); {
		if err := t.post(ctx); err != nil {
			return nil, err
		}
		if err := pause(ctx, afterCost*cost); err != nil {
			return nil, err
		}
		var body []byte
		if body, cost, err = t.timed(ctx, path, nil); err != nil {
			return nil, err
		}
		if bytes.Equal(figures(body), figures(before)) {
			return nil, fmt.Errorf("%s does not show what was written %v before", path, afterCost*cost)
		}
		before, all = body, append(all, cost)
	}
	return all, nil
}

// figures returns the part of an answer that a donation changes: of the JSON
// report its groups, of a page everything.
func figures(body []byte) []byte {
	var report struct {
		Groups json.RawMessage `json:"groups"`
	}
	if err := json.Unmarshal(body, &report); err != nil {
		return body
	}
	return report.Groups
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
