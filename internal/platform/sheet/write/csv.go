// SPDX-License-Identifier: Apache-2.0

// Package write writes one table as CSV or as a workbook. Every text that a
// spreadsheet program would run as a formula is neutralised: with an apostrophe
// in CSV, which Runs lets a reader take off again, and by its type in a workbook.
package write

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
)

// CSVWriter writes comma separated UTF-8 with CRLF line ends.
type CSVWriter struct{ w *bufio.Writer }

// CSV returns a writer of CSV. With bom it begins with a byte order mark, which
// spreadsheet programs need in order to see that the text is UTF-8.
func CSV(w io.Writer, bom bool) *CSVWriter {
	b := bufio.NewWriterSize(w, 1<<16)
	if bom {
		// An error stays in b and comes out of the next call.
		_, _ = b.WriteString("\ufeff")
	}
	return &CSVWriter{b}
}

// Header writes the names of the columns.
func (c *CSVWriter) Header(names []string) error { return c.Row(asCells(names)...) }

// Row writes one row. A text that would run as a formula gets an apostrophe.
func (c *CSVWriter) Row(cells ...any) error {
	for i, cell := range cells {
		if i > 0 {
			_ = c.w.WriteByte(',')
		}
		text, err := plain(cell)
		if err != nil {
			return err
		}
		if _, ok := cell.(string); ok && Runs(text) {
			text = "'" + text
		}
		if quoteNeeded(text) || (text == "" && len(cells) == 1) {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		_, _ = c.w.WriteString(text)
	}
	if _, err := c.w.WriteString("\r\n"); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}

// Close writes what is still in the buffer.
func (c *CSVWriter) Close() error {
	if err := c.w.Flush(); err != nil {
		return fmt.Errorf("finish the table: %w", err)
	}
	return nil
}

// quoteNeeded also quotes the signs by which other programs cut, so that the
// table is read the same whatever they guess.
func quoteNeeded(s string) bool {
	if s == "" {
		return false
	}
	return strings.ContainsAny(s, ",;|\t\"\r\n") || s[0] == ' ' || s[len(s)-1] == ' ' || strings.HasPrefix(s, "\ufeff")
}

func asCells(names []string) []any {
	cells := make([]any, len(names))
	for i, n := range names {
		cells[i] = n
	}
	return cells
}

// plain writes a value as text. NUL and bytes that are no UTF-8, which no
// program reads back, are left out or replaced.
func plain(cell any) (string, error) {
	switch v := cell.(type) {
	case nil:
		return "", nil
	case string:
		return strings.ReplaceAll(strings.ToValidUTF8(v, "\ufffd"), "\x00", ""), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case clock.Day:
		return v.String(), nil
	case time.Time:
		if v.IsZero() {
			return "", nil
		}
		return v.Format(time.DateTime), nil
	case money.Amount:
		return v.String(), nil
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)), nil
	}
	return "", fmt.Errorf("a cell of type %T cannot be written", cell)
}
