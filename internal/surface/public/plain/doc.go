// SPDX-License-Identifier: Apache-2.0

// Package plain decides which words of people may stand on a public page: those
// that name nobody. What it does not know stays in the books.
package plain
