// SPDX-License-Identifier: Apache-2.0

package stock_test

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
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// zone is that of the books; noon is twelve o'clock there on the day of the tests.
var (
	zone = time.FixedZone("UTC+8", 8*3600)
	noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)
)

// The parties and places of the tests.
var (
	donor    = id.Derive("example donor")
	hospital = id.Derive("example hospital")
	main     = stock.Spot{Place: "main"}
	branch   = stock.Spot{Holder: id.Derive("example branch"), Place: "branch"}
)

// desk is a warehouse in a house whose database is empty.
type desk struct {
	*stock.Service

	db     *db.DB
	ledger *ledger.Ledger
	clock  *clock.Manual
	keeper account.Actor
}

func open(t testing.TB, d *db.DB, now *clock.Manual) *desk {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	books := ledger.New(zone)
	return &desk{Service: stock.New(d, books, policy), db: d, ledger: books, clock: now, keeper: as(account.Keeper)}
}

// onBoth runs the test on each engine, with a clock that the test moves.
func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	for name, opener := range map[string]func(testing.TB, db.Config) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := clock.NewManual(noon)
			test(t, open(t, opener(t, db.Config{Clock: now}), now))
		})
	}
}

func at(s stock.Spot) ledger.Account {
	return ledger.Account{Kind: ledger.Stock, Holder: s.Holder, Place: s.Place}
}

// receive puts a lot into the main store as a receipt does.
func (k *desk) receive(t testing.TB, lot ledger.Lot, amount int64, earmark ledger.Earmark) ledger.Lot {
	t.Helper()
	k.post(t, func(ctx context.Context, tx *db.Tx) (err error) {
		lot.ID, lot.Donor, lot.OpenedOn = tx.NewID(), donor, clock.DayOf(noon, zone)
		if lot.Earmark, err = k.ledger.SetEarmark(ctx, tx, earmark); err != nil {
			return err
		}
		_, err = k.ledger.Post(ctx, tx, entry(lot, ledger.Account{Kind: ledger.Source, Holder: donor}, at(main), amount), lot)
		return err
	})
	return lot
}

// entry moves an amount of a lot.
func entry(lot ledger.Lot, from, to ledger.Account, amount int64) ledger.Draft {
	return ledger.Draft{Kind: "test", OccurredAt: noon, Lines: []ledger.Line{
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

// move is a move of a lot from the main store to the branch at noon.
func move(lot ledger.Lot, amount int64) stock.Move {
	return stock.Move{Lot: lot.ID, From: main, To: branch, Amount: amount, OccurredAt: noon}
}

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
