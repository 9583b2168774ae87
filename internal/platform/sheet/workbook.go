// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet/content"
	"github.com/qiaorelief/qiao/internal/platform/sheet/markup"
	"github.com/qiaorelief/qiao/internal/platform/sheet/numeral"
)

// maxShared bounds the shared texts of a workbook, which are held in memory.
const maxShared = 128 << 20

// workbook is what all sheets of an XLSX file have in common.
type workbook struct {
	parts    map[string]*zip.File
	shared   []string
	formats  []numeral.Format // by style
	from1904 bool
	opt      Options
}

func openWorkbook(ctx context.Context, src content.Source, opt Options) (*Book, error) {
	z, err := zip.NewReader(src.At, src.Size)
	if err != nil {
		return nil, fmt.Errorf("open the workbook: %w", err)
	}
	w := &workbook{parts: map[string]*zip.File{}, opt: opt}
	total := uint64(0)
	for _, f := range z.File {
		w.parts[f.Name] = f
		total += min(f.UncompressedSize64, 1<<50)
	}
	if total > uint64(opt.MaxUnzipped) || total > 100<<20 && total/200 > uint64(src.Size) {
		return nil, w.tooLarge()
	}
	if err := w.readStyles(); err != nil {
		return nil, err
	}
	if err := w.readShared(); err != nil {
		return nil, err
	}
	sheets, err := w.readSheets()
	if err != nil {
		return nil, err
	}
	book := &Book{Kind: Workbook}
	for _, s := range sheets {
		some, err := hasContent(ctx, s)
		if err != nil {
			return nil, err
		}
		if some {
			book.Sheets = append(book.Sheets, s)
		}
	}
	return book, nil
}

func (w *workbook) tooLarge() error {
	return errs.New(errs.TooLarge, "sheet.too_large", "limit", w.opt.MaxUnzipped>>20)
}

// scan calls visit for every tag of a part until it returns false. A part that
// is not there is empty.
func (w *workbook) scan(name string, limit int64, visit func(*markup.Scanner) bool) (err error) {
	f := w.parts[name]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	s := markup.NewScanner(&markup.Limited{R: r, Left: limit, Over: w.tooLarge()}, 1<<20)
	for {
		switch err := s.Next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", name, err)
		}
		if !visit(s) {
			return nil
		}
	}
}

func (w *workbook) readStyles() error {
	custom := map[int]numeral.Format{}
	inCells := false
	return w.scan("xl/styles.xml", maxShared, func(s *markup.Scanner) bool {
		switch s.Name() {
		case "numFmt":
			custom[atoi(s.Attr("numFmtId"))] = numeral.FormatOf(s.Attr("formatCode"))
		case "cellXfs":
			inCells = true
		case "/cellXfs":
			return false
		case "xf":
			if inCells {
				id := atoi(s.Attr("numFmtId"))
				f, ok := custom[id]
				if !ok {
					f = numeral.Builtin(id)
				}
				w.formats = append(w.formats, f)
			}
		}
		return true
	})
}

func (w *workbook) readShared() error {
	var text strings.Builder
	phonetic := false
	return w.scan("xl/sharedStrings.xml", maxShared, func(s *markup.Scanner) bool {
		switch s.Name() {
		case "si":
			text.Reset()
			if s.Empty() {
				w.shared = append(w.shared, "")
			}
		case "rPh":
			phonetic = !s.Empty()
		case "/rPh":
			phonetic = false
		case "/t":
			if !phonetic {
				text.WriteString(markup.UnescapeText(s.Text))
			}
		case "/si":
			w.shared = append(w.shared, text.String())
		}
		return true
	})
}

func (w *workbook) readSheets() ([]*Sheet, error) {
	targets := map[string]string{}
	err := w.scan("xl/_rels/workbook.xml.rels", maxShared, func(s *markup.Scanner) bool {
		if s.Name() == "Relationship" && strings.HasSuffix(s.Attr("Type"), "/worksheet") {
			target := s.Attr("Target")
			if strings.HasPrefix(target, "/") {
				targets[s.Attr("Id")] = target[1:]
			} else {
				targets[s.Attr("Id")] = path.Join("xl", target)
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	var sheets []*Sheet
	err = w.scan("xl/workbook.xml", maxShared, func(s *markup.Scanner) bool {
		switch s.Name() {
		case "workbookPr":
			w.from1904 = s.Attr("date1904") == "1" || s.Attr("date1904") == "true"
		case "sheet":
			if part := targets[s.Attr("r:id")]; w.parts[part] != nil {
				areas := sync.OnceValues(func() (map[int][]area, error) { return w.merged(part) })
				sheets = append(sheets, &Sheet{Name: s.Attr("name"), Hidden: strings.Contains(s.Attr("state"), "idden"),
					rows: func(ctx context.Context) iter.Seq2[Row, error] { return w.rows(ctx, part, areas) }, opt: w.opt})
			}
		}
		return len(sheets) < 1000
	})
	return sheets, err
}

// bookRows is the number of rows that one sheet of a workbook can have.
const bookRows = 1 << 20

// area is a merged area, counted from zero for columns and from one for rows.
type area struct {
	top, left, bottom, right int
	value                    string
}

// reference reads B3 as column 1, row 3.
func reference(s string) (column, row int, ok bool) {
	i := 0
	for ; i < len(s) && s[i] >= 'A' && s[i] <= 'Z' && i < 3; i++ {
		column = column*26 + int(s[i]-'A') + 1
	}
	row, err := strconv.Atoi(s[i:])
	return column - 1, row, err == nil && column > 0 && column <= 1<<14 && row > 0 && row <= bookRows
}

// merged lists the merged areas of a sheet by their first row. They come after
// the rows in the file, hence a pass of its own.
func (w *workbook) merged(part string) (map[int][]area, error) {
	areas, n := map[int][]area{}, 0
	err := w.scan(part, w.opt.MaxUnzipped, func(s *markup.Scanner) bool {
		if s.Name() == "mergeCell" {
			from, to, _ := strings.Cut(s.Attr("ref"), ":")
			left, top, ok := reference(from)
			right, bottom, ok2 := reference(to)
			if ok && ok2 && left < w.opt.MaxColumns {
				areas[top] = append(areas[top], area{top: top, left: left, bottom: bottom, right: min(right, w.opt.MaxColumns-1)})
				n++
			}
		}
		return n < 200_000
	})
	return areas, err
}
