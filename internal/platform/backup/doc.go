// SPDX-License-Identifier: Apache-2.0

// Package backup writes a whole database into one file and reads it back, on
// either engine.
//
// # The file
//
// A tar archive, compressed with gzip, that anybody can open:
//
//	tables/NAME/00001.jsonl …  one JSON array a row, in the order of the columns
//	blobs/NAME/00001 …         the kept files, in parts
//	manifest.json              last: what must be there, with rows and SHA-256
//
// The parts of a table or file, put together, are its content; the SHA-256 is
// that of the content. Because the manifest comes last, a file that was cut off
// has none.
//
// Ids are written in their canonical form, bytes as base64, times and days as
// the numbers that they are in the database. So a backup of SQLite restores
// onto PostgreSQL and back. The tables come from the database itself; those of
// the migrations and of the job queue are left out.
//
// # What it promises
//
//   - Write reads one snapshot while others go on writing, in bounded memory.
//   - Restore verifies the whole file first, takes an empty database of the same
//     schema only, and writes in one transaction: everything, or nothing.
package backup
