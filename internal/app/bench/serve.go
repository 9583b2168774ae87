// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
)

// donation is the gift that everybody takes, as our API reads it.
const donation = `{"kind":"donation","donor_name":"Example Association 17","place":"warehouse","occurred_at":"2020-02-03T10:00:00+08:00",` +
	`"lines":[{"class":"mask-surgical","item":"外科口罩","quantity":{"state":"stated","value":600,"unit":"piece"}}]}`

// given is the number of pieces of donation.
const given = 600

const (
	loopback = "127.0.0.1:0" // a free port
	ourPath  = "/api/v1/receipts"
)

// address finds where the server listens in what it says at its start.
var address = regexp.MustCompile(`https?://[\w.:\[\]-]+`)

// serve starts our own server on the books, with a token for its API.
func (b *bench) serve(ctx context.Context, data string) (*target, error) {
	token, err := child.Run(ctx, b.Self, "token", "--role", "coordinator", "--data", data)
	if err != nil {
		return nil, err
	}
	server, said, err := child.Launch(ctx, b.Self, "serve", "--data", data, "--addr", loopback)
	if err != nil {
		return nil, err
	}
	url := address.FindString(said)
	if url == "" {
		return nil, errors.Join(fmt.Errorf("no address in %q", said), server.Stop())
	}
	return newTarget(Ready{
		URL: url, Path: ourPath, Body: donation, Status: http.StatusCreated,
		Headers: map[string]string{"Authorization": "Bearer " + strings.TrimSpace(string(token.Out)), "Idempotency-Key": keyMark},
	}, server)
}

// bearer returns the header that our API wants.
func (t *target) bearer() map[string]string {
	return map[string]string{"Authorization": t.ready.Headers["Authorization"]}
}

// host starts a peer in a folder of its own.
func (b *bench) host(ctx context.Context, p Peer) (*target, error) {
	data, err := b.folder("peer")
	if err != nil {
		return nil, err
	}
	server, said, err := child.Launch(ctx, p.Path, "--addr", loopback, "--data", data)
	if err != nil {
		return nil, err
	}
	var r Ready
	if err := json.Unmarshal([]byte(said), &r); err != nil || r.URL == "" {
		return nil, errors.Join(fmt.Errorf("%s: its ready line is no JSON with a url: %q", p.Path, said), err, server.Stop())
	}
	return newTarget(r, server)
}
