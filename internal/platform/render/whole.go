// SPDX-License-Identifier: Apache-2.0

package render

import "sync"

// wholeMost bounds the memory for drawn pages, in bytes.
const wholeMost = 16 << 20

// whole keeps drawn pages as long as what they show stays the same.
type whole struct {
	mu    sync.Mutex
	pages map[string]drawing
	size  int
}

// drawing is one drawn page.
type drawing struct {
	state any
	body  []byte
	tag   string
}

func newWhole() *whole { return &whole{pages: map[string]drawing{}} }

// of returns the page under a key when it was drawn from that state.
func (w *whole) of(key string, state any) (body []byte, tag string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d, ok := w.pages[key]
	if !ok || d.state != state {
		return nil, "", false
	}
	return d.body, d.tag, true
}

// keep stores a page. When there are too many, all go: they come back as soon
// as they are asked for.
func (w *whole) keep(key string, state any, body []byte, tag string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if old, ok := w.pages[key]; ok {
		w.size -= len(old.body) + len(key)
	}
	if w.size+len(body)+len(key) > wholeMost {
		clear(w.pages)
		w.size = 0
	}
	w.pages[key] = drawing{state, body, tag}
	w.size += len(body) + len(key)
}
