// SPDX-License-Identifier: Apache-2.0

package sheet_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/sheet"
)

const realData = "../../../../shared/data"

// openFile opens a file of the real data, or skips.
func openFile(t *testing.T, name string) *sheet.Book {
	t.Helper()
	f, err := os.Open(filepath.Join(realData, name))
	if err != nil {
		t.Skipf("the real data is not here: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(context.Background(), f, info.Size(), name, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestRealShapes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, encoding string
		header         int
		count          int
		repeated       int
		column         int
		name           string
	}{
		{"redcross/receipts.csv", "utf-8", 1, 1441, 0, 3, "donor"},
		{"redcross/distributions.csv", "utf-8", 1, 3500, 1, 3, "品名"},
		{"redcross/money.csv", "utf-8", 1, 7724, 0, 2, "amount_yuan"},
		{"redcross/published_vs_detail.csv", "utf-8", 3, 0, 0, 3, "收到细目款项统计 / 微信二维码及pos机 / 金额"},
		{"redcross-province/hubei-donation.csv", "utf-8", 1, 0, 0, 0, "编号"},
		{"redcross-province/hubei-inflow.csv", "utf-8", 1, 0, 0, 2, "来源"},
		{"redcross-province/hubei-outflow.csv", "utf-8", 1, 0, 0, 3, "流向"},
		{"redcross-province/wuhan-donation.csv", "utf-8", 1, 10, 0, 5, "链接"},
		{"hospital-needs/versions/2cb353fb.csv", "utf-8", 1, 0, 0, 0, "医院名称"},
		{"hospital-needs/versions/11d532a2.csv", "utf-8", 1, 0, 0, 1, "医院名称"},
		{"hospital-needs/gb18030/HOSPITAL.csv", "gb18030", 2, 0, 0, 9, ""},
		{"hospital-needs/gb18030/LOGISTICAL.csv", "gb18030", 2, 0, 0, 0, "物流名称"},
		{"hospital-needs/hospitals.jsonl", "utf-8", 0, 0, 0, 1, "province"},
		{"hospital-needs/one-city-over-time/01_2020-02-01T0159.json", "utf-8", 0, 0, 0, 1, "city"},
		{"getusppe/all_matches.csv", "utf-8", 1, 0, 0, 8, "qty"},
		{"getusppe/lookup_facility_type.csv", "utf-8", 1, 0, 0, 1, "basetype"},
		{"redcross/receipts.xlsx", "", 0, 0, 0, -1, ""},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			book := openFile(t, c.file)
			tables, err := book.Sheets[0].Tables(context.Background(), sheet.TableOptions{})
			if err != nil {
				t.Fatal(err)
			}
			first := tables[0]
			t.Logf("%s %q: %d tables; header at %d, %d rows, repeated %v, columns %v", book.Encoding, book.Delimiter, len(tables), first.HeaderRow, first.Count, first.Repeated, first.Columns)
			if c.column < 0 {
				return
			}
			if book.Encoding != c.encoding || first.HeaderRow != c.header || len(first.Repeated) != c.repeated {
				t.Errorf("%s, header at %d, repeated %v", book.Encoding, first.HeaderRow, first.Repeated)
			}
			if c.count > 0 && first.Count != c.count {
				t.Errorf("%d rows of data, want %d", first.Count, c.count)
			}
			if got := first.Columns[c.column].Name; c.name != "" && got != c.name {
				t.Errorf("column %d is %q, want %q", c.column, got, c.name)
			}
			n := 0
			for _, err := range first.Rows(context.Background()) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != first.Count {
				t.Errorf("%d rows delivered, %d counted", n, first.Count)
			}
		})
	}
}
