// SPDX-License-Identifier: Apache-2.0

// Package layout finds out how a register is laid out: which column is which
// field, what is a title, a total or a header that came again, which cells were
// merged, which row slipped a column, where the articles are when each has a
// column of its own or a record holds a list of them.
//
// It answers in the words of the file and decides nothing about goods or money;
// it owns no table and sends no event. It refuses a file that is no table and a
// table without a column that the kind of register needs.
package layout
