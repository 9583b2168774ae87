// SPDX-License-Identifier: Apache-2.0

// Package list draws the lists of the desk. A chapter says which columns,
// filters and acts its list has and fills the rows; everything else is the same
// in every list: the address carries filters, order and page, so that a list
// can be sent to somebody; j, k and Enter walk it; picked rows go through one
// act together; the same rows leave as CSV and XLSX; on a phone each row is a
// block.
package list
