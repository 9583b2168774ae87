// SPDX-License-Identifier: Apache-2.0

package invented

import (
	"bufio"
	"fmt"
	"time"
)

// PlainText writes entries as a journal of the program ledger. Donor and earmark
// are no dimensions there: it has less to add up than our books. What cannot be
// written is told by the writer's Flush.
type PlainText struct{ W *bufio.Writer }

// Entry begins an entry.
func (p *PlainText) Entry(at time.Time, kind string) {
	fmt.Fprintf(p.W, "\n%s %s\n", at.Format("2006/01/02"), kind) //nolint:errcheck // Flush tells
}

// Move takes a quantity from one account to another; nothing is no posting.
func (p *PlainText) Move(from, to, commodity string, quantity int64) {
	if quantity == 0 {
		return
	}
	fmt.Fprintf(p.W, "    %s  %d \"%s\"\n    %s  %d \"%s\"\n", from, -quantity, commodity, to, quantity, commodity) //nolint:errcheck // Flush tells
}

// Pay is Move for money of two decimal places, in its smallest unit.
func (p *PlainText) Pay(from, to, currency string, minor int64) {
	amount := fmt.Sprintf("%d.%02d", minor/100, minor%100)
	fmt.Fprintf(p.W, "    %s  -%s %s\n    %s  %s %s\n", from, amount, currency, to, amount, currency) //nolint:errcheck // Flush tells
}
