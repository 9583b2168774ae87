// SPDX-License-Identifier: Apache-2.0

// Package imports is the import desk: registers as people keep them are handed
// in, looked at, corrected, brought into the books, and worked off.
//
// # What it must do for its user
//
// A volunteer drops a file and sees how its first rows would be read, before
// anything is written. A column that was taken for something else is put right
// with one choice, and the choice is kept for the next file of this form. The
// import runs behind the page; it can be left, stopped and gone on with. What
// the program would not decide alone waits in a list: as written beside what was
// understood, with the readings that the row allows.
//
// # Pages
//
// /desk/imports is the tray, /desk/imports/ID one file from its columns to its
// sums, /desk/imports/ID/held the rows to work off, /desk/mappings what was kept
// for later files. Everything works without a script; with one the parts are
// redrawn in place and the keys j, k, 1 to 9, e and x work off the rows.
//
// It has no tables and writes no facts: the services of relief/register do. It
// refuses what they refuse, in the place where it was done.
package imports
