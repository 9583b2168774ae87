// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const selectHanded = `
	SELECT d.recipient, d.place, l.commodity, l.class, sum(l.accepted)
	FROM distribution_line l
	JOIN distribution d ON d.id = l.distribution_id
	WHERE l.live = 1 AND l.day <= $1
	GROUP BY d.recipient, d.place, l.commodity, l.class
	ORDER BY d.recipient, d.place, l.commodity`

const countHandOvers = `
	SELECT recipient, count(*)
	FROM distribution
	WHERE status = 'posted' AND day <= $1
	GROUP BY recipient`

// HandOvers counts the hand-overs to every recipient up to and with a day;
// those that were corrected away do not count. It reads one index.
func HandOvers(ctx context.Context, q db.Queryer, upTo clock.Day) (map[id.ID]int64, error) {
	counts := map[id.ID]int64{}
	err := db.Each(ctx, q, countHandOvers, []any{upTo}, func(r *db.Rows) error {
		var recipient id.ID
		var n int64
		err := r.Scan(&recipient, &n)
		counts[recipient] = n
		return err
	})
	return counts, err
}

// Sum is what one recipient was handed of one commodity.
type Sum struct {
	Recipient id.ID
	Place     string
	Commodity ledger.Commodity
	Class     string
	Quantity  int64
}

// Handed sums what every recipient accepted up to and with a day. It reads every
// line; for today's state the ledger keeps the sums.
func Handed(ctx context.Context, q db.Queryer, upTo clock.Day) ([]Sum, error) {
	return db.All(ctx, q, selectHanded, []any{upTo}, func(r *db.Rows) (s Sum, err error) {
		err = r.Scan(&s.Recipient, &s.Place, &s.Commodity, &s.Class, &s.Quantity)
		return s, err
	})
}
