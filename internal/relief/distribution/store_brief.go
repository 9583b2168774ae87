// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const selectBriefsHead = `
	SELECT id, recipient
	FROM distribution`

// Brief is what a distribution is about, without what it says.
type Brief struct {
	ID        id.ID
	Recipient id.ID
}

// Pointer points to distributions by whom they are about or where their ids lie.
type Pointer struct {
	Recipient  id.ID
	From, To   id.ID   // ids from and up to; zero: any
	Recipients []id.ID // any of them; empty: all
}

// Briefs returns at most limit distributions that are posted, the last recorded first.
func Briefs(ctx context.Context, q db.Queryer, p Pointer, limit int) ([]Brief, error) {
	where := &db.Filter{}
	where.And("status = 'posted'")
	if !p.Recipient.IsZero() {
		where.And("recipient = ?", p.Recipient)
	}
	if !p.To.IsZero() {
		where.And("id >= ? AND id <= ?", p.From, p.To)
	}
	if len(p.Recipients) > 0 {
		db.AndIn(where, "recipient", p.Recipients)
	}
	query, args := where.Query(selectBriefsHead, "ORDER BY id DESC", limit)
	all, err := db.All(ctx, q, query, args, func(r *db.Rows) (b Brief, err error) {
		err = r.Scan(&b.ID, &b.Recipient)
		return b, err
	})
	if err != nil {
		return nil, fmt.Errorf("point to distributions: %w", err)
	}
	return all, nil
}
