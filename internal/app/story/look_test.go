// SPDX-License-Identifier: Apache-2.0

package story_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/overview/thread"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// all reads every page of a list.
func all[T any](t *testing.T, list func(p page.Request) (page.Page[T], error)) []T {
	t.Helper()
	var items []T
	for cursor := ""; ; {
		p, err := list(page.Request{Limit: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, p.Items...)
		if p.Next == "" {
			return items
		}
		cursor = p.Next
	}
}

func named(t *testing.T, p played, name string) org.Org {
	t.Helper()
	found, err := p.orgs.List(t.Context(), account.System(), org.Filter{Name: name}, page.Request{})
	if err != nil || len(found.Items) != 1 {
		t.Fatalf("%s: %d found, %v", name, len(found.Items), err)
	}
	return found.Items[0]
}

// sums compares the money with its records: what came in, and what the two
// drives are credited with, many givers behind one organiser.
func sums(t *testing.T, p played) {
	t.Helper()
	records := all(t, func(r page.Request) (page.Page[fund.Record], error) {
		return fund.Rows(t.Context(), p.db, fund.Filter{}, r)
	})
	in, raised, givers, purposes := int64(0), map[id.ID]int64{}, map[id.ID]int{}, map[string]int64{}
	for _, r := range records {
		if r.CreatedAt.Before(r.OccurredAt) || !r.CreatedAt.Before(story.End) {
			t.Errorf("happened %v, written down %v", r.OccurredAt, r.CreatedAt)
		}
		if r.Direction == fund.Out {
			purposes[r.Purpose] += r.Amount.Minor
			continue
		}
		in += r.Amount.Minor
		if !r.Organiser.IsZero() {
			raised[r.Organiser] += r.Amount.Minor
			givers[r.Organiser]++
		}
	}
	if in != 13_547_626_00 {
		t.Errorf("money in %d", in)
	}
	for name, want := range map[string]int64{"示例长沙建材有限公司": 252_000_00, "示例湘潭机械有限公司": 150_000_00} {
		if o := named(t, p, name).ID; raised[o] != want || givers[o] < 5 {
			t.Errorf("%s raised %d from %d givers, want %d", name, raised[o], givers[o], want)
		}
	}
	for _, purpose := range []string{"采购", "运输", "定向拨付"} {
		if purposes[purpose] == 0 {
			t.Errorf("nothing was paid for %s", purpose)
		}
	}
}

// milan follows the 48,000 masks.
func milan(t *testing.T, p played) {
	t.Helper()
	donor := named(t, p, "示例米兰侨界联合会")
	lots := all(t, func(r page.Request) (page.Page[ledger.StockRow], error) {
		return stock.Rows(t.Context(), p.db, ledger.StockFilter{Donor: donor.ID}, r)
	})
	i := slices.IndexFunc(lots, func(r ledger.StockRow) bool { return r.Lot.Code == "L-0213-IT-04" })
	if i < 0 {
		t.Fatal("nothing is left of L-0213-IT-04: the 200 that were rejected must be in stock")
	}
	th, err := thread.Of(t.Context(), p.db, lots[i].Lot.ID)
	if err != nil {
		t.Fatal(err)
	}
	if th.Given != 48_000 || th.Lost != 50 || th.Handed != 47_750 || th.Stock != 200 || th.Earmark.Place != "43" {
		t.Errorf("given %d, lost %d, handed over %d, in stock %d, for %q", th.Given, th.Lost, th.Handed, th.Stock, th.Earmark.Place)
	}
	accepted, rejected := []int64{}, int64(0)
	for _, b := range th.Branches {
		accepted = append(accepted, b.Accepted)
		rejected += b.Rejected
	}
	slices.Sort(accepted)
	if !slices.Equal(accepted, []int64{9_350, 14_400, 24_000}) || rejected != 200 {
		t.Errorf("accepted %v, rejected %d", accepted, rejected)
	}
}

// conditions expects that every unit with a condition on its use is in stock or
// with a recipient that meets it, under the donor who gave it, and that goods
// lie in both stores.
func conditions(t *testing.T, p played) {
	t.Helper()
	handed := 0
	for _, r := range all(t, func(r page.Request) (page.Page[receipt.Row], error) {
		return receipt.Rows(t.Context(), p.db, receipt.Filter{}, r)
	}) {
		if r.Line.Earmark.IsZero() {
			continue
		}
		lot, err := ledger.LotByID(t.Context(), p.db, r.Line.Lot)
		if err != nil {
			t.Fatal(err)
		}
		if lot.Donor.IsZero() || lot.Donor != r.Receipt.Donor || lot.Earmark != r.Line.Earmark {
			t.Errorf("lot %s has lost its donor or earmark", lot.Code)
		}
		handed += met(t, p, lot)
	}
	if handed < 10 {
		t.Errorf("%d earmarked lots were handed over", handed)
	}
	places := map[string]bool{}
	for _, r := range all(t, func(r page.Request) (page.Page[ledger.StockRow], error) {
		return stock.Rows(t.Context(), p.db, ledger.StockFilter{}, r)
	}) {
		places[r.Account.Place] = true
	}
	if !places["main"] || !places["airport:CSX"] || len(places) != 2 {
		t.Errorf("stock lies in %v", places)
	}
}

// met expects that recipients of a lot meet its condition; it returns how many
// they are.
func met(t *testing.T, p played, lot ledger.Lot) int {
	t.Helper()
	e, err := ledger.EarmarkByID(t.Context(), p.db, lot.Earmark)
	if err != nil {
		t.Fatal(err)
	}
	balances, err := ledger.LotBalances(t.Context(), p.db, lot.ID)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, b := range balances {
		if b.Account.Kind.Guarded() && b.Amount < b.Held {
			t.Errorf("lot %s: %d on %+v", lot.Code, b.Amount, b.Account)
		}
		if b.Account.Kind != ledger.Recipient || b.Amount == 0 {
			continue
		}
		n++
		if !e.Recipient.IsZero() && e.Recipient != b.Account.Holder || !strings.HasPrefix(b.Account.Place, e.Place) {
			t.Errorf("lot %s was meant for %+v and went to %+v", lot.Code, e, b.Account)
		}
	}
	return n
}

// everybody expects that all are invented and may stand on a public page, that
// the hospitals lie in all fourteen prefectures, and that donors come from many
// countries.
func everybody(t *testing.T, p played) {
	t.Helper()
	prefectures, countries := map[string]bool{}, map[string]bool{}
	for _, o := range all(t, func(r page.Request) (page.Page[org.Org], error) {
		return p.orgs.List(t.Context(), account.System(), org.Filter{}, r)
	}) {
		if !strings.HasPrefix(o.Name, "示例") || !o.Public || o.Place == "" {
			t.Errorf("%s: public %v, place %q", o.Name, o.Public, o.Place)
		}
		if o.Kind == org.Hospital {
			prefectures[o.Place[:4]] = true
		}
		if strings.HasPrefix(o.Place, "country:") {
			countries[o.Place] = true
		}
	}
	if len(prefectures) != 14 || len(countries) < 15 {
		t.Errorf("hospitals in %d prefectures, donors in %d countries", len(prefectures), len(countries))
	}
}
