// SPDX-License-Identifier: Apache-2.0

// Package credential keeps that with which people prove who they are: the hash of
// a password, the secret of an app, the public keys of passkeys, the digests of
// recovery codes. Whoever reads the table can sign in with the second alone, and
// only after the password: an app's secret has to be readable to be checked.
//
// # Tables
//
// account_credential. A credential that counts (codes, passkeys) moves on by
// compare and swap, and one that is good once is deleted by its use: of two
// requests at once one succeeds.
package credential
