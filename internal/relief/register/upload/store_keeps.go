// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"context"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

const countDigest = `
		SELECT count(*)
		FROM register_upload
		WHERE digest = $1`

// Keeps reports whether a file of this SHA-256 is that of an upload: whoever
// shares the store of files must not delete it.
func Keeps(ctx context.Context, q db.Queryer, sha256 string) (bool, error) {
	n, err := db.Value[int](ctx, q, countDigest, sha256)
	return n > 0, err
}
