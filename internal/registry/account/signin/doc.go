// SPDX-License-Identifier: Apache-2.0

// Package signin is the people of the house: how they are invited, sign in, stay
// signed in, prove themselves anew and leave.
//
// # What it must do for its user
//
// The first administrator finds a link in the console and no default account
// exists, ever. A volunteer is invited by a link that works once. A coordinator at
// three in the morning signs in with a passkey, or with a password and the code
// on the phone. A person who is disabled is out at their next click, on every
// server. Whoever guesses learns nothing, not even who exists.
//
// # How it hangs together
//
// A Person has memberships (roles in organisations) and credentials: a password, a
// code of an app (TOTP) with recovery codes, passkeys. Who has a second factor
// gives it after the password: until then the session is half and good for nothing
// else, for five minutes. A passkey, which checks its owner itself, is enough alone.
//
// A Session is a row; the browser holds its token in a cookie (platform/session),
// and we hold the SHA-256. Resume says who acts; it remembers the answer for a
// second at most and never beyond a change made in this process. A session ends
// after 12 hours without use or after 7 days, when the password changes, or when
// the person is disabled. Its token changes at sign-in and whenever the person
// proves anew who they are, which sensitive changes ask for (RequireFresh).
//
// # Links
//
// Every link is 256 random bits, works once, ends by itself and can be revoked:
// setup (the first administrator), invite, reset (a forgotten password), and enter
// (demonstration and command line only: signs in directly).
//
// # Tables and facts
//
// None of its own: packages person, credential, link, visit, passkey and attempt
// keep theirs, and this one decides. Facts: person.create, person.correct,
// person.accept, person.disable, person.enable, person.erase, person.forget_second,
// link.create, link.revoke, session.create, session.confirm, session.end,
// credential.create, credential.remove. No fact holds a name, an e-mail address or
// an address of the network, so that a person can be erased and the journal stays
// whole.
//
// # What it refuses
//
// A wrong password, an unknown address and a disabled person with one answer
// (account.sign_in_failed) after the same work; too many attempts (package
// attempt); weak passwords (package password); a code, a recovery code, a link or
// a challenge the second time; a passkey whose counter went back; changes to one's
// own memberships; to disable, demote or erase the last administrator; a sensitive
// change without a fresh proof.
package signin
