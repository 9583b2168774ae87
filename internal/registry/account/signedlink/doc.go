// SPDX-License-Identifier: Apache-2.0

// Package signedlink makes signed links that expire, for people without an account.
//
// # What it must do for its user
//
// A nurse opens the link in her message and answers for one need; a driver
// confirms one hand-over; a donor sees what became of one gift. Nobody signs up,
// nothing else opens, and a link that went to the wrong group is dead the moment
// somebody takes it back.
//
// # The text of a link
//
// One letter of version and 76 characters of base64url: number of the key, round,
// purpose, end, subject, organisation, and the first 128 bits of HMAC-SHA-256
// over all of that. Nothing is stored of a link that is made. What is signed is
// not secret: it holds no name.
//
// Whoever presents one becomes an account.Actor with the purpose's actions (they
// stand in policy.cedar) on the one subject. An unknown, altered, expired and
// revoked link get the same answer; the signature is compared in constant time.
//
// # Keys
//
// The keys are in the database, so that several processes share them and a backup
// holds them. Rotate begins a new one; links signed by the last keysAlive keys stay
// good until they expire. A process knows a key that another made when it first
// meets a link of it, at most once a second.
//
// # Tables and facts
//
// account_link_key, account_link_round. Facts: link.create, link.revoke,
// link.rotate.
//
// # What it refuses
//
// A purpose that there is not, a link to nothing, an end in the past or more than
// MaxLife ahead; making one without the right link.create, taking it back without
// link.revoke.
package signedlink
