// SPDX-License-Identifier: Apache-2.0

package stock

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Service shows and moves stock. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	ledger *ledger.Ledger
	policy *account.Policy
}

// New returns the service.
func New(d *db.DB, l *ledger.Ledger, policy *account.Policy) *Service {
	return &Service{db: d, ledger: l, policy: policy}
}

// cursor is the place of a row in the list.
type cursor struct {
	Lot     id.ID     `json:"l"`
	Account id.ID     `json:"a"`
	Expires clock.Day `json:"e,omitempty"`
}

// List returns one page of what is in stock, by lot. Who may see only what some
// organisations keep gets that, and is refused when asking for another's.
func (s *Service) List(ctx context.Context, actor account.Actor, f ledger.StockFilter, p page.Request) (page.Page[ledger.StockRow], error) {
	scope, err := s.policy.Scope(ctx, actor, "stock.read")
	if err != nil {
		return page.Page[ledger.StockRow]{}, err
	}
	switch {
	case f.Holder == nil && !scope.All():
		f.Holders = scope.Orgs()
	case f.Holder != nil && !scope.Covers(*f.Holder):
		return page.Page[ledger.StockRow]{}, errs.New(errs.Forbidden, "error.forbidden")
	}
	if f.Sort, err = f.Sort.One(page.Recorded, page.RecordedDown, page.Expiry, page.ExpiryDown); err != nil {
		return page.Page[ledger.StockRow]{}, err
	}
	return Rows(ctx, s.db, f, p)
}

// Expiring returns how many lots in stock expire on the day or before, of those
// that the actor may read; it stops at most, because nobody reads more.
func (s *Service) Expiring(ctx context.Context, actor account.Actor, by clock.Day, most int) (int, error) {
	scope, err := s.policy.Scope(ctx, actor, "stock.read")
	if err != nil {
		return 0, err
	}
	var holders []id.ID
	if !scope.All() {
		holders = scope.Orgs()
	}
	n, err := ledger.CountExpiring(ctx, s.db, by, holders, most)
	if err != nil {
		return 0, fmt.Errorf("count what expires: %w", err)
	}
	return n, nil
}

// Rows is List without asking for permission, for public pages.
func Rows(ctx context.Context, q db.Queryer, f ledger.StockFilter, p page.Request) (page.Page[ledger.StockRow], error) {
	if p.Cursor != "" {
		var c cursor
		if err := page.Decode(p.Cursor, &c); err != nil {
			return page.Page[ledger.StockRow]{}, err
		}
		f.After, f.AfterPlace, f.AfterDay = c.Lot, c.Account, c.Expires
	}
	rows, err := ledger.StockRows(ctx, q, f, p.Rows()+1)
	if err != nil {
		return page.Page[ledger.StockRow]{}, fmt.Errorf("list stock: %w", err)
	}
	return page.Cut(rows, p.Rows(), func(r ledger.StockRow) string {
		return page.Encode(cursor{r.Lot.ID, r.Account.ID(), r.Lot.ExpiresOn})
	}), nil
}

// Move takes an amount of a lot from one place to another.
type Move struct {
	Lot        id.ID
	From, To   Spot
	Amount     int64 // in the lot's commodity unit
	OccurredAt time.Time
	Reason     string
}

// Spot is where stock lies: who keeps it, and where.
type Spot struct {
	Holder id.ID
	Place  string
}

func (s Spot) account() ledger.Account {
	return ledger.Account{Kind: ledger.Stock, Holder: s.Holder, Place: s.Place}
}

// Move posts a move. The key makes a repeated call return the first entry.
func (s *Service) Move(ctx context.Context, actor account.Actor, m Move, key string) (ledger.Entry, error) {
	c, err := s.moving(ctx, actor, m, key)
	if err != nil {
		return ledger.Entry{}, err
	}
	return s.post(ctx, actor, c)
}

// MoveAll posts several moves, all of them or none. The key makes a repeated
// call do nothing more.
func (s *Service) MoveAll(ctx context.Context, actor account.Actor, moves []Move, key string) error {
	if len(moves) == 0 || len(moves) > maxMoves {
		return errs.Bad().Field("moves", "stock.moves_many", "max", maxMoves)
	}
	changes := make([]change, len(moves))
	for i, m := range moves {
		each := key
		if key != "" {
			each = fmt.Sprintf("%s:%d", key, i)
		}
		var err error
		if changes[i], err = s.moving(ctx, actor, m, each); err != nil {
			return err
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, c := range changes {
			if _, err := s.postIn(ctx, tx, actor, c); err != nil {
				return err
			}
		}
		return nil
	})
}

const maxMoves = 200 // of one call

// moving checks a move and returns what it changes.
func (s *Service) moving(ctx context.Context, actor account.Actor, m Move, key string) (change, error) {
	if err := s.policy.Authorize(ctx, actor, "stock.move", account.Object{Kind: "stock", Org: m.From.Holder}); err != nil {
		return change{}, err
	}
	bad := errs.Bad()
	if m.From == m.To {
		bad.Field("to", "stock.same_place")
	}
	if m.Amount <= 0 || m.Amount > ledger.MaxAmount {
		bad.Field("amount", "error.amount_absurd")
	}
	s.bound(bad, m.OccurredAt, m.Reason)
	return change{
		action: "stock.move", lot: m.Lot, at: m.OccurredAt, reason: m.Reason, key: key,
		from: m.From.account(), to: m.To.account(), amount: m.Amount,
	}, bad.OrNil()
}

// See returns where a lot lies to whoever may see it there, or errs.Forbidden.
// Who may see what the house keeps may see every lot, wherever it went.
func (s *Service) See(ctx context.Context, actor account.Actor, lotID id.ID) ([]ledger.StockRow, error) {
	scope, err := s.policy.Scope(ctx, actor, "stock.read")
	if err != nil {
		return nil, err
	}
	f := ledger.StockFilter{Lot: lotID}
	if !scope.All() {
		f.Holders = scope.Orgs()
	}
	rows, err := ledger.StockRows(ctx, s.db, f, ledger.MaxLines)
	if err == nil && len(rows) == 0 && !scope.All() {
		return nil, errs.New(errs.Forbidden, "error.forbidden")
	}
	return rows, err
}

// Adjustment says that a count differs from the books.
type Adjustment struct {
	Lot        id.ID
	At         Spot
	Difference int64  // counted less booked: negative is lost or damaged, positive is found
	Booked     *int64 // what the books said when it was counted; another amount there is errs.Conflict. Nil: not asked
	OccurredAt time.Time
	Reason     string
}

// Adjust posts the difference. The key makes a repeated call return the first
// entry.
func (s *Service) Adjust(ctx context.Context, actor account.Actor, a Adjustment, key string) (ledger.Entry, error) {
	if err := s.policy.Authorize(ctx, actor, "stock.adjust", account.Object{Kind: "stock", Org: a.At.Holder}); err != nil {
		return ledger.Entry{}, err
	}
	bad := errs.Bad()
	if strings.TrimSpace(a.Reason) == "" {
		bad.Field("reason", "error.reason_missing")
	}
	s.bound(bad, a.OccurredAt, a.Reason)
	if a.Difference == 0 || a.Difference > ledger.MaxAmount || a.Difference < -ledger.MaxAmount {
		bad.Field("difference", "error.amount_absurd")
	}
	if err := bad.OrNil(); err != nil {
		return ledger.Entry{}, err
	}
	c := change{
		action: "stock.adjust", lot: a.Lot, at: a.OccurredAt, reason: a.Reason, key: key,
		from: a.At.account(), to: ledger.Account{Kind: ledger.Adjustment, Holder: a.At.Holder, Place: a.At.Place}, amount: -a.Difference,
		counted: a.At.account(), booked: a.Booked,
	}
	if a.Difference > 0 {
		c.from, c.to, c.amount = c.to, c.from, a.Difference
	}
	return s.post(ctx, actor, c)
}

const maxText = 2000 // characters of a reason

// bound refuses a day before 2000 or more than a day ahead (no time at all is
// now), and a reason that is too long.
func (s *Service) bound(bad *errs.Error, at time.Time, reason string) {
	day := clock.DayOf(at, s.ledger.Zone())
	if !at.IsZero() && (day < 20000101 || at.After(s.db.Clock().Now().Add(24*time.Hour))) {
		bad.Field("occurred_at", "error.time_absurd", "day", day)
	}
	if utf8.RuneCountInString(reason) > maxText {
		bad.Field("reason", "error.field_long", "max", maxText)
	}
}

// change is one amount of one lot between two accounts.
type change struct {
	action   string
	lot      id.ID
	at       time.Time
	reason   string
	key      string
	from, to ledger.Account
	amount   int64
	counted  ledger.Account // with booked: what must be on it before
	booked   *int64
}

func (s *Service) post(ctx context.Context, actor account.Actor, c change) (ledger.Entry, error) {
	var e ledger.Entry
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		e, err = s.postIn(ctx, tx, actor, c)
		return err
	})
	return e, err
}

func (s *Service) postIn(ctx context.Context, tx *db.Tx, actor account.Actor, c change) (ledger.Entry, error) {
	lot, err := ledger.LotByID(ctx, tx, c.lot)
	if err != nil {
		return ledger.Entry{}, err
	}
	stated := c.at
	if c.at.IsZero() {
		c.at = tx.Now()
	}
	entryID := tx.NewID()
	fact := journal.Fact{
		Actor: actor.ID, Action: c.action, SubjectKind: "entry", Subject: entryID, Reason: c.reason, Key: c.key,
		Payload: map[string]any{
			"lot": c.lot, "commodity": string(lot.Commodity), "amount": c.amount,
			"from": spotPayload(c.from), "to": spotPayload(c.to),
		},
	}
	if c.key != "" {
		fact.Fingerprint = journal.Fingerprint([]any{c.lot, c.amount, c.from, c.to, c.reason, stated.UnixMicro()})
	}
	prior, err := journal.Write(ctx, tx, fact)
	if errors.Is(err, journal.ErrAlready) {
		return ledger.EntryByID(ctx, tx, prior.Subject)
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	if err := c.unchanged(ctx, tx, lot.Commodity); err != nil {
		return ledger.Entry{}, err
	}
	return s.ledger.Post(ctx, tx, ledger.Draft{
		ID: entryID, Kind: c.action, OccurredAt: c.at, Reason: c.reason,
		Lines: []ledger.Line{
			{Account: c.from, Commodity: lot.Commodity, Lot: c.lot, Amount: -c.amount},
			{Account: c.to, Commodity: lot.Commodity, Lot: c.lot, Amount: c.amount},
		},
	})
}

// unchanged refuses a count when the books have changed since.
func (c change) unchanged(ctx context.Context, tx *db.Tx, commodity ledger.Commodity) error {
	if c.booked == nil {
		return nil
	}
	if err := tx.Lock(ctx, "count "+c.lot.String()); err != nil { // the second of two sees what the first did
		return err
	}
	now, err := ledger.BalanceOf(ctx, tx, c.counted, commodity, c.lot)
	if err == nil && now.Amount != *c.booked {
		return errs.New(errs.Conflict, "stock.changed_meanwhile", "booked", now.Amount)
	}
	return err
}

func spotPayload(a ledger.Account) map[string]any {
	return map[string]any{"kind": string(a.Kind), "holder": a.Holder, "place": a.Place}
}
