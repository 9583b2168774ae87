// SPDX-License-Identifier: Apache-2.0

package render

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// Failure is what an error page tells.
type Failure struct {
	Status int
	Title  string // what happened
	Fields []i18n.FieldText
}

// FaultPage draws the page of a failure.
type FaultPage func(reader Reader, failure Failure) templ.Component

// Pages writes pages and failures. Safe for concurrent use.
type Pages struct {
	bundle *i18n.Bundle
	fault  FaultPage
	log    *slog.Logger
	packed *packed
	whole  *whole
	own    bool // written for one reader: see Private
}

// NewPages returns a writer of pages in the languages of the bundle.
func NewPages(bundle *i18n.Bundle, fault FaultPage, log *slog.Logger) *Pages {
	return &Pages{bundle: bundle, fault: fault, log: log, packed: newPacked(), whole: newWhole()}
}

// Private returns a writer of pages that are for one reader only, with failures
// drawn by fault: no cache on the way may keep them. A browser may, so that going
// back finds what was typed.
func (p *Pages) Private(fault FaultPage) *Pages {
	own := *p
	own.fault, own.own = fault, true
	return &own
}

// Reader returns for whom the answer to r is written.
func (p *Pages) Reader(r *http.Request) Reader { return NewReader(p.bundle, r) }

// Write answers r with a page.
func (p *Pages) Write(w http.ResponseWriter, r *http.Request, page templ.Component) error {
	return p.write(w, r, http.StatusOK, page)
}

// WriteStatus answers r with a page under another status, such as a form with
// errors under 422.
func (p *Pages) WriteStatus(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	return p.write(w, r, status, page)
}

// WriteKept is Write for a page that many read: it is drawn anew only when state,
// which the caller gives, is another one than last time. Language, theme and
// address are looked at here; everything else that the page shows has to belong to
// state, which is compared by ==.
func (p *Pages) WriteKept(w http.ResponseWriter, r *http.Request, state any, draw func() templ.Component) error {
	reader := p.Reader(r)
	key := reader.key()
	page := p.whole.of(key, state)
	if page == nil {
		body, err := drawn(r.Context(), draw())
		if err != nil {
			return err
		}
		if page, err = newDrawing(state, body, string(reader.Lang())); err != nil {
			return err
		}
		p.whole.keep(key, page)
	}
	if err := page.answer(w, r); err != nil {
		p.log.DebugContext(r.Context(), "reader left before the page was sent", "path", r.URL.Path, "error", err)
	}
	return nil
}

func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	body, err := drawn(r.Context(), page)
	if err != nil {
		return err
	}
	return p.answer(w, r, status, body, "")
}

// answer sends a page with what its status, its reader and its tag ask for. An
// empty tag is computed where one is needed.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, status int, body []byte, tag string) error {
	header := w.Header()
	SecureHeaders(header)
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	header.Set("Content-Language", string(p.Reader(r).Lang()))
	if status != http.StatusOK {
		header.Set("Cache-Control", "no-store")
		return p.send(w, r, status, "", body)
	}
	if tag == "" {
		tag = etag(body)
	}
	header.Set("ETag", tag)
	header.Set("Cache-Control", "no-cache")
	if p.own || header.Get("Set-Cookie") != "" {
		header.Set("Cache-Control", "private, no-cache")
	}
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return p.send(w, r, status, tag, body)
}

// drawn renders a page whole. Bytes that are no UTF-8, as an old register may
// hold, become the replacement character.
func drawn(ctx context.Context, page templ.Component) ([]byte, error) {
	var b bytes.Buffer
	if err := page.Render(ctx, &b); err != nil {
		return nil, fmt.Errorf("draw page: %w", err)
	}
	return bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD")), nil
}

// send writes the body, compressed where the reader takes it. A body with a
// tag is compressed once and kept.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, status int, tag string, body []byte) error {
	if takesGzip(r) && len(body) >= smallest {
		var err error
		if tag == "" {
			body, err = compress(body)
		} else {
			body, err = p.packed.of(tag, body)
		}
		if err != nil {
			return err
		}
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(body); err != nil {
		p.log.DebugContext(r.Context(), "reader left before the page was sent", "path", r.URL.Path, "error", err)
	}
	return nil
}

// etag is weak because the same page may leave compressed or plain.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// matches reports whether an If-None-Match header names the tag.
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if candidate = strings.TrimSpace(candidate); candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return header != ""
		}
	}
	return false
}
