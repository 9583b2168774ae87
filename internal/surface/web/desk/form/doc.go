// SPDX-License-Identifier: Apache-2.0

// Package form draws the forms of the desk: a summary of what has to be
// changed, the errors beside their fields, and everything as it was typed. A
// form carries a key that makes sending it twice do one thing, and the version
// that its writer saw, so that two people never overwrite each other unseen.
package form
