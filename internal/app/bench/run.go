// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// House is the program, opened inside this process.
type House struct {
	DB            *db.DB
	Receipts      *receipt.Service
	Distributions *distribution.Service
	Funds         *fund.Service
	// Prepare writes down whose books these are, as a server does at its start.
	Prepare func(context.Context) error
	// Background starts what runs beside a server's requests.
	Background func(context.Context) (stop func() error, err error)
	Close      func() error
}

// Peer is another program that takes the same donation.
type Peer struct{ Name, Path string }

// Config says what to measure, and with what.
type Config struct {
	Self    string // path of this program
	Open    func(ctx context.Context, data string) (*House, error)
	Part    string
	Peers   []Peer
	Reps    int           // turns of each measurement
	Clients []int         // at the same time
	Turn    time.Duration // length of one turn
	Entries []int         // sizes of the books, in ledger entries
	Rows    int           // of each generated register
	Dir     string        // for everything that is made; removed at the end
	// Row is given each figure, and Note what happens, as a message key with its
	// arguments.
	Row  func(Row) error
	Note func(key string, args ...any)
}

// later are parts of the plan that have nothing to measure yet.
var later = []string{"c", "d", "e", "g"}

// parts lists what can be measured, in the order of "all".
func parts() []struct {
	name string
	run  func(*bench, context.Context) error
} {
	return []struct {
		name string
		run  func(*bench, context.Context) error
	}{
		{"a", (*bench).donations}, {"b", (*bench).reports}, {"import", (*bench).imports},
		{"f", (*bench).publicPages}, {"list", (*bench).lists}, {"desk", (*bench).desk}, {"start", (*bench).starts},
	}
}

// Validate refuses what cannot be measured.
func (c Config) Validate() error {
	known := []string{"all"}
	for _, p := range parts() {
		known = append(known, p.name)
	}
	switch {
	case slices.Contains(later, c.Part):
		return errs.New(errs.Malformed, "bench.part_later", "part", c.Part, "parts", fmt.Sprint(known))
	case !slices.Contains(known, c.Part):
		return errs.New(errs.Malformed, "bench.part_unknown", "part", c.Part, "parts", fmt.Sprint(known))
	case c.Reps < 1 || c.Turn <= 0 || c.Rows < 1 || !positive(c.Clients) || !positive(c.Entries):
		return errs.New(errs.Malformed, "bench.not_positive")
	}
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		return errs.Wrap(err, errs.Unavailable, "bench.no_proc")
	}
	return nil
}

func positive(numbers []int) bool {
	return len(numbers) > 0 && slices.Min(numbers) > 0
}

// bench is one run.
type bench struct {
	Config

	broken int
	judged map[string]bool // limits that were looked at
	books  map[int]library // by their number of entries
}

// Run measures and returns how many limits of this tree are broken.
func Run(ctx context.Context, c Config) (broken int, err error) {
	if err := c.Validate(); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp(c.Dir, "qiao-bench-")
	if err != nil {
		return 0, fmt.Errorf("bench: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c.Dir = dir
	b := &bench{Config: c, judged: map[string]bool{}, books: map[int]library{}}
	for _, p := range parts() {
		if c.Part != p.name && c.Part != "all" {
			continue
		}
		if err := p.run(b, ctx); err != nil {
			return b.broken, fmt.Errorf("bench %s: %w", p.name, err)
		}
	}
	return b.broken, b.unmeasured()
}

// promised is the size of the books that limits are about.
const promised = 1_000_000

// unmeasured makes sure that no limit is lost because its case has another name
// now.
func (b *bench) unmeasured() error {
	if b.Part != "all" || b.Entries[len(b.Entries)-1] != promised {
		return nil
	}
	var all []error
	for name := range limits() {
		if !b.judged[name] {
			all = append(all, fmt.Errorf("bench: the limit of %q was not measured", name))
		}
	}
	return errors.Join(all...)
}

// row judges a figure and hands it on.
func (b *bench) row(r Row) error {
	b.judged[r.key()] = true
	r, broken := r.judge(limits())
	if broken {
		b.broken++
	}
	return b.Row(r)
}

// folder makes a new folder for one purpose.
func (b *bench) folder(name string) (string, error) {
	return os.MkdirTemp(b.Dir, filepath.Base(name)+"-")
}
