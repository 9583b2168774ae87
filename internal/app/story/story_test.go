// SPDX-License-Identifier: Apache-2.0

package story_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/oversight"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// played is books into which the story was played.
type played struct {
	db   *db.DB
	orgs *org.Service
}

// play plays the story into new books and returns them with their report.
func play(t *testing.T, open func(testing.TB, db.Config) *db.DB) (played, *report.Figures) {
	t.Helper()
	when := clock.NewManual(story.Begin)
	d := open(t, db.Config{Clock: when, IDs: story.IDs()})
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	goods, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	books := ledger.New(zone)
	orgs := org.New(d, policy, text.Key)
	start := clock.Start()
	err = story.Play(t.Context(), story.Services{
		DB: d, Clock: when, Orgs: orgs, Needs: need.New(d, policy, goods, orgs, zone),
		Receipts: receipt.New(d, books, policy, goods, orgs), Distributions: distribution.New(d, books, policy, goods, orgs),
		Funds: fund.New(d, books, policy, orgs), Stock: stock.New(d, books, policy),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: played in %v", d.Engine(), clock.Since(start).Round(time.Millisecond))
	if now := when.Now(); !now.Before(story.End) {
		t.Errorf("the last thing was written down at %v, after the end", now)
	}
	f, err := report.New(d, books, goods).Figures(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return played{d, orgs}, f
}

// onBoth runs a test of the played story on each engine.
func onBoth(t *testing.T, test func(t *testing.T, p played, f *report.Figures)) {
	t.Helper()
	t.Parallel()
	for name, open := range map[string]func(testing.TB, db.Config) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, f := play(t, open)
			test(t, p, f)
		})
	}
}

// TestTheReportOf17FebruarySaysExactlyThePublishedFigures is the golden test of
// the demonstration.
func TestTheReportOf17FebruarySaysExactlyThePublishedFigures(t *testing.T) {
	onBoth(t, func(t *testing.T, p played, f *report.Figures) {
		published(t, f)
		reconciled(t, f)
		covered(t, f)
		sums(t, p)
		milan(t, p)
		everybody(t, p)
		conditions(t, p)
		s, err := oversight.Check(t.Context(), p.db, nil, func(f oversight.Finding) { t.Errorf("%+v", f) })
		if err != nil || s.Findings != 0 {
			t.Errorf("check: %d findings, %v", s.Findings, err)
		}
	})
}

func published(t *testing.T, f *report.Figures) {
	t.Helper()
	doc := f.Document()
	if doc.Date.String() != "2020-02-17" || doc.Edition != 1 || !doc.Demonstration {
		t.Errorf("date %s, edition %d, demonstration %v", doc.Date, doc.Edition, doc.Demonstration)
	}
	if got := doc.MoneyIn["CNY"]; got != "13547626.00" || len(doc.MoneyIn) != 1 {
		t.Errorf("money %v", doc.MoneyIn)
	}
	if got := doc.GoodsValueIn["CNY"]; got != "34504315.00" || len(doc.GoodsValueIn) != 1 {
		t.Errorf("goods value %v", doc.GoodsValueIn)
	}
	want := map[string]int64{
		"suits": 92_026, "masks": 5_050_120, "goggles": 16_440, "face-shields": 1_761, "medical-gloves": 1_245_418,
		"shoe-covers": 4_800, "alcohol": 46_000, "detergent": 8_743, "thermometers": 1_107, "caps": 185_800,
	}
	for _, g := range doc.Groups {
		if n, named := want[g.Group]; named && g.Quantity != n {
			t.Errorf("%s %d, want %d", g.Group, g.Quantity, n)
		}
		delete(want, g.Group)
	}
	if len(want) != 0 {
		t.Errorf("not in the report: %v", want)
	}
	if len(f.Corrections) != 1 {
		t.Errorf("%d corrections on the last day, want the goggles that were entered twice", len(f.Corrections))
	}
}

// reconciled expects that nothing is left over, that goods are left in stock,
// and that the values come from papers, donors and estimates as planned.
func reconciled(t *testing.T, f *report.Figures) {
	t.Helper()
	for _, l := range f.Lines {
		if !l.Balanced() || l.Unreconciled != 0 || l.Stock < 0 {
			t.Errorf("does not balance: %+v", l)
		}
		if share := float64(l.Out) / float64(l.In); share < .8 || share > 1 {
			t.Errorf("%s: %.0f %% handed over", l.Class, 100*share)
		}
	}
	for _, m := range f.Money {
		if m.Unresolved != 0 || m.Out == 0 || m.Balance <= 0 {
			t.Errorf("money: %+v", m)
		}
	}
	all := f.Values[0]
	for source, want := range map[receipt.ValueSource]float64{receipt.Invoice: .70, receipt.Donor: .25, receipt.Estimate: .05} {
		if got := float64(all.Sources[source]) / float64(all.Amount); got < want-.02 || got > want+.02 {
			t.Errorf("%s: %.3f of the value, want about %.2f", source, got, want)
		}
	}
}

// covered expects a picture of the needs that is worth looking at.
func covered(t *testing.T, f *report.Figures) {
	t.Helper()
	states := map[string]qty.State{"suit-medical": qty.Stated, "goggles": qty.About, "mask-surgical": qty.AtLeast, "thermometer": ""}
	for _, n := range f.Needs {
		want, named := states[n.Class]
		if named && n.State != want && n.State != qty.Unstated {
			t.Errorf("%s: state %q, want %q", n.Class, n.State, want)
		}
		if n.Class == "suit-medical" && (n.Delivered == 0 || n.Missing == 0 || n.Delivered >= n.Needed) {
			t.Errorf("suits are not part covered: %+v", n)
		}
		if n.Class == "thermometer" && (n.UnknownLines == 0 || n.Needed != 0) {
			t.Errorf("thermometers are not unknown: %+v", n)
		}
		delete(states, n.Class)
	}
	if len(states) != 0 {
		t.Errorf("nobody asked for %v", states)
	}
}

// TestTheSameStoryIsPlayedTwice proves that ids and figures do not depend on
// chance.
func TestTheSameStoryIsPlayedTwice(t *testing.T) {
	t.Parallel()
	var ids [2][]string
	for i := range ids {
		p, _ := play(t, dbtest.SQLite)
		for _, r := range all(t, func(r page.Request) (page.Page[receipt.Row], error) {
			return receipt.Rows(t.Context(), p.db, receipt.Filter{}, r)
		}) {
			ids[i] = append(ids[i], fmt.Sprintf("receipt %s line %d of lot %s at %v", r.Receipt.ID, r.N, r.Line.Lot, r.Receipt.CreatedAt))
		}
		for _, r := range all(t, func(r page.Request) (page.Page[distribution.Row], error) {
			return distribution.Rows(t.Context(), p.db, distribution.Filter{}, r)
		}) {
			ids[i] = append(ids[i], fmt.Sprintf("distribution %s line %d: %d at %v", r.Distribution.ID, r.N, r.Line.Accepted, r.Distribution.CreatedAt))
		}
	}
	if len(ids[0]) < 300 || len(ids[0]) != len(ids[1]) {
		t.Fatalf("%d and %d lines", len(ids[0]), len(ids[1]))
	}
	for i := range ids[0] {
		if ids[0][i] != ids[1][i] {
			t.Fatalf("entry %d: %s and %s", i, ids[0][i], ids[1][i])
		}
	}
}
