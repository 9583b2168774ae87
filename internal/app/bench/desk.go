// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
)

// opened is how often each page of the desk is opened.
const opened = 60

// deskPages are what somebody opens all night long on large books. A pattern
// opens the first record of the list above it.
var deskPages = []struct{ name, path, record string }{
	{"today", "/desk", ""},
	{"receipts", "/desk/receipts", `/desk/receipts/[0-9a-f-]{36}`},
	{"receipts of a class", "/desk/receipts?class=mask-surgical", ""},
	{"deliveries", "/desk/distributions", `/desk/distributions/[0-9a-f-]{36}`},
	{"stock", "/desk/stock", ""},
	{"money", "/desk/funds", `/desk/funds/[0-9a-f-]{36}`},
	{"organisations", "/desk/orgs", `/desk/orgs/[0-9a-f-]{36}`},
	{"journal", "/desk/journal", ""},
	{"find", "/desk/find?q=Example", ""},
}

// desk opens pages of the desk on the largest books, as somebody who is signed in.
func (b *bench) desk(ctx context.Context) (err error) {
	n := b.Entries[len(b.Entries)-1]
	made, err := b.shelf(ctx, n)
	if err != nil {
		return err
	}
	link, err := child.Run(ctx, b.Self, "invite", "--email", "bench@example.org", "--name", "Example", "--role", "administrator", "--data", made.data)
	if err != nil {
		return err
	}
	server, err := b.serve(ctx, made.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	if err := server.enter(ctx, strings.TrimSpace(string(link.Out))); err != nil {
		return err
	}
	for _, page := range deskPages {
		body, err := b.open(ctx, server, n, page.name, page.path)
		if err != nil {
			return err
		}
		if page.record == "" {
			continue
		}
		record := regexp.MustCompile(page.record).Find(body)
		if record == nil {
			return fmt.Errorf("%s: no record in the list", page.path)
		}
		if _, err := b.open(ctx, server, n, page.name+", one record", string(record)); err != nil {
			return err
		}
	}
	return nil
}

// open opens a page again and again and returns it.
func (b *bench) open(ctx context.Context, server *target, n int, name, path string) (body []byte, err error) {
	all := make([]time.Duration, opened)
	for i := range all {
		if body, all[i], err = server.timed(ctx, path, nil); err != nil {
			return nil, err
		}
	}
	return body, b.latency("desk", of(n)+": "+name, all, 50, 95)
}

// enter follows an invitation, so that the client is signed in.
func (t *target) enter(ctx context.Context, link string) error {
	invited, err := url.Parse(link)
	if err != nil {
		return err
	}
	if t.client.Jar, err = cookiejar.New(nil); err != nil {
		return err
	}
	const password = "quiet harbour lantern twelve"
	form := url.Values{"password": {password}, "repeat": {password}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.ready.URL+invited.Path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err = t.send(request, http.StatusOK) // the desk, to which it leads
	return err
}
