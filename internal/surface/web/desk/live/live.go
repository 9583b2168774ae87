// SPDX-License-Identifier: Apache-2.0

// Package live tells open pages of the desk that their figures have changed. A
// page keeps one stream of server-sent events (WHATWG HTML, 9.2) and hears the
// chapters of the facts that were recorded, nothing of what they say: it then
// asks for its own parts again, under the rights of whoever looks.
//
// One goroutine follows the journal for all streams, so that a thousand open
// pages cost one query per commit. A stream that does not keep up misses
// events, never blocks others, and its page is told to draw itself anew.
package live

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

const (
	batch     = 500              // records read at once
	waiting   = 8                // messages that a slow stream may lag behind
	heartbeat = 25 * time.Second // keeps proxies from cutting a quiet stream
	longest   = 10 * time.Minute // then the browser connects again and rights are asked anew
	most      = 2000             // streams of one process
)

// Hub follows the journal for all streams. Run has to be running.
type Hub struct {
	DB  *db.DB
	Log *slog.Logger

	mu      sync.Mutex
	streams map[chan string]struct{}
	stopped bool
}

// Run follows the journal until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	defer h.stop()
	changed, stop := h.DB.Watch()
	defer stop()
	last, err := journal.LastSeq(ctx, h.DB)
	for {
		if err == nil {
			last, err = h.tell(ctx, last)
		}
		if err != nil && ctx.Err() == nil {
			h.Log.WarnContext(ctx, "live pages: journal not read", "error", err)
			err = nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// stop ends all streams.
func (h *Hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	for stream := range h.streams {
		close(stream)
	}
	h.streams = nil
}

// tell sends the chapters of what was recorded after seq and returns the last
// number.
func (h *Hub) tell(ctx context.Context, seq int64) (int64, error) {
	for {
		if !h.listened() {
			return journal.LastSeq(ctx, h.DB)
		}
		records, err := journal.After(ctx, h.DB, seq, batch)
		if err != nil || len(records) == 0 {
			return seq, err
		}
		var chapters []string
		for _, r := range records {
			chapter, _, _ := strings.Cut(r.Action, ".")
			chapters = append(chapters, chapter)
		}
		slices.Sort(chapters)
		h.send(strings.Join(slices.Compact(chapters), " "))
		seq = records[len(records)-1].Seq
	}
}

func (h *Hub) listened() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams) > 0
}

func (h *Hub) send(chapters string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for stream := range h.streams {
		select {
		case stream <- chapters:
		default: // it lags: what it misses is told by the next one
		}
	}
}

// join adds a stream; leave ends it.
func (h *Hub) join() (stream chan string, leave func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped || len(h.streams) >= most {
		return nil, nil, errs.New(errs.Unavailable, "error.unavailable")
	}
	if h.streams == nil {
		h.streams = map[chan string]struct{}{}
	}
	stream = make(chan string, waiting)
	h.streams[stream] = struct{}{}
	return stream, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.streams, stream)
	}, nil
}

// Routes returns the stream.
func (h *Hub) Routes() []frame.Route {
	return []frame.Route{{Method: http.MethodGet, Path: "/desk/live", Action: frame.Enter, Handle: h.stream}}
}

func (h *Hub) stream(c *frame.Call) error {
	facts, leave, err := h.join()
	if err != nil {
		return err
	}
	defer leave()
	w := c.Writer()
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	flusher := http.NewResponseController(w)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	end := time.NewTimer(longest)
	defer end.Stop()
	message := "retry: 3000\n\n"
	for {
		if _, err := w.Write([]byte(message)); err != nil {
			return nil // the page was closed
		}
		if err := flusher.Flush(); err != nil {
			return nil // the page was closed
		}
		select {
		case chapters, open := <-facts:
			if !open {
				return nil
			}
			message = "event: facts\ndata: " + chapters + "\n\n"
		case <-beat.C:
			message = ": still here\n\n"
		case <-end.C:
			return nil
		case <-c.Context().Done():
			return nil
		}
	}
}
