// SPDX-License-Identifier: Apache-2.0

// Package render writes pages: templ components with security headers, an
// ETag, gzip and the reader's language and theme; style sheets and scripts
// under names that carry their hash; and failures as a page or, for a program,
// as an RFC 9457 problem.
//
// A page is rendered whole before its first byte leaves, so that a failure in
// the middle of a template becomes an error page and never half a page.
package render
