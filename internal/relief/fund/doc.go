// SPDX-License-Identifier: Apache-2.0

// Package fund books money: in by channel, out by purpose.
//
// # What it must do for its user
//
// The treasurer sees each channel's balance to the fen; money given for one
// purpose stays apart from the rest (the ledger's lot of that earmark) and
// cannot be spent twice; the organiser of a drive is credited.
//
// # Tables
//
// fund_record. A record and its ledger entry share one id.
//
// # Events
//
// fund.receive, fund.pay, fund.correct.
//
// # What it refuses
//
// An amount that is not positive, or in a currency that the books do not know;
// paying more than the channel holds for that earmark (errs.Exhausted); a
// payment without a purpose; a correction of an old version, without a reason.
package fund
