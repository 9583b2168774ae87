// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/data"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/need"
	"github.com/qiaorelief/qiao/internal/surface/web/report"
	"github.com/qiaorelief/qiao/internal/surface/web/rows"
	"github.com/qiaorelief/qiao/internal/surface/web/thread"
)

// sample is an invented account: every name says 示例 or Example, every number
// is made up.
type sample struct{}

const (
	sampleDay = clock.Day(20200217)
	sampleLot = "L-0213-IT-04"
)

var beijing = time.FixedZone("Asia/Shanghai", 8*3600)

func at(day, hour, minute int) time.Time {
	return time.Date(2020, 2, day, hour, minute, 0, 0, beijing)
}

// in picks the text of the language.
func in(lang i18n.Lang, zh, en string) string {
	if lang == i18n.Chinese {
		return zh
	}
	return en
}

func yuan(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: money.CNY} }

func (sample) Report(_ context.Context, day clock.Day, lang i18n.Lang) (*report.View, error) {
	if day != 0 && day != sampleDay {
		return nil, errs.New(errs.NotFound, "report.no_such_day")
	}
	return &report.View{
		Day: sampleDay, Prev: sampleDay.Add(-1), Issue: 22, Edition: 2, GeneratedAt: at(17, 18, 4), CutOff: at(17, 18, 0), Zone: beijing,
		Demonstration: true, OrgName: in(lang, "示例省侨联救援物资办公室", "Relief Supplies Office, Example Provincial Federation"),
		MoneyIn:      []report.Money{{Amount: yuan(1355052600), Today: yuan(41230000)}, {Amount: money.Amount{Minor: 1250000, Currency: "EUR"}}},
		MoneyOut:     []report.Money{{Amount: yuan(1190241850)}, {Amount: money.Amount{Minor: 1000000, Currency: "EUR"}}},
		MoneyBalance: []report.Money{{Amount: yuan(164810750)}, {Amount: money.Amount{Minor: 250000, Currency: "EUR"}}},
		GoodsValue: []report.Value{{Amount: yuan(3450400000), BySource: []report.ValueSource{
			{Source: "invoice", Amount: yuan(2449784000)}, {Source: "donor", Amount: yuan(828096000)}, {Source: "estimate", Amount: yuan(172520000)},
		}}},
		Groups: sampleGroups(lang), Reconciliation: sampleLines(lang), Needs: sampleNeeds(lang),
		PlacesOf: in(lang, "防护服", "Protective suits"), Places: samplePlaces(lang),
		Recipients: sampleRecipients(lang), MoreRecipients: 44,
		Deliveries: sampleDeliveries(lang), DeliveryRows: 41, Gifts: 1_806, Lots: 642, PlacesGrid: true, Flow: sampleFlow(lang),
		Corrections: []report.Correction{{
			When: at(17, 9, 12), What: in(lang, "2月16日日报，护目镜累计", "Report of 16 February, goggles:"), Old: "16,320", New: "16,220",
			Reason: in(lang, "一张入库单录了两次，已冲正，经两人核准。", "One receipt was entered twice; reversed, approved by two people."),
		}},
		Downloads: []report.Download{{Format: "csv", Href: "/report/2020-02-17.csv", Bytes: 86_100}, {Format: "xlsx", Href: "/report/2020-02-17.xlsx", Bytes: 112_000}, {Format: "json", Href: "/report/2020-02-17.json"}},
	}, nil
}

func sampleGroups(lang i18n.Lang) []report.Group {
	group := func(code, zh, en string, unit qty.Unit, quantity, today int64, seed int) report.Group {
		g := report.Group{Code: code, Name: in(lang, zh, en), Unit: unit, Quantity: quantity, Today: today}
		for i := 0; i < 21; i++ {
			if share := (seed*(i+3) + i*i) % 11; share > 3 {
				g.Days = append(g.Days, figure.DayQuantity{Day: sampleDay.Add(i - 21), Quantity: quantity * int64(share) / 120})
			}
		}
		if today > 0 {
			g.Days = append(g.Days, figure.DayQuantity{Day: sampleDay, Quantity: today})
		}
		return g
	}
	groups := []report.Group{
		group("suits", "防护服", "Protective suits", qty.Piece, 91_820, 2_140, 3),
		group("masks", "口罩", "Masks", qty.Piece, 5_048_700, 186_400, 5),
		group("goggles", "护目镜", "Goggles", qty.Piece, 16_220, 320, 7),
		group("face-shields", "防护面罩", "Face shields", qty.Piece, 1_790, 0, 2),
		group("medical-gloves", "医用手套", "Medical gloves", qty.Pair, 1_244_600, 52_000, 4),
		group("alcohol", "酒精", "Alcohol", qty.Bottle, 45_800, 0, 9),
		group("thermometers", "体温计", "Thermometers", qty.Piece, 1_110, 12, 6),
	}
	groups[1].OtherUnits = []figure.Goods{{Class: "masks", Name: in(lang, "口罩", "masks"), Unit: qty.Case, Quantity: 38}}
	return groups
}

func sampleLines(lang i18n.Lang) []report.Line {
	line := func(group, class, zh, en string, unit qty.Unit, numbers ...int64) report.Line {
		return report.Line{
			Group: group, Commodity: class, Name: in(lang, zh, en), Unit: unit, Sub: class != "",
			In: numbers[0], Out: numbers[1], Stock: numbers[2], Unreconciled: numbers[0] - numbers[1] - numbers[2],
			Balanced: numbers[0] == numbers[1]+numbers[2],
		}
	}
	return []report.Line{
		line("suits", "", "防护服", "Protective suits", qty.Piece, 91_820, 84_310, 7_510),
		line("masks", "", "口罩", "Masks", qty.Piece, 5_048_700, 4_612_400, 435_420),
		line("", "respirator-medical", "医用防护口罩", "Medical respirators", qty.Piece, 579_600, 548_200, 31_400),
		line("", "mask-surgical", "医用外科口罩", "Surgical masks", qty.Piece, 2_399_100, 2_214_600, 183_620),
		line("", "mask-other", "一次性及其他", "Single-use and other", qty.Piece, 2_070_000, 1_849_600, 220_400),
		line("goggles", "", "护目镜", "Goggles", qty.Piece, 16_220, 15_102, 1_118),
		line("medical-gloves", "", "医用手套", "Medical gloves", qty.Pair, 1_244_600, 1_098_200, 146_400),
		line("alcohol", "", "酒精", "Alcohol", qty.Bottle, 45_800, 39_600, 6_200),
	}
}

func sampleNeeds(lang i18n.Lang) []figure.Coverage {
	return []figure.Coverage{
		{Class: "suit-medical", Name: in(lang, "防护服", "Protective suits"), Unit: qty.Piece, State: qty.Stated, Needed: 128_400, Delivered: 84_310, OnTheWay: 9_800, Held: 5_216, Pledged: 12_000, Missing: 17_074, Recipients: 63},
		{Class: "respirator-medical", Name: in(lang, "医用防护口罩", "Medical respirators"), Unit: qty.Piece, State: qty.Stated, Needed: 980_000, Delivered: 548_200, OnTheWay: 96_000, Held: 31_400, Pledged: 120_000, Missing: 184_400, Recipients: 71},
		{Class: "mask-surgical", Name: in(lang, "医用外科口罩", "Surgical masks"), Unit: qty.Piece, State: qty.AtLeast, Needed: 2_600_000, Delivered: 2_214_600, OnTheWay: 140_000, Held: 185_320, Missing: 60_080, Recipients: 98, UnknownLines: 27},
		{Class: "goggles", Name: in(lang, "护目镜", "Goggles"), Unit: qty.Piece, State: qty.About, Needed: 18_000, Delivered: 15_102, OnTheWay: 900, Held: 1_100, Missing: 898, Recipients: 40},
		{Class: "gloves-medical", Name: in(lang, "医用手套", "Medical gloves"), Unit: qty.Pair, State: qty.Stated, Needed: 1_000_000, Delivered: 1_098_200, Recipients: 22},
		{Class: "thermometer", Name: in(lang, "体温计", "Thermometers"), Unit: qty.Piece, State: qty.Unstated, Delivered: 1_060, Held: 40, Recipients: 31, UnknownLines: 31},
	}
}

func samplePlaces(lang i18n.Lang) []report.Place {
	place := func(code, zh, en string, col, row int, needed, delivered, way int64) report.Place {
		return report.Place{Code: code, Name: in(lang, zh, en), Col: col, Row: row, Coverage: figure.Coverage{
			Class: "suit-medical", Unit: qty.Piece, State: qty.Stated, Needed: needed, Delivered: delivered, OnTheWay: way, Missing: max(0, needed-delivered-way),
		}}
	}
	places := []report.Place{
		place("x-nw", "示例西北市", "Example Northwest", 1, 1, 3_200, 2_112, 597), place("x-n", "示例北市", "Example North", 2, 1, 8_100, 5_427, 1_000),
		place("x-ne", "示例东北市", "Example Northeast", 3, 1, 9_900, 9_900, 0), place("x-w", "示例西州", "Example West", 1, 2, 4_300, 2_193, 400),
		place("x-c", "示例中市", "Example Central", 2, 2, 23_120, 17_236, 860), place("x-e", "示例东市", "Example East", 3, 2, 9_393, 6_511, 559),
	}
	unknown := place("x-s", "示例南市", "Example South", 2, 3, 0, 640, 0)
	unknown.Coverage.State = qty.Unstated
	return append(places, unknown)
}

func sampleRecipients(lang i18n.Lang) []report.Recipient {
	hospital := in(lang, "示例县人民医院", "Example County People’s Hospital")
	return []report.Recipient{
		{Code: "r-1", Name: hospital, Place: in(lang, "示例中市", "Example Central"), Lines: []figure.Goods{
			{Class: "mask-surgical", Name: in(lang, "医用外科口罩", "surgical masks"), Unit: qty.Piece, Quantity: 24_000},
			{Class: "suit-medical", Name: in(lang, "防护服", "protective suits"), Unit: qty.Piece, Quantity: 600},
		}},
		{Code: "r-2", Name: in(lang, "示例市第一医院", "Example City First Hospital"), Place: in(lang, "示例东市", "Example East"), Lines: []figure.Goods{
			{Class: "gloves-medical", Name: in(lang, "医用手套", "medical gloves"), Unit: qty.Pair, Quantity: 12_000},
		}},
	}
}

func sampleFlow(lang i18n.Lang) *report.Flow {
	italy, germany, home := in(lang, "意大利", "Italy"), in(lang, "德国", "Germany"), in(lang, "中国境内", "Within China")
	airport, none := in(lang, "示例机场", "Example Airport"), in(lang, "没有经过机场的记录", "No airport on record")
	central, stock := in(lang, "示例中", "Example Central Prefecture"), in(lang, "在库", "In stock")
	return &report.Flow{
		Group: "masks", Name: in(lang, "口罩", "Masks"), What: in(lang, "口罩 1,000 只", "Masks 1,000"),
		Flow: figure.NewFlow([]string{in(lang, "来源", "From"), in(lang, "入境", "Arrived at"), in(lang, "现在在", "Now in")},
			[][]string{{italy, germany, home}, {airport, none}, {central, stock}},
			[]figure.FlowPath{{Nodes: []string{italy, airport, central}, Quantity: 600}, {Nodes: []string{italy, airport, stock}, Quantity: 100}, {Nodes: []string{germany, airport, central}, Quantity: 50}, {Nodes: []string{home, none, central}, Quantity: 250}}),
	}
}

func sampleDeliveries(lang i18n.Lang) []report.Delivery {
	masks := func(n int64) figure.Goods {
		return figure.Goods{Class: "mask-surgical", Name: in(lang, "医用外科口罩", "surgical masks"), Unit: qty.Piece, Quantity: n}
	}
	return []report.Delivery{
		{At: at(17, 17, 42), Recipient: in(lang, "示例县人民医院", "Example County People’s Hospital"), Lines: []figure.Goods{masks(24_000)}, Lots: []report.Lot{{ID: sampleLot, Code: sampleLot}}},
		{At: at(17, 16, 31), Recipient: in(lang, "示例区卫生院", "Example District Health Centre"), Lines: []figure.Goods{masks(9_550)}, Rejected: []figure.Goods{masks(200)}, Reason: in(lang, "受潮", "damp"), Lots: []report.Lot{{ID: sampleLot, Code: sampleLot}}},
		{At: at(17, 10, 15), Recipient: in(lang, "示例市第一医院", "Example City First Hospital"), Lines: []figure.Goods{masks(14_400)}, Lots: []report.Lot{{ID: sampleLot, Code: sampleLot}}},
	}
}

func (sample) Rows(_ context.Context, q rows.Query, lang i18n.Lang) (*rows.View, error) {
	v := &rows.View{Report: sampleDay, Zone: beijing, Count: 1_806, Total: 5_048_700, Unit: qty.Piece, Measure: "masks", Next: "b2s"}
	v.OtherUnits = []figure.Goods{{Class: "mask-other", Name: in(lang, "口罩（未注明）", "masks, not said which"), Unit: qty.Case, Quantity: 38}}
	v.Subject = in(lang, "口罩", "Masks")
	if q.Place != "" {
		v.Narrows = append(v.Narrows, rows.Narrow{Kind: "place", Value: in(lang, "示例中市", "Example Central")})
	}
	value := yuan(14_976_000)
	donor, hospital := in(lang, "示例米兰侨界联合会", "Example Milan Association"), in(lang, "示例县人民医院", "Example County People’s Hospital")
	v.Rows = []rows.Row{
		{Day: sampleDay, At: at(17, 17, 42), Item: in(lang, "医用外科口罩", "Surgical mask"), AsWritten: "一次性外科口罩 EN14683 80箱", Class: "mask-surgical", State: qty.Stated, Quantity: 48_000, Unit: qty.Piece, Amount: &value, Source: "invoice", From: donor, To: hospital, Place: in(lang, "示例中市", "Example Central"), Lot: sampleLot, Paper: "GRN-0213-08"},
		{Day: sampleDay.Add(-1), Item: in(lang, "口罩（未注明）", "Mask, not said which"), AsWritten: "口罩", Class: "mask-other", State: qty.Stated, Quantity: 38, Unit: qty.Case, From: in(lang, "示例企业", "Example Company"), Note: in(lang, "一箱多少只没有写明", "It does not say what a case holds"), Paper: "示例表 第 212 行"},
		{Day: sampleDay.Add(-2), Item: in(lang, "医用防护口罩", "Medical respirator"), Class: "respirator-medical", State: qty.About, Quantity: 5_000, Unit: qty.Piece, From: donor, Lot: "L-0215-JP-01"},
		{Day: sampleDay.Add(-3), Item: in(lang, "护目镜", "Goggles"), Class: "goggles", State: qty.Unstated, Unit: qty.Piece, From: donor, Reversed: true},
	}
	if q.Flow == figure.FlowMoneyIn {
		v.Subject, v.Unit, v.Sums = "", "", []money.Amount{yuan(1355052600)}
		for i := range v.Rows {
			v.Rows[i].Item, v.Rows[i].AsWritten, v.Rows[i].State, v.Rows[i].Lot, v.Rows[i].Amount, v.Rows[i].Source = "", "", "", "", &value, ""
		}
	}
	if q.Flow == figure.FlowUnreconciled {
		v.Rows, v.Count, v.Total, v.Next = nil, 0, 0, ""
	}
	return v, nil
}

func (sample) Thread(_ context.Context, lot string, lang i18n.Lang) (*thread.View, error) {
	if lot != sampleLot {
		return nil, errs.New(errs.NotFound, "thread.no_such_lot")
	}
	value := money.Amount{Minor: 1_920_000, Currency: "EUR"}
	milan := time.FixedZone("Europe/Rome", 3600)
	return &thread.View{
		Lot: thread.Lot{
			Code: sampleLot, Class: "mask-surgical", Item: in(lang, "医用外科口罩", "Surgical masks"), AsWritten: "mascherine chirurgiche tipo IIR", Unit: qty.Piece, Standards: []string{"EN 14683 IIR"},
			Expiry: 20221130, Donor: in(lang, "示例米兰侨界联合会", "Example Milan Association"), Earmark: in(lang, "县级以下医院发热门诊优先", "county fever clinics first"), Value: &value, ValueSource: "invoice",
		},
		Given: 48_000, Parts: []thread.Part{{Kind: "handed", Quantity: 47_750}, {Kind: "stock"}, {Kind: "rejected", Quantity: 200}, {Kind: "lost", Quantity: 50}},
		Steps: []thread.Step{
			{Day: 20200210, At: time.Date(2020, 2, 10, 10, 20, 0, 0, milan), Zone: milan, Title: in(lang, "示例米兰侨界联合会捐出", "Given by Example Milan Association"), Quantity: 48_000, Text: in(lang, "80 箱，每箱 600 只。定向：县级以下医院发热门诊优先。", "80 cases of 600. Earmark: county fever clinics first."), Docs: []thread.Doc{{Name: in(lang, "捐赠证明", "Gift certificate"), Number: "G-0210-17"}, {Name: in(lang, "检测报告", "Test report"), Number: "EN 14683 IIR", Href: "/file/example"}}},
			{Day: 20200213, At: at(13, 11, 32), Zone: beijing, Title: in(lang, "海关放行", "Cleared by customs"), Quantity: 48_000, Docs: []thread.Doc{{Name: in(lang, "报关单", "Customs declaration"), Number: "6/6"}}},
			{Day: 20200213, At: at(13, 16, 5), Zone: beijing, Title: in(lang, "入库清点", "Counted into the warehouse"), Quantity: 47_950, Kind: thread.KindLoss, Text: in(lang, "少 50 只：一箱挤破一盒，记入破损，两人签字。原数不改。", "50 fewer: one box was crushed. Booked as damage, signed by two. The first figure stays.")},
			{Day: 20200216, Title: in(lang, "分配给三家", "Allocated to three"), Quantity: 47_950},
		},
		Branches: []thread.Branch{
			{Recipient: in(lang, "示例县人民医院", "Example County People’s Hospital"), Place: in(lang, "示例中市", "Example Central"), Accepted: 24_000, Day: sampleDay, At: at(17, 17, 42), Zone: beijing, Docs: []thread.Doc{{Name: in(lang, "签收单", "Proof of delivery"), Number: "D-0217-31"}}},
			{Recipient: in(lang, "示例市第一医院", "Example City First Hospital"), Place: in(lang, "示例东市", "Example East"), Accepted: 14_400, Day: sampleDay, At: at(17, 10, 15), Zone: beijing},
			{Recipient: in(lang, "示例区卫生院", "Example District Health Centre"), Accepted: 9_350, Rejected: 200, Reason: in(lang, "四盒受潮，已退回待检。", "four damp boxes, back for inspection."), Day: sampleDay, At: at(17, 16, 31), Zone: beijing},
		},
	}, nil
}

func (sample) Data(_ context.Context, lang i18n.Lang) (*data.View, error) {
	files := func(day string) []data.File {
		return []data.File{{Format: "csv", Href: "/report/" + day + ".csv", Bytes: 86_100}, {Format: "xlsx", Href: "/report/" + day + ".xlsx", Bytes: 112_000}, {Format: "json", Href: "/report/" + day + ".json"}}
	}
	return &data.View{
		Reports: []data.Report{{Day: sampleDay, Edition: 2, Files: files("2020-02-17")}, {Day: sampleDay.Add(-1), Edition: 1, Files: files("2020-02-16")}},
		Sources: []data.Source{
			{Name: in(lang, "示例接收登记表", "Example register of receipts"), What: in(lang, "捐赠物资入库，一行一件物品。", "Goods received, one item a row."), License: "CC BY 4.0", Read: 12_040, Posted: 11_610, Held: 388, Refused: 42, Href: "/file/example"},
			{Name: in(lang, "示例发放登记表", "Example register of hand-overs"), What: in(lang, "发给各单位的物资。", "Goods handed to organisations."), Read: 8_020, Posted: 8_020},
		},
	}, nil
}

func (sample) Needs(_ context.Context, _ need.Query, lang i18n.Lang) (*need.View, error) {
	classes := sampleNeeds(lang)
	v := &need.View{AsOf: at(17, 18, 0), Zone: beijing, Classes: classes, Count: 2_160, Next: "b2s"}
	hospitals := []string{in(lang, "示例县人民医院", "Example County People’s Hospital"), in(lang, "示例市第一医院", "Example City First Hospital"), in(lang, "示例区卫生院", "Example District Health Centre")}
	for i, c := range classes {
		c.Recipients, c.UnknownLines = 0, 0
		v.Lines = append(v.Lines, need.Line{Recipient: hospitals[i%3], Place: in(lang, "示例中市", "Example Central"), Coverage: c, Confirmed: 20200215})
	}
	v.Lines[0].AsWritten, v.Lines[0].Standards, v.Lines[0].Warning = "防护服 国标19082-2003 128400件", []string{"GB 19082-2003"}, in(lang, "这个版本已被 GB 19082-2009 替代", "Replaced by GB 19082-2009")
	v.Lines[5].Stale = true
	return v, nil
}

// ServeRows answers with a file of one line.
func (sample) ServeRows(w http.ResponseWriter, _ *http.Request, q rows.Query, file rows.File) error {
	_, err := io.WriteString(w, q.Flow+","+file.Format+"\n")
	return err
}

// ServeThread answers with a file of one line.
func (sample) ServeThread(w http.ResponseWriter, _ *http.Request, lot string, _ i18n.Lang) error {
	_, err := io.WriteString(w, lot+"\n")
	return err
}
