// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"fmt"
	"time"
)

// plainText writes entries as a journal of the program ledger. Donor and earmark
// are no dimensions there: it has less to add up than our books. What cannot be
// written is told by the writer's Flush.
type plainText struct{ w *bufio.Writer }

func (p *plainText) entry(at time.Time, kind string) {
	fmt.Fprintf(p.w, "\n%s %s\n", at.Format("2006/01/02"), kind) //nolint:errcheck // Flush tells
}

// move takes a quantity from one account to another; nothing is no posting.
func (p *plainText) move(from, to, commodity string, quantity int64) {
	if quantity == 0 {
		return
	}
	fmt.Fprintf(p.w, "    %s  %d \"%s\"\n    %s  %d \"%s\"\n", from, -quantity, commodity, to, quantity, commodity) //nolint:errcheck // Flush tells
}

// pay is move for money of two decimal places, in its smallest unit.
func (p *plainText) pay(from, to, currency string, minor int64) {
	amount := fmt.Sprintf("%d.%02d", minor/100, minor%100)
	fmt.Fprintf(p.w, "    %s  -%s %s\n    %s  %s %s\n", from, amount, currency, to, amount, currency) //nolint:errcheck // Flush tells
}
