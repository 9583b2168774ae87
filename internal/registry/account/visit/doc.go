// SPDX-License-Identifier: Apache-2.0

// Package visit keeps the browsers in which people are signed in: a row each,
// with the SHA-256 of the token that the browser holds. Package signin decides
// when one begins and ends.
//
// # Tables
//
// account_session. An ended session is deleted: nobody needs to know for longer
// from where somebody worked.
package visit
