// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// pick is an amount taken from a lot on an account.
type pick struct {
	from ledger.Account
	Pick
}

// request asks for an amount of a commodity for one line.
type request struct {
	d         *Distribution
	commodity ledger.Commodity
	amount    int64
	only      id.ID // this lot alone; zero: any that may be used
	taken     map[ledger.Account]map[id.ID]int64
}

// The number of lots that are looked at: few for the ordinary hand-over, many
// for one that gathers what is left.
var windows = []int{8, 64, 900}

// pick chooses lots for a line, the first recorded first: lots that the donor
// meant for this recipient before lots for free use, and never those meant for
// somebody else. missing is what no lot covers.
func (s *Service) pick(ctx context.Context, tx *db.Tx, r request) (picks []pick, missing int64, err error) {
	// Two hand-overs of the same thing choose one after the other.
	if err := tx.Lock(ctx, "pick."+string(r.commodity)); err != nil {
		return nil, 0, err
	}
	for _, window := range windows {
		free, err := ledger.FreeLots(ctx, tx, r.commodity, r.d.Day, window)
		if err != nil {
			return nil, 0, err
		}
		mine, open, err := s.usable(ctx, tx, r, free)
		if err != nil {
			return nil, 0, err
		}
		picks, missing = r.fill(append(mine, open...))
		if missing == 0 || len(free) < window {
			break
		}
	}
	for _, p := range picks {
		if r.taken[p.from] == nil {
			r.taken[p.from] = map[id.ID]int64{}
		}
		r.taken[p.from][p.Lot] += p.Amount
	}
	return picks, missing, nil
}

// usable separates the lots meant for this recipient from those for free use
// and leaves out the rest.
func (s *Service) usable(ctx context.Context, q db.Queryer, r request, free []ledger.FreeLot) (mine, open []ledger.FreeLot, err error) {
	for _, f := range free {
		if !r.only.IsZero() && f.Lot.ID != r.only {
			continue
		}
		if f.Lot.Earmark.IsZero() {
			open = append(open, f)
			continue
		}
		e, err := ledger.EarmarkByID(ctx, q, f.Lot.Earmark)
		if err != nil {
			return nil, nil, err
		}
		if allows(e, r.d) {
			mine = append(mine, f)
		}
	}
	return mine, open, nil
}

// allows reports whether the donor's condition is met by this hand-over. A
// condition that the books only know as words needs a person who chooses the
// lot; it is never met by itself.
func allows(e ledger.Earmark, d *Distribution) bool {
	switch {
	case !e.Recipient.IsZero():
		return e.Recipient == d.Recipient
	case e.Place != "":
		return len(d.Place) >= len(e.Place) && d.Place[:len(e.Place)] == e.Place
	}
	return false
}

// fill takes from the lots in their order until the amount is reached.
func (r request) fill(lots []ledger.FreeLot) (picks []pick, missing int64) {
	missing = r.amount
	for _, f := range lots {
		if missing == 0 {
			break
		}
		n := min(missing, f.Available-r.taken[f.Account][f.Lot.ID])
		if n <= 0 {
			continue
		}
		picks = append(picks, pick{f.Account, Pick{f.Lot.ID, n}})
		missing -= n
	}
	return picks, missing
}
