// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// TestAnImportRunsBehindThePages hands in the sample of receipts, waits for the
// job and works off a held row with the reading that is offered.
func TestAnImportRunsBehindThePages(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../samples/receipts.csv")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, "\n2020-02-03,示例医疗用品有限公司,医用手套,,双,50只\n"...)
	a := openApp(t, config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler))
	ctx, actor := t.Context(), account.System()
	if err := a.ensureOffice(ctx); err != nil {
		t.Fatal(err)
	}
	jobs, err := a.startJobs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer jobs.Stop(context.WithoutCancel(ctx)) //nolint:errcheck // the test is over

	changed, stop := a.DB.Watch()
	defer stop()
	u, seen, err := a.Uploads.Upload(ctx, actor, upload.Input{Kind: register.Receipts, Name: "receipts.csv"}, bytes.NewReader(b))
	if err != nil || !seen.Ready() {
		t.Fatalf("%+v, %v", seen, err)
	}
	if _, err := a.Uploads.Start(ctx, actor, u.ID); err != nil {
		t.Fatal(err)
	}
	limit, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var p upload.Progress
	for p.State != upload.Done {
		select {
		case <-changed:
		case <-limit.Done():
			t.Fatalf("not done after a minute: %+v", p)
		}
		if p, err = a.Uploads.Get(ctx, actor, u.ID); err != nil {
			t.Fatal(err)
		}
		if p.Read != p.Posted+p.Held+p.Rejected+p.Already {
			t.Fatalf("%+v", p)
		}
	}
	if p.Posted == 0 || p.Posted != seen.Posted || p.Held != seen.Held || p.Rejected != seen.Rejected {
		t.Fatalf("previewed %d, %d, %d; imported %+v", seen.Posted, seen.Held, seen.Rejected, p)
	}
	rows, err := a.Registers.List(ctx, actor, register.Filter{Run: p.Run}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range rows.Items {
		offers := a.Offers.For(ctx, h)
		if h.Key != "register.unit.conflict" {
			continue
		}
		if len(offers) != 3 {
			t.Fatalf("pieces, pairs, or pieces that make pairs: %+v", offers)
		}
		sum, err := a.Offers.Resolve(ctx, actor, h.Run, h.N, offers[2].Fix)
		if err != nil || sum.Posted != 1 {
			t.Fatalf("%+v, %v", sum, err)
		}
	}
	after, err := a.Uploads.Get(ctx, actor, u.ID)
	if err != nil || after.Open != p.Open-1 || after.Read != p.Read {
		t.Fatalf("%d rows waited, %d do now, %v", p.Open, after.Open, err)
	}
}
