// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/app/bench/invented"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// donations is part a: a durable donation over HTTP, the peers taking turns,
// and the same donation inside the process, which is as fast as it can be.
func (b *bench) donations(ctx context.Context) (err error) {
	data, err := b.folder("donations")
	if err != nil {
		return err
	}
	ours, err := b.serve(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close()) }()
	all := []*target{ours}
	var names []string
	for _, p := range b.givers() {
		t, err := b.host(ctx, p)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, t.close()) }()
		all, names = append(all, t), append(names, p.Name)
	}
	ops := make([]operation, len(all))
	for i, t := range all {
		ops[i] = t.post
	}
	for _, clients := range b.Clients {
		if err := b.contest(ctx, contest{part: "a", name: "donation over HTTP: ", clients: clients, targets: all, ops: ops, names: names}); err != nil {
			return err
		}
	}
	return b.inside(ctx)
}

// contest is the same work by several servers; the first is ours.
type contest struct {
	part, name string
	clients    int
	targets    []*target
	ops        []operation // one of each target
	names      []string    // of the peers
}

// contest loads the targets in turns and gives their medians.
func (b *bench) contest(ctx context.Context, c contest) error {
	b.Note("bench.turns", "clients", c.clients, "reps", b.Reps)
	turns := make([][]turn, len(c.targets))
	for range b.Reps {
		for i, t := range c.targets {
			done, err := t.turn(ctx, c.clients, b.Turn, c.ops[i])
			if err != nil {
				return err
			}
			turns[i] = append(turns[i], done)
		}
	}
	for _, m := range measures {
		if err := b.compare(Row{Bench: c.part, Case: c.name + m.name, Clients: c.clients, Unit: m.unit}, m.of, turns, c.names...); err != nil {
			return err
		}
	}
	return nil
}

// compare gives one row, or one for each peer.
func (b *bench) compare(r Row, of func(turn) float64, turns [][]turn, names ...string) error {
	figure := func(all []turn) float64 {
		values := make([]float64, len(all))
		for i, t := range all {
			values[i] = of(t)
		}
		return median(values)
	}
	r.Ours = figure(turns[0])
	if len(turns) == 1 {
		return b.row(r)
	}
	for i, all := range turns[1:] {
		if err := b.row(r.against(names[i], figure(all))); err != nil {
			return err
		}
	}
	return nil
}

// measure is one figure of a turn.
type measure struct {
	name, unit string
	of         func(turn) float64
}

const processorTime = "processor time each"

var measures = []measure{
	{"rate", "1/s", turn.rate},
	{"p50", "ms", func(t turn) float64 { return milliseconds(percentile(t.latencies, 50)) }},
	{"p99", "ms", func(t turn) float64 { return milliseconds(percentile(t.latencies, 99)) }},
	{processorTime, "ms", func(t turn) float64 { return milliseconds(t.processor) / float64(len(t.latencies)) }},
}

// crowd is how many callers wait at once inside the process.
const crowd = 64

// inside calls the service itself, with the server's own background work.
func (b *bench) inside(ctx context.Context) (err error) {
	data, err := b.folder("inside")
	if err != nil {
		return err
	}
	house, err := b.Open(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	if err := house.Prepare(ctx); err != nil {
		return err
	}
	stop, err := house.Background(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	b.Note("bench.inside", "clients", crowd)
	keys := id.NewSource(nil)
	give := func(ctx context.Context) error {
		_, err := house.Receipts.Create(ctx, account.System(), invented.Same(given), keys.Token())
		return err
	}
	turns := make([]turn, b.Reps)
	if _, err := drive(ctx, crowd, min(warmUp, b.Turn), give); err != nil {
		return err
	}
	for i := range turns {
		if turns[i], err = drive(ctx, crowd, b.Turn, give); err != nil {
			return fmt.Errorf("inside the process: %w", err)
		}
	}
	for _, m := range slices.DeleteFunc(slices.Clone(measures), func(m measure) bool { return m.name == processorTime }) {
		r := Row{Bench: "a", Case: "donation inside the process: " + m.name, Clients: crowd, Unit: m.unit}
		if err := b.compare(r, m.of, [][]turn{turns}); err != nil {
			return err
		}
	}
	return nil
}
