// SPDX-License-Identifier: Apache-2.0

// Package password keeps passwords and says which ones are good enough.
//
// # What it must do for its user
//
// A stolen database tells nobody a password within a useful time; a tired person
// may choose any long words they like, without capitals and signs by rule; 64
// people who sign in at once do not fill the memory of a small server.
//
// # How a password is kept
//
// As Argon2id in the PHC string format, which names its own parameters:
//
//	$argon2id$v=19$m=19456,t=2,p=1$<16 bytes of salt>$<32 bytes>
//
// The parameters are OWASP's recommendation for password storage (19 MiB, two
// passes, one lane), not the second one of RFC 9106 (64 MiB): the server shall
// run on small machines, and only a few of these may be computed at once. A
// password kept with other parameters is accepted and Verify says that it should
// be kept anew. Comparison takes the same time for every wrong password.
//
// # What it refuses
//
// Fewer than 12 characters or more than 1 KiB; common passwords, and what is made
// of few parts that guessers try first: common words, rows of keys, repetitions,
// years and dates, the name of the house, one's own name or e-mail address. There
// are no other rules. A password is compared in its NFKC form, so that the
// keyboard it is typed on does not matter.
//
// common.txt.gz is made from the list of @zxcvbn-ts/language-common (MIT, see
// common.LICENSE.txt): its first 6,000 words, and every one of 12 characters or
// more.
package password
