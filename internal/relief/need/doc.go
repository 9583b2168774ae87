// SPDX-License-Identifier: Apache-2.0

// Package need keeps what recipients lack, in honest quantities.
//
// # What it must do for its user
//
// A hospital's list is kept as it was said: exactly, about, at least, or "we
// need it, we cannot say how many". A quantity that nobody knows stays unknown
// on every page. Items that the catalogue does not know are kept with their
// words, to be classified by a person.
//
// # Tables
//
// need, need_line. A need is one list of one recipient at one time.
//
// # Events
//
// need.create, need.correct, need.withdraw.
//
// # States
//
// open → replaced (a correction took its place) | withdrawn. How much of it is
// covered is not stored: it is computed from what the recipient was handed.
//
// # What it refuses
//
// A need without recipient or lines; a line with neither class nor words; a
// quantity whose state and value contradict; a number beyond the item's plausible
// bound unless a person confirmed it; a day before 2000 or after tomorrow; a
// change of an old version (errs.Conflict with the current one), without a reason.
package need
