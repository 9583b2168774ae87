// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

// keptDays bounds how many days' figures are kept in memory.
const keptDays = 100

// restFactor bounds what reports cost under a storm of writes: figures that took
// t to compute are shown for at most restFactor × t, and never longer than
// restMost, although something changed.
const (
	restFactor = 20
	restMost   = time.Second
)

// Service computes reports and keeps them while nothing changes. It is safe for
// concurrent use.
type Service struct {
	db      *db.DB
	ledger  *ledger.Ledger
	catalog *catalog.Catalog

	mu   sync.Mutex
	days map[clock.Day]*kept
}

// kept is the latest computation of one day.
type kept struct {
	mu      sync.Mutex // one computes, the others wait for it
	figures *Figures
	version uint64
	fresh   time.Time     // when it was computed, on the monotonic clock
	cost    time.Duration // how long that took
}

// New returns the service.
func New(d *db.DB, l *ledger.Ledger, c *catalog.Catalog) *Service {
	return &Service{db: d, ledger: l, catalog: c, days: map[clock.Day]*kept{}}
}

// Figures returns the figures of a day; zero is the last day with an entry. The
// result is shared: it must not be changed. A day without a report is
// errs.NotFound.
func (s *Service) Figures(ctx context.Context, day clock.Day) (*Figures, error) {
	k := s.keep(day)
	k.mu.Lock()
	defer k.mu.Unlock()
	version := s.db.Version()
	if k.figures != nil && (k.version == version || clock.Since(k.fresh) < min(restFactor*k.cost, restMost)) {
		return k.figures, nil
	}
	start := clock.Start()
	var f *Figures
	err := s.db.View(ctx, func(ctx context.Context, v *db.View) (err error) {
		f, err = s.compute(ctx, v, day, s.db.Clock().Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	k.figures, k.version, k.fresh, k.cost = f, version, clock.Start(), clock.Since(start)
	return f, nil
}

func (s *Service) keep(day clock.Day) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.days[day]
	if k == nil {
		if len(s.days) >= keptDays {
			clear(s.days)
		}
		k = &kept{}
		s.days[day] = k
	}
	return k
}
