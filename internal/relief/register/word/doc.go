// SPDX-License-Identifier: Apache-2.0

// Package word keeps what people taught about the names of goods: that an
// article which the catalogue does not know, written in just these words, is
// goods of a class. Later imports read it so; what is booked stays as it is.
//
// A taught word counts only where the catalogue itself knows no class. The list
// is open to everybody who may see imports, and a word can be taken back.
//
// Table: register_alias. Facts: register.word_teach, register.word_forget. It
// refuses a class that is not in the catalogue and the class of unknown goods.
package word
