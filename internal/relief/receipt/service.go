// SPDX-License-Identifier: Apache-2.0

package receipt

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
	"github.com/qiaorelief/qiao/internal/kernel/money"
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

// Service books receipts. It is safe for concurrent use.
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

// Create books a receipt. The key makes a repeated call return the first one's
// result; empty means none.
func (s *Service) Create(ctx context.Context, actor account.Actor, in Input, key string) (Receipt, error) {
	prepared, err := s.prepare(ctx, actor, in)
	if err != nil {
		return Receipt{}, err
	}
	if key != "" {
		prepared.digest = in.fingerprint()
	}
	var r Receipt
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = s.post(ctx, tx, actor, prepared, key)
		return err
	})
	return r, err
}

// CreateIn books a receipt inside another chapter's write, for registers that
// post many rows in one.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, actor account.Actor, in Input, key string) (Receipt, error) {
	prepared, err := s.prepare(ctx, actor, in)
	if err != nil {
		return Receipt{}, err
	}
	if key != "" {
		prepared.digest = in.fingerprint()
	}
	return s.post(ctx, tx, actor, prepared, key)
}

// prepared is an input whose quantities are counted.
type prepared struct {
	Input
	lines    []catalog.Counted
	digest   []byte // of a request with a key
	id       id.ID  // of what is booked; zero: a new one
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
	if err := s.policy.Authorize(ctx, actor, "receipt.create", account.Object{Kind: "receipt", Org: in.Holder}); err != nil {
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

// post writes journal record, ledger entry and receipt.
func (s *Service) post(ctx context.Context, tx *db.Tx, actor account.Actor, p prepared, key string) (Receipt, error) {
	r := Receipt{
		ID: p.newID(tx), Kind: p.Kind, Donor: p.Donor, Supplier: p.Supplier, Holder: p.Holder, Place: p.Place,
		OccurredAt: p.OccurredAt.UTC(), Day: clock.DayOf(p.OccurredAt, s.ledger.Zone()), Origin: p.Origin,
		Source: p.Source, Note: p.Note, Status: Posted, Replaces: p.replaces, Reason: p.reason,
		Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Lines: make([]Line, len(p.lines)),
	}
	var err error
	if r.Donor.IsZero() {
		if r.Donor, err = s.parties.Resolve(ctx, tx, actor, p.DonorName, ""); err != nil {
			return Receipt{}, fmt.Errorf("donor: %w", err)
		}
	}
	lots := make([]ledger.Lot, len(p.lines))
	for i := range p.lines {
		if r.Lines[i], lots[i], err = s.line(ctx, tx, r, p, i); err != nil {
			return Receipt{}, err
		}
	}
	fact := journal.Fact{
		Actor: actor.ID, Action: "receipt.create", SubjectKind: "receipt", Subject: r.ID,
		Reason: p.reason, Payload: r.payload(), Key: key, Fingerprint: p.digest,
	}
	prior, err := journal.Write(ctx, tx, fact)
	if errors.Is(err, journal.ErrAlready) {
		return byID(ctx, tx, prior.Subject)
	}
	if err != nil {
		return Receipt{}, err
	}
	if _, err := s.ledger.Post(ctx, tx, r.draft(), lots...); err != nil {
		return Receipt{}, err
	}
	if err := insert(ctx, tx, r); err != nil {
		return Receipt{}, err
	}
	r.countValue(tx, 1)
	return r, nil
}

// line makes the receipt line and the lot of one prepared line.
func (s *Service) line(ctx context.Context, tx *db.Tx, r Receipt, p prepared, i int) (Line, ledger.Lot, error) {
	in, counted := p.Input.Lines[i], p.lines[i]
	earmark, err := s.ledger.SetEarmark(ctx, tx, in.Earmark)
	if err != nil {
		return Line{}, ledger.Lot{}, err
	}
	l := Line{
		Lot: tx.NewID(), Class: counted.Class.Code, Commodity: ledger.Commodity(counted.Commodity), Quantity: counted.Amount,
		ItemText: in.ItemText, SpecText: in.SpecText, QtyText: in.Quantity.Text, Pack: in.Quantity.Pack,
		Standards: in.Standards, ExpiresOn: in.ExpiresOn, Earmark: earmark, Value: in.Value, ValueSource: in.ValueSource,
	}
	if l.ValueSource == "" {
		l.ValueSource = NoValue
	}
	if l.Value.Currency == "" {
		l.Value.Currency = money.CNY
	}
	lot := ledger.Lot{
		ID: l.Lot, Commodity: l.Commodity, Donor: r.Donor, Earmark: earmark,
		Code: in.Batch, OpenedOn: r.Day, ExpiresOn: in.ExpiresOn,
	}
	return l, lot, nil
}

// draft is the ledger entry of the receipt: from outside into stock.
func (r Receipt) draft() ledger.Draft {
	d := ledger.Draft{
		ID: r.ID, Kind: "receipt." + string(r.Kind), OccurredAt: r.OccurredAt, Reason: r.Reason, Evidence: r.Source,
		Lines: make([]ledger.Line, 0, 2*len(r.Lines)),
	}
	from := ledger.Account{Kind: ledger.Source, Holder: r.Donor}
	if r.Kind == Purchase && !r.Supplier.IsZero() {
		from.Holder = r.Supplier
	}
	to := ledger.Account{Kind: ledger.Stock, Holder: r.Holder, Place: r.Place}
	for _, l := range r.Lines {
		d.Lines = append(d.Lines,
			ledger.Line{Account: from, Commodity: l.Commodity, Lot: l.Lot, Amount: -l.Quantity},
			ledger.Line{Account: to, Commodity: l.Commodity, Lot: l.Lot, Amount: l.Quantity})
	}
	return d
}

// payload is what the journal keeps: ids instead of names, no free text.
func (r Receipt) payload() map[string]any {
	lines := make([]any, len(r.Lines))
	for i, l := range r.Lines {
		m := map[string]any{"lot": l.Lot, "commodity": string(l.Commodity), "quantity": l.Quantity}
		if !l.Earmark.IsZero() {
			m["earmark"] = l.Earmark
		}
		if l.Value.Minor > 0 {
			m["value"], m["currency"], m["value_source"] = l.Value.Minor, string(l.Value.Currency), string(l.ValueSource)
		}
		lines[i] = m
	}
	p := map[string]any{"kind": string(r.Kind), "day": int(r.Day), "donor": r.Donor, "lines": lines}
	if !r.Replaces.IsZero() {
		p["replaces"] = r.Replaces
	}
	return p
}

// countValue adds the value of the goods to the sums (sign 1) or takes it away.
func (r Receipt) countValue(tx *db.Tx, sign int64) {
	for _, l := range r.Lines {
		tx.Add(&valueCounter, sign*l.Value.Minor, l.Class, string(l.Value.Currency), string(l.ValueSource), int64(r.Day), tx.Stripe())
	}
}

// Correct reverses a receipt and, when a replacement is given, books it beside.
// version is the one that the person saw.
func (s *Service) Correct(ctx context.Context, actor account.Actor, c Correction) (Receipt, error) {
	if _, err := s.may(ctx, actor, "receipt.correct", c.ID); err != nil {
		return Receipt{}, err
	}
	if strings.TrimSpace(c.Reason) == "" {
		return Receipt{}, errs.Bad().Field("reason", "error.reason_missing")
	}
	var replacement *prepared
	if c.Replacement != nil {
		p, err := s.prepare(ctx, actor, *c.Replacement)
		if err != nil {
			return Receipt{}, err
		}
		p.replaces, p.reason = c.ID, c.Reason
		replacement = &p
	}
	var r Receipt
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		var repeated bool
		next := tx.NewID()
		if r, repeated, err = s.reverse(ctx, tx, actor, c, next); err != nil || repeated || replacement == nil {
			return err
		}
		replacement.id = next
		r, err = s.post(ctx, tx, actor, *replacement, "")
		return err
	})
	return r, err
}

// Correction says what is wrong with a receipt.
type Correction struct {
	ID          id.ID
	Version     int64
	Reason      string
	Replacement *Input // nil: it should never have been booked
	Key         string // idempotency key
}

// fact is what the journal keeps of a correction; next is the id of the
// replacement, if there is one.
func (c Correction) fact(actor account.Actor, next id.ID) journal.Fact {
	f := journal.Fact{Actor: actor.ID, Action: "receipt.correct", SubjectKind: "receipt", Subject: c.ID, Reason: c.Reason, Key: c.Key}
	if c.Replacement == nil {
		return journal.Correcting(f, c.Version, nil, next)
	}
	return journal.Correcting(f, c.Version, c.Replacement, next)
}

// reverse takes a receipt out of the books. repeated means that the same
// correction was made before; nothing is done then.
func (s *Service) reverse(ctx context.Context, tx *db.Tx, actor account.Actor, c Correction, next id.ID) (old Receipt, repeated bool, err error) {
	prior, err := journal.Write(ctx, tx, c.fact(actor, next))
	repeated = errors.Is(err, journal.ErrAlready)
	if err != nil && !repeated {
		return Receipt{}, false, err
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
		return Receipt{}, false, errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	if _, err := s.ledger.Reverse(ctx, tx, old.ID, c.Reason, ""); err != nil {
		return Receipt{}, false, err
	}
	old.countValue(tx, -1)
	old.Status, old.Reason, old.Version, old.UpdatedAt = Corrected, c.Reason, old.Version+1, tx.Now()
	changed, err := markCorrected(ctx, tx, old, c.Version)
	if err == nil && !changed {
		err = errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	return old, false, err
}

// Get returns a receipt with its lines.
func (s *Service) Get(ctx context.Context, actor account.Actor, receiptID id.ID) (Receipt, error) {
	return s.may(ctx, actor, "receipt.read", receiptID)
}

// may returns a receipt to whoever may do the action to it. A receipt is of the
// organisation that keeps the goods: who may see only those of some learns nothing
// of others, not even that there is none.
func (s *Service) may(ctx context.Context, actor account.Actor, action string, receiptID id.ID) (Receipt, error) {
	r, err := byID(ctx, s.db, receiptID)
	if refused := s.policy.Authorize(ctx, actor, action, account.Object{Kind: "receipt", ID: receiptID, Org: r.Holder}); refused != nil {
		return Receipt{}, refused
	}
	return r, err
}

// List returns one page of lines with their receipts, the newest first. Who may
// see only those that some organisations keep gets those.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter, p page.Request) (page.Page[Row], error) {
	scope, err := s.policy.Scope(ctx, actor, "receipt.read")
	if err != nil {
		return page.Page[Row]{}, err
	}
	if !scope.All() {
		f.Holders = scope.Orgs()
	}
	if f.Sort, err = f.Sort.One(page.ByDay, page.ByDayDown, page.Recorded, page.RecordedDown); err != nil {
		return page.Page[Row]{}, err
	}
	return Rows(ctx, s.db, f, p)
}
