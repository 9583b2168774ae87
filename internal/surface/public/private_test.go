// SPDX-License-Identifier: Apache-2.0

package public_test

import (
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// secrets are the invented people and their numbers that are in the books. None
// of it may be on a public page.
var secrets = []string{
	"张三", "李四", "王五", "赵六", "钱七", "孙八", "周九", "吴十", "郑一", "冯二", "陈三", "Zhang", "13800138000", "138 0013", "0731-8888", "8888777",
}

// fill books goods and money in which every field that a person can write in
// names a private person.
func (h *house) fill() {
	h.t.Helper()
	ctx, me := h.t.Context(), account.System()
	hospital := must(h.orgs.Create(ctx, me, org.Input{Kind: org.Hospital, Name: "示例市第一医院", Place: "4301"}, ""))(h.t)
	person := must(h.orgs.Create(ctx, me, org.Input{Kind: org.Person, Name: "李四示例"}, ""))(h.t)
	value := money.Amount{Minor: 50_000, Currency: money.CNY}
	gift := must(h.receipts.Create(ctx, me, receipt.Input{
		Kind: receipt.Donation, DonorName: "张三示例", Place: "张三示例家", OccurredAt: at(10), Note: "请打电话 13800138000", Source: "张三示例.xlsx",
		Lines: []receipt.LineInput{
			{Class: "other", Quantity: qty.Exactly(20, qty.Piece), ItemText: "帐篷", Value: value, ValueSource: receipt.Donor},
			{Class: "other", Quantity: qty.Exactly(3, qty.Piece), ItemText: "王五示例的打印机 138 0013 8000", Batch: "王五示例-1"},
			{Class: "other", Quantity: qty.Exactly(4, qty.Piece), ItemText: "对讲机（联系 Zhang San）", Standards: []string{"陈三示例 2020"}},
			{Class: "mask-surgical", Quantity: qty.Exactly(900, qty.Piece), ItemText: "赵六示例口罩", Earmark: ledger.Earmark{AsStated: "给郑一示例所在的医院", Recipient: hospital.ID}},
			{Class: "goggles", Quantity: qty.Exactly(70, qty.Piece), Earmark: ledger.Earmark{AsStated: "给李四示例", Recipient: person.ID}},
			{Class: "alcohol", Quantity: qty.Exactly(80, qty.Bottle), Earmark: ledger.Earmark{AsStated: "冯二示例说给湘西", Place: "4331"}},
		},
	}, ""))(h.t)
	wrong := must(h.receipts.Create(ctx, me, receipt.Input{
		Kind: receipt.Donation, DonorName: "示例企业有限公司", Place: "main", OccurredAt: at(11), Origin: "airport:AAT", Lines: []receipt.LineInput{line("suit-medical", 5, qty.Piece)},
	}, ""))(h.t)
	must(h.receipts.Create(ctx, me, receipt.Input{
		Kind: receipt.Donation, DonorName: "示例企业有限公司", Place: "airport:CSX", OccurredAt: at(11), Origin: "airport:AAT",
		Lines: []receipt.LineInput{line("suit-medical", 60, qty.Piece)},
	}, ""))(h.t)
	must(h.receipts.Correct(ctx, me, receipt.Correction{ID: wrong.ID, Version: 1, Reason: "赵六示例录错了，电话 0731-8888777"}))(h.t)
	must(h.stock.Adjust(ctx, me, stock.Adjustment{
		Lot: gift.Lines[3].Lot, At: stock.Spot{Place: "张三示例家"}, Difference: -5, OccurredAt: at(12), Reason: "钱七示例打碎",
	}, ""))(h.t)
	must(h.distributions.Create(ctx, me, distribution.Input{
		Recipient: hospital.ID, Place: "4301", OccurredAt: at(17), Note: "孙八示例签收 13800138000", Lines: []distribution.LineInput{
			{Class: "mask-surgical", Quantity: qty.Exactly(400, qty.Piece), Lot: gift.Lines[3].Lot, Rejected: 7, RejectReason: "周九示例说不要", ItemText: "吴十示例"},
			{Class: "other", Quantity: qty.Exactly(1, qty.Piece), Lot: gift.Lines[1].Lot, Rejected: 1, RejectReason: "受潮", ItemText: "王五示例的打印机"},
		},
	}, ""))(h.t)
	h.handOver(17, "李四示例", distribution.LineInput{Class: "thermometer", Quantity: qty.Exactly(2, qty.Piece)})
	must(h.needs.Create(ctx, me, need.Input{
		RecipientName: "李四示例", Place: "郑一示例家", StatedOn: 20200216, Note: "13800138000",
		Lines: []need.Line{{Class: "goggles", ItemText: "郑一示例要的护目镜", Quantity: qty.Exactly(10, qty.Piece), Standards: []string{"冯二示例 1"}}},
	}, ""))(h.t)
	must(h.needs.Create(ctx, me, need.Input{
		Recipient: hospital.ID, Place: "4301", StatedOn: 20200216, Lines: []need.Line{{Class: "goggles", Quantity: qty.Exactly(10, qty.Piece)}},
	}, ""))(h.t)
	for _, in := range []fund.Input{
		{Direction: fund.In, Channel: "周九示例微信", PartyName: "孙八示例", OrganiserName: "吴十示例", Amount: money.Amount{Minor: 90_000, Currency: money.CNY}, OccurredAt: at(12), Note: "孙八示例"},
		{Direction: fund.Out, Channel: "周九示例微信", Purpose: "还给吴十示例", PartyName: "吴十示例", Amount: money.Amount{Minor: 100, Currency: money.CNY}, OccurredAt: at(13)},
		{Direction: fund.In, Channel: "示例对公账户", PartyName: "示例侨界联合会", Amount: money.Amount{Minor: 12_000, Currency: "EUR"}, OccurredAt: at(13)},
	} {
		must(h.funds.Create(ctx, me, in, ""))(h.t)
	}
}

func TestPublicPagesNameOrganisationsAndNobodyElse(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.fill()
		pages := h.crawl()
		kinds := map[string]int{}
		for target, body := range pages {
			for _, secret := range secrets {
				if i := strings.Index(body, secret); i >= 0 {
					t.Errorf("%s shows %q: …%s…", target, secret, body[max(0, i-80):min(len(body), i+80)])
				}
			}
			path, _, _ := strings.Cut(target, "?")
			for _, kind := range []string{".csv", ".xlsx", ".json", "/rows", "/thread/", "/needs", "/data"} {
				if strings.Contains(path, kind) {
					kinds[kind]++
				}
			}
		}
		for _, kind := range []string{".csv", ".xlsx", ".json", "/rows", "/thread/", "/needs", "/data"} {
			if kinds[kind] == 0 {
				t.Errorf("no link leads to %s: nothing was read there", kind)
			}
		}
		showPublic(t, pages)
	})
}

// showPublic checks that what is nobody's secret is there: pages that show
// nothing would pass every other test.
func showPublic(t *testing.T, pages map[string]string) {
	t.Helper()
	all := strings.Builder{}
	for _, body := range pages {
		all.WriteString(body)
	}
	for what, want := range map[string]string{
		"an organisation":                                   "示例市第一医院",
		"a donor's organisation":                            "示例侨界联合会",
		"words that name goods only":                        "原文：帐篷",
		"words with a bracket that names somebody":          "原文：对讲机",
		"the organisation of an earmark":                    "指定给示例市第一医院",
		"the place of an earmark":                           "指定用于湘西",
		"an earmark for a person":                           "捐方指定了用途",
		"a reason of plain words":                           "受潮",
		"that there is a reason":                            "原因记在账上，没有公开",
		"somebody whose name is not public, in Chinese":     "不公开名称",
		"somebody whose name is not public, in English":     "name not public",
		"a plain way of paying":                             "示例对公账户",
		"an airport without a Chinese name, marked English": `<span lang="en">AAT Altay`,
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no page shows %s: %q", what, want)
		}
	}
}
