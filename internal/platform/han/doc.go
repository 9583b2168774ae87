// SPDX-License-Identifier: Apache-2.0

// Package han brings Chinese from Simplified into Traditional characters and
// back, by table (data/).
//
// At each place of a text the longest phrase of the table is taken, then the
// next: 发放 becomes 發放, 头发 becomes 頭髮. Everything that no table names stays
// as it is. A table knows no grammar, so it is for words that can be looked
// through beforehand (what this program says, names of reference lists), not
// for rewriting what people wrote.
package han
