// SPDX-License-Identifier: Apache-2.0

// Package find answers the command box of the desk: organisations by any part of
// their names, lots by their codes, needs, receipts and hand-overs by whom they
// are about or by the beginning of their ids.
//
// # How it finds
//
// Names are folded: width, case, blanks and signs make no difference, and
// Traditional characters are those of the mainland. Of each name the pairs of
// neighbouring characters are kept; what is asked has to have all its pairs in
// an entry, and then stands in it. So words of two characters work, in any
// language, without a dictionary.
//
// Lots are found by how their codes begin, with or without an L- before; records
// by the organisations that were found, and by how their ids begin. For these no
// index is kept: those of the books serve, so that a gift costs nothing more.
//
// # How it follows
//
// A subscriber of the journal keeps the names of organisations. It begins with the
// first record, so that the index of old books is built in batches when the program
// first starts, and can be built again by forgetting its cursor.
//
// # Tables
//
// find_entry, find_gram.
//
// # What it refuses
//
// To show anything that its own list would not show to whoever asks.
package find
