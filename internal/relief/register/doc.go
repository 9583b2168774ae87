// SPDX-License-Identifier: Apache-2.0

// Package register brings registers as people keep them into the books.
//
// # What it must do for its user
//
// A volunteer hands in the file as it is: title rows, merged donors, totals,
// a quantity with its unit glued on, a date that says "until the 28th". Every
// row ends as posted, held for a person, rejected or already there, and the
// four add up to what was read. Handing the file in again posts nothing twice,
// and a run that was killed goes on where it stopped.
//
// # How
//
// Columns are found by the words of the header (columns.tsv), then by what the
// columns hold; a mapping that a person wrote wins. A row is read outside of
// any write; rows are posted in chunks, one write each, through the Poster of
// their kind. What the books refuse is held with the reason they give; an
// internal failure ends the run and keeps what was done.
//
// A row has a content key (the cells that say what happened, and its number
// among equal rows of the file) and a key (content key and file). A known key
// is "already". A known content key under another file name is held when the
// row says enough to be recognised (day, party, goods, quantity), because the
// same gift may have been reported twice; it is never dropped.
//
// # Tables
//
// register_run, register_key, register_row (held and rejected rows).
//
// # Events
//
// register.run, register.resolve, register.discard.
//
// # What it refuses
//
// A file that is no table (messages of platform/sheet), a table without a
// column that the kind needs (register.column.missing), a mapping that cannot
// be read. None of these leaves a trace.
package register
