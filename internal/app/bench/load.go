// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Ready is what a peer says, as one line of JSON, when it takes requests.
type Ready struct {
	URL     string            `json:"url"`     // http://127.0.0.1:1234
	Method  string            `json:"method"`  // POST when empty
	Path    string            `json:"path"`    // /bench/donation when empty
	Headers map[string]string `json:"headers"` // $KEY in a value: a fresh key for each request
	Body    string            `json:"body"`    // as headers; the body of our own API when empty
	Status  int               `json:"status"`  // of success; 201 when zero
}

// keyMark is replaced by a fresh idempotency key.
const keyMark = "$KEY"

// withDefaults fills what a peer left out.
func (r Ready) withDefaults() Ready {
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	if r.Path == "" {
		r.Path = "/bench/donation"
	}
	if r.Body == "" {
		r.Body = donation
	}
	if r.Status == 0 {
		r.Status = http.StatusCreated
	}
	return r
}

// warmUp is how long each turn runs before it is measured.
const warmUp = 300 * time.Millisecond

// turn is what one load gave.
type turn struct {
	latencies []time.Duration
	wall      time.Duration
	processor time.Duration // used by the server; zero when it is no process of its own
}

// rate is requests per second.
func (t turn) rate() float64 { return float64(len(t.latencies)) / t.wall.Seconds() }

// operation does one piece of work.
type operation func(context.Context) error

// drive repeats the operation from so many clients at once until the time is
// over; what has begun is finished and counts. One failure ends the turn.
func drive(ctx context.Context, clients int, length time.Duration, op operation) (turn, error) {
	all := make([][]time.Duration, clients)
	failed := make([]error, clients)
	shared, cancel := context.WithCancel(ctx)
	defer cancel()
	start := clock.Start()
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			for clock.Since(start) < length && shared.Err() == nil {
				began := clock.Start()
				if failed[i] = op(shared); failed[i] != nil {
					cancel()
					return
				}
				all[i] = append(all[i], clock.Since(began))
			}
		})
	}
	group.Wait()
	t := turn{wall: clock.Since(start)}
	for _, l := range all {
		t.latencies = append(t.latencies, l...)
	}
	return t, errors.Join(append(failed, ctx.Err())...)
}

// target is a server under load.
type target struct {
	ready   Ready
	client  *http.Client
	keys    *id.Source
	request template
	idle    chan *wire     // connections between two requests
	server  *child.Process // nil: it is no process of its own
}

func newTarget(r Ready, server *child.Process) (*target, error) {
	const most = 1024 // connections that may wait for their next request
	t := &target{
		ready: r.withDefaults(), keys: id.NewSource(nil), idle: make(chan *wire, most), server: server,
		client: &http.Client{Timeout: child.Patience, Transport: &http.Transport{MaxIdleConns: most, MaxIdleConnsPerHost: most, DisableCompression: true}},
	}
	var err error
	if t.request, err = newTemplate(t.ready, t.keys.Token()); err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

// post sends one donation under a new key and requires the promised answer.
func (t *target) post(ctx context.Context) error {
	key := t.keys.Token()
	var w *wire
	select {
	case w = <-t.idle:
	default:
		var err error
		if w, err = t.request.dial(ctx); err != nil {
			return err
		}
	}
	if err := w.send(t.request, key, t.ready.Status); err != nil {
		return errors.Join(fmt.Errorf("%s %s: %w", t.ready.Method, t.ready.Path, err), w.conn.Close())
	}
	t.idle <- w
	return nil
}

// get reads an address below the target and returns the whole answer.
func (t *target) get(ctx context.Context, path string, headers map[string]string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.ready.URL+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return t.send(request, http.StatusOK)
}

func (t *target) send(request *http.Request, want int) ([]byte, error) {
	response, err := t.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end below
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != want {
		err = fmt.Errorf("%s %s: %s, want %d: %s", request.Method, request.URL.Path, response.Status, want, bytes.TrimSpace(text))
	}
	return text, err
}

// turn loads the target, after a warm-up.
func (t *target) turn(ctx context.Context, clients int, length time.Duration, op operation) (turn, error) {
	if _, err := drive(ctx, clients, min(warmUp, length), op); err != nil {
		return turn{}, err
	}
	before, err := t.processor()
	if err != nil {
		return turn{}, err
	}
	done, err := drive(ctx, clients, length, op)
	if err != nil {
		return turn{}, err
	}
	after, err := t.processor()
	done.processor = after - before
	return done, err
}

func (t *target) processor() (time.Duration, error) {
	if t.server == nil {
		return 0, nil
	}
	return t.server.Processor()
}

// close ends the connections and the process.
func (t *target) close() error {
	t.client.CloseIdleConnections()
	for len(t.idle) > 0 {
		if w := <-t.idle; w.conn.Close() != nil {
			continue // the server ended it first
		}
	}
	if t.server == nil {
		return nil
	}
	return t.server.Stop()
}
