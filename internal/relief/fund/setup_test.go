// SPDX-License-Identifier: Apache-2.0

package fund_test

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
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/fund"
)

// zone is that of the books; noon is twelve o'clock there on the day of the tests.
var (
	zone = time.FixedZone("UTC+8", 8*3600)
	noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)
)

// desk is the treasury of a house whose database is empty.
type desk struct {
	*fund.Service

	db        *db.DB
	treasurer account.Actor
}

func open(t testing.TB, d *db.DB) *desk {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{Service: fund.New(d, ledger.New(zone), policy, org.New(d, policy, text.Key)), db: d, treasurer: as(account.Finance)}
}

// onBoth runs the test on each engine.
func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

// gift is money that came into the bank account at noon.
func gift(yuan int64) fund.Input {
	return fund.Input{
		Direction: fund.In, Channel: "bank", PartyName: "示例公司", Amount: money.Amount{Minor: 100 * yuan, Currency: money.CNY}, OccurredAt: noon,
	}
}

// payment is money that was paid from the bank account at noon.
func payment(yuan int64) fund.Input {
	in := gift(yuan)
	in.Direction, in.Purpose, in.PartyName = fund.Out, "masks", "示例口罩厂"
	return in
}

func (k *desk) book(t testing.TB, in fund.Input) fund.Record {
	t.Helper()
	r, err := k.Create(t.Context(), k.treasurer, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (k *desk) get(t testing.TB, recordID id.ID) fund.Record {
	t.Helper()
	r, err := k.Get(t.Context(), k.treasurer, recordID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sums says what is where, as "kind place currency minor", in order; donors are
// summed up.
func (k *desk) sums(t testing.TB) []string {
	t.Helper()
	found, err := db.All(t.Context(), k.db, `
		SELECT a.kind, a.place, b.commodity, sum(b.amount)
		FROM ledger_balance b
		JOIN ledger_account a ON a.id = b.account_id
		GROUP BY a.kind, a.place, b.commodity
		HAVING sum(b.amount) <> 0`, nil, func(r *db.Rows) (string, error) {
		var kind, place, currency string
		var amount int64
		err := r.Scan(&kind, &place, &currency, &amount)
		return fmt.Sprint(kind, " ", cmp.Or(place, "-"), " ", currency, " ", amount), err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
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
