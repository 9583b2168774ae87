// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// columns says which columns have anything in them: an empty column is not
// drawn.
type columns struct {
	item, quantity, amount, from, to, place, lot, paper, note bool
}

func columnsOf(rows []Row) columns {
	var c columns
	for _, r := range rows {
		c.item = c.item || r.Item != "" || r.AsWritten != ""
		c.quantity = c.quantity || r.State != ""
		c.amount = c.amount || r.Amount != nil
		c.from = c.from || r.From != ""
		c.to = c.to || r.To != ""
		c.place = c.place || r.Place != ""
		c.lot = c.lot || r.Lot != ""
		c.paper = c.paper || r.Paper != ""
		c.note = c.note || r.Note != "" || r.Reversed
	}
	return c
}

// quantityText writes a quantity with its state: ≈ 5,000 只, at least, unknown.
func (r Row) quantityText(l *i18n.Localizer) string {
	switch r.State {
	case qty.Stated, qty.About, qty.AtLeast:
		sign := figure.Coverage{State: r.State}.Sign()
		if sign != "" {
			sign += " "
		}
		return sign + l.Number(r.Quantity) + " " + figure.UnitOf(l, r.Quantity, r.Unit, r.Class)
	}
	return l.T("web.number_unknown")
}
