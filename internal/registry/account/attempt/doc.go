// SPDX-License-Identifier: Apache-2.0

// Package attempt slows down whoever guesses, on every way in.
//
// # What it must do for its user
//
// Somebody who mistypes twice notices nothing; a program that tries thousands of
// passwords gets a few an hour; nobody is locked out for ever, and an attacker
// learns from no answer whether an account exists.
//
// # How
//
// An attempt is counted before it is made, so that a hundred at once count as a
// hundred, and taken back when it succeeds. After a few failures each next one
// doubles the time to wait, up to a quarter of an hour: for the account that is
// tried, known or not, and with more patience for the address that it comes from
// (an IPv6 address counts by its /64). Each way in (password, code, …) counts for
// itself. A day without failures forgets them.
//
// The counts are in the database: several processes and a restart share them.
//
// # Tables
//
// account_attempt, under a digest that names neither person nor address.
//
// # What it refuses
//
// errs.RateLimited (account.too_many), with the seconds to wait.
package attempt
