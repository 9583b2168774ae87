// SPDX-License-Identifier: Apache-2.0

// Package person is who signs in: name, e-mail address, state, and what they are
// where. Package signin decides who may change it.
//
// # Tables
//
// account_person, account_membership.
//
// # What it refuses
//
// A name or an address that is none, an address that somebody else has, nobody's
// membership, a change to an old version (errs.Conflict), and a change after which
// nobody governs the house.
package person
