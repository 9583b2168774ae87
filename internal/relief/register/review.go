// SPDX-License-Identifier: Apache-2.0

package register

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/platform/sheet/write"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// review is the file of the rows that were not posted: number, sheet, state,
// reason, then the cells as they were. It is made when the first such row
// comes.
type review struct {
	path      string
	translate func(key string, args map[string]any) string
	columns   []string
	file      *os.File
	csv       *write.CSVWriter
}

func newReview(req Request, columns []string) *review {
	v := &review{path: req.ReviewPath, translate: req.Translate, columns: named(columns)}
	if v.translate == nil {
		v.translate = func(key string, _ map[string]any) string { return key }
	}
	return v
}

// named gives columns without a name their number.
func named(columns []string) []string {
	columns = slices.Clone(columns)
	for i, name := range columns {
		if name == "" {
			columns[i] = "#" + strconv.Itoa(i+1)
		}
	}
	return columns
}

// row adds a row.
func (v *review) row(e *layout.Entry, end ending) error {
	if v.path == "" {
		return nil
	}
	if v.csv == nil {
		if err := v.open(); err != nil {
			return err
		}
	}
	status := v.translate("register.status."+string(end.status), nil)
	cells := []any{e.Row, e.Table.Sheet, status, v.translate(end.problem.Key, end.problem.Args)}
	for _, c := range e.Cells {
		cells = append(cells, c)
	}
	return v.csv.Row(cells...)
}

// open creates the file. It holds names as registers do: only its owner reads it.
func (v *review) open() error {
	if err := os.MkdirAll(filepath.Dir(v.path), 0o700); err != nil {
		return fmt.Errorf("review folder: %w", err)
	}
	f, err := os.OpenFile(v.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("review file: %w", err)
	}
	v.file, v.csv = f, sheet.CSV(f, true)
	head := []string{"row", "sheet", "status", "reason"}
	for i, name := range head {
		head[i] = v.translate("register.review."+name, nil)
	}
	return v.csv.Header(append(head, v.columns...))
}

func (v *review) close() error {
	if v.csv == nil {
		return nil
	}
	if err := errors.Join(v.csv.Close(), v.file.Close()); err != nil {
		return fmt.Errorf("review file: %w", err)
	}
	return nil
}

// written returns the path when there is a file.
func (v *review) written() string {
	if v.csv == nil {
		return ""
	}
	return v.path
}
