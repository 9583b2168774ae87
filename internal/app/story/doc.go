// SPDX-License-Identifier: Apache-2.0

// Package story plays the demonstration: 27 January to 17 February 2020 in an
// invented office, through the product's own services, so that the books look
// as they would have looked then.
//
// What happens stands in data/*.tsv, one thing a line; the code only reads the
// tables and asks the services in the order of time. The clock stands at the
// moment at which each thing was written down, some minutes after it happened.
//
// Everybody in it is invented (示例, "example"); places are public places. Only
// the totals of 17 February are figures that were published at the time. A
// golden test holds them. The story never writes a table itself.
package story
