// SPDX-License-Identifier: Apache-2.0

package distribution

import (
	"context"
	"errors"
	"fmt"

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

// Service books distributions. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	ledger  *ledger.Ledger
	policy  *account.Policy
	catalog *catalog.Catalog
	parties Parties
}

// New returns the service.
func New(d *db.DB, l *ledger.Ledger, policy *account.Policy, c *catalog.Catalog, parties Parties) *Service {
	return &Service{db: d, ledger: l, policy: policy, catalog: c, parties: parties}
}

// Create books a distribution. The key makes a repeated call return the first
// one's result; empty means none.
func (s *Service) Create(ctx context.Context, actor account.Actor, in Input, key string) (Distribution, error) {
	p, err := s.prepare(ctx, actor, in)
	if err != nil {
		return Distribution{}, err
	}
	var d Distribution
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = s.post(ctx, tx, actor, p, key)
		return err
	})
	return d, err
}

// CreateIn books a distribution inside another chapter's write.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, actor account.Actor, in Input, key string) (Distribution, error) {
	p, err := s.prepare(ctx, actor, in)
	if err != nil {
		return Distribution{}, err
	}
	return s.post(ctx, tx, actor, p, key)
}

// prepared is an input whose quantities are counted.
type prepared struct {
	Input
	lines    []catalog.Counted
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

func (s *Service) prepare(ctx context.Context, actor account.Actor, in Input) (prepared, error) {
	// Goods are taken from wherever they lie, so that the house hands them over.
	if err := s.policy.Authorize(ctx, actor, "distribution.create", account.Object{Kind: "distribution"}); err != nil {
		return prepared{}, err
	}
	if err := in.Validate(s.db.Clock().Now(), s.ledger.Zone()); err != nil {
		return prepared{}, err
	}
	p := prepared{Input: in, lines: make([]catalog.Counted, len(in.Lines))}
	bad := errs.Bad()
	for i, l := range in.Lines {
		counted, err := s.catalog.Count(l.Class, l.Quantity, l.Confirmed)
		if err != nil {
			bad.Fields = append(bad.Fields, errs.Field{Name: fmt.Sprintf("lines[%d].quantity", i), Key: err.Key, Args: err.Args})
		}
		p.lines[i] = counted
	}
	return p, bad.OrNil()
}

func (s *Service) post(ctx context.Context, tx *db.Tx, actor account.Actor, p prepared, key string) (Distribution, error) {
	d := Distribution{
		ID: p.newID(tx), Recipient: p.Recipient, Place: p.Place, OccurredAt: p.OccurredAt.UTC(),
		Day: clock.DayOf(p.OccurredAt, s.ledger.Zone()), Source: p.Source, Note: p.Note, Status: Posted,
		Replaces: p.replaces, Reason: p.reason, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	var err error
	if d.Recipient.IsZero() {
		if d.Recipient, err = s.parties.Resolve(ctx, tx, actor, p.RecipientName, ""); err != nil {
			return Distribution{}, fmt.Errorf("recipient: %w", err)
		}
		if d.Recipient.IsZero() {
			return Distribution{}, errs.Bad().Field("recipient", "distribution.recipient_missing")
		}
	}
	fact := journal.Fact{
		Actor: actor.ID, Action: "distribution.create", SubjectKind: "distribution", Subject: d.ID,
		Reason: p.reason, Payload: p.payload(d), Key: key,
	}
	if key != "" {
		fact.Fingerprint = p.fingerprint()
	}
	prior, err := journal.Write(ctx, tx, fact)
	if errors.Is(err, journal.ErrAlready) {
		return byID(ctx, tx, prior.Subject)
	}
	if err != nil {
		return Distribution{}, err
	}
	draft, opens, err := take(ctx, tx, &d, p)
	if err != nil {
		return Distribution{}, err
	}
	if _, err := s.ledger.Post(ctx, tx, draft, opens...); err != nil {
		return Distribution{}, err
	}
	tx.Add(&handOverCounter, 1, d.Recipient, tx.Stripe())
	return d, insert(ctx, tx, d)
}

// payload is what the journal keeps: the facts as stated, ids instead of names,
// no free text (why something was rejected may name a person).
func (p prepared) payload(d Distribution) map[string]any {
	lines := make([]any, len(p.lines))
	for i, c := range p.lines {
		m := map[string]any{"commodity": c.Commodity, "accepted": c.Amount}
		if in := p.Lines[i]; in.Rejected > 0 {
			m["rejected"] = in.Rejected
		}
		lines[i] = m
	}
	m := map[string]any{"recipient": d.Recipient, "place": d.Place, "day": int(d.Day), "lines": lines}
	if !d.Replaces.IsZero() {
		m["replaces"] = d.Replaces
	}
	return m
}

// take chooses the lots of every line and returns the ledger entry. Lines with
// something that the books never received open a lot without a donor.
func take(ctx context.Context, tx *db.Tx, d *Distribution, p prepared) (ledger.Draft, []ledger.Lot, error) {
	draft := ledger.Draft{
		ID: d.ID, Kind: "distribution", OccurredAt: d.OccurredAt, Reason: d.Reason, Evidence: d.Source,
	}
	to := ledger.Account{Kind: ledger.Recipient, Holder: d.Recipient, Place: d.Place}
	var opens []ledger.Lot
	left := map[ledger.Account]map[id.ID]int64{} // taken by earlier lines of this entry
	for i, counted := range p.lines {
		in := p.Lines[i]
		line := Line{
			Class: counted.Class.Code, Commodity: ledger.Commodity(counted.Commodity), Accepted: counted.Amount,
			Rejected: in.Rejected, RejectReason: in.RejectReason, ItemText: in.ItemText, SpecText: in.SpecText,
			QtyText: in.Quantity.Text, Pack: in.Quantity.Pack,
		}
		picks, missing, err := request{
			d: d, line: i, commodity: line.Commodity, amount: line.Accepted, only: in.Lot, taken: left,
		}.pick(ctx, tx)
		if err != nil {
			return draft, nil, err
		}
		if missing > 0 && !p.Unreconciled {
			return draft, nil, errs.New(errs.Exhausted, "distribution.not_in_stock",
				"item", line.ItemText, "missing", missing, "unit", string(counted.Unit))
		}
		if missing > 0 {
			lot := ledger.Lot{ID: tx.NewID(), Commodity: line.Commodity, OpenedOn: d.Day}
			opens = append(opens, lot)
			line.Unreconciled = missing
			picks = append(picks, pick{ledger.Account{Kind: ledger.Unreconciled}, Pick{lot.ID, missing}})
		}
		for _, k := range picks {
			line.Picks = append(line.Picks, k.Pick)
			draft.Lines = append(draft.Lines,
				ledger.Line{Account: k.from, Commodity: line.Commodity, Lot: k.Lot, Amount: -k.Amount},
				ledger.Line{Account: to, Commodity: line.Commodity, Lot: k.Lot, Amount: k.Amount})
		}
		d.Lines = append(d.Lines, line)
	}
	if len(draft.Lines) > ledger.MaxLines {
		return draft, nil, errs.Bad().Field("lines", "distribution.lots_many", "max", ledger.MaxLines/2)
	}
	return draft, opens, nil
}

// Get returns a distribution with its lines and the lots that were taken. A
// distribution is its recipient's: who may see only their own learns nothing of
// others, not even that there is none.
func (s *Service) Get(ctx context.Context, actor account.Actor, distributionID id.ID) (Distribution, error) {
	d, err := byID(ctx, s.db, distributionID)
	object := account.Object{Kind: "distribution", ID: distributionID, Org: d.Recipient}
	if refused := s.policy.Authorize(ctx, actor, "distribution.read", object); refused != nil {
		return Distribution{}, refused
	}
	return d, err
}

// List returns one page of lines with their distributions. Who may see only those
// of some organisations gets those, and is refused when asking for another's.
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
	return countUpTo(ctx, s.db, f, most)
}

// readable narrows a filter to what the actor may read.
func (s *Service) readable(ctx context.Context, actor account.Actor, f Filter) (Filter, error) {
	scope, err := s.policy.Scope(ctx, actor, "distribution.read")
	if err != nil {
		return f, err
	}
	switch {
	case f.Recipient.IsZero() && !scope.All():
		f.Recipients = scope.Orgs()
	case !scope.Covers(f.Recipient):
		return f, errs.New(errs.Forbidden, "error.forbidden")
	}
	f.Sort, err = f.Sort.One(page.ByDay, page.ByDayDown, page.Recorded, page.RecordedDown)
	return f, err
}
