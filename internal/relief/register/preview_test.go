// SPDX-License-Identifier: Apache-2.0

package register_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

func TestAPreviewShowsWhatWouldBecomeOfTheRows(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		k.run(t, k.request(register.Receipts, "one.csv", table(10)))
		text := "接收登记表\n" + table(12) + ",,,,,\n2月3日,示例公司,口罩,,只,若干\n,,,,,5\n合计,,,,,90\n"
		text = strings.Replace(text, "日期,捐赠单位,品名", "日期,捐赠单位,物资", 1)
		before := k.count(t, "journal_record")
		p, err := k.s.Preview(t.Context(), k.actor, k.request(register.Receipts, "two.csv", text))
		if err != nil {
			t.Fatal(err)
		}
		if p.Looked != 14 || p.Posted != 2 || p.Held != 12 || p.Rejected != 0 || p.Reasons["register.maybe_duplicate"] != 10 {
			t.Fatalf("%+v", p)
		}
		first := p.Tables[0]
		if first.HeaderRow != 2 || first.Title[0] != "接收登记表" || first.Skipped != 1 || first.Problem != nil {
			t.Fatalf("%+v", first)
		}
		if c := first.Columns[1]; c.Name != "捐赠单位" || c.Meaning.Field != layout.Donor || c.Meaning.How != layout.ByHeader || c.Samples[0] != "示例公司0" {
			t.Fatalf("%+v", c)
		}
		last := first.Rows[11]
		if last.Status != register.Posted || last.Reading.Lines[0].Quantity.Value != 12 || last.Row != 14 {
			t.Fatalf("%+v", last)
		}
		if k.count(t, "journal_record") != before || k.count(t, "register_run") != 1 {
			t.Fatal("a preview writes nothing")
		}
		again, err := k.s.Preview(t.Context(), k.actor, k.request(register.Receipts, "one.csv", table(10)))
		if err != nil || again.Already != 10 {
			t.Fatalf("%+v, %v", again, err)
		}
	})
}

func TestAMappingChangesThePreview(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	text := "甲,乙\n品名,数量,单位,捐赠单位,备注\n口罩,5,只,示例公司,2020-02-03\n口罩,6,,示例公司,2020-02-04\n"
	req := k.request(register.Receipts, "a.csv", text)
	req.Mapping = &register.Mapping{
		HeaderRow: 2, HeaderRows: 2, Columns: map[register.Field]layout.Column{layout.Date: {Number: 5}},
		Ignore: []layout.Column{{Name: "捐赠单位"}}, Defaults: map[register.Field]string{layout.Unit: "只", layout.Donor: "另一家公司"},
	}
	p, err := k.s.Preview(t.Context(), k.actor, req)
	if err != nil || p.Posted != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	first := p.Tables[0]
	if first.Columns[0].Name != "甲 / 品名" || first.Columns[3].Meaning.How != layout.Ignored || first.Columns[4].Meaning.How != layout.Given {
		t.Fatalf("%+v", first.Columns)
	}
	if r := first.Rows[1].Reading; r.Party != "另一家公司" || r.Lines[0].Quantity.Unit != "piece" || r.Day != 20200204 {
		t.Fatalf("%+v", r)
	}
	if r := k.run(t, req); r.Posted != 2 {
		t.Fatalf("what is previewed is what is posted: %+v", r)
	}
	req.Mapping.Defaults[layout.Unit] = "个" // the row is the same row whatever is assumed
	if r := k.run(t, req); r.Already != 2 {
		t.Fatalf("%+v", r)
	}
}

func TestAPreviewOfWhatIsNoTable(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	if _, err := k.s.Preview(t.Context(), k.actor, k.request(register.Receipts, "a.csv", "")); errs.As(err).Key != "sheet.empty" {
		t.Error(err)
	}
	p, err := k.s.Preview(t.Context(), k.actor, k.request(register.Receipts, "a.csv", "甲,乙\n1,2\n3,4\n"))
	if err != nil || p.Ready() || p.Tables[0].Problem == nil || len(p.Tables[0].Columns) != 2 || p.Held != 2 {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := k.s.Preview(t.Context(), account.Actor{}, k.request(register.Receipts, "a.csv", table(1))); !errs.Is(err, errs.Unauthenticated) {
		t.Error(err)
	}
}

func TestTheHeldRowsAreWrittenForPeople(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		r := k.run(t, k.request(register.Receipts, "a.csv", "日期,捐赠单位,品名,单位,数量\n2020-02-03,=cmd|calc,口罩,只,-4\n2020-02-03,示例公司,口罩,只,4\n"))
		var b bytes.Buffer
		w := sheet.CSV(&b, true)
		err := k.s.WriteRows(t.Context(), k.actor, register.Filter{Run: r.Run}, w, func(key string, _ map[string]any) string { return key })
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		want := "\ufeffregister.review.row,register.review.sheet,register.review.status,register.review.reason,日期,捐赠单位,品名,单位,数量\r\n" +
			"2,,register.status.held,register.quantity.negative,2020-02-03,\"'=cmd|calc\",口罩,只,-4\r\n"
		if b.String() != want {
			t.Fatalf("got  %q\nwant %q", b.String(), want)
		}
		info, open, err := k.s.RunInfo(t.Context(), k.actor, r.Run)
		if err != nil || info.Open != 1 || info.Read != 2 || open["register.quantity.negative"] != 1 || info.FinishedAt.IsZero() {
			t.Fatalf("%+v, %v, %v", info, open, err)
		}
	})
}

func TestAPreviewOfTheRealRegisters(t *testing.T) {
	t.Parallel()
	const path = "../../../../shared/data/redcross/receipts.xlsx"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip("the real registers are not beside this checkout")
	}
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	p, err := k.s.Preview(t.Context(), k.actor, register.Request{Kind: register.Receipts, FileName: "receipts.xlsx", File: bytes.NewReader(b), Size: int64(len(b))})
	if err != nil || !p.Ready() || p.Looked == 0 || p.Looked != p.Posted+p.Held+p.Rejected+p.Already {
		t.Fatalf("%+v, %v", p, err)
	}
}

// BenchmarkPreview looks at a workbook of 5,000 rows.
func BenchmarkPreview(b *testing.B) {
	var file bytes.Buffer
	w := sheet.XLSX(&file)
	if err := w.Header([]string{"日期", "捐赠单位", "品名", "规格", "单位", "数量", "备注"}); err != nil {
		b.Fatal(err)
	}
	for i := range 5000 {
		if err := w.Row(fmt.Sprintf("2020-02-%02d", i%19+1), fmt.Sprintf("示例公司%d", i), "口罩", "2000只/箱", "只", i+1, "备注"); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	k := newDesk(b, dbtest.SQLite(b, frozen()), false)
	for b.Loop() {
		p, err := k.s.Preview(b.Context(), k.actor, register.Request{Kind: register.Receipts, FileName: "a.xlsx", File: bytes.NewReader(file.Bytes()), Size: int64(file.Len())})
		if err != nil || p.Looked != 500 {
			b.Fatalf("%+v, %v", p, err)
		}
	}
}
