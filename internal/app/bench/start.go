// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// quiet is how long a server is left alone before its memory is read.
const quiet = 5 * time.Second

// starts measures how long a server takes to be ready, on an empty folder and on
// the largest books, how much memory it holds when nobody asks anything, and how
// large the first page is on its way.
func (b *bench) starts(ctx context.Context) error {
	n := b.Entries[len(b.Entries)-1]
	made, err := b.shelf(ctx, n)
	if err != nil {
		return err
	}
	fresh := func() (string, error) { return b.folder("fresh") }
	old := func() (string, error) { return made.data, nil }
	if err := b.start(ctx, "new folder", fresh); err != nil {
		return err
	}
	return b.start(ctx, of(n), old)
}

func (b *bench) start(ctx context.Context, name string, folder func() (string, error)) error {
	b.Note("bench.starting", "name", name)
	var ready, idle, page []float64
	for range b.Reps {
		data, err := folder()
		if err != nil {
			return err
		}
		first, err := b.boot(ctx, data)
		if err != nil {
			return err
		}
		ready, idle, page = append(ready, milliseconds(first.ready)), append(idle, megabytes(first.idle)), append(page, float64(first.page)/1000)
	}
	for _, r := range []Row{
		{Case: name + ": until /readyz answers", Ours: median(ready), Unit: "ms"},
		{Case: name + ": memory when idle", Ours: median(idle), Unit: "MB"},
		{Case: name + ": GET / gzipped", Ours: median(page), Unit: "kB"},
	} {
		r.Bench = "start"
		if err := b.row(r); err != nil {
			return err
		}
	}
	return nil
}

// boot is what one start gave.
type boot struct {
	ready time.Duration
	idle  int64 // bytes
	page  int   // bytes
}

func (b *bench) boot(ctx context.Context, data string) (found boot, err error) {
	start := clock.Start()
	process, said, err := child.Launch(ctx, b.Self, "serve", "--data", data, "--addr", loopback)
	if err != nil {
		return boot{}, err
	}
	server, err := newTarget(Ready{URL: address.FindString(said)}, process)
	if err != nil {
		return boot{}, err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	if err := server.untilReady(ctx); err != nil {
		return boot{}, err
	}
	found.ready = clock.Since(start)
	if err := pause(ctx, quiet); err != nil {
		return boot{}, err
	}
	if found.idle, err = process.Memory("VmRSS"); err != nil {
		return boot{}, err
	}
	body, err := server.get(ctx, "/", map[string]string{"Accept-Encoding": "gzip"})
	found.page = len(body)
	return found, err
}

// untilReady asks until the server says that it is ready.
func (t *target) untilReady(ctx context.Context) error {
	var err error
	for start := clock.Start(); clock.Since(start) < child.Patience; {
		request, e := http.NewRequestWithContext(ctx, http.MethodGet, t.ready.URL+"/readyz", http.NoBody)
		if e != nil {
			return e
		}
		if _, err = t.send(request, http.StatusNoContent); err == nil {
			return nil
		}
		if err := pause(ctx, time.Millisecond); err != nil {
			return err
		}
	}
	return err
}
