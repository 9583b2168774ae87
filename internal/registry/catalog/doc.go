// SPDX-License-Identifier: Apache-2.0

// Package catalog is the catalogue of goods: classes with their base units,
// the groups of the daily report, the words that name goods, the rules that
// tell a medical article from its look-alike, and the standards.
//
// All of it is data in data/*.tsv, part of the program, read once by Load and
// never changed afterwards; a Catalog is safe for any number of readers. The
// package owns no table and sends no event.
//
// It refuses: data in which an alias names two classes, a line names a class
// that does not exist, or a class has no group. It never guesses what a pack
// holds, and never turns pieces into pairs.
package catalog
