// SPDX-License-Identifier: Apache-2.0

package attempt

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Path is a way in.
type Path string

// The ways in.
const (
	Password Path = "password"
	Code     Path = "code"
	Recovery Path = "recovery"
	Link     Path = "link"
	Passkey  Path = "passkey"
	Confirm  Path = "confirm" // the password again, before something sensitive
)

// How patient we are.
const (
	freeAccount = 5   // failures on one account without a wait
	freeAddress = 100 // from one address: an office has one, and many people
	longest     = 15 * time.Minute
	memory      = 24 * time.Hour
)

// Limits keeps the counts. It is safe for concurrent use.
type Limits struct{ db *db.DB }

// New returns the limits.
func New(d *db.DB) *Limits { return &Limits{d} }

// Try is an attempt that was counted.
type Try struct {
	Failures int64 // of the account, before this one

	account, address id.ID
}

// Begin counts an attempt that is about to be made on the account (any text that
// names it; empty when the way in names none) from the address. It is refused
// when one of the two has to wait.
func (l *Limits) Begin(ctx context.Context, path Path, account string, address netip.Addr) (Try, error) {
	t := Try{address: id.Derive("attempt", string(path), "address", network(address))}
	if account != "" {
		t.account = id.Derive("attempt", string(path), "account", account)
	}
	err := l.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, subject := range t.subjects() {
			before, err := count(ctx, tx, subject, t.free(subject))
			if err != nil {
				return err
			}
			if subject == t.account {
				t.Failures = before
			}
		}
		return nil
	})
	return t, err
}

// Good ends an attempt that succeeded, in the write of what it achieved: the
// account's failures are forgotten, and the address gets this one back. Other
// failures from there stay: an attacker may have an account of their own.
func (t Try) Good(ctx context.Context, tx *db.Tx) error {
	for _, subject := range t.subjects() {
		var err error
		if subject == t.account {
			err = forget(ctx, tx, subject)
		} else {
			err = takeBack(ctx, tx, subject)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Cancel takes back an attempt that was none: a form with a wrong field.
func (l *Limits) Cancel(ctx context.Context, t Try) error {
	return l.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, subject := range t.subjects() {
			if err := takeBack(ctx, tx, subject); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sweep drops what is forgotten anyway.
func (l *Limits) Sweep(ctx context.Context) error {
	return l.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return sweep(ctx, tx, tx.Now().Add(-memory)) })
}

// subjects returns the rows of the attempt, in the one order in which they are
// written, so that two attempts never wait for each other in a circle.
func (t Try) subjects() []id.ID {
	subjects := []id.ID{t.address}
	if !t.account.IsZero() {
		subjects = append(subjects, t.account)
	}
	slices.SortFunc(subjects, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
	return subjects
}

func (t Try) free(subject id.ID) int64 {
	if subject == t.account {
		return freeAccount
	}
	return freeAddress
}

// network is what counts as one address: the address of IPv4, the /64 of IPv6,
// which one customer has whole.
func network(a netip.Addr) string {
	a = a.Unmap()
	if !a.Is6() {
		return a.String()
	}
	const bits = 64
	prefix, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return a.String()
	}
	return prefix.String()
}

// pause is how long to wait after so many failures.
func pause(failures, free int64) time.Duration {
	if failures < free {
		return 0
	}
	const doublings = 10 // 2^10 seconds are more than the longest
	return min(time.Second<<min(failures-free, doublings), longest)
}

// wait is how long to wait at that moment, given the failures until last. A last
// failure in the future means that the clock was put back: nobody waits for longer
// than the longest pause for that.
func wait(now, last time.Time, failures, free int64) time.Duration {
	left := last.Add(pause(failures, free)).Sub(now)
	if left > longest {
		return 0
	}
	return max(left, 0)
}

// tooMany says how long to wait, in whole seconds.
func tooMany(left time.Duration) error {
	seconds := int64((left + time.Second - 1) / time.Second)
	return errs.New(errs.RateLimited, "account.too_many", "seconds", seconds)
}
