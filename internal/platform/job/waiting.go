// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// unfinished counts by an index that begins with the state; the many that are
// completed are not looked at.
const unfinished = `
	SELECT CAST(state AS text), count(*)
	FROM river_job
	WHERE state IN ('available', 'discarded', 'pending', 'retryable', 'running', 'scheduled')
	GROUP BY state`

// States are the states of Unfinished: ready to run, given up, held back, to be
// tried again, running, and due later.
func States() []string {
	return []string{"available", "discarded", "pending", "retryable", "running", "scheduled"}
}

// Unfinished returns how many jobs are in each of States.
func Unfinished(ctx context.Context, q db.Queryer) (map[string]int64, error) {
	counts := map[string]int64{}
	for _, state := range States() {
		counts[state] = 0
	}
	err := db.Each(ctx, q, unfinished, nil, func(r *db.Rows) error {
		var state string
		var n int64
		if err := r.Scan(&state, &n); err != nil {
			return err
		}
		counts[state] = n
		return nil
	})
	return counts, err
}
