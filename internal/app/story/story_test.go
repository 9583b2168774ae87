// SPDX-License-Identifier: Apache-2.0

package story_test

import (
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app/story"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
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

func play(t *testing.T, d *db.DB, when *clock.Manual) *report.Figures {
	t.Helper()
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
	err = story.Play(t.Context(), story.Services{
		DB: d, Clock: when, Orgs: orgs, Needs: need.New(d, policy, goods, orgs, zone),
		Receipts: receipt.New(d, books, policy, goods, orgs), Distributions: distribution.New(d, books, policy, goods, orgs),
		Funds: fund.New(d, books, policy, orgs), Stock: stock.New(d, books, policy),
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := report.New(d, books, goods).Figures(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestTheReportOf17FebruarySaysExactlyThePublishedFigures is the golden test of
// the demonstration.
func TestTheReportOf17FebruarySaysExactlyThePublishedFigures(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			when := clock.NewManual(story.Begin)
			open := dbtest.SQLite
			if engine == "postgres" {
				open = dbtest.Postgres
			}
			d := open(t, db.Config{Clock: when})
			f := play(t, d, when)
			published(t, f)
			s, err := oversight.Check(t.Context(), d, nil, func(f oversight.Finding) { t.Errorf("%+v", f) })
			if err != nil || s.Findings != 0 {
				t.Errorf("check: %d findings, %v", s.Findings, err)
			}
		})
	}
}

func published(t *testing.T, f *report.Figures) {
	t.Helper()
	doc := f.Document()
	if doc.Date.String() != "2020-02-17" || doc.Edition != 1 || !doc.Demonstration {
		t.Errorf("date %s, edition %d, demonstration %v", doc.Date, doc.Edition, doc.Demonstration)
	}
	if got := doc.MoneyIn["CNY"]; got != "13547626.00" {
		t.Errorf("money %s", got)
	}
	if got := doc.GoodsValueIn["CNY"]; got != "34504315.00" {
		t.Errorf("goods value %s", got)
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
	for _, l := range doc.Reconciliation {
		if l.In != l.Out+l.Stock+l.Adjusted || l.Unreconciled != 0 || l.Stock < 0 {
			t.Errorf("does not balance: %+v", l)
		}
	}
}
