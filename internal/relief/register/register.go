// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/meaning"
)

// Kind says what a register holds.
type Kind = layout.Kind

// Field is what a column means.
type Field = layout.Field

// Mapping says which column of a table is what.
type Mapping = layout.Mapping

// The kinds.
const (
	Needs         = layout.Needs
	Receipts      = layout.Receipts
	Distributions = layout.Distributions
	Money         = layout.Money
)

// ParseMapping reads a mapping that a person wrote.
func ParseMapping(r io.Reader) (*Mapping, error) { return layout.ParseMapping(r) }

// anything is the class of articles that nobody knows.
const anything = "other"

// Config is what the service works with.
type Config struct {
	DB      *db.DB
	Policy  *account.Policy
	Catalog *catalog.Catalog
	Reader  GoodsReader
	Posters map[Kind]Poster
	Zone    *time.Location // of the books' days
	// Place returns the code of a place; nil: places stay words.
	Place func(province, city, district, place string) string
	// Taught returns what people taught about articles that the reader does not
	// know; nil: nothing can be taught.
	Taught func(context.Context) (func(item string) string, error)
}

// Service imports registers. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	policy  *account.Policy
	sources meaning.Sources
	taught  func(context.Context) (func(item string) string, error)
	posters map[Kind]Poster
	finder  *layout.Finder
}

// New returns the service.
func New(c Config) (*Service, error) {
	names := func(item, spec string) bool {
		class := c.Reader.Read(item, spec, "", "").Class
		return class != "" && class != anything
	}
	finder, err := layout.NewFinder(names, c.DB.Clock())
	if err != nil {
		return nil, err
	}
	for _, kind := range layout.Kinds() {
		if c.Posters[kind] == nil {
			return nil, fmt.Errorf("register: nobody posts %s", kind)
		}
	}
	return &Service{
		db: c.DB, policy: c.Policy, posters: c.Posters, finder: finder, taught: c.Taught,
		sources: meaning.Sources{Catalog: c.Catalog, Goods: c.Reader, Clock: c.DB.Clock(), Zone: c.Zone, Place: c.Place},
	}, nil
}

// knowing returns what rows are understood with at this moment.
func (s *Service) knowing(ctx context.Context) (meaning.Sources, error) {
	of := s.sources
	var err error
	if s.taught != nil {
		of.Taught, err = s.taught(ctx)
	}
	return of, err
}

// Request is one file to import.
type Request struct {
	Kind     Kind
	FileName string
	File     io.ReaderAt
	Size     int64 // bytes
	Mapping  *Mapping
	DryRun   bool // read and try everything, keep nothing

	// Run is the run to go on with, or the name of the one that begins; zero:
	// one that begins and cannot be gone on with.
	Run id.ID
	// Between is asked before each chunk; its error ends the run there, and what
	// was booked stays booked.
	Between func(ctx context.Context) error

	// ReviewPath is the file for the rows that were held or rejected; empty:
	// none. It is written only when there are any.
	ReviewPath string
	// Translate gives the text of a message key in the reader's language.
	Translate func(key string, args map[string]any) string
	// Mapped is told which columns were taken, before any row is read.
	Mapped func([]Mapping)
	// Progress is told after each chunk how many rows are done; total is an
	// upper bound, since titles and totals count in it.
	Progress func(read, total int)
}

// Result is what became of the rows: Read = Posted + Held + Rejected + Already.
type Result struct {
	File       string `json:"file"`
	Read       int    `json:"read"`
	Posted     int    `json:"posted"`
	Held       int    `json:"held"`
	Rejected   int    `json:"rejected"`
	Already    int    `json:"already"`
	ReviewFile string `json:"review_file"` // empty: every row was posted

	Run      id.ID          `json:"-"` // zero in a dry run
	Skipped  int            `json:"-"` // titles, totals, headers again, recipients that ask for nothing; no part of Read
	Unknowns int            `json:"-"` // needs in which the number 1 was taken for "not known"
	Reasons  map[string]int `json:"-"` // message key → rows
	Mappings []Mapping      `json:"-"` // one for each table of the file
}

func (r *Result) count(status Status, p *Problem) {
	switch status {
	case Posted:
		r.Posted++
	case Held:
		r.Held++
	case Refused:
		r.Rejected++
	default:
		r.Already++
		return
	}
	if p != nil {
		r.Reasons[p.Key]++
	}
}
