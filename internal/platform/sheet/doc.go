// SPDX-License-Identifier: Apache-2.0

// Package sheet reads and writes tables as people keep them: comma, tab or
// semicolon separated text in the encodings that spreadsheet programs write,
// XLSX workbooks, JSON lines and JSON arrays of objects.
//
// What a file is gets decided by its content, never by its name. Reading is a
// stream: a Book knows its sheets, a Sheet gives its rows as often as asked,
// and no more than one row (and, for a workbook, its table of shared texts) is
// in memory. Text is kept as written; a row that cannot be split sanely is
// delivered all the same and marked Broken, so that no line is ever lost.
// Tables finds the header rows inside a sheet.
//
// Writing neutralises every text that a spreadsheet program would run as a
// formula, and the reader can take that mark off again (TrimApostrophe).
//
// The parts below are packages of their own: content (what a file is), markup and
// numeral (the inside of workbooks), write.
//
// It refuses, each with a message that says what to do: empty files, files,
// rows, columns and cells beyond the limits, zip bombs, old .xls files,
// workbooks with a password, files that are no table at all, and text in an
// encoding that it cannot tell.
package sheet
