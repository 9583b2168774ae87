// SPDX-License-Identifier: Apache-2.0

// Package distribution books what was handed over to recipients.
//
// # What it must do for its user
//
// A coordinator hands over boxes; the recipient accepts some and rejects some,
// with a reason. The books take them from the lots in stock, the oldest first,
// and never from a lot that a donor meant for somebody else, so that each
// recipient's goods keep their donor.
//
// When a register says that something went out which the books never received,
// the missing part is posted against the visible account `unreconciled`: never
// invented, never dropped.
//
// # Tables
//
// distribution, distribution_count, distribution_line. A distribution and its ledger entry share one
// id; which lots were taken stands in the ledger's lines.
//
// # Events
//
// distribution.create, distribution.correct.
//
// # What it refuses
//
// A distribution without recipient or lines; a line that is not counted or has
// no unit; a rejection without a reason; taking more than is in stock when the
// caller does not allow unreconciled lines (errs.Exhausted); a named lot that holds
// other goods or is meant for another recipient or place; a correction of an
// old version (errs.Conflict), without a reason.
package distribution
