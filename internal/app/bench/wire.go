// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// wire is one kept-alive connection. The load shares its processors with the
// server, so a client has to cost little: net/http's spends about as much on a
// request as the server does. A wire writes bytes that were made before, and lets
// net/http only read the answer.
type wire struct {
	conn   net.Conn
	reader *bufio.Reader
	out    []byte
}

// template is a request cut where the fresh key goes.
type template struct {
	address string
	pieces  []string
}

// newTemplate writes the request down once. Every key has the length of the
// example, so the length of the body is known.
func newTemplate(r Ready, example string) (template, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return template{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n", r.Method, r.Path, u.Host)
	for name, value := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(strings.ReplaceAll(r.Body, keyMark, example)), r.Body)
	return template{u.Host, strings.Split(b.String(), keyMark)}, nil
}

func (t template) dial(ctx context.Context) (*wire, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", t.address)
	if err != nil {
		return nil, err
	}
	return &wire{conn: conn, reader: bufio.NewReader(conn)}, nil
}

// send sends the request with the key and requires the promised status.
func (w *wire) send(t template, key string, want int) error {
	w.out = w.out[:0]
	for i, piece := range t.pieces {
		if i > 0 {
			w.out = append(w.out, key...)
		}
		w.out = append(w.out, piece...)
	}
	if err := w.conn.SetDeadline(clock.System{}.Now().Add(child.Patience)); err != nil {
		return err
	}
	if _, err := w.conn.Write(w.out); err != nil {
		return err
	}
	response, err := http.ReadResponse(w.reader, nil)
	if err != nil {
		return err
	}
	if response.StatusCode != want {
		text, err := io.ReadAll(response.Body)
		return errors.Join(fmt.Errorf("%s, want %d: %s", response.Status, want, bytes.TrimSpace(text)), err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	return response.Body.Close()
}
