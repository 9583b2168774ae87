// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

// zone is that of the books; noon is twelve o'clock there on the day of the tests.
var (
	zone = time.FixedZone("UTC+8", 8*3600)
	noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)
)

// The parties of the tests.
var (
	donor   = id.Derive("example donor")
	first   = id.Derive("example hospital one")
	second  = id.Derive("example hospital two")
	storage = ledger.Account{Kind: ledger.Stock, Place: "main"}
)

// desk is the goods-out desk of a house whose database is empty.
type desk struct {
	*distribution.Service

	db          *db.DB
	ledger      *ledger.Ledger
	coordinator account.Actor
}

func open(t testing.TB, d *db.DB) *desk {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	goods, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	books := ledger.New(zone)
	return &desk{
		Service: distribution.New(d, books, policy, goods, org.New(d, policy, text.Key)),
		db:      d, ledger: books, coordinator: as(account.Coordinator),
	}
}

// onBoth runs the test on each engine.
func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

// line is a number of pieces of a class.
func line(class string, n int64) distribution.LineInput {
	return distribution.LineInput{Class: class, ItemText: class, Quantity: qty.Exactly(n, qty.Piece)}
}

// handOver is what the first hospital got at noon.
func handOver(lines ...distribution.LineInput) distribution.Input {
	return distribution.Input{Recipient: first, Place: "4301", OccurredAt: noon, Lines: lines}
}

func (k *desk) hand(t testing.TB, in distribution.Input) distribution.Distribution {
	t.Helper()
	d, err := k.Create(t.Context(), k.coordinator, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (k *desk) get(t testing.TB, distributionID id.ID) distribution.Distribution {
	t.Helper()
	d, err := k.Get(t.Context(), k.coordinator, distributionID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// stock puts a lot into stock as a receipt of the day does.
func (k *desk) stock(t testing.TB, commodity ledger.Commodity, amount int64, earmark ledger.Earmark) ledger.Lot {
	t.Helper()
	return k.stockOn(t, noon, commodity, amount, earmark)
}

func (k *desk) stockOn(t testing.TB, at time.Time, commodity ledger.Commodity, amount int64, earmark ledger.Earmark) (lot ledger.Lot) {
	t.Helper()
	k.post(t, func(ctx context.Context, tx *db.Tx) (err error) {
		lot, err = k.arrive(ctx, tx, at, ledger.Lot{Commodity: commodity}, amount, earmark)
		return err
	})
	return lot
}

// stockMany puts many lots of one piece into stock in one write.
func (k *desk) stockMany(t testing.TB, lots int, earmark ledger.Earmark) {
	t.Helper()
	k.post(t, func(ctx context.Context, tx *db.Tx) error {
		for range lots {
			if _, err := k.arrive(ctx, tx, noon, ledger.Lot{Commodity: "goggles"}, 1, earmark); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *desk) arrive(ctx context.Context, tx *db.Tx, at time.Time, lot ledger.Lot, amount int64, earmark ledger.Earmark) (ledger.Lot, error) {
	lot.ID, lot.Donor, lot.OpenedOn = tx.NewID(), donor, clock.DayOf(at, zone)
	var err error
	if lot.Earmark, err = k.ledger.SetEarmark(ctx, tx, earmark); err != nil {
		return lot, err
	}
	from := ledger.Account{Kind: ledger.Source, Holder: donor}
	_, err = k.ledger.Post(ctx, tx, entry("receipt.donation", at, lot, from, storage, amount), lot)
	return lot, err
}

// entry moves an amount of a lot.
func entry(kind string, at time.Time, lot ledger.Lot, from, to ledger.Account, amount int64) ledger.Draft {
	return ledger.Draft{Kind: kind, OccurredAt: at, Lines: []ledger.Line{
		{Account: from, Commodity: lot.Commodity, Lot: lot.ID, Amount: -amount},
		{Account: to, Commodity: lot.Commodity, Lot: lot.ID, Amount: amount},
	}}
}

func (k *desk) post(t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := k.db.Tx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// left is what is still in stock of a lot.
func (k *desk) left(t testing.TB, lot ledger.Lot) int64 {
	t.Helper()
	b, err := ledger.BalanceOf(t.Context(), k.db, storage, lot.Commodity, lot.ID)
	if err != nil {
		t.Fatal(err)
	}
	return b.Amount
}

func frozen() db.Config { return db.Config{Clock: clock.NewManual(noon)} }

// as is somebody in a role.
func as(role account.Role) account.Actor {
	member := account.Membership{Role: role}
	switch role {
	case "":
		return account.Actor{}
	case account.Recipient, account.Driver:
		member.Org = id.Derive("example org")
	}
	return account.Actor{ID: id.Derive("example", string(role)), Memberships: []account.Membership{member}}
}

// where says where a lot is, as "kind place amount", in order.
func (k *desk) where(t testing.TB, lot id.ID) []string {
	t.Helper()
	balances, err := ledger.LotBalances(t.Context(), k.db, lot)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, b := range balances {
		if b.Amount != 0 {
			found = append(found, fmt.Sprint(b.Account.Kind, " ", cmp.Or(b.Account.Place, "-"), " ", b.Amount))
		}
	}
	slices.Sort(found)
	return found
}

// wantClean requires that the check of the ledger finds nothing.
func (k *desk) wantClean(t testing.TB) {
	t.Helper()
	err := k.db.View(t.Context(), func(ctx context.Context, v *db.View) error {
		_, err := ledger.Check(ctx, v, func(f ledger.Fault) { t.Errorf("check: %s %s %v", f.Code, f.Subject, f.Args) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// count counts the rows of a table.
func (k *desk) count(t testing.TB, table string) int {
	t.Helper()
	n, err := db.Value[int](t.Context(), k.db, "SELECT count(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// diff says how two values differ; an empty list is as good as none.
func diff(got, want any) string { return gocmp.Diff(want, got, cmpopts.EquateEmpty()) }

// key is the message key of an error; empty for none.
func key(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Key
}

// detail is what an error carries for the reader to decide.
func detail(err error) any {
	if err == nil {
		return nil
	}
	return errs.As(err).Detail
}

// fields lists the wrong fields of an error as "name: key".
func fields(err error) []string {
	if err == nil {
		return []string{"nothing is wrong"}
	}
	var found []string
	for _, f := range errs.As(err).Fields {
		found = append(found, f.Name+": "+f.Key)
	}
	slices.Sort(found)
	return found
}

// walk reads a list to its end, a few rows at a time.
func walk[R any](t testing.TB, limit int, list func(page.Request) (page.Page[R], error)) (rows []R) {
	t.Helper()
	for p := (page.Request{Limit: limit}); ; {
		some, err := list(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(some.Items) > limit || some.Next != "" && len(some.Items) < limit {
			t.Fatalf("a page of %d rows, the limit is %d", len(some.Items), limit)
		}
		rows = append(rows, some.Items...)
		if p.Cursor = some.Next; p.Cursor == "" {
			return rows
		}
	}
}

// atOnce runs fn n times at the same moment and returns the errors.
func atOnce(n int, fn func(i int) error) []error {
	failed := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			failed[i] = fn(i)
		})
	}
	close(start)
	all.Wait()
	return failed
}

// moving is a write that moves an amount of a lot to another place.
func moving(k *desk, lot ledger.Lot, from, to ledger.Account, amount int64) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		_, err := k.ledger.Post(ctx, tx, entry("stock.move", noon, lot, from, to, amount))
		return err
	}
}
