// SPDX-License-Identifier: Apache-2.0

// Package stock shows what is on hand and moves it within the effort's own hands.
//
// # What it must do for its user
//
// The keeper sees what lies where: by place, item, lot, donor, earmark, expiry,
// and how much of it is already promised. Moving boxes to another place keeps
// donor and earmark. A count that differs from the books is posted as a
// difference with a reason, never as a new number.
//
// # Tables
//
// None of its own: stock is the ledger's balances on accounts of kind stock.
//
// # Events
//
// stock.move, stock.adjust.
//
// # What it refuses
//
// Moving more than is there and not held (errs.Exhausted); moving to the place
// where it is; an adjustment without a reason or without a difference; a day
// before 2000 or more than a day ahead.
package stock
