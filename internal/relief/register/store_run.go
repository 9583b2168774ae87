// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	selectRunsHead = `
		SELECT id, kind, file, mapping, started_at, finished_at, read, posted, held, rejected, already, skipped, total, last_key,
		       (SELECT count(*) FROM register_row r WHERE r.run_id = register_run.id AND r.status IN ('held', 'rejected')) AS open
		FROM register_run`

	selectReasons = `
		SELECT why, count(*)
		FROM register_row
		WHERE run_id = $1
		GROUP BY why`

	selectOpenReasons = `
		SELECT why, count(*)
		FROM register_row
		WHERE run_id = $1 AND status IN ('held', 'rejected')
		GROUP BY why`
)

// RunInfo is a run as it stands: Read = Posted + Held + Rejected + Already at
// every moment.
type RunInfo struct {
	ID         id.ID
	Kind       Kind
	File       string
	Mappings   []Mapping // one for each table of the file
	StartedAt  time.Time
	FinishedAt time.Time // zero: it is running, or was broken off
	Read       int
	Posted     int
	Held       int
	Rejected   int
	Already    int
	Skipped    int
	Total      int // upper bound of Read; 0: not known
	Open       int // held and rejected rows that nobody has dealt with

	last string
}

func scanRun(r *db.Rows) (RunInfo, error) {
	var i RunInfo
	err := r.Scan(&i.ID, &i.Kind, &i.File, db.JSON(&i.Mappings), &i.StartedAt, &i.FinishedAt,
		&i.Read, &i.Posted, &i.Held, &i.Rejected, &i.Already, &i.Skipped, &i.Total, &i.last, &i.Open)
	return i, err
}

func runByID(ctx context.Context, q db.Queryer, run id.ID) (RunInfo, error) {
	i, err := db.One(ctx, q, selectRunsHead+"\n\t\tWHERE id = $1", []any{run}, scanRun)
	if errors.Is(err, db.ErrNoRows) {
		return i, errs.New(errs.NotFound, "register.run.not_found")
	}
	if err != nil {
		return i, fmt.Errorf("read run: %w", err)
	}
	return i, nil
}

// reasonsOf counts the rows of a run that were held or rejected, by message key.
func reasonsOf(ctx context.Context, q db.Queryer, run id.ID) (map[string]int, error) {
	return countByKey(ctx, q, selectReasons, run)
}

func countByKey(ctx context.Context, q db.Queryer, query string, args ...any) (map[string]int, error) {
	found := map[string]int{}
	err := db.Each(ctx, q, query, args, func(r *db.Rows) error {
		var key string
		var n int
		err := r.Scan(&key, &n)
		found[key] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count reasons: %w", err)
	}
	return found, nil
}
