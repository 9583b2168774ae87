// SPDX-License-Identifier: Apache-2.0

package layout_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

func isGoods(item, _ string) bool {
	for _, w := range []string{"口罩", "防护服", "护目镜", "消毒", "手套"} {
		if strings.Contains(item, w) {
			return true
		}
	}
	return false
}

func finder(t testing.TB) *layout.Finder {
	t.Helper()
	f, err := layout.NewFinder(isGoods, clock.NewManual(time.Date(2020, 2, 20, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func source(kind layout.Kind, text string) layout.Source {
	return layout.Source{Kind: kind, Name: "示例.csv", File: strings.NewReader(text), Size: int64(len(text))}
}

// columns finds the columns of a text with one table: field=number, in order.
func columns(t testing.TB, kind layout.Kind, text string) string {
	t.Helper()
	tables, err := finder(t).Tables(t.Context(), source(kind, text))
	if err != nil {
		t.Fatal(err)
	}
	m := tables[0].Mapping(kind, nil)
	var parts []string
	for f := range len(layout.Values{}) {
		if c, ok := m.Columns[layout.Field(f)]; ok {
			parts = append(parts, fmt.Sprintf("%s=%d", layout.Field(f), c.Number))
		}
	}
	return strings.Join(parts, " ")
}

func TestColumnsAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		kind layout.Kind
		text string
		want string
	}{
		{"Chinese words", layout.Receipts, "序号,日期,捐赠单位及个人,品名,规格型号,计量单位,数量总计\n1,2020-02-03,示例公司,口罩,,只,5\n2,2020-02-03,示例公司,口罩,,只,6\n",
			"date=2 donor=3 item=4 spec=5 unit=6 qty=7"},
		{"English words", layout.Distributions, "Date,Recipient,Item,Unit,Quantity accepted\n2020-02-03,Example Hospital,masks,pcs,5\n2020-02-04,Example Hospital,masks,pcs,6\n",
			"date=1 recipient=2 item=3 unit=4 accepted=5"},
		{"the number of staff is no quantity", layout.Needs, "医院名称,医院人员数量,所需物资信息\n示例医院,300,口罩、护目镜\n示例二院,200,口罩\n", "recipient=1 item=3"},
		{"money", layout.Money, "交易时间,捐款人,金额（元）,累计捐款\n20200214090501,示例,5,5\n20200214090502,示例,6,11\n", "date=1 donor=2 amount=3"},
		{"no header at all", layout.Receipts, "2020-02-03,示例有限公司,口罩,只,500\n2020-02-04,示例商会,防护服,套,20\n2020-02-05,示例医院,手套,盒,7\n",
			"date=1 donor=2 item=3 unit=4 qty=5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := columns(t, c.kind, c.text); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAMissingColumnIsNamedWithThoseFound(t *testing.T) {
	t.Parallel()
	_, err := finder(t).Tables(t.Context(), source(layout.Distributions, "日期,品名,数量\n2020-02-03,口罩,5\n2020-02-03,护目镜,6\n"))
	e := errs.As(err)
	if e.Key != "register.column.missing" || e.Args["field"] != "recipient" || e.Args["found"] != "日期、品名、数量" {
		t.Fatalf("%v", err)
	}
}

// rows reads a text and returns what each row says, and how many were left out.
func rows(t testing.TB, src layout.Source) (all []*layout.Entry, skipped int) {
	t.Helper()
	f := finder(t)
	tables, err := f.Tables(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		w := f.Walk(table)
		for e, err := range w.Entries(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, e)
		}
		skipped += w.Skipped + table.Repeated
	}
	return all, skipped
}

func TestMergedCellsAreCarriedWithinOneSheet(t *testing.T) {
	t.Parallel()
	all, _ := rows(t, source(layout.Receipts, "sheet,日期,捐赠单位,品名,数量\n一,2020-02-03,示例公司,口罩,5箱\n一,,,护目镜,6个\n二,2020-02-04,,手套,7双\n"))
	if v := all[1].Values; v[layout.Donor] != "示例公司" || v[layout.Date] != "2020-02-03" {
		t.Errorf("not carried: %q", v)
	}
	if v := all[2].Values; v[layout.Donor] != "" {
		t.Errorf("carried into another sheet: %q", v[layout.Donor])
	}
}

func TestTimesOfPaymentsAreNotCarried(t *testing.T) {
	t.Parallel()
	all, _ := rows(t, source(layout.Money, "时间,金额\n2020-02-03 10:00:01,5\n,6\n2020-02-04,7\n,8\n"))
	if got := all[1].Values[layout.Date] + "|" + all[3].Values[layout.Date]; got != "|2020-02-04" {
		t.Errorf("got %q", got)
	}
}

func TestTitlesTotalsAndHeadersAreLeftOut(t *testing.T) {
	t.Parallel()
	text := "日期,接收单位,品名,单位,数量\n2020-02-03,示例医院,口罩,只,5\n,,示例市发放捐赠物资（2月2日）,,\n日期,接收单位,品名,单位,数量\n2020-02-03,示例医院,手套,双,6\n合计,,,,11\n,,总 计：,,11\n"
	all, skipped := rows(t, source(layout.Distributions, text))
	if len(all) != 2 || skipped != 4 {
		t.Errorf("%d rows, %d left out", len(all), skipped)
	}
}

func TestARowThatSlippedIsRepaired(t *testing.T) {
	t.Parallel()
	all, _ := rows(t, source(layout.Receipts, "日期,捐赠单位,品名,规格,单位,数量\n2020-02-03,示例公司,口罩,箱,2,\n2020-02-03,示例公司,口罩,50只/盒,2,\n2020-02-03,示例公司,口罩,50只/盒,箱,2\n"))
	if v := all[0].Values; v[layout.Spec]+"|"+v[layout.Unit]+"|"+v[layout.Qty] != "|箱|2" {
		t.Errorf("slipped row: %q", v)
	}
	if v := all[1].Values; v[layout.Qty] != "" {
		t.Errorf("a doubtful row was changed: %q", v)
	}
}

func TestEarmarks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ donor, item, note, wantDonor, earmark, recipient string }{
		{"示例公司（定向示例市第一医院）", "口罩", "", "示例公司", "定向示例市第一医院", "示例市第一医院"},
		{"示例公司", "口罩（指定发热门诊使用）", "", "示例公司", "指定发热门诊使用", ""},
		{"示例公司", "口罩", "捐给示例县人民医院", "示例公司", "捐给示例县人民医院", "示例县人民医院"},
		{"示例公司", "口罩", "定向示例医院、示例二院", "示例公司", "定向示例医院、示例二院", ""},
		{"定向捐赠示例市儿童医院（示例13800000000）", "口罩", "", "", "定向捐赠示例市儿童医院", "示例市儿童医院"},
		{"示例公司", "口罩", "", "示例公司", "", ""},
	} {
		all, _ := rows(t, source(layout.Receipts, "日期,捐赠单位,品名,数量,备注\n2020-02-03,"+c.donor+","+c.item+",5箱,"+c.note+"\n2020-02-03,示例,口罩,5箱,\n"))
		v := all[0].Values
		if v[layout.Donor] != c.wantDonor || v[layout.Earmark] != c.earmark || all[0].EarmarkFor != c.recipient {
			t.Errorf("%+v: donor %q, earmark %q, for %q", c, v[layout.Donor], v[layout.Earmark], all[0].EarmarkFor)
		}
	}
}

func TestArticlesOfARow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		kind layout.Kind
		text string
		want string
	}{
		{"a list of needs", layout.Needs, "医院名称,所需物资\n示例医院,N95口罩、防护服500套、护目镜等\n示例二院,口罩\n", "N95口罩|防护服×500套|护目镜"},
		{"several articles in one cell", layout.Receipts, "日期,捐赠方,物资\n2020-02-03,示例公司,口罩（N95、外科）5万只、消毒液1000瓶\n2020-02-03,示例,口罩3万个\n", "口罩（N95、外科）×5万只|消毒液×1000瓶"},
		{"one of them without a number", layout.Receipts, "日期,捐赠方,物资\n2020-02-03,示例公司,口罩5万只、消毒液\n2020-02-03,示例,口罩3万个\n", "口罩5万只、消毒液"},
		{"a list inside a record", layout.Needs, `{"name":"示例医院","supplies":[{"key":"口罩","value":5,"specification":"GB"},{"key":"手套","value":null}]}`, "口罩×5|手套"},
		{"a wide table", layout.Needs, "区县,医院名称,口罩,防护服,护目镜,备注\n示例县,示例医院,1,,20,夜间\n示例县,示例二院,,2,3,\n", "口罩×1|护目镜×20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all, _ := rows(t, source(c.kind, c.text))
			var parts []string
			for _, g := range all[0].Articles() {
				part := g.Item
				if g.Qty != "" {
					part += "×" + g.Qty
				}
				parts = append(parts, part)
			}
			if got := strings.Join(parts, "|"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAMappingByHand(t *testing.T) {
	t.Parallel()
	text := "说明,,\n甲,乙,丙\n2020-02-03,口罩,5箱\n,护目镜,6个\n"
	m, err := layout.ParseMapping(strings.NewReader(`{"kind": "receipts", "header_row": 2, "columns": {"date": "甲", "item": 2, "qty": "丙"},
		"defaults": {"date": "2020-02-01"}, "carry": ["date"]}`))
	if err != nil {
		t.Fatal(err)
	}
	src := source(layout.Receipts, text)
	src.Mapping = m
	all, _ := rows(t, src)
	if len(all) != 2 || all[1].Values[layout.Item] != "护目镜" || all[1].Values[layout.Date] != "2020-02-03" {
		t.Fatalf("%+v", all)
	}
	src.Mapping.Columns[layout.Donor] = layout.Column{Name: "丁"}
	if _, err := finder(t).Tables(t.Context(), src); errs.As(err).Key != "register.column.missing" {
		t.Fatalf("a column that is not there: %v", err)
	}
	for _, bad := range []string{"", "{", "[]", `{"colums": {}}`, `{"columns": {"nothing": 1}}`, `{"columns": {"qty": 0}}`, `{"kind": "x"}`, `{} {}`, `{"header_row": -1}`} {
		if _, err := layout.ParseMapping(strings.NewReader(bad)); err == nil || errs.KindOf(err) == errs.Internal {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzMapping(f *testing.F) {
	f.Add(`{"kind": "receipts", "columns": {"qty": "数量", "item": 7}, "defaults": {"date": "2020-02-03"}, "carry": ["donor"], "one_means_unknown": true}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := layout.ParseMapping(strings.NewReader(text))
		if err != nil {
			if errs.KindOf(err) == errs.Internal {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := layout.ParseMapping(strings.NewReader(string(b))); err != nil {
			t.Fatalf("%q became %s: %v", text, b, err)
		}
	})
}

// FuzzRegister reads any small text as every kind of register.
func FuzzRegister(f *testing.F) {
	f.Add("日期,捐赠单位,品名,数量\n2020-02-03,示例,口罩,5箱\n,,护目镜,6\n合计,,,11\n")
	f.Add(`{"name":"示例医院","supplies":[{"key":"口罩","value":5}]}`)
	f.Add("医院名称,口罩,防护服,护目镜\n示例,1,2,\n")
	find := finder(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range layout.Kinds() {
			tables, err := find.Tables(context.Background(), source(kind, text))
			if err != nil {
				if errs.KindOf(err) == errs.Internal {
					t.Fatal(err)
				}
				continue
			}
			for _, table := range tables {
				n := 0
				w := find.Walk(table)
				for e, err := range w.Entries(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					e.Articles()
					n++
				}
				if n+w.Skipped != table.Count {
					t.Fatalf("%d rows and %d left out of %d", n, w.Skipped, table.Count)
				}
			}
		}
	})
}
