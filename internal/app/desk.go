// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/qiaorelief/qiao/internal/app/door"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/web/desk"
	own "github.com/qiaorelief/qiao/internal/surface/web/desk/account"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	deskdistribution "github.com/qiaorelief/qiao/internal/surface/web/desk/distribution"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	deskfund "github.com/qiaorelief/qiao/internal/surface/web/desk/fund"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/imports"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/known"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/live"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	deskneed "github.com/qiaorelief/qiao/internal/surface/web/desk/need"
	people "github.com/qiaorelief/qiao/internal/surface/web/desk/person"
	deskreceipt "github.com/qiaorelief/qiao/internal/surface/web/desk/receipt"
	deskstock "github.com/qiaorelief/qiao/internal/surface/web/desk/stock"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
	"github.com/qiaorelief/qiao/internal/surface/web/signin"
)

// newDesk puts the desk together. The pages of the kit come from the public
// ones, so that both look the same.
func (a *App) newDesk(kit layout.Kit, gate frame.Gate, porter *door.Door) *desk.Desk {
	k := &frame.Kit{
		Assets: kit.Assets, Site: kit.Site, Gate: gate, Rights: a.Policy,
		Clock: a.DB.Clock(), IDs: a.DB.IDs(), Zone: a.Config.Zone,
	}
	k.Pages = kit.Pages.Private(k.FaultPage)
	names := &naming.Book{
		DB: a.DB, Catalog: a.Catalog, Registry: a.Orgs, PlaceName: a.PlaceName,
		PlaceCode: func(words string) string { return a.placeCode("", "", "", words) },
		People:    a.actorNames,
	}
	files := &attach.Chapter{Files: a.Attachments}
	return desk.New(k, &live.Hub{DB: a.DB, Log: a.Log},
		files,
		&own.Chapter{Service: a.SignIn, Door: porter, Script: kit.Assets.Path(signin.ScriptName)},
		&people.Chapter{People: a.SignIn, Names: names, OrgNamed: a.orgNamed, JoinURL: porter.JoinURL},
		&deskneed.Chapter{Needs: a.Needs, Names: names, Files: files, Named: func(ctx context.Context, name string) (id.ID, error) {
			return a.orgNamed(ctx, account.System(), name)
		}},
		known.Services{
			DB: a.DB, Policy: a.Policy, Orgs: a.Orgs, Names: names, Needs: a.Needs, Distributions: a.Distributions,
			Stock: a.Stock, Registers: a.Registers, Report: a.Report, Finder: a.Finder,
		},
		&deskreceipt.Chapter{Receipts: a.Receipts, Names: names, Files: files},
		&deskdistribution.Chapter{Distributions: a.Distributions, Names: names, Files: files},
		&deskstock.Chapter{Stock: a.Stock, Names: names},
		&deskfund.Chapter{Funds: a.Funds, Names: names, Files: files},
		&imports.Chapter{Uploads: a.Uploads, Registers: a.Registers, Offers: a.Offers, Words: a.Words, Names: names},
	)
}

// DeskRoutes lists every route of the desk with its action. It is there once
// Handler was called.
func (a *App) DeskRoutes() []frame.Route { return a.desk.Routes() }

// orgNamed returns the organisation that has the name; the zero id when there
// is none.
func (a *App) orgNamed(ctx context.Context, actor account.Actor, name string) (id.ID, error) {
	found, err := a.Orgs.Named(ctx, actor, name)
	if errs.Is(err, errs.NotFound) {
		return id.Zero, nil
	}
	return found.ID, err
}
