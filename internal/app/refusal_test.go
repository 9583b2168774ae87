// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// put writes a file with the given content.
func put(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bomb is a workbook whose only sheet unpacks to 2 GB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 2 << 10 {
		if _, err := w.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestFilesThatAreNoRegistersAreRefused: a clear answer, and the books as before.
func TestFilesThatAreNoRegistersAreRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if code, _, errOut := qiao(t, "import", "receipts", samples+"receipts.csv", "--data", data); code != 0 {
		t.Fatal(errOut)
	}
	_, before, _ := qiao(t, "report", "--json", "--data", data)
	large := put(t, "large.csv", []byte("日期,捐赠单位,品名,数量\n"))
	if err := os.Truncate(large, 200<<20); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"a picture":          put(t, "picture.xlsx", []byte("\x89PNG\r\n\x1a\nand so on")),
		"nothing":            put(t, "empty.csv", nil),
		"only blanks":        put(t, "blank.csv", []byte("\n\n , ,\n")),
		"200 MB":             large,
		"a bomb":             put(t, "bomb.xlsx", bomb(t)),
		"a column missing":   put(t, "short.csv", []byte("日期,捐赠单位,数量\n2020-02-03,示例公司,5\n")),
		"no header":          put(t, "bare.csv", []byte("1,2,3\n4,5,6\n")),
		"unknown encoding":   put(t, "latin.csv", []byte("date,donor,item,qty\n2020-02-03,caf\xe9 \xff,mask,5\n")),
		"10,000 columns":     put(t, "wide.csv", []byte("日期,捐赠单位,品名,数量"+strings.Repeat(",x", 10_000)+"\n")),
		"an old workbook":    put(t, "old.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 600))),
		"half of a workbook": put(t, "half.xlsx", []byte("PK\x03\x04 and nothing else")),
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := qiao(t, "import", "receipts", file, "--data", data)
			if code != 1 || out != "" || strings.TrimSpace(errOut) == "" || strings.Contains(errOut, "internal:") {
				t.Errorf("exit %d: %q %q", code, out, errOut)
			}
			if len([]rune(errOut)) < 8 {
				t.Errorf("%q does not say what to do", errOut)
			}
		})
	}
	if _, after, _ := qiao(t, "report", "--json", "--data", data); before != after {
		t.Errorf("the books changed:\n%s\n%s", before, after)
	}
}

// TestRowsThatNobodyCanMeanAreHeld: each of these rows waits for a person, the
// good one beside them is posted, and the sum is right.
func TestRowsThatNobodyCanMeanAreHeld(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]string{
		"negative":             "2020-02-03,示例公司,医用外科口罩,,只,-50",
		"absurd":               "2020-02-03,示例公司,医用外科口罩,,只,199999999999998",
		"beyond counting":      "2020-02-03,示例公司,医用外科口罩,,只,99999999999999999999",
		"in 1900":              "1900-02-03,示例公司,医用外科口罩,,只,50",
		"in 2099":              "2099-02-03,示例公司,医用外科口罩,,只,50",
		"pieces or pairs":      "2020-02-03,示例公司,医用检查手套,,双,51只",
		"a number that is not": "2020-02-03,示例公司,医用外科口罩,,只,约若干",
		"zero":                 "2020-02-03,示例公司,医用外科口罩,,只,0",
		"a half":               "2020-02-03,示例公司,医用外科口罩,,只,0.5",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			file := put(t, "gifts.csv", []byte("日期,捐赠单位,品名,规格,单位,数量\n2020-02-03,示例公司,医用外科口罩,,只,7\n"+row+"\n"))
			for again := range 2 {
				_, out, errOut := qiao(t, "import", "receipts", file, "--data", data, "--json")
				var r struct {
					Read, Posted, Held, Rejected, Already int
					ReviewFile                            string `json:"review_file"`
				}
				if err := json.Unmarshal([]byte(out), &r); err != nil {
					t.Fatalf("%v: %s%s", err, out, errOut)
				}
				if r.Read != 2 || r.Posted+r.Held+r.Rejected+r.Already != 2 || r.Posted != 1-again {
					t.Errorf("run %d: %+v", again, r)
				}
				if again == 1 {
					continue
				}
				why, err := os.ReadFile(r.ReviewFile)
				if err != nil || r.Held+r.Rejected != 1 || strings.Contains(string(why), "register.") && !strings.Contains(string(why), "register.status") {
					t.Errorf("%+v, review %q, %v", r, why, err)
				}
			}
			if code, out, _ := qiao(t, "check", "--data", data); code != 0 {
				t.Errorf("check: %s", out)
			}
		})
	}
}

// TestAFormulaIsOnlyItsValue: the last computed value counts, and the formula
// never comes out of an export alive.
func TestAFormulaIsOnlyItsValue(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	for i, row := range [][]any{{"日期", "捐赠单位", "品名", "规格", "单位", "数量"}, {"2020-02-03", "示例公司", "医用外科口罩", "", "只", 30}} {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "F2", "15*2"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	code, out, errOut := qiao(t, "import", "receipts", put(t, "formula.xlsx", b.Bytes()), "--data", data, "--json")
	if code != 0 || !strings.Contains(out, `"read":1`) {
		t.Fatalf("exit %d: %s%s", code, out, errOut)
	}
	_, report, _ := qiao(t, "report", "--date", "2020-02-03", "--json", "--data", data)
	if strings.Contains(out, `"posted":1`) != strings.Contains(report, `"quantity":30`) {
		t.Errorf("%s\n%s", out, report)
	}
}

// TestWrongSettingsAreSaidInWords: each names the setting or the cause, changes
// nothing, and shows no password.
func TestWrongSettingsAreSaidInWords(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url, data string
	}{
		"no URL":             {"database.example", folder},
		"another database":   {"mysql://user:hunter2@127.0.0.1/qiao", folder},
		"nobody listens":     {"postgres://user:hunter2@127.0.0.1:1/qiao?sslmode=disable", folder},
		"a file as a folder": {"", filepath.Join(file, "data")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("QIAO_DATABASE_URL", c.url)
			code, out, errOut := qiao(t, "check", "--data", c.data)
			if code == 0 || out != "" || strings.TrimSpace(errOut) == "" {
				t.Errorf("exit %d: %q %q", code, out, errOut)
			}
			if strings.Contains(errOut, "hunter2") || strings.Contains(errOut, "dial tcp") {
				t.Errorf("it shows its inside: %s", errOut)
			}
		})
	}
}

// TestANewerDatabaseIsLeftAlone: an old program must not touch it.
func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if code, _, errOut := qiao(t, "migrate", "--data", data); code != 0 {
		t.Fatal(errOut)
	}
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(data, "qiao.db")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.SQL().ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := qiao(t, "report", "--data", data)
	if code != 1 || out != "" || !strings.Contains(errOut, "9999") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
}
