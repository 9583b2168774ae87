// SPDX-License-Identifier: Apache-2.0

package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
)

type fatal interface {
	Helper()
	Fatalf(string, ...any)
}

func open(file []byte, opt sheet.Options) (*sheet.Book, error) {
	return sheet.Open(context.Background(), bytes.NewReader(file), int64(len(file)), "example", opt)
}

func rows(t fatal, file []byte, opt sheet.Options) (all []sheet.Row) {
	t.Helper()
	book, err := open(file, opt)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	for row, err := range book.Sheets[0].Rows(context.Background()) {
		if err != nil {
			t.Fatalf("row: %v", err)
		}
		all = append(all, row)
	}
	return all
}

func cells(all []sheet.Row) (out [][]string) {
	for _, r := range all {
		out = append(out, r.Cells)
	}
	return out
}

func TestTextIsReadInTheEncodingsThatProgramsWrite(t *testing.T) {
	t.Parallel()
	const text = "品名,数量\r\n医用口罩（示例）,15\r\n防护服,20\r\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	be, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	for name, file := range map[string]string{"utf-8": text, "utf-8 bom": "\ufeff" + text, "gb18030": gb, "utf-16le": le, "utf-16be": be,
		"cr": strings.ReplaceAll(text, "\r\n", "\r"), "lf": strings.ReplaceAll(text, "\r\n", "\n"), "tab": strings.ReplaceAll(text, ",", "\t"),
		"semicolon": strings.ReplaceAll(text, ",", ";"), "bar": strings.ReplaceAll(text, ",", "|")} {
		got := fmt.Sprint(cells(rows(t, []byte(file), sheet.Options{})))
		if want := "[[品名 数量] [医用口罩（示例） 15] [防护服 20]]"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestBrokenQuotesLoseNoRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, want string }{
		{"a,b\n\"x\ny\",2\n", `[["a" "b"] ["x\ny" "2"]]`},
		{"a,b\n\"3M\"口罩,2\nz,3\n", `[["a" "b"] ["\"3M\"口罩" "2"] ["z" "3"]]`},
		{"a,b\n\"open,2\nz,3\n", `[["a" "b"] ["\"open" "2"] ["z" "3"]]`},
		{"a,b\n\"open,2\nz,3\n\"q\",4\n", `[["a" "b"] ["\"open" "2"] ["z" "3"] ["q" "4"]]`},
		{"a,b\nx, \"1,2\"\n", `[["a" "b"] ["x" "1,2"]]`},
		{"a,b\nx,\"1\"\"2\"", `[["a" "b"] ["x" "1\"2"]]`},
	} {
		if got := fmt.Sprintf("%q", cells(rows(t, []byte(c.file), sheet.Options{Delimiter: ','}))); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.file, got, c.want)
		}
	}
	if all := rows(t, []byte("a,b\n\"open,2\nz,3\n"), sheet.Options{}); !all[1].Broken || all[2].Broken || all[2].Line != 3 {
		t.Errorf("only the second row is broken: %+v", all)
	}
}

func zipped(names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, _ := z.Create(n)
		_, _ = w.Write(make([]byte, 300<<20/len(names)))
	}
	_ = z.Close()
	return b.Bytes()
}

func TestWhatIsRefusedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	wideRow := []byte(strings.Repeat("a,", 9999) + "a\n")
	many := []byte(strings.Repeat("a,b\n", 20))
	var plainZip bytes.Buffer
	z := zip.NewWriter(&plainZip)
	_, _ = z.Create("word/document.xml")
	_ = z.Close()
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	for _, c := range []struct {
		name, key string
		file      []byte
		opt       sheet.Options
	}{
		{"nothing", "sheet.empty", nil, sheet.Options{}},
		{"blank lines", "sheet.empty", []byte("\n ,\n"), sheet.Options{}},
		{"pdf", "sheet.wrong_type", []byte("%PDF-1.7 ..."), sheet.Options{}},
		{"picture", "sheet.wrong_type", []byte("\x89PNG\r\n\x1a\n"), sheet.Options{}},
		{"web page", "sheet.wrong_type", []byte("\n<html><table></table></html>"), sheet.Options{}},
		{"word", "sheet.wrong_type", plainZip.Bytes(), sheet.Options{}},
		{"old excel", "sheet.old_excel", []byte(ole), sheet.Options{}},
		{"locked", "sheet.locked", []byte(ole + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), sheet.Options{}},
		{"latin-1", "sheet.encoding.unknown", []byte("caf\xe9,1\n"), sheet.Options{}},
		{"large", "sheet.too_large", many, sheet.Options{MaxBytes: 10}},
		{"bomb", "sheet.too_large", zipped("xl/workbook.xml"), sheet.Options{}},
		{"wide", "sheet.too_many_columns", wideRow, sheet.Options{}},
		{"rows", "sheet.too_many_rows", many, sheet.Options{MaxRows: 10}},
		{"cell", "sheet.cell_too_long", []byte("a," + strings.Repeat("字", 40000)), sheet.Options{}},
		{"cut off", "sheet.damaged", []byte(`[{"a":1},{"a":`), sheet.Options{}},
		{"no zip", "sheet.damaged", []byte("PK\x03\x04 and nothing else"), sheet.Options{}},
	} {
		book, err := open(c.file, c.opt)
		if err == nil {
			for _, e := range book.Sheets[0].Rows(context.Background()) {
				err = e
			}
		}
		var known *errs.Error
		if !errors.As(err, &known) || known.Key != c.key {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

// example is a workbook by another writer than ours.
func example(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	day := `yyyy"年"m"月"d"日"`
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &day})
	must(err)
	must(f.SetSheetRow("Sheet1", "A1", &[]any{"示例登记表"}))
	must(f.MergeCell("Sheet1", "A1", "D1"))
	must(f.SetSheetRow("Sheet1", "A3", &[]any{"日期", "捐方", "数量", "合计"}))
	must(f.SetSheetRow("Sheet1", "A4", &[]any{43864, "示例公司", 15.0, 0.1}))
	must(f.SetSheetRow("Sheet1", "A5", &[]any{43865, nil, int64(123456789012345678), "x"}))
	must(f.MergeCell("Sheet1", "B4", "B5"))
	must(f.SetCellStyle("Sheet1", "A4", "A5", style))
	must(f.SetCellFormula("Sheet1", "D5", "C4*2"))
	_, err = f.NewSheet("空")
	must(err)
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	t.Parallel()
	book, err := open(example(t), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(book.Sheets) != 1 || book.Sheets[0].Name != "Sheet1" {
		t.Fatalf("sheets %v, want only the one with content", book.Sheets)
	}
	tables, err := book.Sheets[0].Tables(context.Background(), sheet.TableOptions{})
	if err != nil || len(tables) != 1 || tables[0].HeaderRow != 3 || !slices.Equal(tables[0].Title, []string{"示例登记表"}) {
		t.Fatalf("%+v, %v", tables, err)
	}
	var got []sheet.Row
	for r, err := range tables[0].Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if len(got) != 2 || got[0].Number != 4 || !slices.Equal(got[0].Cells, []string{"2020-02-03", "示例公司", "15", "0.1"}) {
		t.Fatalf("%+v", got)
	}
	if got[0].Raw(0) != "43864" || got[0].Mark(0) != sheet.Date {
		t.Errorf("raw %q, mark %b", got[0].Raw(0), got[0].Mark(0))
	}
	if got[1].Cell(1) != "示例公司" || got[1].Mark(1)&sheet.Covered == 0 || got[1].Cell(2) != "123456789012345678" || got[1].Mark(3)&sheet.Formula == 0 {
		t.Errorf("%+v", got[1])
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		`{"a":1,"b":{"c":"x"}}` + "\n" + `{"a":12345678901234567890,"d":["p","q"]}`,
		`[{"a":1,"b":{"c":"x"}},{"a":12345678901234567890,"d":["p","q"]}]`,
	} {
		book, err := open([]byte(file), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(book.Sheets[0].Fields, cells(rows(t, []byte(file), sheet.Options{}))); got != "[a b.c d] [[1 x ] [12345678901234567890  p、q]]" {
			t.Error(got)
		}
	}
}

func TestHeadersAndFill(t *testing.T) {
	t.Parallel()
	file := "示例表,,,\n序号,物资,,单位\n,品名,数量,\n1,口罩,5,甲\n2,手套,6,\n\n序号,物资,,单位\n,品名,数量,\n3,口罩,7,乙\n日期,捐方\n2020-02-03,丙\n"
	book, err := open([]byte(file), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	known := func(s string) bool {
		return slices.Contains([]string{"序号", "品名", "数量", "单位", "日期", "捐方"}, s)
	}
	tables, err := book.Sheets[0].Tables(context.Background(), sheet.TableOptions{Known: known})
	if err != nil || len(tables) != 2 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	if got := fmt.Sprint(tables[0].Columns, tables[0].Count, tables[0].Repeated, tables[1].HeaderRow, tables[1].Count); got != "[{0 序号} {1 物资 / 品名} {2 物资 / 数量} {3 单位}] 3 [7 8] 10 1" {
		t.Error(got)
	}
	var units []string
	for r, err := range sheet.Fill(tables[0].Rows(context.Background()), 3) {
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, fmt.Sprint(r.Cell(3), r.Mark(3) == sheet.Carried))
	}
	if got := fmt.Sprint(units); got != "[甲false 甲true 乙false]" {
		t.Error(got)
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]clock.Day{
		"2020-02-03": 20200203, "2020/2/3": 20200203, "2020.2.3": 20200203, "2020年2月3日": 20200203, "2月3日": 20200203, "２月３号": 20200203,
		"20200203": 20200203, "20200215201308": 20200215, "43864": 20200203, "43864.5": 20200203, "2020-01-24 02:24:00": 20200124,
		"2020-04-01 00:00:00 UTC": 20200401, "2020-03-19 11:14:00+00:00": 20200319, "2020-03-19T11:14:00Z": 20200319, "24-Jan": 20200124,
		" 2020-02-03\u200b": 20200203, "2月3日24时": 20200203,
		"02-03-20": 0, "截至28日": 0, "2020-02-30": 0, "2.3": 0, "2/3": 0, "500": 0, "": 0, "20201345": 0, "1月24日--2月11日": 0, "13800000000": 0,
	} {
		if got, ok := sheet.ParseDay(text, 2020); got*clock.Day(b2i(ok)) != want {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWhatASpreadsheetWouldRun(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"=1+1": true, " =1+1": true, "\t=1": true, "\rx": true, "\u200b=1": true, "\ufeff@SUM(A1)": true, "@x": true, "+1+1": true, "-2+3": true,
		"-cmd|' /C calc'!A0": true, "＝1": true, "＋1": true, "－1": true, "＠a": true, "\x01=1": true, "'=1": true, "+": true, "=": true,
		"\u00a0=HYPERLINK(\"x\")": true, "\u3000+A1": true, "\u202e=1": true, "\nx": true, "--1": true, "+A1 138": true,
		"-5": false, "3.14": false, "+5": false, "-1,234.5": false, "+86 138-0000-0000": false, "+8613800000000": false, "-": false, "": false,
		"a=b": false, "口罩": false, "'x": false, "1-2": false,
	} {
		if sheet.Runs(text) != want {
			t.Errorf("Runs(%q) is %v", text, !want)
		}
	}
}

func TestValuesOfBothWriters(t *testing.T) {
	t.Parallel()
	values := []any{"=1+1", int64(-5), clock.Day(20200203), time.Date(2020, 2, 3, 14, 5, 9, 0, time.UTC), money.Amount{Minor: -1234567, Currency: money.CNY},
		true, nil, "007", "123456789012345678", int64(1234567890123456789), "+8613800000000", "3.5"}
	want := []string{"'=1+1", "-5", "2020-02-03", "2020-02-03 14:05:09", "-12345.67", "TRUE", "", "007", "123456789012345678", "1234567890123456789", "+8613800000000", "3.5"}
	var c, x bytes.Buffer
	for _, w := range []sheet.Writer{sheet.CSV(&c, true), sheet.XLSX(&x)} {
		if err := errors.Join(w.Row(values...), w.Close()); err != nil {
			t.Fatal(err)
		}
		if err := w.Row(3.5); err == nil {
			t.Error("a float was written")
		}
	}
	if !strings.HasPrefix(c.String(), "\ufeff'=1+1,") || !strings.HasSuffix(c.String(), "\r\n") {
		t.Errorf("%q", c.String())
	}
	if got := rows(t, c.Bytes(), sheet.Options{})[0].Cells; !slices.Equal(got, want) {
		t.Errorf("CSV  %q\nwant %q", got, want)
	}
	want[0] = "=1+1"
	got := rows(t, x.Bytes(), sheet.Options{})[0]
	if !slices.Equal(got.Cells, want) || got.Mark(0) != 0 {
		t.Errorf("XLSX %q\nwant %q", got.Cells, want)
	}
	// Another reader agrees that it is a text and no formula.
	f, err := excelize.OpenReader(&x)
	if err != nil {
		t.Fatal(err)
	}
	if formula, err := f.GetCellFormula("Sheet1", "A1"); err != nil || formula != "" {
		t.Errorf("formula %q, %v", formula, err)
	}
}

var anyText = rapid.OneOf(rapid.StringMatching(`[ '=+@\-,;"a\n\r\t0-9口＝\x{200b}]{0,8}`), rapid.StringMatching(`[^\x00-\x08\x0b\x0c\x0e-\x1f\x{fffd}-\x{ffff}]{0,12}`))

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(t, "width")
		table := rapid.SliceOfN(rapid.SliceOfN(anyText, width, width), 1, 6).Draw(t, "table")
		table[0][0] = "口罩"
		var c, x bytes.Buffer
		for _, w := range []sheet.Writer{sheet.CSV(&c, rapid.Bool().Draw(t, "bom")), sheet.XLSX(&x)} {
			for _, r := range table {
				if err := w.Header(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if got := cells(rows(t, c.Bytes(), sheet.Options{Delimiter: ',', TrimApostrophe: true})); !slices.EqualFunc(got, table, slices.Equal) {
			t.Fatalf("CSV  %q\nwant %q", got, table)
		}
		for _, got := range rows(t, x.Bytes(), sheet.Options{}) {
			if want := table[got.Number-1]; !slices.Equal(got.Cells, want) {
				t.Fatalf("XLSX %q\nwant %q", got.Cells, want)
			}
		}
	})
}

// content is what a table says apart from the signs that shape it.
func content(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("\",\r\n \ufeff", r) {
			return -1
		}
		return r
	}, s)
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\nb\",c\n\"d,e\n", "a\r\"b\"c\r\n\"", "\ufeffx,\"\"\"\",\n\n\"q\" ,z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		book, err := open([]byte(s), sheet.Options{Delimiter: ','})
		if err != nil || book.Kind != sheet.Text {
			return
		}
		var got strings.Builder
		for row, err := range book.Sheets[0].Rows(context.Background()) {
			if err != nil {
				return
			}
			got.WriteString(strings.Join(row.Cells, ""))
		}
		if book.Encoding == "utf-8" && content(got.String()) != content(strings.ToValidUTF8(s, "\ufffd")) && !strings.Contains(got.String(), "\ufffd") {
			t.Errorf("%q became %q", s, got.String())
		}
		if _, err := book.Sheets[0].Tables(context.Background(), sheet.TableOptions{}); err != nil {
			t.Error(err)
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>a&amp;b</t></is></c><c><v>1.5</v></c></row>`)
	f.Add(`<row><c r="ZZZ1" s="9" t="s"><v>-1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD9"/></mergeCells>`)
	f.Fuzz(func(t *testing.T, data string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{
			"xl/workbook.xml":            `<workbook><sheets><sheet name="s" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></Relationships>`,
			"xl/s.xml":                   "<worksheet><sheetData>" + data + "</sheetData></worksheet>",
			"xl/styles.xml":              data, "xl/sharedStrings.xml": data,
		} {
			w, _ := z.Create(name)
			_, _ = w.Write([]byte(text))
		}
		_ = z.Close()
		book, err := open(b.Bytes(), sheet.Options{})
		if err != nil {
			if errs.KindOf(err) == errs.Internal {
				t.Fatal(err)
			}
			return
		}
		for row, err := range book.Sheets[0].Rows(context.Background()) {
			if err == nil && len(row.Cells) > 512 {
				t.Fatalf("%d cells", len(row.Cells))
			}
		}
	})
}

func FuzzParseDay(f *testing.F) {
	f.Add("2020-02-03 24:00", 2020)
	f.Add("2月3日", 0)
	f.Fuzz(func(t *testing.T, s string, year int) {
		d, ok := sheet.ParseDay(s, year%3000)
		if !ok {
			return
		}
		if again, err := clock.ParseDay(d.String()); d > 9999999 && (err != nil || again != d) {
			t.Errorf("%q is %d, which is no day: %v", s, d, err)
		}
	})
}

func BenchmarkCSVRows(b *testing.B) {
	file := []byte(strings.Repeat("2020-02-03,示例公司,医用外科口罩,\"50,只/盒\",盒,1200,甲,乙\n", 100_000))
	benchmark(b, file)
}

func BenchmarkXLSXRows(b *testing.B) {
	var x bytes.Buffer
	w := sheet.XLSX(&x)
	for range 50_000 {
		if err := w.Row(clock.Day(20200203), "示例公司", "医用外科口罩", "50只/盒", "盒", int64(1200), "甲", "乙"); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	benchmark(b, x.Bytes())
}

func benchmark(b *testing.B, file []byte) {
	n := 0
	for b.Loop() {
		book, err := open(file, sheet.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range book.Sheets[0].Rows(context.Background()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
