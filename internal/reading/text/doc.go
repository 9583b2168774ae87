// SPDX-License-Identifier: Apache-2.0

// Package text brings written text into one shape, so that words can be found
// and names compared: full-width signs become half-width, invisible characters
// go, the many dashes and brackets become one of each.
//
// It changes no meaning: ² stays ², ½ stays ½, ① stays ①, because 10² is not
// 102. It keeps no table and does no input or output.
package text
