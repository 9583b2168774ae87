// SPDX-License-Identifier: Apache-2.0

package write

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
)

// bookRows is the number of rows that one sheet of a workbook can hold.
const bookRows = 1 << 20

// maxExact is the largest whole number that spreadsheet programs keep: they
// have 15 digits.
const maxExact = 999_999_999_999_999

// shortNumber is a text that becomes a number in a workbook: written the way
// the program itself would show it, and short enough to be no telephone or
// account number.
var shortNumber = regexp.MustCompile(`^-?(0|[1-9]\d{0,9})(\.\d{0,3}[1-9])?$`)

// XLSXWriter writes a workbook with one sheet, and another whenever the sheet
// is full. Rows go to a temporary file; w gets the workbook on Close.
type XLSXWriter struct {
	w      io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	styles map[string]int
	header []string
	sheets int
	row    int
}

// XLSX returns a writer of a workbook. Its texts are never run as formulas:
// they are stored as text.
func XLSX(w io.Writer) *XLSXWriter {
	return &XLSXWriter{w: w, book: excelize.NewFile(), styles: map[string]int{}}
}

// Header writes the names of the columns; every further sheet repeats them.
func (x *XLSXWriter) Header(names []string) error {
	x.header = names
	return x.Row(asCells(names)...)
}

// Row writes one row. Whole numbers beyond 15 digits become text, since a
// spreadsheet program would round them.
func (x *XLSXWriter) Row(cells ...any) error {
	if x.stream == nil || x.row >= bookRows {
		if err := x.nextSheet(); err != nil {
			return err
		}
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		v, err := x.value(cell)
		if err != nil {
			return err
		}
		values[i] = v
	}
	x.row++
	if err := x.stream.SetRow("A"+strconv.Itoa(x.row), values); err != nil {
		return fmt.Errorf("write row %d: %w", x.row, err)
	}
	return nil
}

func (x *XLSXWriter) nextSheet() error {
	if x.stream != nil {
		if err := x.stream.Flush(); err != nil {
			return fmt.Errorf("finish a sheet: %w", err)
		}
	}
	x.sheets++
	name := "Sheet" + strconv.Itoa(x.sheets)
	if x.sheets > 1 {
		if _, err := x.book.NewSheet(name); err != nil {
			return fmt.Errorf("add a sheet: %w", err)
		}
	}
	stream, err := x.book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("begin a sheet: %w", err)
	}
	x.stream, x.row = stream, 0
	if x.sheets > 1 && x.header != nil {
		return x.Row(asCells(x.header)...)
	}
	return nil
}

// value turns a cell into what the workbook keeps.
func (x *XLSXWriter) value(cell any) (any, error) {
	switch v := cell.(type) {
	case nil:
		return nil, nil
	case bool:
		return v, nil
	case int:
		return x.value(int64(v))
	case int64:
		if v > maxExact || v < -maxExact {
			return strconv.FormatInt(v, 10), nil
		}
		return v, nil
	case money.Amount:
		if v.Minor > maxExact || v.Minor < -maxExact {
			return v.String(), nil
		}
		return x.number(v.String(), strings.TrimRight("0."+strings.Repeat("0", v.Currency.Digits()), "."))
	case clock.Day:
		if v < 19000301 || v > 99991231 {
			return v.String(), nil
		}
		return x.styled(v.Sub(18991230), "yyyy-mm-dd")
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
		if v.Year() < 1901 || v.Year() > 9999 {
			return v.Format(time.DateTime), nil
		}
		local := time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
		return x.styled(local.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours()/24, "yyyy-mm-dd hh:mm:ss")
	case string:
		if shortNumber.MatchString(v) && v != "-0" {
			return strconv.ParseFloat(v, 64)
		}
	}
	return plain(cell)
}

func (x *XLSXWriter) number(text, format string) (any, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("write a number: %w", err)
	}
	return x.styled(f, format)
}

func (x *XLSXWriter) styled(value any, format string) (any, error) {
	id, ok := x.styles[format]
	if !ok {
		var err error
		if id, err = x.book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, fmt.Errorf("add the format %s: %w", format, err)
		}
		x.styles[format] = id
	}
	return excelize.Cell{StyleID: id, Value: value}, nil
}

// Close writes the workbook and removes the temporary files.
func (x *XLSXWriter) Close() (err error) {
	defer func() {
		if e := x.book.Close(); err == nil && e != nil {
			err = fmt.Errorf("remove temporary files: %w", e)
		}
	}()
	if x.stream == nil {
		if err := x.nextSheet(); err != nil {
			return err
		}
	}
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("finish a sheet: %w", err)
	}
	if err := x.book.Write(x.w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}
