// SPDX-License-Identifier: Apache-2.0

// Package v1 is the API for scripts and partners, under /api/v1.
//
// # What it must do for its user
//
// A partner's script records a gift once, however often its network fails; reads
// lists of any length page by page or as one CSV or XLSX file; corrects a row
// only when it saw the latest version; and learns from every refusal, in its
// reader's language, which field is wrong and what to do.
//
// # How
//
// One table (routes.go) says method, path, action, what goes in and what comes
// out; package api answers requests by it and writes /openapi.json from it.
//
//   - Authorization: Bearer TOKEN, from `qiao token`.
//   - Every POST carries an Idempotency-Key. The same key with the same body
//     returns the first answer; with another body it is refused.
//   - A single thing has an ETag, its version. A change names it in If-Match; when
//     somebody was faster, the answer is 409 with both versions: what is stored
//     now (current) and what was sent (yours).
//
// # What it refuses
//
// What package api and the services refuse; registers above QIAO_MAX_UPLOAD.
package v1
