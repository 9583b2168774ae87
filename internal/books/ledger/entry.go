// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// Day is a day of the books' time zone.
type Day = clock.Day

// MaxAmount is the largest amount of one line: 10^15 base units or minor units.
// Beyond it no real effort reaches; sums of a thousand such lines still fit.
const MaxAmount = 1_000_000_000_000_000

// MaxLines is the largest number of lines of one entry, so that one entry never
// holds up the others for long.
const MaxLines = 2000

// Line moves an amount of a lot into (positive) or out of (negative) an account.
type Line struct {
	Account   Account
	Commodity Commodity
	Lot       id.ID // zero only for money that carries no earmark
	Amount    int64
}

// Draft is an entry to be posted.
type Draft struct {
	ID         id.ID  // the document that the entry books has the same id; zero: a new id
	Kind       string // what happened: receipt, distribution, money.in, …
	OccurredAt time.Time
	Reason     string
	Evidence   string // what proves it: a document number, a file's digest and row
	Key        string // idempotency key; empty: none
	Lines      []Line
}

// Entry is a posted entry.
type Entry struct {
	ID         id.ID
	Kind       string
	OccurredAt time.Time
	RecordedAt time.Time
	Day        Day
	Reason     string
	Evidence   string
	Reverses   id.ID // zero unless this is a correction
	Lines      []Line
}

// ErrAlready is returned (with the entry of then) when the key was used before.
var ErrAlready = errors.New("ledger: key already used")

// The programming errors that Validate finds: callers build entries, people do not.
var (
	ErrUnbalanced = errors.New("ledger: entry does not sum to zero")
	ErrLines      = errors.New("ledger: an entry needs two lines or more, none of them zero")
)

// Validate checks the draft without a database.
func (d Draft) Validate() error {
	switch {
	case d.Kind == "":
		return errors.New("ledger: an entry needs a kind")
	case d.OccurredAt.IsZero():
		return errors.New("ledger: an entry needs the time at which it happened")
	case len(d.Lines) < 2 || len(d.Lines) > MaxLines:
		return fmt.Errorf("%w: %d lines", ErrLines, len(d.Lines))
	}
	sums := make(map[dimension]int64, 4)
	for i, l := range d.Lines {
		if l.Amount == 0 {
			return fmt.Errorf("%w: line %d", ErrLines, i)
		}
		if l.Amount > MaxAmount || l.Amount < -MaxAmount {
			return errs.Wrap(qty.ErrOverflow, errs.Invalid, "ledger.amount_too_large", "amount", l.Amount, "max", int64(MaxAmount))
		}
		if !l.Account.Kind.Valid() || l.Commodity == "" {
			return fmt.Errorf("ledger: line %d has account kind %q, commodity %q", i, l.Account.Kind, l.Commodity)
		}
		k := dimension{l.Commodity, l.Lot}
		sum, err := qty.Add(sums[k], l.Amount)
		if err != nil {
			return errs.Wrap(err, errs.Invalid, "ledger.amount_too_large", "amount", l.Amount, "max", int64(MaxAmount))
		}
		sums[k] = sum
	}
	for k, sum := range sums {
		if sum != 0 {
			return fmt.Errorf("%w: commodity %s lot %s is off by %d", ErrUnbalanced, k.commodity, k.lot, sum)
		}
	}
	return nil
}

// dimension is what must be conserved.
type dimension struct {
	commodity Commodity
	lot       id.ID
}

// change is what one entry does to one balance.
type change struct {
	account   Account
	accountID id.ID
	commodity Commodity
	lot       id.ID
	amount    int64
}

// changes merges the lines per balance and sorts them, so that every writer
// touches balances in the same order and none waits in a circle.
func changes(lines []Line, ids []id.ID) []change {
	all := make([]change, len(lines))
	for i, l := range lines {
		all[i] = change{l.Account, ids[i], l.Commodity, l.Lot, l.Amount}
	}
	slices.SortFunc(all, func(a, b change) int {
		return cmp.Or(bytes.Compare(a.accountID[:], b.accountID[:]),
			cmp.Compare(a.commodity, b.commodity), bytes.Compare(a.lot[:], b.lot[:]))
	})
	merged := all[:0]
	for _, c := range all {
		if n := len(merged); n > 0 && merged[n-1].accountID == c.accountID &&
			merged[n-1].commodity == c.commodity && merged[n-1].lot == c.lot {
			merged[n-1].amount += c.amount // ≤ MaxLines × MaxAmount: fits
			continue
		}
		merged = append(merged, c)
	}
	return merged
}
