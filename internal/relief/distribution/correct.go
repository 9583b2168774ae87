// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"
	"errors"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Correction says what is wrong with a distribution.
type Correction struct {
	ID          id.ID
	Version     int64 // the one that the person saw
	Reason      string
	Replacement *Input // nil: it should never have been booked
	Key         string // idempotency key
}

// fact is what the journal keeps of a correction; next is the id of the
// replacement, if there is one.
func (c Correction) fact(actor account.Actor, next id.ID) journal.Fact {
	f := journal.Fact{Actor: actor.ID, Action: "distribution.correct", SubjectKind: "distribution", Subject: c.ID, Reason: c.Reason, Key: c.Key}
	if c.Replacement == nil {
		return journal.Correcting(f, c.Version, nil, next)
	}
	return journal.Correcting(f, c.Version, c.Replacement, next)
}

// Correct reverses a distribution (the goods are back in their lots) and, when
// a replacement is given, books it beside.
func (s *Service) Correct(ctx context.Context, actor account.Actor, c Correction) (Distribution, error) {
	if err := s.policy.Authorize(ctx, actor, "distribution.correct", account.Object{Kind: "distribution", ID: c.ID}); err != nil {
		return Distribution{}, err
	}
	if strings.TrimSpace(c.Reason) == "" {
		return Distribution{}, errs.Bad().Field("reason", "error.reason_missing")
	}
	var replacement *prepared
	if c.Replacement != nil {
		p, err := s.prepare(ctx, actor, *c.Replacement)
		if err != nil {
			return Distribution{}, err
		}
		p.replaces, p.reason = c.ID, c.Reason
		replacement = &p
	}
	var d Distribution
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		var repeated bool
		next := tx.NewID()
		if d, repeated, err = s.reverse(ctx, tx, actor, c, next); err != nil || repeated || replacement == nil {
			return err
		}
		replacement.id = next
		d, err = s.post(ctx, tx, actor, *replacement, "")
		return err
	})
	return d, err
}

// reverse takes a distribution out of the books. repeated means that the same
// correction was made before; nothing is done then.
func (s *Service) reverse(ctx context.Context, tx *db.Tx, actor account.Actor, c Correction, next id.ID) (old Distribution, repeated bool, err error) {
	prior, err := journal.Write(ctx, tx, c.fact(actor, next))
	repeated = errors.Is(err, journal.ErrAlready)
	if err != nil && !repeated {
		return Distribution{}, false, err
	}
	if made := prior.Named("replacement"); repeated && !made.IsZero() {
		old, err = byID(ctx, tx, made)
		return old, true, err
	}
	if err := tx.Lock(ctx, "correct "+c.ID.String()); err != nil { // the second of two sees what the first did
		return old, false, err
	}
	old, err = byID(ctx, tx, c.ID)
	if err != nil || repeated {
		return old, repeated, err
	}
	if old.Version != c.Version || old.Status != Posted {
		return Distribution{}, false, errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	if _, err := s.ledger.Reverse(ctx, tx, old.ID, c.Reason, ""); err != nil {
		return Distribution{}, false, err
	}
	old.Status, old.Reason, old.Version, old.UpdatedAt = Corrected, c.Reason, old.Version+1, tx.Now()
	tx.Add(&handOverCounter, -1, old.Recipient, tx.Stripe())
	changed, err := markCorrected(ctx, tx, old, c.Version)
	if err == nil && !changed {
		err = errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	return old, false, err
}
