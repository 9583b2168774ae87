// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"
	"hash/maphash"
	"math/bits"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Fault is one thing that is wrong in the books. Code is the end of the message
// key `check.ledger_<code>`.
type Fault struct {
	Code    string
	Subject string         // what it is about: the id of an entry or an account, a day
	Args    map[string]any // arguments of the message
}

// Checked says how much was compared.
type Checked struct {
	Accounts, Entries, Lines, Lots, Balances, Holds, Corrections int64
}

// Check proves the ledger, or reports what is wrong in it. q should be a
// snapshot (db.View).
//
// The lines are read once, in the order of the entries, and nothing that grows
// with their number is kept. That balances equal the sums of their lines is
// proved by a checksum: each balance has a random weight of this run, and the
// weighted sums over lines and over balances must agree modulo 2^61-1. One wrong
// balance passes with a chance of about 2^-60. Only when they do not agree are
// the lines grouped to find which balance is wrong.
func Check(ctx context.Context, q db.Queryer, report func(Fault)) (Checked, error) {
	c := &checker{
		q: q, report: report, seed: maphash.MakeSeed(), accounts: map[id.ID]Kind{},
		dims: map[dimension]int64{}, days: map[dayKey]int64{}, turnovers: map[turnoverKey]int64{},
	}
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"accounts", c.readAccounts}, {"lines", c.readLines}, {"orphans", c.readOrphans}, {"balances", c.readBalances},
		{"days", c.compareDays}, {"turnover", c.compareTurnovers}, {"corrections", c.readCorrections},
	} {
		if err := step.run(ctx); err != nil {
			return c.done, fmt.Errorf("check %s: %w", step.name, err)
		}
	}
	return c.done, nil
}

type dayKey struct {
	kind      Kind
	commodity string
	day       Day
	side      int64
}

type turnoverKey struct {
	account   id.ID
	commodity string
	side      int64
}

type balanceKey struct {
	account   id.ID
	commodity string
	lot       id.ID
}

// checker holds what one Check needs. Its size grows with the accounts, days,
// commodities and open holds, not with the entries.
type checker struct {
	q         db.Queryer
	report    func(Fault)
	done      Checked
	seed      maphash.Seed
	accounts  map[id.ID]Kind
	dims      map[dimension]int64 // of the entry being read
	days      map[dayKey]int64
	turnovers map[turnoverKey]int64
	weighted  uint64 // sum over lines less sum over balances, weighted, modulo prime
	buf       []byte
}

func (c *checker) fault(code, subject string, args ...any) {
	f := Fault{Code: code, Subject: subject, Args: make(map[string]any, len(args)/2)}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	c.report(f)
}

func (c *checker) readAccounts(ctx context.Context) error {
	return db.Each(ctx, c.q, checkAccounts, nil, func(r *db.Rows) error {
		var accountID id.ID
		var a Account
		var guarded bool
		if err := r.Scan(&accountID, &a.Kind, &a.Holder, &a.Place, &guarded); err != nil {
			return err
		}
		c.done.Accounts++
		if a.ID() != accountID || guarded != a.Kind.Guarded() {
			c.fault("account", accountID.String(), "kind", string(a.Kind), "place", a.Place)
		}
		c.accounts[accountID] = a.Kind
		return nil
	})
}

// checkLine is a line with what it is compared with. line is nil for an entry
// without lines.
type checkLine struct {
	entry          id.ID
	day            Day
	reverses       bool
	account        id.ID
	commodity      *string
	lot            id.ID
	amount         *int64
	same, unmarked int64
}

func (l *checkLine) fields() []any {
	return []any{&l.entry, &l.day, &l.reverses, &l.account, &l.commodity, &l.lot, &l.amount, &l.same, &l.unmarked}
}

func (c *checker) readLines(ctx context.Context) error {
	var l checkLine
	var open id.ID // the entry whose lines are being read
	var count int
	fields := l.fields()
	err := db.Each(ctx, c.q, checkLines, []any{id.Zero}, func(r *db.Rows) error {
		if err := r.Scan(fields...); err != nil {
			return err
		}
		if l.entry != open || c.done.Entries == 0 {
			c.endEntry(open, count)
			c.done.Entries++
			open, count = l.entry, 0
		}
		if l.amount == nil {
			return nil
		}
		count++
		c.line(&l)
		return nil
	})
	c.endEntry(open, count)
	return err
}

// endEntry judges the entry whose last line has been read.
func (c *checker) endEntry(entry id.ID, count int) {
	if c.done.Entries == 0 {
		return
	}
	if count < 2 {
		c.fault("lines", entry.String(), "entry", entry.String(), "lines", count)
	}
	for k, sum := range c.dims {
		if sum != 0 {
			c.fault("unbalanced", entry.String(), "entry", entry.String(), "commodity", string(k.commodity), "amount", sum)
		}
	}
	clear(c.dims)
}

func (c *checker) line(l *checkLine) {
	c.done.Lines++
	commodity, amount := *l.commodity, *l.amount
	k := dimension{Commodity(commodity), l.lot}
	sum, err := qty.Add(c.dims[k], amount)
	if err != nil || amount > MaxAmount || amount < -MaxAmount {
		c.fault("too_large", l.entry.String(), "entry", l.entry.String(), "amount", amount)
	}
	c.dims[k] = sum
	switch {
	case l.lot.IsZero() && l.same == 0:
		if l.unmarked == 0 {
			c.fault("lot", l.entry.String(), "entry", l.entry.String(), "lot", l.lot.String())
		}
	case l.same == 0:
		c.fault("no_lot", l.entry.String(), "entry", l.entry.String(), "lot", l.lot.String())
	case l.same == 1:
		c.fault("lot", l.entry.String(), "entry", l.entry.String(), "lot", l.lot.String())
	}
	kind, known := c.accounts[l.account]
	if !known {
		c.fault("no_account", l.entry.String(), "entry", l.entry.String(), "account", l.account.String())
		return
	}
	side := int64(1)
	if (amount < 0) != l.reverses {
		side = -1
	}
	c.days[dayKey{kind, commodity, l.day, side}] += amount
	if kind.reported() {
		c.turnovers[turnoverKey{l.account, commodity, side}] += amount
	}
	c.weigh(balanceKey{l.account, commodity, l.lot}, kind, amount)
}

// prime is the modulus of the checksum, the Mersenne prime 2^61-1.
const prime = 1<<61 - 1

// weigh adds amount times the balance's weight to the checksum.
func (c *checker) weigh(k balanceKey, kind Kind, amount int64) {
	c.buf = append(append(append(append(append(c.buf[:0], k.account[:]...), k.lot[:]...), kind...), 0), k.commodity...)
	weight := maphash.Bytes(c.seed, c.buf) % prime
	magnitude := uint64(amount)
	if amount < 0 {
		magnitude = -magnitude
	}
	hi, lo := bits.Mul64(weight, magnitude%prime)
	_, product := bits.Div64(hi, lo, prime) // hi < 2^58 < prime, as both factors are below 2^61
	if amount < 0 {
		product = prime - product
	}
	c.weighted = (c.weighted + product) % prime
}

func (c *checker) readOrphans(ctx context.Context) error {
	n, err := db.Value[int64](ctx, c.q, countLines)
	if err != nil || n == c.done.Lines {
		return err
	}
	return db.Each(ctx, c.q, checkOrphans, nil, func(r *db.Rows) error {
		var entry id.ID
		var lines int64
		if err := r.Scan(&entry, &lines); err != nil {
			return err
		}
		c.fault("no_entry", entry.String(), "entry", entry.String(), "lines", lines)
		return nil
	})
}
