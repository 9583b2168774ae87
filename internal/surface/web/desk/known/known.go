// SPDX-License-Identifier: Apache-2.0

// Package known puts together the chapters of the desk about what is known: the
// day, who exists, what goods there are, what was done, and how all of it is
// found.
package known

import (
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/catalogue"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/components"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/find"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/home"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/journal"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	deskorg "github.com/qiaorelief/qiao/internal/surface/web/desk/org"
)

// Services are what the chapters show.
type Services struct {
	DB     *db.DB
	Policy *account.Policy
	Orgs   *org.Service
	Names  *naming.Book

	Needs         home.Needs
	Distributions home.Distributions
	Stock         home.Stock
	Registers     home.Registers
	Report        home.Report
	Finder        find.Finder
}

// Routes implements desk.Chapter.
func (s Services) Routes() []frame.Route {
	var routes []frame.Route
	for _, chapter := range []interface{ Routes() []frame.Route }{
		&home.Chapter{
			DB: s.DB, Policy: s.Policy, Needs: s.Needs, Distributions: s.Distributions, Stock: s.Stock, Registers: s.Registers,
			Report: s.Report, Names: s.Names,
		},
		&find.Chapter{Finder: s.Finder, Catalog: s.Names.Catalog, Names: s.Names},
		components.Chapter{},
		&deskorg.Chapter{Orgs: s.Orgs, Names: s.Names},
		&catalogue.Chapter{Catalog: s.Names.Catalog, Names: s.Names, Key: text.Key},
		&journal.Chapter{DB: s.DB, Policy: s.Policy, Names: s.Names},
	} {
		routes = append(routes, chapter.Routes()...)
	}
	return routes
}
