// SPDX-License-Identifier: Apache-2.0

// Package record draws one record of the books as a page of the desk: what it
// is, its lines, what can be done to it, what hangs on it and everything that
// ever happened to it. A correction stands beside what it corrected.
package record
