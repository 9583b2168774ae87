// SPDX-License-Identifier: Apache-2.0

// Package signin is the door: signing in by password or passkey, the second
// factor, proving anew who one is, following a one-time link, and signing out.
//
// # What it must do for its user
//
// One question on a page, plain words, and the way back to where somebody
// wanted to go. Passwords and codes can be pasted, filled in by a program and
// seen; a passkey is offered first where it works. Whatever is wrong gets one
// answer that does not tell whether an account exists.
//
// # What it refuses
//
// A next address that leaves this server, a link by opening it alone (programs
// that preview messages open links: only the form uses them up), and, with
// http.CrossOriginProtection around all pages, forms sent by other sites.
package signin
