// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
	"github.com/qiaorelief/qiao/internal/relief/need"
)

// zone is that of the books; noon is twelve o'clock there on the day of the tests.
var (
	zone = time.FixedZone("UTC+8", 8*3600)
	noon = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)
)

// desk takes the needs of hospitals in a house whose database is empty.
type desk struct {
	*need.Service

	db      *db.DB
	liaison account.Actor
}

// The recipients of the tests.
var (
	first  = id.Derive("example hospital one")
	second = id.Derive("example hospital two")
)

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
	return &desk{Service: need.New(d, policy, goods, org.New(d, policy, text.Key), zone), db: d, liaison: as(account.Liaison)}
}

// onBoth runs the test on each engine.
func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

// line is an item that is lacking.
func line(class string, q qty.Quantity) need.Line {
	return need.Line{Class: class, ItemText: class, Quantity: q}
}

func pieces(n int64) qty.Quantity { return qty.Exactly(n, qty.Piece) }

// list is what the first hospital lacks.
func list(lines ...need.Line) need.Input {
	return need.Input{Recipient: first, Place: "4301", Setting: "icu", Lines: lines}
}

func (k *desk) ask(t testing.TB, in need.Input) need.Need {
	t.Helper()
	n, err := k.Create(t.Context(), k.liaison, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (k *desk) get(t testing.TB, needID id.ID) need.Need {
	t.Helper()
	n, err := k.Get(t.Context(), k.liaison, needID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (k *desk) demands(t testing.TB, upTo clock.Day) []need.Demand {
	t.Helper()
	d, err := need.Demands(t.Context(), k.db, upTo)
	if err != nil {
		t.Fatal(err)
	}
	return d
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
