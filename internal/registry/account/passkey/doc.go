// SPDX-License-Identifier: Apache-2.0

// Package passkey speaks WebAuthn: what a browser is asked to sign, and whether
// the answer is good.
//
// A passkey is discoverable (nobody types an address) and has its owner verified
// by the device, so that it is two factors in one. Nobody asks who made the device.
// A challenge is kept here, good once and for five minutes, for one purpose and
// one session or link. A counter that goes back means that there are two of the
// passkey: it is refused and recorded.
//
// # Tables and facts
//
// account_challenge. Facts: credential.suspect.
//
// # What it refuses
//
// A site that is neither https with a public address in the settings nor localhost;
// a foreign, used or expired challenge; a passkey of somebody else, of another
// site, or of a person who may not sign in.
package passkey
