// SPDX-License-Identifier: Apache-2.0

// Package migrations holds the schema: one folder per engine, the same numbers
// with the same meaning. A file is never changed after a release; forward only.
package migrations

import "embed"

// FS holds sqlite/*.sql and postgres/*.sql.
//
//go:embed sqlite/*.sql postgres/*.sql
var FS embed.FS
