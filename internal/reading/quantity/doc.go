// SPDX-License-Identifier: Apache-2.0

// Package quantity reads numbers, measure words, quantities and packing
// specifications as registers and messages write them, in Chinese and English.
//
// A number that nobody stated stays unknown; it never becomes 0 or 1. Sizes,
// models, volumes and strengths are no packs. Where a text can be read in two
// ways, it is not read. The package keeps no table and does no input or output.
package quantity
