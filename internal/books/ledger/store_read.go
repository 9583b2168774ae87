// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	selectLotsHead = `
		SELECT id, commodity, donor, earmark, code, opened_on, expires_on FROM ledger_lot`

	selectEarmark = `
		SELECT as_stated, recipient, place, purpose FROM ledger_earmark
		WHERE id = $1`

	selectBalance = `
		SELECT amount, held FROM ledger_balance
		WHERE account_id = $1 AND commodity = $2 AND lot_id = $3`

	selectLotMoves = `
		SELECT e.id, e.kind, e.occurred_at, e.recorded_at, e.day, e.reason, e.evidence, e.reverses,
		       a.kind, a.holder, a.place, l.commodity, l.amount
		FROM ledger_line l
		JOIN ledger_entry e ON e.id = l.entry_id
		JOIN ledger_account a ON a.id = l.account_id
		WHERE l.lot_id = $1
		ORDER BY e.occurred_at, e.id, l.n`

	selectLotBalances = `
		SELECT a.kind, a.holder, a.place, b.commodity, b.lot_id, b.amount, b.held
		FROM ledger_balance b
		JOIN ledger_account a ON a.id = b.account_id
		WHERE b.lot_id = $1
		ORDER BY a.kind, b.amount DESC`

	selectDays = `
		SELECT kind, commodity, day, side, sum(amount)
		FROM ledger_day
		WHERE day <= $1
		GROUP BY kind, commodity, day, side
		ORDER BY kind, commodity, day, side`

	selectStockPlaces = "SELECT DISTINCT place FROM ledger_account WHERE kind = 'stock' ORDER BY place"

	selectTurnover = `
		SELECT a.kind, a.holder, a.place, t.commodity,
		       sum(CASE WHEN t.side = 1 THEN t.amount ELSE 0 END),
		       sum(CASE WHEN t.side = -1 THEN -t.amount ELSE 0 END)
		FROM ledger_account a
		JOIN ledger_turnover t ON t.account_id = a.id
		WHERE a.kind = $1
		GROUP BY a.kind, a.holder, a.place, t.commodity
		ORDER BY a.holder, a.place, t.commodity`

	countLateCorrections = `
		SELECT count(*)
		FROM ledger_entry
		WHERE reverses IS NOT NULL AND day <= $1 AND recorded_at >= $2`

	selectCorrections = `
		SELECT id, kind, occurred_at, recorded_at, day, reason, evidence, reverses
		FROM ledger_entry
		WHERE reverses IS NOT NULL AND recorded_at >= $1 AND recorded_at < $2
		ORDER BY recorded_at, id
		LIMIT $3`
)

// LotByID returns a lot, or errs.NotFound.
func LotByID(ctx context.Context, q db.Queryer, lotID id.ID) (Lot, error) {
	found, err := LotsBetween(ctx, q, lotID, lotID, 1)
	if err != nil {
		return Lot{}, fmt.Errorf("read lot: %w", err)
	}
	if len(found) == 0 {
		return Lot{}, errs.New(errs.NotFound, "ledger.no_lot")
	}
	return found[0], nil
}

// LotsByCode returns at most limit lots whose codes begin so, in their order; that no
// code is empty lets both engines use the index.
func LotsByCode(ctx context.Context, q db.Queryer, beginning string, limit int) ([]Lot, error) {
	where := &db.Filter{}
	where.And("code <> '' AND code >= ? AND code < ?", beginning, beginning+"\U0010ffff")
	return lots(ctx, q, where, "ORDER BY code, id", limit)
}

// LotsBetween returns at most limit lots with ids from and up to, the last first.
func LotsBetween(ctx context.Context, q db.Queryer, from, to id.ID, limit int) ([]Lot, error) {
	where := &db.Filter{}
	where.And("id >= ? AND id <= ?", from, to)
	return lots(ctx, q, where, "ORDER BY id DESC", limit)
}

func lots(ctx context.Context, q db.Queryer, where *db.Filter, order string, limit int) ([]Lot, error) {
	query, args := where.Query(selectLotsHead, order, limit)
	return db.All(ctx, q, query, args, func(r *db.Rows) (l Lot, err error) {
		err = r.Scan(l.fields()...)
		return l, err
	})
}

func (l *Lot) fields() []any {
	return []any{&l.ID, &l.Commodity, &l.Donor, &l.Earmark, &l.Code, &l.OpenedOn, &l.ExpiresOn}
}

// EarmarkByID returns an earmark; the zero id is the empty earmark.
func EarmarkByID(ctx context.Context, q db.Queryer, earmarkID id.ID) (Earmark, error) {
	if earmarkID.IsZero() {
		return Earmark{}, nil
	}
	e, err := db.One(ctx, q, selectEarmark, []any{earmarkID}, func(r *db.Rows) (e Earmark, err error) {
		err = r.Scan(&e.AsStated, &e.Recipient, &e.Place, &e.Purpose)
		return e, err
	})
	if err != nil {
		return Earmark{}, fmt.Errorf("read earmark: %w", err)
	}
	return e, nil
}

// Balance is what is on an account in one commodity and lot.
type Balance struct {
	Account   Account
	Commodity Commodity
	Lot       id.ID
	Amount    int64
	Held      int64
}

// BalanceOf returns one balance; an account that was never used is empty.
func BalanceOf(ctx context.Context, q db.Queryer, a Account, c Commodity, lot id.ID) (Balance, error) {
	b, err := db.One(ctx, q, selectBalance, []any{a.ID(), string(c), lot}, func(r *db.Rows) (b Balance, err error) {
		err = r.Scan(&b.Amount, &b.Held)
		return b, err
	})
	b.Account, b.Commodity, b.Lot = a, c, lot
	if errors.Is(err, db.ErrNoRows) {
		return b, nil
	}
	return b, err
}

// StockPlaces lists where stock lies or lay. It reads the accounts, of which
// there are few, however much was booked.
func StockPlaces(ctx context.Context, q db.Queryer) ([]string, error) {
	return db.All(ctx, q, selectStockPlaces, nil, func(r *db.Rows) (place string, err error) {
		err = r.Scan(&place)
		return place, err
	})
}

// FreeLots returns at most limit lots of the commodity that were in stock on
// the day or before and of which something is available, in the order in which they
// were recorded. Inside a write on PostgreSQL the caller first takes tx.Lock for the
// commodity, so that two allocators do not choose the same boxes.
func FreeLots(ctx context.Context, q db.Queryer, c Commodity, onOrBefore Day, limit int) ([]StockRow, error) {
	return StockRows(ctx, q, StockFilter{Commodities: []Commodity{c}, freeOn: onOrBefore}, limit)
}

// Move is one line of an entry, for following a lot.
type Move struct {
	Entry   Entry // without its lines
	Account Account
	Amount  int64
}

// LotMoves returns every line of a lot, in the order in which things happened.
func LotMoves(ctx context.Context, q db.Queryer, lotID id.ID) ([]Move, error) {
	return db.All(ctx, q, selectLotMoves, []any{lotID}, func(r *db.Rows) (m Move, err error) {
		e := &m.Entry
		var commodity string
		err = r.Scan(&e.ID, &e.Kind, &e.OccurredAt, &e.RecordedAt, &e.Day, &e.Reason, &e.Evidence, &e.Reverses,
			&m.Account.Kind, &m.Account.Holder, &m.Account.Place, &commodity, &m.Amount)
		return m, err
	})
}

// LotBalances returns where a lot is now.
func LotBalances(ctx context.Context, q db.Queryer, lotID id.ID) ([]Balance, error) {
	return db.All(ctx, q, selectLotBalances, []any{lotID}, func(r *db.Rows) (b Balance, err error) {
		err = r.Scan(&b.Account.Kind, &b.Account.Holder, &b.Account.Place, &b.Commodity, &b.Lot, &b.Amount, &b.Held)
		return b, err
	})
}

// DaySum is what came in (Side 1) or went out (Side -1) on all accounts of a
// kind on one day. Amount has the sign of the side.
type DaySum struct {
	Kind      Kind
	Commodity Commodity
	Day       Day
	Side      int64
	Amount    int64
}

// Days returns the sums by day up to and with the given day, ordered by kind,
// commodity and day. Its size does not depend on the number of entries.
func Days(ctx context.Context, q db.Queryer, upTo Day) ([]DaySum, error) {
	return db.All(ctx, q, selectDays, []any{upTo}, func(r *db.Rows) (s DaySum, err error) {
		err = r.Scan(&s.Kind, &s.Commodity, &s.Day, &s.Side, &s.Amount)
		return s, err
	})
}

// Turnover is what came onto an account and what left it, corrections taken off.
type Turnover struct {
	Account   Account
	Commodity Commodity
	In, Out   int64
}

// Turnovers returns the turnover of every account of a kind (not of Source and
// Adjustment, for which none is kept).
func Turnovers(ctx context.Context, q db.Queryer, kind Kind) ([]Turnover, error) {
	return db.All(ctx, q, selectTurnover, []any{string(kind)}, func(r *db.Rows) (t Turnover, err error) {
		err = r.Scan(&t.Account.Kind, &t.Account.Holder, &t.Account.Place, &t.Commodity, &t.In, &t.Out)
		return t, err
	})
}

// LateCorrections counts the corrections of the day or of days before it that
// were recorded after the day had ended: each one changed a published figure.
func (l *Ledger) LateCorrections(ctx context.Context, q db.Queryer, day Day) (int64, error) {
	return db.Value[int64](ctx, q, countLateCorrections, day, day.End(l.zone))
}

// Corrections returns at most limit corrections recorded on the day.
func (l *Ledger) Corrections(ctx context.Context, q db.Queryer, day Day, limit int) ([]Entry, error) {
	return db.All(ctx, q, selectCorrections, []any{day.Start(l.zone), day.End(l.zone), limit}, scanEntry)
}

const (
	stockColumns = `
		a.holder, a.place, b.amount, b.held,
		t.id, t.commodity, t.donor, t.earmark, t.code, t.opened_on, t.expires_on`

	// SQLite joins in the order of CROSS JOIN: by the index of what is in stock, by one
	// of lots, or place by place where little lies.
	selectByShelf  = "SELECT " + stockColumns + " FROM ledger_balance b CROSS JOIN ledger_account a CROSS JOIN ledger_lot t"
	fromLots       = " FROM ledger_lot t CROSS JOIN ledger_balance b CROSS JOIN ledger_account a"
	selectByLots   = "SELECT " + stockColumns + fromLots
	selectByPlaces = "SELECT " + stockColumns + " FROM ledger_account a CROSS JOIN ledger_balance b CROSS JOIN ledger_lot t"

	countExpiringLots = `
		SELECT count(*) FROM (SELECT 1 FROM ledger_lot WHERE expires_on > 0 AND expires_on <= $1 LIMIT $2) AS found`

	countPlacedHead = "SELECT 1 FROM ledger_account a CROSS JOIN ledger_balance b"
)

// CountExpiring returns how many lots in stock expire on the day or before, in
// the places of the holders (none: of anybody); it stops at most.
func CountExpiring(ctx context.Context, q db.Queryer, by Day, holders []id.ID, most int) (int, error) {
	where := StockFilter{ExpiresBy: by, Holders: holders}.where()
	query, args := where.Query("SELECT 1"+fromLots, "", most)
	return db.Value[int](ctx, q, "SELECT count(*) FROM ("+query+") AS found", args...)
}

// StockFilter narrows a list of what is in stock.
type StockFilter struct {
	Commodities []Commodity // any of them; empty: all
	Place       string
	Holder      *id.ID
	Holders     []id.ID // any of them; empty: all
	Donor       id.ID
	Lot         id.ID
	Earmarked   *bool
	ExpiresBy   Day // expires on this day or before; zero: any
	After       id.ID
	AfterPlace  id.ID      // account of the last row seen
	AfterDay    Day        // on which the last row seen expires; only with Sort by expiry
	freeOn      Day        // of which something was there on this day and is available; zero: any
	Sort        page.Order // recorded (by lot, the usual) or by expiry, which leaves out what has none
}

// StockRow is what one account has of one lot.
type StockRow struct {
	Account Account
	Lot     Lot
	Amount  int64
	Held    int64
}

// StockRows returns at most limit rows of stock of one commodity (or of all),
// by lot.
func StockRows(ctx context.Context, q db.Queryer, f StockFilter, limit int) ([]StockRow, error) {
	if len(f.Commodities) < 2 || f.Sort.Is(page.Expiry) {
		return stockRows(ctx, q, f, limit)
	}
	// Each commodity is read by its index, so that the cost does not grow with the stock.
	var rows []StockRow
	for _, c := range f.Commodities {
		one := f
		one.Commodities = []Commodity{c}
		some, err := stockRows(ctx, q, one, limit)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	slices.SortFunc(rows, func(a, b StockRow) int {
		first, second := a.Account.ID(), b.Account.ID()
		order := cmp.Or(slices.Compare(a.Lot.ID[:], b.Lot.ID[:]), slices.Compare(first[:], second[:]))
		if f.Sort == page.RecordedDown {
			return -order
		}
		return order
	})
	return rows[:min(limit, len(rows))], nil
}

func stockRows(ctx context.Context, q db.Queryer, f StockFilter, limit int) ([]StockRow, error) {
	from, err := f.from(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	where := f.where()
	lot := "b.lot_id"
	if from == selectByLots {
		lot = "t.id"
	}
	query, args := where.Query(from, f.order(where, lot), limit)
	return db.All(ctx, q, query, args, func(r *db.Rows) (s StockRow, err error) {
		s.Account.Kind = Stock
		err = r.Scan(append([]any{&s.Account.Holder, &s.Account.Place, &s.Amount, &s.Held}, s.Lot.fields()...)...)
		return s, err
	})
}

// few is how many rows are sorted rather than looked for among all that is in stock.
const few = 10_000

// from chooses by what the list is read, so that its cost does not grow with the stock.
func (f StockFilter) from(ctx context.Context, q db.Queryer) (string, error) {
	switch {
	case !f.Donor.IsZero() || f.Earmarked != nil && *f.Earmarked:
		return selectByLots, nil
	case !f.Lot.IsZero() || len(f.Commodities) > 0 && !f.Sort.Is(page.Expiry):
		return selectByShelf, nil
	case f.Place != "" || f.Holder != nil || len(f.Holders) > 0:
		where := &db.Filter{}
		where.And("a.kind = 'stock' AND b.account_id = a.id")
		f.placed(where)
		query, args := where.Query(countPlacedHead, "", few)
		if n, err := db.Value[int](ctx, q, "SELECT count(*) FROM ("+query+") AS found", args...); err != nil || n < few {
			return selectByPlaces, err
		}
	}
	if f.ExpiresBy != 0 && !f.Sort.Is(page.Expiry) {
		n, err := db.Value[int](ctx, q, countExpiringLots, f.ExpiresBy, few)
		if err != nil || n >= few {
			return selectByShelf, err
		}
	} else if !f.Sort.Is(page.Expiry) {
		return selectByShelf, nil
	}
	return selectByLots, nil
}

// order adds where the page begins and returns how its rows stand.
func (f StockFilter) order(where *db.Filter, lot string) string {
	order, beyond := "ASC", ">"
	if f.Sort == page.RecordedDown || f.Sort == page.ExpiryDown {
		order, beyond = "DESC", "<"
	}
	if f.Sort.Is(page.Expiry) {
		where.And("t.expires_on > 0")
		if !f.After.IsZero() { // the first condition is what an index of lots can use
			where.And("t.expires_on "+beyond+"= ?", f.AfterDay)
			where.And("(t.expires_on, t.id, b.account_id) "+beyond+" (?, ?, ?)", f.AfterDay, f.After, f.AfterPlace)
		}
		return "ORDER BY t.expires_on " + order + ", t.id " + order + ", b.account_id " + order
	}
	if !f.After.IsZero() {
		where.And(lot+" "+beyond+"= ?", f.After)
		where.And("("+lot+", b.account_id) "+beyond+" (?, ?)", f.After, f.AfterPlace)
	}
	return "ORDER BY " + lot + " " + order + ", b.account_id " + order
}

func (f StockFilter) where() *db.Filter {
	where := &db.Filter{}
	where.And("b.kind = 'stock' AND b.amount > 0 AND b.lot_id = t.id AND a.id = b.account_id")
	f.placed(where)
	if n := len(f.Commodities); n > 0 {
		args := make([]any, n)
		for i, c := range f.Commodities {
			args[i] = string(c)
		}
		where.And("b.commodity IN (?"+strings.Repeat(", ?", n-1)+")", args...)
	}
	if !f.Donor.IsZero() {
		where.And("t.donor = ?", f.Donor)
	}
	if !f.Lot.IsZero() {
		where.And("b.lot_id = ?", f.Lot)
	}
	if f.freeOn != 0 {
		where.And("b.amount > b.held AND t.opened_on <= ?", f.freeOn)
	}
	if f.Earmarked != nil && *f.Earmarked {
		where.And("t.earmarked = 1")
	} else if f.Earmarked != nil {
		where.And("t.earmark = ?", id.Zero)
	}
	if f.ExpiresBy != 0 {
		where.And("t.expires_on > 0 AND t.expires_on <= ?", f.ExpiresBy)
	}
	return where
}

func (f StockFilter) placed(where *db.Filter) {
	if f.Place != "" {
		where.And("a.place = ?", f.Place)
	}
	if f.Holder != nil {
		where.And("a.holder = ?", *f.Holder)
	}
	if len(f.Holders) > 0 {
		db.AndIn(where, "a.holder", f.Holders)
	}
}
