// SPDX-License-Identifier: Apache-2.0

package app

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// TestAnImportEndsWithTheRightsOfWhoStartedIt disables the person between the
// start and the job: nothing is posted, and the file says why.
func TestAnImportEndsWithTheRightsOfWhoStartedIt(t *testing.T) {
	t.Parallel()
	a := openApp(t, config.Config{Data: t.TempDir()}, slog.New(slog.DiscardHandler))
	ctx, house := t.Context(), account.System()
	if err := a.ensureOffice(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := a.SignIn.Example(ctx, house, id.Derive("person", "example"), signin.NewPerson{
		Name: "Example Coordinator", Email: "coordinator@example.org", Memberships: []account.Membership{{Role: account.Coordinator}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if now, err := a.currentActor(ctx, p.Actor()); err != nil || now.ID != p.ID || len(now.Memberships) != 1 {
		t.Fatalf("%+v, %v", now, err)
	}
	u, _, err := a.Uploads.Upload(ctx, p.Actor(), upload.Input{Kind: register.Receipts, Name: "a.csv"},
		strings.NewReader("日期,捐赠单位,品名,单位,数量\n2020-02-01,示例公司,护目镜,个,20\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Uploads.Start(ctx, p.Actor(), u.ID); err != nil {
		t.Fatal(err)
	}
	if err := a.SignIn.Disable(ctx, house, p.ID, "left"); err != nil {
		t.Fatal(err)
	}
	if err := a.Uploads.Work(ctx, upload.Args{Upload: u.ID}); err != nil {
		t.Fatal(err)
	}
	ended, err := a.Uploads.Get(ctx, house, u.ID)
	if err != nil || ended.State != upload.Failed || ended.Why != "register.upload.nobody" || ended.Posted != 0 {
		t.Errorf("%+v, %v", ended, err)
	}
}
