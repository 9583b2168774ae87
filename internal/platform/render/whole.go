// SPDX-License-Identifier: Apache-2.0

package render

import (
	"net/http"
	"strconv"
	"sync"
)

// wholeMost bounds the memory for drawn pages, in bytes.
const wholeMost = 16 << 20

// whole keeps drawn pages as long as what they show stays the same.
type whole struct {
	mu    sync.Mutex
	pages map[pageKey]*drawing
	size  int
}

// pageKey names what a reader gets to see of one address.
type pageKey struct{ lang, theme, path, query string }

// drawing is one drawn page, whole and compressed, with the values of its
// headers: many answers share them.
type drawing struct {
	state        any
	body, packed []byte
	tag          string

	language, etag, length, packedLength []string
}

// The values that all pages share.
var (
	pageType    = []string{"text/html; charset=utf-8"}
	pageVary    = []string{"Accept-Encoding, Accept-Language, Cookie"}
	askFirst    = []string{"no-cache"}
	askFirstOwn = []string{"private, no-cache"}
	packedCode  = []string{"gzip"}
)

func newDrawing(state any, body []byte, language string) (*drawing, error) {
	tag := etag(body)
	packed, err := compress(body)
	if err != nil {
		return nil, err
	}
	return &drawing{
		state: state, body: body, packed: packed, tag: tag, language: []string{language}, etag: []string{tag},
		length: []string{strconv.Itoa(len(body))}, packedLength: []string{strconv.Itoa(len(packed))},
	}, nil
}

func (d *drawing) weight(key pageKey) int {
	return len(d.body) + len(d.packed) + len(key.path) + len(key.query)
}

// answer sends the page to one reader. It returns what the connection said.
func (d *drawing) answer(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	SecureHeaders(h)
	h["Content-Type"], h["Vary"], h["Content-Language"], h["Etag"], h["Cache-Control"] = pageType, pageVary, d.language, d.etag, askFirst
	if len(h["Set-Cookie"]) > 0 {
		h["Cache-Control"] = askFirstOwn
	}
	if asked := r.Header["If-None-Match"]; len(asked) > 0 && matches(asked[0], d.tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, length := d.body, d.length
	if len(body) >= smallest && takesGzip(r) {
		body, length = d.packed, d.packedLength
		h["Content-Encoding"] = packedCode
	}
	h["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	return err
}

func newWhole() *whole { return &whole{pages: map[pageKey]*drawing{}} }

// of returns the page under a key when it was drawn from that state, else nil.
func (w *whole) of(key pageKey, state any) *drawing {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.pages[key]; d != nil && d.state == state {
		return d
	}
	return nil
}

// keep stores a page. When there are too many, all go: they come back as soon
// as they are asked for.
func (w *whole) keep(key pageKey, d *drawing) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if old := w.pages[key]; old != nil {
		w.size -= old.weight(key)
	}
	if w.size+d.weight(key) > wholeMost {
		clear(w.pages)
		w.size = 0
	}
	w.pages[key] = d
	w.size += d.weight(key)
}
