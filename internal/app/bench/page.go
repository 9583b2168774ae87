// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// webServer is the name of the peer of part f. Its path is the program nginx;
// for every other part it is no peer.
const webServer = "nginx"

// givers are the peers that take a donation.
func (b *bench) givers() []Peer {
	return slices.DeleteFunc(slices.Clone(b.Peers), func(p Peer) bool { return p.Name == webServer })
}

// publicPages is part f: the report's page as many readers ask for it, beside
// nginx with the same bytes in a file.
func (b *bench) publicPages(ctx context.Context) (err error) {
	made, err := b.shelf(ctx, b.Entries[0])
	if err != nil {
		return err
	}
	ours, err := b.serve(ctx, made.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close()) }()
	body, header, err := ours.page(ctx)
	if err != nil {
		return err
	}
	all, names := []*target{ours}, []string(nil)
	for _, p := range b.Peers {
		if p.Name != webServer {
			continue
		}
		t, err := b.nginx(ctx, p.Path, body, header)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, t.close()) }()
		all, names = append(all, t), append(names, p.Name)
	}
	if err := b.row(Row{Bench: "f", Case: "GET /: sent", Ours: float64(len(body)) / 1000, Unit: "kB"}); err != nil {
		return err
	}
	for _, clients := range b.Clients {
		ops := make([]operation, len(all))
		for i, t := range all {
			if ops[i], err = t.reading(ctx, len(body)); err != nil {
				return err
			}
		}
		if err := b.contest(ctx, contest{part: "f", name: "GET /: ", clients: clients, targets: all, ops: ops, names: names}); err != nil {
			return err
		}
	}
	return nil
}

// reading returns the operation that reads the page once, over a connection that
// is kept, and requires as many bytes each time.
func (t *target) reading(ctx context.Context, size int) (operation, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.ready.URL+"/", http.NoBody)
	if err != nil {
		return nil, err
	}
	wanted := template{address: request.URL.Host}
	ask := []byte("GET / HTTP/1.1\r\nHost: " + request.URL.Host + "\r\nAccept-Encoding: gzip\r\n\r\n")
	return func(ctx context.Context) error {
		var w *wire
		select {
		case w = <-t.idle:
		default:
			var err error
			if w, err = wanted.dial(ctx); err != nil {
				return err
			}
		}
		if err := w.fetch(ask, size); err != nil {
			return errors.Join(fmt.Errorf("GET /: %w", err), w.conn.Close())
		}
		t.idle <- w
		return nil
	}, nil
}

// fetch sends a request and reads the answer whole, without keeping any of it:
// a reader that costs more than the server would measure itself.
func (w *wire) fetch(request []byte, size int) error {
	if err := w.conn.SetDeadline(clock.System{}.Now().Add(child.Patience)); err != nil {
		return err
	}
	if _, err := w.conn.Write(request); err != nil {
		return err
	}
	length := -1
	for first := true; ; first = false {
		line, err := w.reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
			return fmt.Errorf("answered %q", line)
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		}
	}
	const tenth = 10 // the minute at which the page was made may compress otherwise
	if length < size-size/tenth || length > size+size/tenth {
		return fmt.Errorf("%d bytes, want about %d", length, size)
	}
	_, err := w.reader.Discard(length)
	return err
}

// nginxSettings serve one file of bytes that are compressed already, as fast as
// nginx does: as many workers as processors, no log, sendfile.
const nginxSettings = `daemon off;
worker_processes auto;
error_log stderr error;
pid %[1]s/pid;
events { worker_connections 2048; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path %[1]s/body;
  proxy_temp_path %[1]s/proxy;
  fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi;
  scgi_temp_path %[1]s/scgi;
  open_file_cache max=16;
  server {
    listen %[2]s;
    root %[1]s/files;
    default_type "text/html; charset=utf-8";
    location = / {
      try_files /page =404;
      add_header X-Request-Id $request_id;
%[3]s    }
  }
}
`

// page reads our page as it is sent, with its headers.
func (t *target) page(ctx context.Context) ([]byte, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.ready.URL+"/", http.NoBody)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := t.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end below
	body, err := io.ReadAll(response.Body)
	return body, response.Header, err
}

// added are the lines by which nginx sends our headers too. It writes its own
// length, date, type, tag and id of the request.
func added(header http.Header) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(header)) {
		switch name {
		case "Content-Length", "Date", "Content-Type", "Etag", "X-Request-Id":
		default:
			fmt.Fprintf(&b, "      add_header %s %q;\n", name, header.Get(name))
		}
	}
	return b.String()
}

// nginx starts the peer with the bytes of our page in a file, and our headers.
func (b *bench) nginx(ctx context.Context, path string, body []byte, header http.Header) (*target, error) {
	folder, err := b.folder(webServer)
	if err != nil {
		return nil, err
	}
	const readable, enterable = 0o644, 0o755 // its workers are another user
	if err := errors.Join(os.Chmod(b.Dir, enterable), os.Chmod(folder, enterable), os.Mkdir(filepath.Join(folder, "files"), enterable)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "files", "page"), body, readable); err != nil {
		return nil, err
	}
	listen, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	settings := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(settings, fmt.Appendf(nil, nginxSettings, folder, listen, added(header)), readable); err != nil {
		return nil, err
	}
	c, said := child.Command(ctx, path, "-p", folder, "-c", settings)
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	t, err := newTarget(Ready{URL: "http://" + listen}, child.Of(c, said))
	if err != nil {
		return nil, err
	}
	for start := clock.Start(); clock.Since(start) < child.Patience; {
		if got, e := t.get(ctx, "/", nil); e == nil && bytes.Equal(got, body) {
			return t, nil
		} else if err = e; e == nil {
			err = errors.New("other bytes than ours")
		}
		if e := pause(ctx, 10*time.Millisecond); e != nil {
			return nil, errors.Join(e, t.close())
		}
	}
	return nil, errors.Join(fmt.Errorf("%s: %w: %s", path, err, said), t.close())
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", loopback)
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // nothing was ever sent
	return l.Addr().String(), nil
}
