// SPDX-License-Identifier: Apache-2.0

package need

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// Parties finds or makes the organisation that a name means.
type Parties interface {
	Resolve(ctx context.Context, tx *db.Tx, actor account.Actor, name string, kind org.Kind) (id.ID, error)
}

// Service keeps needs. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	policy  *account.Policy
	catalog *catalog.Catalog
	parties Parties
	zone    *time.Location
}

// New returns the service; zone is that of the books' days.
func New(d *db.DB, policy *account.Policy, c *catalog.Catalog, parties Parties, zone *time.Location) *Service {
	return &Service{db: d, policy: policy, catalog: c, parties: parties, zone: zone}
}

// Create records a need. The key makes a repeated call return the first one's
// result; empty means none.
func (s *Service) Create(ctx context.Context, actor account.Actor, in Input, key string) (Need, error) {
	in, err := s.prepare(ctx, actor, in)
	if err != nil {
		return Need{}, err
	}
	var n Need
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = s.post(ctx, tx, actor, prepared{Input: in}, key)
		return err
	})
	return n, err
}

// CreateIn records a need inside another chapter's write.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, actor account.Actor, in Input, key string) (Need, error) {
	in, err := s.prepare(ctx, actor, in)
	if err != nil {
		return Need{}, err
	}
	return s.post(ctx, tx, actor, prepared{Input: in}, key)
}

type prepared struct {
	Input
	id       id.ID // of what is booked; zero: a new one
	replaces id.ID
	reason   string
}

// newID returns the id of what is to be booked.
func (p prepared) newID(tx *db.Tx) id.ID {
	if p.id.IsZero() {
		return tx.NewID()
	}
	return p.id
}

// prepare checks the input and computes base values.
func (s *Service) prepare(ctx context.Context, actor account.Actor, in Input) (Input, error) {
	if err := s.policy.Authorize(ctx, actor, "need.create", account.Object{Kind: "need", Org: in.Recipient}); err != nil {
		return in, err
	}
	if err := in.Validate(clock.DayOf(s.db.Clock().Now(), s.zone)); err != nil {
		return in, err
	}
	bad := errs.Bad()
	lines := make([]Line, len(in.Lines))
	for i, l := range in.Lines {
		lines[i] = l
		lines[i].Base, lines[i].Confirmed = nil, false
		if l.Class == "" {
			continue
		}
		class, ok := s.catalog.Class(l.Class)
		if !ok {
			bad.Field(fmt.Sprintf("lines[%d].class", i), "goods.class_unknown", "class", l.Class)
			continue
		}
		base, known, err := class.Base(l.Quantity)
		if err != nil || base > ledger.MaxAmount || base > class.Plausible && !l.Confirmed {
			bad.Field(fmt.Sprintf("lines[%d].quantity", i), "goods.absurd", "max", class.Plausible)
		} else if known {
			lines[i].Base = &base
		}
	}
	in.Lines = lines
	return in, bad.OrNil()
}

func (s *Service) post(ctx context.Context, tx *db.Tx, actor account.Actor, p prepared, key string) (Need, error) {
	n := Need{
		ID: p.newID(tx), Recipient: p.Recipient, Place: p.Place, Setting: p.Setting, StatedOn: p.StatedOn, ByDate: p.ByDate,
		Status: Open, Source: p.Source, Note: p.Note, Replaces: p.replaces, Reason: p.reason, Version: 1,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Lines: p.Lines,
	}
	if n.StatedOn == 0 {
		n.StatedOn = clock.DayOf(tx.Now(), s.zone)
	}
	var err error
	if n.Recipient.IsZero() {
		if n.Recipient, err = s.parties.Resolve(ctx, tx, actor, p.RecipientName, ""); err != nil {
			return Need{}, fmt.Errorf("recipient: %w", err)
		}
		if n.Recipient.IsZero() {
			return Need{}, errs.Bad().Field("recipient", "need.recipient_missing")
		}
	}
	fact := journal.Fact{
		Actor: actor.ID, Action: "need.create", SubjectKind: "need", Subject: n.ID,
		Reason: p.reason, Payload: n.payload(), Key: key,
	}
	if key != "" {
		fact.Fingerprint = p.fingerprint()
	}
	prior, err := journal.Write(ctx, tx, fact)
	if errors.Is(err, journal.ErrAlready) {
		return byID(ctx, tx, prior.Subject)
	}
	if err != nil {
		return Need{}, err
	}
	return n, insert(ctx, tx, n)
}

// Correction ends a need: with a replacement it is replaced, without it is
// withdrawn.
type Correction struct {
	ID          id.ID
	Version     int64 // the one that the person saw
	Reason      string
	Replacement *Input
	Key         string // idempotency key
}

// fact is what the journal keeps of a correction; next is the id of the
// replacement, if there is one.
func (c Correction) fact(actor account.Actor, next id.ID) journal.Fact {
	f := journal.Fact{Actor: actor.ID, Action: "need.withdraw", SubjectKind: "need", Subject: c.ID, Reason: c.Reason, Key: c.Key}
	if c.Replacement == nil {
		return journal.Correcting(f, c.Version, nil, next)
	}
	f.Action = "need.correct"
	return journal.Correcting(f, c.Version, c.Replacement, next)
}

// Correct replaces or withdraws a need. The old one stays, marked and linked.
func (s *Service) Correct(ctx context.Context, actor account.Actor, c Correction) (Need, error) {
	if _, err := s.may(ctx, actor, "need.correct", c.ID); err != nil {
		return Need{}, err
	}
	if strings.TrimSpace(c.Reason) == "" {
		return Need{}, errs.Bad().Field("reason", "error.reason_missing")
	}
	if c.Replacement != nil {
		in, err := s.prepare(ctx, actor, *c.Replacement)
		if err != nil {
			return Need{}, err
		}
		c.Replacement = &in
	}
	var n Need
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		var repeated bool
		next := tx.NewID()
		if n, repeated, err = s.end(ctx, tx, actor, c, next); err != nil || repeated || c.Replacement == nil {
			return err
		}
		n, err = s.post(ctx, tx, actor, prepared{*c.Replacement, next, c.ID, c.Reason}, "")
		return err
	})
	return n, err
}

// end closes a need. repeated means that the same correction was made before.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor account.Actor, c Correction, next id.ID) (old Need, repeated bool, err error) {
	status := Replaced
	if c.Replacement == nil {
		status = Withdrawn
	}
	prior, err := journal.Write(ctx, tx, c.fact(actor, next))
	repeated = errors.Is(err, journal.ErrAlready)
	if err != nil && !repeated {
		return Need{}, false, err
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
	if old.Version != c.Version || old.Status != Open {
		return Need{}, false, errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	old.Status, old.Reason, old.Version, old.UpdatedAt = status, c.Reason, old.Version+1, tx.Now()
	changed, err := markEnded(ctx, tx, old, c.Version)
	if err == nil && !changed {
		err = errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	return old, false, err
}

// Get returns a need with its lines.
func (s *Service) Get(ctx context.Context, actor account.Actor, needID id.ID) (Need, error) {
	return s.may(ctx, actor, "need.read", needID)
}

// may returns a need to whoever may do the action to it. A need is its
// recipient's: who may see only their own learns nothing of others, not even
// that there is none.
func (s *Service) may(ctx context.Context, actor account.Actor, action string, needID id.ID) (Need, error) {
	n, err := byID(ctx, s.db, needID)
	if refused := s.policy.Authorize(ctx, actor, action, account.Object{Kind: "need", ID: needID, Org: n.Recipient}); refused != nil {
		return Need{}, refused
	}
	return n, err
}

// List returns one page of lines with their needs. Who may see only those of some
// organisations gets those, and is refused when asking for another's.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter, p page.Request) (page.Page[Row], error) {
	f, err := s.readable(ctx, actor, f)
	if err != nil {
		return page.Page[Row]{}, err
	}
	return Rows(ctx, s.db, f, p)
}

// Count returns how many lines List would give on all its pages; it stops at
// most, because nobody reads more.
func (s *Service) Count(ctx context.Context, actor account.Actor, f Filter, most int) (int, error) {
	f, err := s.readable(ctx, actor, f)
	if err != nil {
		return 0, err
	}
	return count(ctx, s.db, f, most)
}

// readable narrows a filter to what the actor may read.
func (s *Service) readable(ctx context.Context, actor account.Actor, f Filter) (Filter, error) {
	scope, err := s.policy.Scope(ctx, actor, "need.read")
	if err != nil {
		return f, err
	}
	switch {
	case f.Recipient.IsZero() && !scope.All():
		f.Recipients = scope.Orgs()
	case !scope.Covers(f.Recipient):
		return f, errs.New(errs.Forbidden, "error.forbidden")
	}
	return f, nil
}
