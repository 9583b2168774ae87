// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// Counted is a quantity of goods as the ledger keeps it: in the class's base
// unit, or, when nobody knows what a pack holds, in packs.
type Counted struct {
	Class     Class
	Commodity string
	Unit      qty.Unit
	Amount    int64
}

// Count turns a stated quantity into what the ledger keeps. It guesses nothing:
// packs of unknown content stay packs, pieces never become pairs. The error is
// errs.Invalid with the message for the quantity's field; confirmed means that a
// person has said yes to a number beyond the class's plausible bound.
func (c *Catalog) Count(class string, q qty.Quantity, confirmed bool) (Counted, *errs.Error) {
	cl, ok := c.Class(class)
	if !ok {
		return Counted{}, errs.New(errs.Invalid, "goods.class_unknown", "class", class)
	}
	if q.State != qty.Stated || q.Validate() != nil {
		return Counted{}, errs.New(errs.Invalid, "goods.not_counted")
	}
	if q.Unit == qty.NoUnit {
		return Counted{}, errs.New(errs.Invalid, "goods.unit_missing", "unit", string(cl.BaseUnit))
	}
	n := Counted{Class: cl, Unit: q.Unit, Amount: q.Value}
	base, known, err := cl.Base(q)
	if err != nil {
		return Counted{}, errs.Wrap(err, errs.Invalid, "goods.absurd", "max", cl.Plausible)
	}
	if known {
		n.Unit, n.Amount = cl.BaseUnit, base
	}
	if n.Amount > cl.Plausible && !confirmed {
		return Counted{}, errs.New(errs.Invalid, "goods.absurd", "amount", n.Amount, "max", cl.Plausible)
	}
	n.Commodity = c.CommodityOf(class, n.Unit)
	return n, nil
}
