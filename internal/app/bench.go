// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench"
)

type benchCommand struct {
	Part    string            `arg:"" optional:"" default:"all" help:"What to measure: a (donations), b (report and check), f (public page), import, list, desk (pages of the desk), start, or all."`
	Peer    map[string]string `help:"Another program to take turns with; docs/benchmarks.md says what it must do." placeholder:"NAME=PATH"`
	Reps    int               `help:"Turns of each measurement." default:"3"`
	Clients []int             `help:"Numbers of clients at the same time." default:"1,8,64"`
	Turn    time.Duration     `help:"Length of one turn." default:"3s"`
	Entries []int             `help:"Sizes of the generated books, in ledger entries, the largest last." default:"10000,1000000"`
	Rows    int               `help:"Rows of each generated register." default:"20000"`
	Work    string            `help:"Folder for what is generated; it is removed at the end (default: the system's)." placeholder:"DIR"`
	JSON    bool              `help:"Print JSON, one object a line." name:"json"`
}

// Run measures; a broken limit ends it with exit code 1.
func (b *benchCommand) Run(ctx context.Context, c *console) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	cfg := bench.Config{
		Self: self, Open: c.house, Part: b.Part, Reps: b.Reps, Clients: b.Clients, Turn: b.Turn,
		Entries: b.Entries, Rows: b.Rows, Dir: b.Work,
		Note: func(key string, args ...any) { fmt.Fprintln(c.err, c.words.T(key, args...)) }, //nolint:errcheck // progress only
	}
	for _, name := range slices.Sorted(maps.Keys(b.Peer)) {
		cfg.Peers = append(cfg.Peers, bench.Peer{Name: name, Path: b.Peer[name]})
	}
	var rows []bench.Row
	cfg.Row = func(r bench.Row) error {
		rows = append(rows, r)
		if b.JSON {
			return bench.WriteJSON(c.out, r)
		}
		return nil
	}
	broken, err := bench.Run(ctx, cfg)
	if !b.JSON && len(rows) > 0 { // what was measured before a failure is worth reading
		if e := bench.WriteTable(c.out, rows); e != nil {
			return e
		}
	}
	switch {
	case err != nil:
		return err
	case broken > 0:
		cfg.Note("bench.broken", "n", broken)
		return errFound
	}
	return nil
}

// house opens embedded books for the bench, whatever the settings say.
func (c *console) house(ctx context.Context, data string) (*bench.House, error) {
	cfg := c.cfg
	cfg.Data, cfg.DatabaseURL = data, ""
	a, err := Open(ctx, cfg, c.log, Options{})
	if err != nil {
		return nil, err
	}
	return &bench.House{
		DB: a.DB, Receipts: a.Receipts, Distributions: a.Distributions, Funds: a.Funds,
		Prepare: a.ensureOffice, Background: a.startBackground, Close: a.Close,
	}, nil
}
