// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"context"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// failer is what a test and a case of a property have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Fatal(args ...any)
}

// zone is that of the books: eight hours ahead, so that a day there is not a
// day in UTC.
var zone = time.FixedZone("UTC+8", 8*3600)

// day returns noon of a day of February 2020.
func day(n int) time.Time { return time.Date(2020, 2, n, 12, 0, 0, 0, zone) }

func dayOf(n int) clock.Day { return clock.DayOf(day(n), zone) }

// office is an office with everything that makes figures.
type office struct {
	db            *db.DB
	now           *clock.Manual
	actor         account.Actor
	goods         *catalog.Catalog
	ledger        *ledger.Ledger
	receipts      *receipt.Service
	distributions *distribution.Service
	funds         *fund.Service
	needs         *need.Service
	stock         *stock.Service
}

func open(t testing.TB, opener func(testing.TB, db.Config) *db.DB) *office {
	t.Helper()
	now := clock.NewManual(day(17))
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	goods, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := opener(t, db.Config{Clock: now})
	books := ledger.New(zone)
	orgs := org.New(d, policy, func(name string) string { return name })
	return &office{
		db: d, now: now, actor: account.System(), goods: goods, ledger: books,
		receipts: receipt.New(d, books, policy, goods, orgs), distributions: distribution.New(d, books, policy, goods, orgs),
		funds: fund.New(d, books, policy, orgs), needs: need.New(d, policy, goods, orgs, zone), stock: stock.New(d, books, policy),
	}
}

// onBoth runs a test on each engine.
func onBoth(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	for name, opener := range map[string]func(testing.TB, db.Config) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t, opener))
		})
	}
}

// figures computes the figures of a day anew.
func (o *office) figures(t failer, of clock.Day) *report.Figures {
	t.Helper()
	f, err := report.New(o.db, o.ledger, o.goods).Figures(context.Background(), of)
	if err != nil {
		t.Fatalf("figures of %v: %v", of, err)
	}
	return f
}

func (o *office) receive(t failer, at time.Time, lines ...receipt.LineInput) receipt.Receipt {
	t.Helper()
	r, err := o.receipts.Create(context.Background(), o.actor, receipt.Input{
		Kind: receipt.Donation, DonorName: "示例商会", Place: "main", OccurredAt: at, Lines: lines,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func goodsIn(class string, n int64, unit qty.Unit) receipt.LineInput {
	return receipt.LineInput{Class: class, Quantity: qty.Exactly(n, unit)}
}

// hand hands goods of a class over, in its base unit.
func (o *office) hand(t failer, at time.Time, recipient id.ID, class string, n int64) distribution.Distribution {
	t.Helper()
	c, _ := o.goods.Class(class)
	d, err := o.distributions.Create(context.Background(), o.actor, distribution.Input{
		Recipient: recipient, Place: "4301", OccurredAt: at, Unreconciled: true,
		Lines: []distribution.LineInput{{Class: class, Quantity: qty.Exactly(n, c.BaseUnit)}},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ask states a need of one class for each quantity.
func (o *office) ask(t failer, recipient id.ID, class string, quantities ...qty.Quantity) need.Need {
	t.Helper()
	in := need.Input{Recipient: recipient, Place: "4301", StatedOn: dayOf(10)}
	for _, q := range quantities {
		in.Lines = append(in.Lines, need.Line{Class: class, Quantity: q})
	}
	n, err := o.needs.Create(context.Background(), o.actor, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// all reads a list to its end.
func all[T any](t failer, list func(page.Request) (page.Page[T], error)) []T {
	t.Helper()
	var found []T
	request := page.Request{Limit: 50}
	for {
		p, err := list(request)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, p.Items...)
		if p.Next == "" {
			return found
		}
		request.Cursor = p.Next
	}
}
