// SPDX-License-Identifier: Apache-2.0

package receipt_test

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
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// zone is that of the books; noon is twelve o'clock there on the day of the tests.
var (
	zone = time.FixedZone("UTC+8", 8*3600)
	noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)
)

// desk is the goods-in desk of a house whose database is empty.
type desk struct {
	*receipt.Service

	db     *db.DB
	ledger *ledger.Ledger
	keeper account.Actor
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
		Service: receipt.New(d, books, policy, goods, org.New(d, policy, text.Key)),
		db:      d, ledger: books, keeper: as(account.Keeper),
	}
}

// onBoth runs the test on each engine.
func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
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

// line is a number of pieces of a class.
func line(class string, n int64) receipt.LineInput {
	return receipt.LineInput{Class: class, Quantity: qty.Exactly(n, qty.Piece)}
}

// gift is a donation that arrived at noon.
func gift(lines ...receipt.LineInput) receipt.Input {
	return receipt.Input{Kind: receipt.Donation, DonorName: "示例商会", Place: "main", OccurredAt: noon, Lines: lines}
}

func (k *desk) receive(t testing.TB, in receipt.Input) receipt.Receipt {
	t.Helper()
	r, err := k.Create(t.Context(), k.keeper, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (k *desk) get(t testing.TB, receiptID id.ID) receipt.Receipt {
	t.Helper()
	r, err := k.Get(t.Context(), k.keeper, receiptID)
	if err != nil {
		t.Fatal(err)
	}
	return r
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

// inStock sums what lies in stock by commodity.
func (k *desk) inStock(t testing.TB) map[ledger.Commodity]int64 {
	t.Helper()
	rows, err := ledger.StockRows(t.Context(), k.db, ledger.StockFilter{}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[ledger.Commodity]int64{}
	for _, r := range rows {
		sums[r.Lot.Commodity] += r.Amount
	}
	return sums
}

// handOut takes an amount of a lot out of stock, as a hand-over does.
func (k *desk) handOut(t testing.TB, r receipt.Receipt, amount int64) {
	t.Helper()
	l := r.Lines[0]
	err := k.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := k.ledger.Post(ctx, tx, ledger.Draft{Kind: "distribution", OccurredAt: noon, Lines: []ledger.Line{
			{Account: ledger.Account{Kind: ledger.Stock, Holder: r.Holder, Place: r.Place}, Commodity: l.Commodity, Lot: l.Lot, Amount: -amount},
			{Account: ledger.Account{Kind: ledger.Recipient, Holder: id.Derive("hospital")}, Commodity: l.Commodity, Lot: l.Lot, Amount: amount},
		}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
