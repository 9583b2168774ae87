// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/need"
)

// asked is what one recipient asked of one class, and was handed.
type asked struct {
	class     string
	recipient id.ID
}

type demand struct {
	place     string
	state     qty.State // the least sure of its counted lines; empty: none is counted
	needed    int64
	uncounted int
	delivered int64
}

// needs compares what recipients asked for with what the same recipients were
// handed. Goods handed to somebody who did not ask cover nobody's need.
func (c *calculation) needs(ctx context.Context) error {
	demands, err := need.Demands(ctx, c.q, c.figures.Day)
	if err != nil {
		return fmt.Errorf("report: needs: %w", err)
	}
	by := map[asked]*demand{}
	for _, d := range demands {
		if d.Class == "" {
			continue // not classified yet: it is in the list of needs, not in a sum
		}
		k := asked{d.Class, d.Recipient}
		if by[k] == nil {
			by[k] = &demand{place: d.Place}
		}
		by[k].add(d)
	}
	for _, r := range c.figures.Received {
		if d := by[asked{r.Class, r.Recipient}]; d != nil && string(r.Commodity) == r.Class {
			d.delivered += r.Quantity
		}
	}
	c.figures.Needs = c.sumNeeds(by)
	return nil
}

func (d *demand) add(n need.Demand) {
	d.uncounted += int(n.Lines - n.Counted)
	if n.Counted == 0 {
		return
	}
	d.needed += n.Base
	d.state = lessSure(d.state, n.State)
}

// lessSure returns the state of a sum: one "about" makes the whole about, one
// "at least" the whole at least.
func lessSure(a, b qty.State) qty.State {
	order := []qty.State{"", qty.Stated, qty.About, qty.AtLeast}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// sumNeeds adds the recipients up per class.
func (c *calculation) sumNeeds(by map[asked]*demand) []Need {
	sums := map[string]*Need{}
	for k, d := range by {
		class, ok := c.catalog.Class(k.class)
		if !ok {
			continue
		}
		n := sums[k.class]
		if n == nil {
			n = &Need{Class: k.class, Group: class.Group, Unit: class.BaseUnit}
			sums[k.class] = n
		}
		n.add(d)
	}
	all := make([]Need, 0, len(sums))
	for _, class := range c.catalog.Classes() {
		n := sums[class.Code]
		if n == nil {
			continue
		}
		if n.State == "" {
			n.State = qty.Unstated
		}
		slices.SortFunc(n.Places, func(a, b PlaceNeed) int { return cmp.Compare(a.Place, b.Place) })
		all = append(all, *n)
	}
	return all
}

// add counts one recipient. What exceeds a number beside which the recipient
// also asked for an unknown amount may well be that amount: it is not too much.
func (n *Need) add(d *demand) {
	n.Recipients++
	n.UnknownLines += d.uncounted
	if d.state == "" {
		n.Unknown++
		n.UnknownDelivered += d.delivered
		return
	}
	delivered := d.delivered
	if d.uncounted > 0 {
		delivered = min(delivered, d.needed)
		n.UnknownDelivered += d.delivered - delivered
	}
	missing := max(0, d.needed-delivered)
	n.State = lessSure(n.State, d.state)
	n.Needed += d.needed
	n.Delivered += delivered
	n.Missing += missing
	n.addPlace(PlaceNeed{d.place, d.needed, delivered, missing})
}

func (n *Need) addPlace(p PlaceNeed) {
	for i := range n.Places {
		if have := &n.Places[i]; have.Place == p.Place {
			have.Needed += p.Needed
			have.Delivered += p.Delivered
			have.Missing += p.Missing
			return
		}
	}
	n.Places = append(n.Places, p)
}
