// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// How much of a file is looked at.
const (
	lookedRows   = 500 // rows of each table that are read and counted
	shownRows    = 20  // of which these are shown
	shownTables  = 12
	shownSamples = 3 // cells of a column
)

// Preview is a file as it would be imported. Nothing of it is written.
type Preview struct {
	Digest string // SHA-256 of the file
	Tables []TablePreview
	Total  int // rows of the file; titles and sums count in it

	// What would become of the first rows: Looked = Posted + Held + Rejected + Already.
	Looked, Posted, Held, Rejected, Already int
	Reasons                                 map[string]int // message key → rows

	// Unknown are the articles of which nobody knows the class, the most
	// frequent first: a person may teach them.
	Unknown []Unknown
}

// Unknown is an article that would be posted as other goods.
type Unknown struct {
	Item string // as written
	Rows int    // of those looked at
}

// Ready reports whether there is a table that can be read.
func (p Preview) Ready() bool {
	for _, t := range p.Tables {
		if t.Problem == nil {
			return true
		}
	}
	return false
}

// TablePreview is one table of the file.
type TablePreview struct {
	Sheet       string
	Title       []string
	HeaderRow   int // as a spreadsheet program numbers it; 0: none was found
	Columns     []ColumnPreview
	Rows        []RowPreview
	Count       int         // rows with content
	Skipped     int         // of the rows looked at: titles, sums, headers again
	Problem     *errs.Error // why it cannot be read as it stands; nil: it can
	Mapping     Mapping     // in force: what was given and what was guessed
	Fingerprint string      // of the header; empty: it has no names
}

// ColumnPreview is one column and what it is taken for.
type ColumnPreview struct {
	Number  int // from 1
	Name    string
	Meaning layout.Meaning
	Samples []string // the first different cells
}

// RowPreview is a row as written and as it would be read.
type RowPreview struct {
	Row     int // as a spreadsheet program numbers it
	Cells   []string
	Status  Status   // Posted, Held or Refused; empty: it is there already
	Problem *Problem // of a row that would be held or rejected
	Reading *Row     // of a row that would be posted
}

// Preview looks at the first rows of a file. The error is about the file as a
// whole; a table that lacks a column has its Problem.
func (s *Service) Preview(ctx context.Context, actor account.Actor, req Request) (Preview, error) {
	if err := s.policy.Authorize(ctx, actor, "import.run", account.Object{Kind: "import"}); err != nil {
		return Preview{}, err
	}
	if !req.Kind.Valid() {
		return Preview{}, errs.New(errs.Invalid, "register.kind.unknown", "kind", string(req.Kind))
	}
	all, err := s.finder.Tables(ctx, layout.Source{
		Kind: req.Kind, Name: req.FileName, File: req.File, Size: req.Size, Mapping: req.Mapping, Show: true,
	})
	if err != nil {
		return Preview{}, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(req.File, 0, req.Size)); err != nil {
		return Preview{}, fmt.Errorf("read the file: %w", err)
	}
	out := Preview{Digest: hex.EncodeToString(h.Sum(nil)), Reasons: map[string]int{}}
	as, err := nameOfCopy(ctx, s.db, req.Kind, out.Digest, layout.Base(req.FileName))
	if err != nil {
		return Preview{}, err
	}
	keys := newKeys(req.Kind, as)
	for i, t := range all {
		out.Total += t.Count
		if i >= shownTables {
			continue
		}
		shown, err := s.previewTable(ctx, req, t, keys)
		if err != nil {
			return Preview{}, err
		}
		out.add(&shown)
		out.Tables = append(out.Tables, shown)
	}
	slices.SortStableFunc(out.Unknown, func(a, b Unknown) int { return b.Rows - a.Rows })
	return out, nil
}

// add counts the rows of a table and keeps those that are shown.
func (p *Preview) add(t *TablePreview) {
	for _, r := range t.Rows {
		p.Looked++
		switch r.Status {
		case Posted:
			p.Posted++
		case Held:
			p.Held++
		case Refused:
			p.Rejected++
		default:
			p.Already++
			continue
		}
		if r.Problem != nil {
			p.Reasons[r.Problem.Key]++
		}
		if r.Reading != nil {
			p.unknown(r.Reading.Lines)
		}
	}
	t.Rows = t.Rows[:min(len(t.Rows), shownRows)]
}

// unknown counts the articles of a row that nobody knows.
func (p *Preview) unknown(lines []Line) {
	for _, l := range lines {
		if l.Class != "" && l.Class != anything {
			continue
		}
		i := slices.IndexFunc(p.Unknown, func(u Unknown) bool { return u.Item == l.Item })
		if i < 0 {
			i = len(p.Unknown)
			p.Unknown = append(p.Unknown, Unknown{Item: l.Item})
		}
		p.Unknown[i].Rows++
	}
}

// previewTable reads the first rows of a table; Rows has all that were looked at.
func (s *Service) previewTable(ctx context.Context, req Request, t *layout.Table, keys *keys) (TablePreview, error) {
	out := TablePreview{
		Sheet: t.Sheet, Title: t.Title, HeaderRow: t.HeaderRow, Count: t.Count, Problem: t.Problem,
		Mapping: t.Mapping(req.Kind, req.Mapping), Fingerprint: layout.Fingerprint(req.Kind, t.Columns),
	}
	for i, m := range t.Meanings(req.Mapping) {
		out.Columns = append(out.Columns, ColumnPreview{Number: i + 1, Name: t.Columns[i], Meaning: m})
	}
	of, err := s.knowing(ctx)
	if err != nil {
		return out, err
	}
	r, walk := meaning.NewReader(of, req.Kind, t), s.finder.Walk(t)
	var items []item
	for e, err := range walk.Entries(ctx) {
		if err != nil {
			return out, err
		}
		it := item{e: e}
		if t.Problem == nil {
			it.row, it.problem = r.Prepare(e)
		} else {
			it.problem = &Problem{Status: Held, Key: t.Problem.Key, Args: t.Problem.Args}
		}
		it.key, it.content = keys.of(e)
		it.strong = it.row != nil && keys.strong(e, it.row)
		items = append(items, it)
		if out.sample(e.Cells); len(items) == lookedRows {
			break
		}
	}
	out.Skipped = walk.Skipped
	return out, s.foresee(ctx, items, keys.file, &out)
}

// sample keeps the first different cells of each column.
func (t *TablePreview) sample(cells []string) {
	for i := range t.Columns {
		c := &t.Columns[i]
		if i >= len(cells) || len(c.Samples) == shownSamples {
			continue
		}
		text := sheet.Clean(cells[i])
		for _, s := range c.Samples {
			if s == text {
				text = ""
			}
		}
		if text != "" {
			c.Samples = append(c.Samples, text)
		}
	}
}

// foresee says what would become of rows, as far as the books need not be
// asked.
func (s *Service) foresee(ctx context.Context, items []item, file string, out *TablePreview) error {
	if len(items) == 0 {
		return nil
	}
	before, err := outcomes(ctx, s.db, items)
	if err != nil {
		return err
	}
	elsewhere, err := postedElsewhere(ctx, s.db, items, file)
	if err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		row := RowPreview{Row: it.e.Row, Cells: it.e.Cells, Status: Posted, Problem: it.problem, Reading: it.row}
		known, seen := before[it.key]
		switch other := elsewhere[it.content]; {
		case seen && (!known.open() || it.problem != nil):
			row.Status, row.Problem = "", nil
		case it.problem != nil:
			row.Status = it.problem.Status
		case it.strong && other != "":
			row.Problem = meaning.Hold("register.maybe_duplicate", "file", other)
			row.Status, row.Reading = Held, nil
		}
		out.Rows = append(out.Rows, row)
	}
	return nil
}
