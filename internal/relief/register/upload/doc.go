// SPDX-License-Identifier: Apache-2.0

// Package upload is the tray of the import desk: files that were handed in,
// what a person said about their columns, and the imports that run behind the
// pages.
//
// # What it must do for its user
//
// One hands in a file, sees how its first rows would be read, corrects the
// columns, and lets it run: leaves, comes back, looks from another device, stops
// it, goes on. What was said about the columns is kept under the header's
// fingerprint, so that the next file of the same form needs nothing.
//
// # How
//
// The file is a blob. Start enqueues a job in the transaction that says
// "running"; the job imports it chunk by chunk through package register, whose
// counts move in the transaction of each chunk, so that every process sees the
// same progress and a broken-off run goes on behind its last chunk. A job works
// for a bounded time and then enqueues its successor. Of two that work at one
// run the slower ends at its next chunk.
//
// # Tables
//
// register_upload, register_mapping.
//
// # Facts
//
// register.upload, register.map, register.start, register.stop,
// register.mapping_keep, register.mapping_rename, register.mapping_forget.
//
// # What it refuses
//
// A file that is no table or too large (the messages of platform/sheet and
// platform/blob), a mapping that contradicts itself (field errors), to start a
// file in which a needed column is not known, to change the mapping of a file
// that is being imported.
package upload
