// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// tally is what the report's page tells beside the figures: how many records
// they open to, and where goods came from. Nobody keeps these as sums; the larger
// the books, the longer counting takes.
type tally struct {
	of      *report.Figures
	gifts   int64 // records of money received
	lots    int64 // lots that have a value
	handed  int64 // rows handed over on the day
	streams []passage

	at   time.Time // on the monotonic clock
	cost time.Duration
}

// What took t to count is shown for restFactor × t although something changed,
// and never longer than restMost: counting may take a hundredth of one processor,
// and only one reader in many waits for it.
const (
	restFactor = 100
	restMost   = time.Minute
)

// resting keeps the last count of each day.
type resting struct {
	mu   sync.Mutex
	days map[clock.Day]*tally
}

// over reports whether a count has stood long enough to be made again.
func (r *resting) over(c *tally) bool {
	return clock.Since(c.at) >= min(restFactor*c.cost, restMost)
}

// count counts for figures, or returns the count of a moment ago.
func (s *Report) count(ctx context.Context, f *report.Figures) (*tally, error) {
	r := &s.resting
	r.mu.Lock() // one counts, the others wait for it
	defer r.mu.Unlock()
	if c := r.days[f.Day]; c != nil && (c.of == f || !r.over(c)) {
		return c, nil
	}
	c := &tally{of: f, at: clock.Start()}
	var err error
	for _, m := range f.Money {
		n, err := fund.Count(ctx, s.DB, fund.Filter{Direction: fund.In, Currency: m.Currency, UpTo: f.Day})
		if err != nil {
			return nil, err
		}
		c.gifts += n
	}
	classes := s.classes()
	if c.lots, err = receipt.Count(ctx, s.DB, receipt.Filter{Classes: classes, UpTo: f.Day, Valued: true}); err != nil {
		return nil, err
	}
	if c.handed, err = distribution.Count(ctx, s.DB, distribution.Filter{Classes: classes, Day: f.Day}); err != nil {
		return nil, err
	}
	if f.Day >= f.Last { // what was where on an older day nobody keeps
		if c.streams, err = s.streams(ctx, f); err != nil {
			return nil, err
		}
	}
	c.cost = clock.Since(c.at)
	if r.days == nil || len(r.days) >= shownMost {
		r.days = map[clock.Day]*tally{}
	}
	r.days[f.Day] = c
	return c, nil
}

func (s *Report) classes() []string {
	all := make([]string, 0, len(s.Catalog.Classes()))
	for _, c := range s.Catalog.Classes() {
		all = append(all, c.Code)
	}
	return all
}
