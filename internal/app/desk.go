// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/qiaorelief/qiao/internal/surface/web/desk"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/attach"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/known"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/live"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	deskneed "github.com/qiaorelief/qiao/internal/surface/web/desk/need"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

// newDesk puts the desk together. The pages of the kit come from the public
// ones, so that both look the same.
func (a *App) newDesk(kit layout.Kit, gate frame.Gate) *desk.Desk {
	k := &frame.Kit{
		Assets: kit.Assets, Site: kit.Site, Gate: gate, Rights: a.Policy,
		Clock: a.DB.Clock(), IDs: a.DB.IDs(), Zone: a.Config.Zone,
	}
	k.Pages = kit.Pages.Private(k.FaultPage)
	names := &naming.Book{
		DB: a.DB, Catalog: a.Catalog, PlaceName: a.PlaceName,
		PlaceCode: func(words string) string { return a.placeCode("", "", "", words) },
		People:    a.actorNames,
	}
	files := &attach.Chapter{Files: a.Attachments}
	return desk.New(k, &live.Hub{DB: a.DB, Log: a.Log},
		files,
		&deskneed.Chapter{Needs: a.Needs, Names: names, Files: files},
		known.Services{DB: a.DB, Policy: a.Policy, Orgs: a.Orgs, Names: names},
	)
}
