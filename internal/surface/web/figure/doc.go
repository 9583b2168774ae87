// SPDX-License-Identifier: Apache-2.0

// Package figure draws what all public pages show in the same way: an exact
// number with its unit, the coverage bar of a need, the bars of the days, and
// the address under which a number opens to its rows.
//
// The geometry is plain Go, so that the rules of the pictures can be tested
// without looking at them. Positions are percent of the width.
package figure
