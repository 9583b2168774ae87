// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/reading/row"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

type house struct {
	db        *db.DB
	registers *register.Service
	actor     account.Actor
}

func newHouse(t testing.TB, d *db.DB) house {
	t.Helper()
	zone := time.FixedZone("CST", 8*3600)
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	goods, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.New(zone)
	parties := org.New(d, policy, text.Key)
	posters := Posters{
		Receipts: receipt.New(d, l, policy, goods, parties), Distributions: distribution.New(d, l, policy, goods, parties),
		Money: fund.New(d, l, policy, parties), Needs: need.New(d, policy, goods, parties, zone), Parties: parties,
	}
	s, err := register.New(register.Config{
		DB: d, Policy: policy, Catalog: goods, Reader: goodsReader{row.NewReader(goods)}, Posters: posters.ByKind(), Zone: zone,
	})
	if err != nil {
		t.Fatal(err)
	}
	return house{d, s, account.System()}
}

func (h house) run(t testing.TB, kind register.Kind, path string, m *register.Mapping) (register.Result, error) {
	t.Helper()
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		t.Skip("the public registers of 2020 are not here: " + filepath.Base(path))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return h.registers.Run(context.Background(), h.actor, register.Request{Kind: kind, FileName: path, File: f, Size: info.Size(), Mapping: m})
}

// share is the least part of a register's rows that has to reach the books.
const share = 0.92

// TestPublicRegisters imports registers as they were published in 2020.
func TestPublicRegisters(t *testing.T) {
	t.Parallel()
	dated := &register.Mapping{Defaults: map[register.Field]string{layout.Date: "2020-02-01"}}
	for _, c := range []struct {
		kind    register.Kind
		file    string
		mapping *register.Mapping
		refused bool // nothing in it can be posted; it says so
	}{
		{register.Receipts, "redcross/receipts.xlsx", nil, false},
		{register.Receipts, "redcross/receipts.csv", nil, false},
		{register.Distributions, "redcross/distributions.csv", nil, false},
		{register.Money, "redcross/money.csv", nil, false},
		{register.Needs, "hospital-needs/hospitals.jsonl", nil, false},
		{register.Needs, "hospital-needs/gb18030/HOSPITAL.csv", nil, false},
		{register.Needs, "hospital-needs/gb18030/LOGISTICAL.csv", nil, true},
		{register.Needs, "hospital-needs/versions/11d532a2.csv", nil, false},
		{register.Needs, "hospital-needs/versions/2cb353fb.csv", nil, false},
		{register.Needs, "hospital-needs/versions/670e9687.csv", nil, false},
		{register.Needs, "hospital-needs/versions/ea1fa0ae.csv", nil, false},
		{register.Needs, "hospital-needs/versions/fd26edad.csv", nil, false},
		{register.Needs, "hospital-needs/one-city-over-time/01_2020-02-01T0159.json", nil, false},
		{register.Needs, "hospital-needs/one-city-over-time/21_2020-02-05T0016.json", nil, false},
		{register.Needs, "getusppe/all_ppe_requests_anonymized_v1.csv", nil, false},
		{register.Receipts, "redcross-province/hubei-inflow.csv", nil, true}, // has no day
		{register.Receipts, "redcross-province/hubei-inflow.csv", dated, false},
		{register.Distributions, "redcross-province/hubei-outflow.csv", dated, false},
		{register.Money, "redcross-province/wuhan-donation.csv", dated, false},
		{register.Money, "redcross-province/hubei-donation.csv", dated, false},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			h := newHouse(t, dbtest.SQLite(t, db.Config{}))
			start := clock.Start()
			r, err := h.run(t, c.kind, "../../../shared/data/"+c.file, c.mapping)
			if c.refused {
				if !errs.Is(err, errs.Invalid) || r.Read != 0 {
					t.Fatalf("%+v, %v", r, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d rows, %.1f %% posted, %.0f rows/s: posted %d, held %d, rejected %d, already %d, left out %d, unknown %d; %v",
				r.Read, 100*float64(r.Posted)/float64(r.Read), float64(r.Read)/clock.Since(start).Seconds(),
				r.Posted, r.Held, r.Rejected, r.Already, r.Skipped, r.Unknowns, r.Reasons)
			if r.Read != r.Posted+r.Held+r.Rejected+r.Already {
				t.Errorf("the rows do not add up: %+v", r)
			}
			if r.Read > 100 && float64(r.Posted) < share*float64(r.Read) {
				t.Errorf("only %d of %d rows were posted: %v", r.Posted, r.Read, r.Reasons)
			}
		})
	}
}

// TestSamplesReachTheBooks imports the samples with the real chapters behind
// the register, twice, on both engines.
func TestSamplesReachTheBooks(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, c := range []struct {
			kind   register.Kind
			file   string
			posted int
		}{
			{register.Receipts, "receipts.csv", 8}, {register.Receipts, "receipts.xlsx", 5}, {register.Distributions, "distributions.csv", 5},
			{register.Money, "money.csv", 5}, {register.Needs, "needs.csv", 2}, {register.Needs, "needs.jsonl", 2},
		} {
			first, err := h.run(t, c.kind, "../../samples/"+c.file, nil)
			if err != nil || first.Posted != c.posted {
				t.Fatalf("%s: %+v, %v", c.file, first, err)
			}
			again, err := h.run(t, c.kind, "../../samples/"+c.file, nil)
			if err != nil || again.Already != first.Read {
				t.Fatalf("%s again: %+v, %v", c.file, again, err)
			}
		}
		for query, want := range map[string]int{
			`SELECT count(*) FROM receipt`: 13, `SELECT count(*) FROM distribution`: 5, `SELECT count(*) FROM fund_record`: 5,
			`SELECT count(*) FROM need`: 4, `SELECT count(*) FROM need_line`: 9, `SELECT count(*) FROM org WHERE kind = 'person' AND public = 1`: 0,
		} {
			got, err := db.Value[int](t.Context(), d, query)
			if err != nil || got != want {
				t.Errorf("%s: %d, %v, want %d", query, got, err, want)
			}
		}
	})
}

func BenchmarkRegister(b *testing.B) {
	const rows = 5000
	var text strings.Builder
	text.WriteString("日期,接收单位,品名,规格,单位,数量\n")
	for i := range rows {
		fmt.Fprintf(&text, "2020-02-%02d,示例市第%d医院,一次性医用外科口罩,%d只/盒,盒,%d\n", i%28+1, i%60, i%40+10, i+1)
	}
	path := filepath.Join(b.TempDir(), "distributions.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b, dbtest.SQLite(b, db.Config{}))
		b.StartTimer()
		if r, err := h.run(b, register.Distributions, path, nil); err != nil || r.Posted != rows {
			b.Fatalf("%+v, %v", r, err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
