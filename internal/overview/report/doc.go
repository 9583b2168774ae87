// SPDX-License-Identifier: Apache-2.0

// Package report computes the figures of the public report.
//
// # What it must do for its user
//
// A journalist reads a number and believes it, because it opens to its rows and
// because what came in equals what went out plus what is left, line by line.
// Money and goods stand apart. What nobody received on paper but went out is a
// column of its own, never hidden. Nothing here is personal: the package knows
// organisations by id only.
//
// # Where the figures come from
//
// From sums that the books keep with every entry (ledger.Days, ledger.Turnovers,
// receipt.Values), so that the cost depends on days and classes, not on how much
// was booked. Only hand-overs are counted (from one index), and an older day's
// recipients are summed from its lines.
//
// # Needs
//
// What a recipient was handed counts for what the same recipient asked for. A
// need without a number is left out of needed, delivered and missing and shown
// apart, as a number of needs: it is never covered and never exceeded.
//
// # The order of recipients
//
// By the number of hand-overs that stand, the most first, then by the key of
// the name. How many articles somebody got says little.
//
// # Tables and events
//
// None: an overview owns no facts.
//
// # The equation
//
// in = out + stock + adjusted + unreconciled, in every commodity. Unreconciled
// is negative when something went out that the books never received; adjusted
// is what was lost (positive) or found (negative) with a reason.
package report
