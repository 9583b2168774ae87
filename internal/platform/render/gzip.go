// SPDX-License-Identifier: Apache-2.0

package render

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	smallest = 512 // bytes; a smaller body is not worth compressing
	kept     = 128 // compressed pages kept in memory; a page is about 15 kB
)

// packed keeps compressed bodies by their ETag, the newest ones.
type packed struct {
	mu     sync.Mutex
	bodies map[string][]byte
	order  []string // tags from the oldest on
}

func newPacked() *packed { return &packed{bodies: make(map[string][]byte, kept)} }

// of returns the compressed body of a tag, compressing it if it is new.
func (p *packed) of(tag string, body []byte) ([]byte, error) {
	p.mu.Lock()
	done, ok := p.bodies[tag]
	p.mu.Unlock()
	if ok {
		return done, nil
	}
	done, err := compress(body)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.bodies[tag]; !ok {
		if len(p.order) == kept {
			delete(p.bodies, p.order[0])
			p.order = p.order[1:]
		}
		p.bodies[tag] = done
		p.order = append(p.order, tag)
	}
	return done, nil
}

func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}

// takesGzip reports whether the reader accepts a compressed answer.
func takesGzip(r *http.Request) bool {
	header := r.Header.Get("Accept-Encoding")
	if header == "gzip" || strings.HasPrefix(header, "gzip,") { // as browsers write it
		return true
	}
	for choice := range accepted(header) {
		if choice.name == "gzip" || choice.name == "*" {
			return choice.q > 0
		}
	}
	return false
}

// choice is one entry of an Accept header.
type choice struct {
	name string // in lower case, without parameters
	q    float64
}

// accepted reads an Accept or Accept-Encoding header. A q that cannot be read
// counts as 1.
func accepted(header string) iter.Seq[choice] {
	return func(yield func(choice) bool) {
		for part := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(part, ";")
			c := choice{name: strings.ToLower(strings.TrimSpace(name)), q: 1}
			if c.name == "" {
				continue
			}
			for param := range strings.SplitSeq(params, ";") {
				value, ok := strings.CutPrefix(strings.ReplaceAll(param, " ", ""), "q=")
				if !ok {
					continue
				}
				if q, err := strconv.ParseFloat(value, 64); err == nil {
					c.q = q
				}
			}
			if !yield(c) {
				return
			}
		}
	}
}
