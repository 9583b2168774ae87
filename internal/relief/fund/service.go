// SPDX-License-Identifier: Apache-2.0

package fund

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// Parties finds or makes the organisation that a name means.
type Parties interface {
	Resolve(ctx context.Context, tx *db.Tx, actor account.Actor, name string, kind org.Kind) (id.ID, error)
}

// Service books money. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	ledger  *ledger.Ledger
	policy  *account.Policy
	parties Parties
}

// New returns the service.
func New(d *db.DB, l *ledger.Ledger, policy *account.Policy, parties Parties) *Service {
	return &Service{db: d, ledger: l, policy: policy, parties: parties}
}

// Create books money in or out. The key makes a repeated call return the first
// one's result; empty means none.
func (s *Service) Create(ctx context.Context, actor account.Actor, in Input, key string) (Record, error) {
	if err := s.prepare(ctx, actor, in); err != nil {
		return Record{}, err
	}
	var r Record
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = s.post(ctx, tx, actor, prepared{Input: in}, key)
		return err
	})
	return r, err
}

// CreateIn books money inside another chapter's write.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, actor account.Actor, in Input, key string) (Record, error) {
	if err := s.prepare(ctx, actor, in); err != nil {
		return Record{}, err
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

func (s *Service) prepare(ctx context.Context, actor account.Actor, in Input) error {
	action := "fund.receive"
	if in.Direction == Out {
		action = "fund.pay"
	}
	if err := s.policy.Authorize(ctx, actor, action, account.Object{Kind: "fund"}); err != nil {
		return err
	}
	return in.Validate(s.db.Clock().Now(), s.ledger.Zone())
}

func (s *Service) post(ctx context.Context, tx *db.Tx, actor account.Actor, p prepared, key string) (Record, error) {
	r := Record{
		ID: p.newID(tx), Direction: p.Direction, Channel: strings.TrimSpace(p.Channel), Purpose: strings.TrimSpace(p.Purpose),
		Party: p.Party, Organiser: p.Organiser, Amount: p.Amount, OccurredAt: p.OccurredAt.UTC(),
		Day: clock.DayOf(p.OccurredAt, s.ledger.Zone()), Source: p.Source, Note: p.Note, Status: Posted,
		Replaces: p.replaces, Reason: p.reason, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	if err := s.resolve(ctx, tx, actor, p.Input, &r); err != nil {
		return Record{}, err
	}
	fact := journal.Fact{
		Actor: actor.ID, Action: "fund.receive", SubjectKind: "fund", Subject: r.ID,
		Reason: p.reason, Payload: r.payload(), Key: key,
	}
	if r.Direction == Out {
		fact.Action = "fund.pay"
	}
	if key != "" {
		fact.Fingerprint = p.fingerprint()
	}
	prior, err := journal.Write(ctx, tx, fact)
	if errors.Is(err, journal.ErrAlready) {
		return byID(ctx, tx, prior.Subject)
	}
	if err != nil {
		return Record{}, err
	}
	opens, err := s.openLot(ctx, tx, r)
	if err != nil {
		return Record{}, err
	}
	if _, err := s.ledger.Post(ctx, tx, r.draft(), opens...); err != nil {
		if errs.Is(err, errs.Exhausted) {
			return Record{}, errs.Wrap(err, errs.Exhausted, "fund.not_enough", "channel", r.Channel)
		}
		return Record{}, err
	}
	return r, insert(ctx, tx, r)
}

// resolve turns names into organisations and the earmark into its id.
func (s *Service) resolve(ctx context.Context, tx *db.Tx, actor account.Actor, in Input, r *Record) error {
	var err error
	if r.Party.IsZero() {
		if r.Party, err = s.parties.Resolve(ctx, tx, actor, in.PartyName, ""); err != nil {
			return fmt.Errorf("party: %w", err)
		}
	}
	if r.Organiser.IsZero() {
		if r.Organiser, err = s.parties.Resolve(ctx, tx, actor, in.OrganiserName, ""); err != nil {
			return fmt.Errorf("organiser: %w", err)
		}
	}
	r.Earmark, err = s.ledger.SetEarmark(ctx, tx, in.Earmark)
	return err
}

// openLot returns the lot of earmarked money when this is its first amount.
func (s *Service) openLot(ctx context.Context, tx *db.Tx, r Record) ([]ledger.Lot, error) {
	if r.lot().IsZero() {
		return nil, nil
	}
	// Two first amounts of one earmark open its lot one after the other.
	if err := tx.Lock(ctx, "fund.lot "+r.lot().String()); err != nil {
		return nil, err
	}
	_, err := ledger.LotByID(ctx, tx, r.lot())
	if err == nil {
		return nil, nil
	}
	if !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	return []ledger.Lot{{
		ID: r.lot(), Commodity: ledger.Commodity(r.Amount.Currency), Earmark: r.Earmark, OpenedOn: r.Day,
	}}, nil
}

// Correction says what is wrong with a record.
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
	f := journal.Fact{Actor: actor.ID, Action: "fund.correct", SubjectKind: "fund", Subject: c.ID, Reason: c.Reason, Key: c.Key}
	if c.Replacement == nil {
		return journal.Correcting(f, c.Version, nil, next)
	}
	return journal.Correcting(f, c.Version, c.Replacement, next)
}

// Correct reverses a record and, when a replacement is given, books it beside.
func (s *Service) Correct(ctx context.Context, actor account.Actor, c Correction) (Record, error) {
	if err := s.policy.Authorize(ctx, actor, "fund.correct", account.Object{Kind: "fund", ID: c.ID}); err != nil {
		return Record{}, err
	}
	if strings.TrimSpace(c.Reason) == "" {
		return Record{}, errs.Bad().Field("reason", "error.reason_missing")
	}
	if c.Replacement != nil {
		if err := s.prepare(ctx, actor, *c.Replacement); err != nil {
			return Record{}, err
		}
	}
	var r Record
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		var repeated bool
		next := tx.NewID()
		if r, repeated, err = s.reverse(ctx, tx, actor, c, next); err != nil || repeated || c.Replacement == nil {
			return err
		}
		r, err = s.post(ctx, tx, actor, prepared{*c.Replacement, next, c.ID, c.Reason}, "")
		return err
	})
	return r, err
}

// reverse takes a record out of the books. repeated means that the same
// correction was made before; nothing is done then.
func (s *Service) reverse(ctx context.Context, tx *db.Tx, actor account.Actor, c Correction, next id.ID) (old Record, repeated bool, err error) {
	prior, err := journal.Write(ctx, tx, c.fact(actor, next))
	repeated = errors.Is(err, journal.ErrAlready)
	if err != nil && !repeated {
		return Record{}, false, err
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
		return Record{}, false, errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	if _, err := s.ledger.Reverse(ctx, tx, old.ID, c.Reason, ""); err != nil {
		return Record{}, false, err
	}
	old.Status, old.Reason, old.Version, old.UpdatedAt = Corrected, c.Reason, old.Version+1, tx.Now()
	changed, err := markCorrected(ctx, tx, old, c.Version)
	if err == nil && !changed {
		err = errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	return old, false, err
}

// Get returns a record.
func (s *Service) Get(ctx context.Context, actor account.Actor, recordID id.ID) (Record, error) {
	if err := s.policy.Authorize(ctx, actor, "fund.read", account.Object{Kind: "fund", ID: recordID}); err != nil {
		return Record{}, err
	}
	return byID(ctx, s.db, recordID)
}

// List returns one page of records.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter, p page.Request) (page.Page[Record], error) {
	if err := s.policy.Authorize(ctx, actor, "fund.read", account.Object{Kind: "fund"}); err != nil {
		return page.Page[Record]{}, err
	}
	var err error
	if f.Sort, err = f.Sort.One(page.ByDay, page.ByDayDown, page.Recorded, page.RecordedDown); err != nil {
		return page.Page[Record]{}, err
	}
	return Rows(ctx, s.db, f, p)
}
