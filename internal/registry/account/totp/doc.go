// SPDX-License-Identifier: Apache-2.0

// Package totp is the six digits that an app on a phone shows: time-based
// one-time passwords of RFC 6238 with SHA-1, 30 seconds and six digits, the form
// that every app knows.
//
// A code counts in its own half minute and in the one before and after it, for
// clocks that are a little wrong. A code is good once: Check refuses every step
// that is not later than the last one used, which its caller keeps.
package totp
