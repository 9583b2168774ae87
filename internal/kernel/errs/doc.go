// SPDX-License-Identifier: Apache-2.0

// Package errs is the closed set of ways in which an operation can fail.
//
// An Error says what kind of failure it is (which decides the HTTP status and
// the exit code), which message the reader gets (a key of locales/, never an
// English sentence built here), which fields of a form are wrong, and privately
// what caused it. The cause is for the log: it is never shown.
//
// An error that is not an *Error is Internal: the reader is told that it is our
// fault and that nothing was changed.
package errs
