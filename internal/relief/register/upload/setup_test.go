// SPDX-License-Identifier: Apache-2.0

package upload_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/blob"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/job"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

var (
	zone  = time.FixedZone("UTC+8", 8*3600)
	today = time.Date(2020, 2, 20, 4, 0, 0, 0, time.UTC)
)

// goods knows masks and plain numbers.
type goods struct{}

func (goods) Read(item, _, _, amount string) register.Reading {
	r := register.Reading{Quantity: qty.Unsaid(amount)}
	if strings.Contains(item, "口罩") {
		r.Class = "mask-other"
	}
	n, err := strconv.ParseInt(amount, 10, 64)
	if err != nil {
		r.Why = "goods.not_counted"
		return r
	}
	r.Quantity = qty.Exactly(n, qty.Piece)
	return r
}

// poster records each row as a fact and does at a chosen one what the test wants.
type poster struct {
	mu    sync.Mutex
	posts int
	at    int // the post before which act is called; 0: none
	act   func()
	err   error // what posting answers
}

func (p *poster) Post(ctx context.Context, tx *db.Tx, actor account.Actor, _ register.Row) (id.ID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.posts++; p.posts == p.at {
		p.act()
	}
	if p.err != nil {
		return id.Zero, p.err
	}
	document := tx.NewID()
	_, err := journal.Write(ctx, tx, journal.Fact{Actor: actor.ID, Action: "test.post", SubjectKind: "test", Subject: document})
	return document, err
}

// tray is the service with its queue in the hand of the test.
type tray struct {
	db     *db.DB
	clock  *clock.Manual
	s      *upload.Service
	post   *poster
	actor  account.Actor
	mu     sync.Mutex
	queued []upload.Args
}

// EnqueueTx implements upload.Queue.
func (k *tray) EnqueueTx(_ context.Context, tx *db.Tx, args ...job.Args) error {
	tx.OnCommit(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		for _, a := range args {
			k.queued = append(k.queued, a.(upload.Args))
		}
	})
	return nil
}

func newTray(t testing.TB, d *db.DB, c *clock.Manual) *tray {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := blobs.Close(); err != nil {
			t.Error(err)
		}
	})
	k := &tray{db: d, clock: c, post: &poster{}, actor: account.System()}
	posters := map[register.Kind]register.Poster{}
	for _, kind := range layout.Kinds() {
		posters[kind] = k.post
	}
	registers, err := register.New(register.Config{DB: d, Policy: policy, Catalog: cat, Reader: goods{}, Posters: posters, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	k.s = upload.New(upload.Config{DB: d, Policy: policy, Registers: registers, Blobs: blobs, Queue: k, MaxSize: 1 << 20})
	return k
}

// table returns a register of receipts with n different rows; every tenth has a
// word where the number belongs.
func table(n int) string {
	var b strings.Builder
	b.WriteString("日期,捐赠单位,品名,单位,数量\n")
	for i := range n {
		amount := strconv.Itoa(i + 1)
		if i%10 == 9 {
			amount = "若干"
		}
		fmt.Fprintf(&b, "2020-02-%02d,示例公司%d,口罩,只,%s\n", i%19+1, i, amount)
	}
	return b.String()
}

func (k *tray) upload(t testing.TB, name, text string) upload.Upload {
	t.Helper()
	u, _, err := k.s.Upload(t.Context(), k.actor, upload.Input{Kind: register.Receipts, Name: name}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (k *tray) start(t testing.TB, u upload.Upload) upload.Upload {
	t.Helper()
	u, err := k.s.Start(t.Context(), k.actor, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// take returns the next job; false when none waits.
func (k *tray) take() (upload.Args, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queued) == 0 {
		return upload.Args{}, false
	}
	a := k.queued[0]
	k.queued = k.queued[1:]
	return a, true
}

// drain works until no job waits.
func (k *tray) drain(t testing.TB) {
	t.Helper()
	for a, ok := k.take(); ok; a, ok = k.take() {
		if err := k.s.Work(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

// law returns the progress and holds it to its law.
func (k *tray) law(t testing.TB, u upload.Upload) upload.Progress {
	t.Helper()
	p, err := k.s.Get(t.Context(), k.actor, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	if p.Read != p.Posted+p.Held+p.Rejected+p.Already {
		t.Fatalf("read %d ≠ posted %d + held %d + rejected %d + already %d", p.Read, p.Posted, p.Held, p.Rejected, p.Already)
	}
	n, err := db.Value[int](t.Context(), k.db, `SELECT count(*) FROM journal_record WHERE action = 'test.post'`)
	if err != nil {
		t.Fatal(err)
	}
	if n != p.Posted {
		t.Fatalf("%d facts, %d rows posted", n, p.Posted)
	}
	return p
}

func fieldsOf(err error) []string {
	var names []string
	for _, f := range errs.As(err).Fields {
		names = append(names, f.Name+" "+f.Key)
	}
	return names
}
