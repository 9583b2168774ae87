// SPDX-License-Identifier: Apache-2.0

// Package meaning understands one row of a register: who, when, what and how
// much, or the reason why that cannot be said. It needs no database, so a row
// can be shown as it will be read before anything is posted.
//
// What it cannot read it holds with a reason (register.date.no_year, …); what
// says too little to be a record of anything it refuses. It never guesses a
// number, a unit or a year.
package meaning
