// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
)

// prove runs `qiao check` and `ledger bal` on the same entries in turns, after
// it has made sure that both find the same stock.
func (b *bench) prove(ctx context.Context, made library, n int) error {
	ledger, err := exec.LookPath("ledger")
	if err != nil {
		b.Note("bench.no_ledger")
		ledger = ""
	} else if err := b.agree(ctx, ledger, made); err != nil {
		return err
	}
	var ours, theirs proofs
	for range b.Reps {
		b.Note("bench.proving", "n", n)
		c, err := child.Run(ctx, b.Self, "check", "--json", "--data", made.data)
		if err != nil {
			return err
		}
		ours.add(c)
		if ledger == "" {
			continue
		}
		if c, err = child.Run(ctx, ledger, balance(made)...); err != nil {
			return err
		}
		theirs.add(c)
	}
	for _, r := range []struct {
		row  Row
		peer float64
	}{
		{Row{Case: of(n) + ": qiao check, time", Ours: median(ours.seconds), Unit: "s"}, median(theirs.seconds)},
		{Row{Case: of(n) + ": qiao check, peak memory", Ours: median(ours.megabytes), Unit: "MB"}, median(theirs.megabytes)},
	} {
		r.row.Bench = "b"
		if ledger != "" {
			r.row = r.row.against("ledger bal", r.peer)
		}
		if err := b.row(r.row); err != nil {
			return err
		}
	}
	return nil
}

// balance are the arguments that make ledger add up the entries.
func balance(made library, more ...string) []string {
	return append([]string{"--args-only", "-f", made.text, "bal"}, more...)
}

// proofs are the costs of several runs.
type proofs struct{ seconds, megabytes []float64 }

func (p *proofs) add(c child.Cost) {
	p.seconds = append(p.seconds, c.Wall.Seconds())
	p.megabytes = append(p.megabytes, megabytes(c.Peak))
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

// agree compares the stock of our report with the one that ledger adds up, so
// that both are known to have read the same entries.
func (b *bench) agree(ctx context.Context, ledger string, made library) error {
	said, err := child.Run(ctx, b.Self, "report", "--json", "--data", made.data)
	if err != nil {
		return err
	}
	ours, err := ourStock(said.Out)
	if err != nil {
		return err
	}
	if said, err = child.Run(ctx, ledger, balance(made, "--flat", "--no-total", "stock")...); err != nil {
		return err
	}
	theirs, err := theirStock(string(said.Out))
	if err == nil && (len(ours) == 0 || !maps.Equal(ours, theirs)) {
		err = fmt.Errorf("the stock is %v in the report, and %v by ledger", ours, theirs)
	}
	return err
}

// ourStock reads commodity → stock from the report; nothing in stock is left out.
func ourStock(report []byte) (map[string]int64, error) {
	var read struct {
		Reconciliation []struct {
			Commodity string `json:"commodity"`
			Stock     int64  `json:"stock"`
		} `json:"reconciliation"`
	}
	if err := json.Unmarshal(report, &read); err != nil {
		return nil, err
	}
	stock := map[string]int64{}
	for _, line := range read.Reconciliation {
		if line.Stock != 0 {
			stock[line.Commodity] = line.Stock
		}
	}
	return stock, nil
}

// theirStock reads the lines of `ledger bal --flat --no-total stock` when there
// is one account: a quantity, a commodity, and on the last line the account.
func theirStock(text string) (map[string]int64, error) {
	stock := map[string]int64{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			return nil, fmt.Errorf("ledger: %q is no balance", line)
		}
		n, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("ledger: %q: %w", line, err)
		}
		stock[strings.Trim(fields[1], `"`)] = n
	}
	return stock, nil
}
