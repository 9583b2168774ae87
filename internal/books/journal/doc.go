// SPDX-License-Identifier: Apache-2.0

// Package journal records who did what, to what, when and why.
//
// # What it must do for its user
//
// An inspector reads every fact in one order that nobody can change unnoticed;
// a subscriber sees every fact exactly once; a caller who repeats a request gets
// the first answer. A privileged action whose record cannot be stored does not
// happen: Record writes in the transaction of the change.
//
// # Records and leaves
//
// A record's canonical form is JSON with sorted keys, no insignificant blanks
// and integers only (the part of RFC 8785 that we use). Its commitment is
// SHA-256(salt ‖ canonical form) with 16 random bytes of salt; its leaf is the
// RFC 6962 leaf hash of the commitment, SHA-256(0x00 ‖ commitment). Payload and
// salt can be erased (Erase): the leaf stays, so the order and every proof stay
// valid, and nobody can guess what was there.
//
// # Sequence
//
// On SQLite, where one write at a time decides the order of commits, a record
// gets its number with its insert. On PostgreSQL numbers are given after the
// commit by a sequencer, one at a time across all
// processes (a lock in the database): gapless, ascending, never reused. A record
// that is not committed has no number, so nobody who reads by number can skip a
// late one. The Merkle tree will be built over these numbers.
//
// The journal is the outbox: a subscriber follows the numbers by cursor, in
// batches; its position is stored in the transaction of what it writes.
//
// # Idempotency
//
// A record may carry the caller's key. The same key with the same fingerprint
// is ErrAlready with the record of then; with another fingerprint it is refused.
//
// # Tables
//
// journal_record, journal_cursor.
//
// # What it refuses
//
// A record without action, subject or actor; a payload with a fraction (there
// is none in our facts); a key used for another request.
package journal
