// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"context"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const selectBriefsHead = `
	SELECT id, donor, holder
	FROM receipt`

// Brief is what a receipt is about, without what it says.
type Brief struct {
	ID     id.ID
	Donor  id.ID
	Holder id.ID // who keeps it
}

// Pointer points to receipts by whom they are about or where their ids lie.
type Pointer struct {
	Donor    id.ID
	From, To id.ID   // ids from and up to; zero: any
	Holders  []id.ID // kept by any of them; empty: by anybody
}

// Briefs returns at most limit receipts that are posted, the last recorded first.
func Briefs(ctx context.Context, q db.Queryer, p Pointer, limit int) ([]Brief, error) {
	where := &db.Filter{}
	where.And("status = 'posted'")
	if !p.Donor.IsZero() {
		where.And("donor = ?", p.Donor)
	}
	if !p.To.IsZero() {
		where.And("id >= ? AND id <= ?", p.From, p.To)
	}
	if len(p.Holders) > 0 {
		db.AndIn(where, "holder", p.Holders)
	}
	query, args := where.Query(selectBriefsHead, "ORDER BY id DESC", limit)
	all, err := db.All(ctx, q, query, args, func(r *db.Rows) (b Brief, err error) {
		err = r.Scan(&b.ID, &b.Donor, &b.Holder)
		return b, err
	})
	if err != nil {
		return nil, fmt.Errorf("point to receipts: %w", err)
	}
	return all, nil
}
