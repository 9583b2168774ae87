// SPDX-License-Identifier: Apache-2.0

// Package ledger is the double-entry ledger of goods and money.
//
// # What it must do for its user
//
// Every unit is somewhere, from someone, for something. A coordinator asks what
// is left and gets the truth; two allocators can never promise the same box;
// an inspector adds up the lines and gets the balances.
//
// # The model
//
// An Account is (kind, holder, place). A Commodity is a currency (CNY) or an
// item in a unit (mask-surgical, mask-surgical#case). A Lot is what came
// together: one commodity, one donor, one earmark, one expiry. An Entry has
// Lines whose amounts sum to zero per commodity AND lot; because donor and
// earmark belong to the lot, no later move can drop them. They are written on
// every line as well, and `qiao check` compares.
//
// Balances are kept per (account, commodity, lot) in the transaction of the
// entry. A guarded account (stock, transit, recipient, fund) never goes below
// what is held on it: the database itself refuses (CHECK), so a bug here cannot
// do it either. Sums by day and by account are kept beside them for reports.
//
// Entries have two times: when it happened and when it was recorded. Nothing is
// updated or deleted. A correction is Reverse: an entry with the opposite
// amounts on the day of the original, at most one per entry.
//
// A Hold reserves part of a balance: reserve, then post or void; it expires.
//
// # Tables
//
// ledger_account, ledger_earmark, ledger_lot, ledger_entry, ledger_line,
// ledger_balance, ledger_hold, ledger_day, ledger_turnover.
//
// # Events
//
// None of its own: the caller journals what it did in the same transaction.
//
// # What it refuses
//
// An entry that does not balance, has fewer than two lines, a zero amount, or an
// amount beyond MaxAmount; a line whose lot is of another commodity; taking more
// than is there (errs.Exhausted); reversing twice (errs.Conflict); a key that
// was used already returns the entry of then (ErrAlready).
//
// # How it is proved
//
// Properties over random histories (rapid), linearisability of concurrent
// takers on both engines (porcupine), kill -9 under load, and `qiao check`.
package ledger
