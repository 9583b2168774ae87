// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// readBalances compares balances with lines, holds and guards.
func (c *checker) readBalances(ctx context.Context) error {
	held, err := c.readHolds(ctx)
	if err != nil {
		return err
	}
	var k balanceKey
	var kind string
	var guarded bool
	var amount, onHold int64
	fields := []any{&k.account, &k.commodity, &k.lot, &kind, &guarded, &amount, &onHold}
	err = db.Each(ctx, c.q, checkBalances, nil, func(r *db.Rows) error {
		if err := r.Scan(fields...); err != nil {
			return err
		}
		c.done.Balances++
		c.weigh(k, Kind(kind), -amount)
		if want := held[k]; want != onHold {
			c.fault("held", k.account.String(), "account", k.account.String(), "commodity", k.commodity, "held", onHold, "sum", want)
		}
		delete(held, k)
		if guarded != Kind(kind).Guarded() || guarded && amount < onHold {
			c.fault("guard", k.account.String(), "account", k.account.String(), "commodity", k.commodity, "amount", amount, "held", onHold)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range sortedBalances(held) {
		c.fault("held", k.account.String(), "account", k.account.String(), "commodity", k.commodity, "held", int64(0), "sum", held[k])
	}
	if c.weighted == 0 {
		return nil
	}
	return c.findBalances(ctx)
}

func sortedBalances(m map[balanceKey]int64) []balanceKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b balanceKey) int {
		return cmp.Or(bytes.Compare(a.account[:], b.account[:]), cmp.Compare(a.commodity, b.commodity), bytes.Compare(a.lot[:], b.lot[:]))
	})
}

func (c *checker) readHolds(ctx context.Context) (map[balanceKey]int64, error) {
	held := map[balanceKey]int64{}
	err := db.Each(ctx, c.q, checkHolds, nil, func(r *db.Rows) error {
		var k balanceKey
		var sum int64
		if err := r.Scan(&k.account, &k.commodity, &k.lot, &sum); err != nil {
			return err
		}
		held[k] = sum
		c.done.Holds++
		return nil
	})
	return held, err
}

// findBalances names the balances that are not the sum of their lines.
func (c *checker) findBalances(ctx context.Context) error {
	return db.Each(ctx, c.q, findBalances, nil, func(r *db.Rows) error {
		var k balanceKey
		var amount, sum int64
		var kind, want string
		if err := r.Scan(&k.account, &k.commodity, &k.lot, &amount, &sum, &kind, &want); err != nil {
			return err
		}
		if want == "" {
			return nil // the account is missing, which has been reported
		}
		c.fault("balance", k.account.String(), "account", k.account.String(), "commodity", k.commodity, "amount", amount, "sum", sum)
		return nil
	})
}

// compareDays takes the kept sums off the computed ones: nothing must be left.
func (c *checker) compareDays(ctx context.Context) error {
	err := db.Each(ctx, c.q, checkDays, nil, func(r *db.Rows) error {
		var k dayKey
		var amount int64
		if err := r.Scan(&k.kind, &k.commodity, &k.day, &k.side, &amount); err != nil {
			return err
		}
		c.days[k] -= amount
		return nil
	})
	if err != nil {
		return err
	}
	left := slices.SortedFunc(maps.Keys(c.days), func(a, b dayKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.kind, b.kind), cmp.Compare(a.commodity, b.commodity), cmp.Compare(a.side, b.side))
	})
	for _, k := range left {
		if off := c.days[k]; off != 0 {
			c.fault("day", k.day.String(), "day", k.day.String(), "kind", string(k.kind), "commodity", k.commodity, "amount", -off)
		}
	}
	return nil
}

func (c *checker) compareTurnovers(ctx context.Context) error {
	err := db.Each(ctx, c.q, checkTurnovers, nil, func(r *db.Rows) error {
		var k turnoverKey
		var amount int64
		if err := r.Scan(&k.account, &k.commodity, &k.side, &amount); err != nil {
			return err
		}
		c.turnovers[k] -= amount
		return nil
	})
	if err != nil {
		return err
	}
	left := slices.SortedFunc(maps.Keys(c.turnovers), func(a, b turnoverKey) int {
		return cmp.Or(bytes.Compare(a.account[:], b.account[:]), cmp.Compare(a.commodity, b.commodity), cmp.Compare(a.side, b.side))
	})
	for _, k := range left {
		if off := c.turnovers[k]; off != 0 {
			c.fault("turnover", k.account.String(), "account", k.account.String(), "commodity", k.commodity, "amount", -off)
		}
	}
	return nil
}

func (c *checker) readCorrections(ctx context.Context) (err error) {
	if c.done.Corrections, err = db.Value[int64](ctx, c.q, countReversals); err != nil {
		return err
	}
	if c.done.Lots, err = db.Value[int64](ctx, c.q, countLots); err != nil {
		return err
	}
	err = db.Each(ctx, c.q, checkTwice, nil, func(r *db.Rows) error {
		var entry id.ID
		var n int64
		if err := r.Scan(&entry, &n); err != nil {
			return err
		}
		c.fault("twice", entry.String(), "entry", entry.String(), "corrections", n)
		return nil
	})
	if err != nil {
		return err
	}
	return db.Each(ctx, c.q, checkMirrors, nil, func(r *db.Rows) error {
		var entry id.ID
		if err := r.Scan(&entry); err != nil {
			return err
		}
		c.fault("mirror", entry.String(), "entry", entry.String())
		return nil
	})
}
