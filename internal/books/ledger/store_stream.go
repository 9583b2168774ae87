// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Stream is how much that came from one source, by one way, is now in one kind
// of account at one place.
type Stream struct {
	Source id.ID // who gave it; zero: the books never received it from anybody
	Via    string
	Kind   Kind // Recipient, Stock or Transit
	Place  string
	Amount int64
}

// The source of a lot is the account that it came from, its way the store among
// all where it ever was whose place begins with $1. Both are found once for each
// lot: one lot may lie in hundreds of balances.
const (
	selectStreamsHead = `
		WITH origin AS (
		  SELECT b.lot_id AS lot_id, a.holder AS holder
		  FROM ledger_account a
		  JOIN ledger_balance b ON b.account_id = a.id
		  WHERE a.kind = 'source'
		), way AS (
		  SELECT b.lot_id AS lot_id, min(a.place) AS place
		  FROM ledger_account a
		  JOIN ledger_balance b ON b.account_id = a.id
		  WHERE a.kind IN ('stock', 'transit') AND substr(a.place, 1, length(CAST($1 AS TEXT))) = CAST($1 AS TEXT)
		  GROUP BY b.lot_id
		)
		SELECT o.holder, coalesce(w.place, ''), a.kind, a.place, sum(b.amount)
		FROM ledger_account a
		JOIN ledger_balance b ON b.account_id = a.id
		LEFT JOIN origin o ON o.lot_id = b.lot_id
		LEFT JOIN way w ON w.lot_id = b.lot_id
		WHERE a.kind IN ('recipient', 'stock', 'transit') AND b.amount > 0 AND b.commodity IN (`

	selectStreamsTail = `)
		GROUP BY o.holder, w.place, a.kind, a.place
		ORDER BY sum(b.amount) DESC, o.holder, w.place, a.kind, a.place`
)

// Streams returns where the goods of some commodities came from and where they
// are now, summed, the largest first. Way is what the places begin with that
// goods come in by; no place is told as a way that does not.
func Streams(ctx context.Context, q db.Queryer, way string, commodities ...Commodity) ([]Stream, error) {
	if len(commodities) == 0 {
		return nil, nil
	}
	var marks strings.Builder
	args := []any{way}
	for i, c := range commodities {
		if i > 0 {
			marks.WriteString(", ")
		}
		fmt.Fprintf(&marks, "$%d", i+2)
		args = append(args, string(c))
	}
	return db.All(ctx, q, selectStreamsHead+marks.String()+selectStreamsTail, args, func(r *db.Rows) (s Stream, err error) {
		err = r.Scan(&s.Source, &s.Via, &s.Kind, &s.Place, &s.Amount)
		return s, err
	})
}
