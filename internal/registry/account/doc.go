// SPDX-License-Identifier: Apache-2.0

// Package account says who acts and what they may do.
//
// # What it must do for its user
//
// A keeper counts goods and cannot approve money; a supervisor sees everything
// and changes nothing; a lost token is dead the moment somebody revokes it, and
// who reads the database cannot use what is stored there.
//
// # Who may do what
//
// policy.tsv lists, for each role, the actions and on whose things. What is not
// listed is refused. Authorize takes the object and its organisation, so that
// the rules can become finer without a change to those who ask.
//
// # Tokens
//
// A token is qiao_<id>_<secret>: the id finds the row, the 256 random bits of
// the secret prove it. Only their SHA-256 is stored, and it is compared in
// constant time; an unknown, expired, revoked and mistyped token take the same
// path and get the same answer. Authenticate remembers a good token for at most
// one second, and never beyond a revocation made in this process.
//
// # Tables and facts
//
// account_token. Facts: token.create, token.revoke. That a token was used is
// kept as a day, outside the journal.
//
// # What it refuses
//
// A role that is not in the policy, a token without a name or with an end in
// the past, any action that the policy does not list.
package account
