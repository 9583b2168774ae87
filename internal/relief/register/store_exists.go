// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const selectRunExists = `
		SELECT count(*)
		FROM register_run
		WHERE id = $1`

// HasRun reports whether there was such a run.
func HasRun(ctx context.Context, q db.Queryer, run id.ID) (bool, error) {
	n, err := db.Value[int](ctx, q, selectRunExists, run)
	return n > 0, err
}
