// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"
	"fmt"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
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
	line      int // number of the line, for messages
	commodity ledger.Commodity
	amount    int64
	only      id.ID // a person chose this lot; zero: any that may be used
	taken     map[ledger.Account]map[id.ID]int64
}

// The number of lots that are looked at: few for the ordinary hand-over, many
// for one that gathers what is left, or that stands behind a row of lots meant
// for others.
var windows = []int{8, 64, 900, 20_000}

// pick chooses lots for a line and notes what it took. missing is what no lot
// covers.
func (r request) pick(ctx context.Context, tx *db.Tx) (picks []pick, missing int64, err error) {
	// Two hand-overs of the same thing choose one after the other.
	if err := tx.Lock(ctx, "pick."+string(r.commodity)); err != nil {
		return nil, 0, err
	}
	if r.only.IsZero() {
		picks, missing, err = r.oldest(ctx, tx)
	} else {
		picks, missing, err = r.chosen(ctx, tx)
	}
	if err != nil {
		return nil, 0, err
	}
	for _, p := range picks {
		if r.taken[p.from] == nil {
			r.taken[p.from] = map[id.ID]int64{}
		}
		r.taken[p.from][p.Lot] += p.Amount
	}
	return picks, missing, nil
}

// oldest takes the first recorded first: lots that the donor meant for this
// recipient before lots for free use, and never those meant for somebody else.
func (r request) oldest(ctx context.Context, q db.Queryer) (picks []pick, missing int64, err error) {
	known := map[id.ID]bool{} // earmarks that were read: whether they allow this hand-over
	for _, window := range windows {
		free, err := ledger.FreeLots(ctx, q, r.commodity, r.d.Day, window)
		if err != nil {
			return nil, 0, err
		}
		mine, open, err := r.usable(ctx, q, free, known)
		if err != nil {
			return nil, 0, err
		}
		picks, missing = r.fill(append(mine, open...))
		if missing == 0 || len(free) < window {
			break
		}
	}
	return picks, missing, nil
}

// usable separates the lots meant for this recipient from those for free use
// and leaves out the rest.
func (r request) usable(ctx context.Context, q db.Queryer, free []ledger.StockRow, known map[id.ID]bool) (mine, open []ledger.StockRow, err error) {
	for _, f := range free {
		if f.Lot.Earmark.IsZero() {
			open = append(open, f)
			continue
		}
		allowed, read := known[f.Lot.Earmark]
		if !read {
			e, err := ledger.EarmarkByID(ctx, q, f.Lot.Earmark)
			if err != nil {
				return nil, nil, err
			}
			allowed = !onlyWords(e) && allows(e, r.d)
			known[f.Lot.Earmark] = allowed
		}
		if allowed {
			mine = append(mine, f)
		}
	}
	return mine, open, nil
}

// chosen takes from the lot that a person named. A condition that the books know
// only as words is theirs to judge; one that names another recipient or place is
// not, and neither is a lot of other goods: those are errs.Invalid, whether or
// not the caller allows unreconciled lines.
func (r request) chosen(ctx context.Context, q db.Queryer) (picks []pick, missing int64, err error) {
	lot, err := ledger.LotByID(ctx, q, r.only)
	if errs.Is(err, errs.NotFound) {
		return nil, 0, r.refuse("ledger.no_lot")
	}
	if err != nil {
		return nil, 0, err
	}
	if lot.Commodity != r.commodity {
		return nil, 0, r.refuse("distribution.lot_other_goods")
	}
	e, err := ledger.EarmarkByID(ctx, q, lot.Earmark)
	if err != nil {
		return nil, 0, err
	}
	if !onlyWords(e) && !allows(e, r.d) {
		return nil, 0, r.refuse("distribution.lot_for_other")
	}
	if lot.OpenedOn > r.d.Day {
		return nil, r.amount, nil // it had not come yet
	}
	rows, err := ledger.StockRows(ctx, q, ledger.StockFilter{Lot: lot.ID}, ledger.MaxLines)
	if err != nil {
		return nil, 0, err
	}
	picks, missing = r.fill(rows)
	return picks, missing, nil
}

func (r request) refuse(key string) error {
	return errs.Bad().Field(fmt.Sprintf("lines[%d].lot", r.line), key)
}

// onlyWords reports whether an earmark names neither a recipient nor a place: a
// condition that only a person can judge, or none at all.
func onlyWords(e ledger.Earmark) bool { return e.Recipient.IsZero() && e.Place == "" }

// allows reports whether a condition that names a recipient or a place is met by
// this hand-over.
func allows(e ledger.Earmark, d *Distribution) bool {
	if !e.Recipient.IsZero() {
		return e.Recipient == d.Recipient
	}
	return strings.HasPrefix(d.Place, e.Place)
}

// fill takes from the lots in their order until the amount is reached.
func (r request) fill(lots []ledger.StockRow) (picks []pick, missing int64) {
	missing = r.amount
	for _, f := range lots {
		if missing == 0 {
			break
		}
		n := min(missing, f.Amount-f.Held-r.taken[f.Account][f.Lot.ID])
		if n <= 0 {
			continue
		}
		picks = append(picks, pick{f.Account, Pick{f.Lot.ID, n}})
		missing -= n
	}
	return picks, missing
}
