// SPDX-License-Identifier: Apache-2.0

// Package httpx is where the kinds of failure meet HTTP: one table from
// errs.Kind to a status, and one writer of RFC 9457 problem documents.
package httpx
