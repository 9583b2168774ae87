// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"io"

	"github.com/qiaorelief/qiao/internal/platform/sheet/write"
)

// Writer writes one table, row after row. Cells may be string, int, int64,
// clock.Day, time.Time, money.Amount, bool and nil; anything else is an error.
// Close finishes the file and leaves the underlying writer open.
type Writer interface {
	Header(names []string) error
	Row(cells ...any) error
	Close() error
}

// CSV returns a writer of comma separated UTF-8, with a byte order mark or not.
func CSV(w io.Writer, bom bool) *write.CSVWriter { return write.CSV(w, bom) }

// XLSX returns a writer of a workbook.
func XLSX(w io.Writer) *write.XLSXWriter { return write.XLSX(w) }

// Runs reports whether a spreadsheet program would run the text.
func Runs(text string) bool { return write.Runs(text) }
