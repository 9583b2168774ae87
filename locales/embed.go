// SPDX-License-Identifier: Apache-2.0

// Package locales holds every sentence that a reader sees, one JSON file per
// chapter and language: a flat object of message keys and texts with
// {{.argument}} places. Both languages have the same keys.
package locales

import "embed"

// FS holds zh/*.json (Simplified Chinese) and en/*.json.
//
//go:embed zh/*.json en/*.json
var FS embed.FS
