// SPDX-License-Identifier: Apache-2.0

package job_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/job"
)

// TestUnfinishedJobsAreCountedByState: a good one is done, one that fails and one
// that panics are given up, and each try is told.
func TestUnfinishedJobsAreCountedByState(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		ran := map[bool]int{}
		o := fast()
		o.Tries = 2
		o.Ran = func(kind string, ok bool) {
			mu.Lock()
			defer mu.Unlock()
			if kind == "letter" {
				ran[ok]++
			}
		}
		r := newRunner(t, d, o)
		register(t, r, func(_ context.Context, l letter) error {
			switch l.N {
			case 1:
				return errors.New("no")
			case 2:
				panic("boom")
			}
			return nil
		})
		unfinished := func() map[string]int64 {
			counts, err := job.Unfinished(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			return counts
		}
		enqueue(t, d, r, nil, letter{0}, letter{1}, letter{2})
		if got := unfinished(); got["available"] != 3 || len(got) != len(job.States()) {
			t.Errorf("before the start: %v", got)
		}
		start(t, r)
		eventually(t, 20*time.Second, "one job is done, two are given up", func() bool {
			got := unfinished()
			return got["discarded"] == 2 && got["available"]+got["running"]+got["retryable"]+got["scheduled"] == 0
		})
		mu.Lock()
		defer mu.Unlock()
		if ran[true] != 1 || ran[false] != 4 {
			t.Errorf("tries: %v, want 1 good and 4 bad", ran)
		}
	})
}
