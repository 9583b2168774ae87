// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/surface/web/desk"
	deskcatalogue "github.com/qiaorelief/qiao/internal/surface/web/desk/catalogue"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	deskjournal "github.com/qiaorelief/qiao/internal/surface/web/desk/journal"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	deskorg "github.com/qiaorelief/qiao/internal/surface/web/desk/org"
)

// known are the chapters of the desk about what is known: who exists, what goods
// there are, what was done.
func (a *App) known(names *naming.Book) chapters {
	return chapters{
		&deskorg.Chapter{Orgs: a.Orgs, Names: names},
		&deskcatalogue.Chapter{Catalog: a.Catalog, Names: names, Key: text.Key},
		&deskjournal.Chapter{DB: a.DB, Policy: a.Policy, Names: names},
	}
}

// chapters are several chapters as one.
type chapters []desk.Chapter

// Routes implements desk.Chapter.
func (all chapters) Routes() []frame.Route {
	var routes []frame.Route
	for _, c := range all {
		routes = append(routes, c.Routes()...)
	}
	return routes
}
