// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web"
	"github.com/qiaorelief/qiao/internal/surface/web/data"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/need"
	"github.com/qiaorelief/qiao/internal/surface/web/report"
	"github.com/qiaorelief/qiao/internal/surface/web/rows"
	"github.com/qiaorelief/qiao/internal/surface/web/thread"
)

// blank knows nothing: the first day of a new office.
type blank struct{}

func (blank) Report(context.Context, clock.Day, i18n.Lang) (*report.View, error) {
	return &report.View{Day: sampleDay, Edition: 1}, nil
}
func (blank) Rows(context.Context, rows.Query, i18n.Lang) (*rows.View, error) {
	return &rows.View{}, nil
}
func (blank) Thread(context.Context, string, i18n.Lang) (*thread.View, error) {
	return &thread.View{}, nil
}
func (blank) Data(context.Context, i18n.Lang) (*data.View, error) { return &data.View{}, nil }
func (blank) Needs(context.Context, need.Query, i18n.Lang) (*need.View, error) {
	return &need.View{}, nil
}

// full has more of everything than a page is drawn for.
type full struct{ sample }

func (f full) Report(ctx context.Context, day clock.Day, lang i18n.Lang) (*report.View, error) {
	v, err := f.sample.Report(ctx, day, lang)
	if err != nil {
		return nil, err
	}
	long := strings.Repeat(in(lang, "示例很长的品名", "example long name "), 6)
	for i := range v.Groups {
		g := &v.Groups[i]
		g.Name, g.Quantity = long, math.MaxInt64
		g.OtherUnits = []figure.Goods{{Name: long, Unit: qty.Case, Quantity: math.MaxInt64}, {Name: long, Unit: qty.Bag, Quantity: 1}}
		for n := range 400 {
			g.Days = append(g.Days, figure.DayQuantity{Day: sampleDay.Add(-n), Quantity: int64(n) * 1_000_000_007})
		}
	}
	for i := range v.Reconciliation {
		line := &v.Reconciliation[i]
		line.Name, line.In, line.Unreconciled, line.Balanced = long, math.MaxInt64, math.MinInt64, false
	}
	for i := range v.Needs {
		v.Needs[i].Name, v.Needs[i].Delivered, v.Needs[i].Missing = long, math.MaxInt64/8, math.MaxInt64
	}
	for i := range v.Places {
		v.Places[i].Name, v.Places[i].Col, v.Places[i].Row = long, i*7, i*5
	}
	var paths []figure.FlowPath
	for i := range 300 {
		paths = append(paths, figure.FlowPath{Nodes: []string{long + string(rune('a'+i%20)), long, string(rune('a' + i%15))}, Quantity: math.MaxInt64 / 400})
	}
	v.Flow.Flow = figure.NewFlow([]string{long, long, long}, [][]string{{}, {}, {}}, paths)
	for _, c := range []money.Currency{"USD", "JPY", "KWD", "THB"} {
		v.MoneyIn = append(v.MoneyIn, report.Money{Amount: money.Amount{Minor: math.MaxInt64, Currency: c}, Today: money.Amount{Minor: 1, Currency: c}})
	}
	for range 200 {
		v.Recipients = append(v.Recipients, report.Recipient{Name: long, Place: long, Lines: v.Recipients[0].Lines})
		v.Deliveries = append(v.Deliveries, v.Deliveries[1])
	}
	return v, nil
}

func (f full) Thread(ctx context.Context, lot string, lang i18n.Lang) (*thread.View, error) {
	v, err := f.sample.Thread(ctx, lot, lang)
	if err != nil {
		return nil, err
	}
	for range 30 {
		v.Branches = append(v.Branches, v.Branches[2])
		v.Steps = append(v.Steps, v.Steps[0])
	}
	v.Parts[0].Quantity = math.MaxInt64
	v.Lot.Item = strings.Repeat("示例", 60)
	return v, nil
}

// extremes are the services that a page must survive.
func extremes() map[string]web.Services {
	return map[string]web.Services{
		"nothing":  {Report: blank{}, Rows: blank{}, Thread: blank{}, Catalogue: blank{}, Needs: blank{}},
		"too much": {Report: full{}, Rows: full{}, Thread: full{}, Catalogue: full{}, Needs: full{}},
	}
}

func TestPagesWithNothingAndWithTooMuchAreSound(t *testing.T) {
	t.Parallel()
	for name, services := range extremes() {
		handler := public(t, services)
		for page, target := range pages {
			t.Run(name+"/"+page, func(t *testing.T) {
				t.Parallel()
				w := get(t, handler, target)
				if w.Code != http.StatusOK && page != "fault" {
					t.Fatalf("status %d", w.Code)
				}
				root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				a := audit{t: t, ids: map[string]bool{}, used: map[string]string{}}
				a.node(root)
				a.finish()
				for _, bad := range []string{"NaN", "Inf%", "%!", "-0.", `width="-`} {
					if strings.Contains(w.Body.String(), bad) {
						t.Errorf("the page shows %s", bad)
					}
				}
			})
		}
	}
}
