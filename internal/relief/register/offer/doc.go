// SPDX-License-Identifier: Apache-2.0

// Package offer helps a person to work off the held rows of an import: it
// offers the readings that a row allows, and applies one answer to every open
// row that has the same question in the same words.
//
// An offer is never a guess that is taken alone: it is shown with what it would
// mean, a person chooses, and the choice is posted by the way of every other
// row. Only offers that the reader of registers accepts are made.
//
// Fact: register.resolve_alike, beside one register.resolve for each row. It
// has no tables. It refuses nothing of its own; the messages are those of
// package register.
package offer
