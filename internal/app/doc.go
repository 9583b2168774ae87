// SPDX-License-Identifier: Apache-2.0

// Package app puts the parts of the program together: it is the only place that
// knows them all.
package app
