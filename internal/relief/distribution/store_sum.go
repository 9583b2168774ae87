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

const selectHandOvers = `
	SELECT recipient, CAST(sum(amount) AS BIGINT)
	FROM distribution_count
	GROUP BY recipient
	HAVING sum(amount) > 0`

var handOverCounter = db.Counter{Name: "distribution_count", Columns: 2, Upsert: `
	INSERT INTO distribution_count (recipient, stripe, amount)
	VALUES ($1, $2, $3)
	ON CONFLICT (recipient, stripe)
	DO UPDATE SET amount = distribution_count.amount + excluded.amount`}

// HandOvers returns how many hand-overs of every recipient stand: a sum that is
// kept, whatever the books hold.
func HandOvers(ctx context.Context, q db.Queryer) (map[id.ID]int64, error) {
	return counts(ctx, q, selectHandOvers)
}

// HandOversUpTo counts those up to and with a day, in one index; those that were
// corrected away do not count.
func HandOversUpTo(ctx context.Context, q db.Queryer, upTo clock.Day) (map[id.ID]int64, error) {
	return counts(ctx, q, countHandOvers, upTo)
}

func counts(ctx context.Context, q db.Queryer, query string, args ...any) (map[id.ID]int64, error) {
	found := map[id.ID]int64{}
	err := db.Each(ctx, q, query, args, func(r *db.Rows) error {
		var recipient id.ID
		var n int64
		err := r.Scan(&recipient, &n)
		found[recipient] = n
		return err
	})
	return found, err
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
