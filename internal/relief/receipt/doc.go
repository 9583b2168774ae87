// SPDX-License-Identifier: Apache-2.0

// Package receipt books goods that arrived: donations in kind and purchases
// (the goods received note of the field).
//
// # What it must do for its user
//
// The keeper writes down what really came, from whom, with which condition on
// its use; from then on every unit is in stock under a lot that carries donor
// and earmark until it is handed over. A mistake is corrected beside the old
// figure, with a reason, never over it.
//
// # Tables
//
// receipt, receipt_line (one lot each), receipt_value (value of goods by class,
// currency, source and day). A receipt and its ledger entry share one id.
//
// # Events
//
// receipt.create, receipt.correct.
//
// # What it refuses
//
// A receipt without lines; a line that is not counted (unknown, about, at
// least) or has no unit; a number beyond the item's plausible bound unless a
// person confirmed it; a day before 2000 or more than a day ahead; a correction
// of an old version (errs.Conflict with the current one), without a reason, or
// of goods that have gone on already (errs.Exhausted).
package receipt
