// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/overview/find"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/blob"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/job"
	"github.com/qiaorelief/qiao/internal/platform/migrate"
	"github.com/qiaorelief/qiao/internal/platform/obs/metric"
	"github.com/qiaorelief/qiao/internal/reading/row"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/signedlink"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/office"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/registry/place"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/offer"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/relief/register/word"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/web/desk"
	"github.com/qiaorelief/qiao/migrations"
)

// databaseFile is the name of the embedded database inside the data folder.
const databaseFile = "qiao.db"

// App is the program with its parts put together, without its faces.
type App struct {
	Config  config.Config
	Log     *slog.Logger
	DB      *db.DB
	Blobs   *blob.Store
	Bundle  *i18n.Bundle
	Catalog *catalog.Catalog
	Atlas   *place.Atlas
	Policy  *account.Policy

	Ledger        *ledger.Ledger
	Accounts      *account.Service
	Links         *signedlink.Service
	SignIn        *signin.Service
	Orgs          *org.Service
	Needs         *need.Service
	Receipts      *receipt.Service
	Distributions *distribution.Service
	Funds         *fund.Service
	Stock         *stock.Service
	Registers     *register.Service
	Uploads       *upload.Service
	Attachments   *attachment.Service
	Offers        *offer.Service
	Words         *word.Service
	Report        *report.Service
	Finder        *find.Service

	metrics *metric.Set
	desk    *desk.Desk // set by Handler
	jobs    *job.Runner
}

// Options are what tests, the demonstration and benchmarks change.
type Options struct {
	Clock clock.Clock
	IDs   *id.Source
	// NoGroup commits every write alone; for measuring only.
	NoGroup bool
}

// Open opens the books of the configuration, brings their schema up to date and
// puts the parts together. The caller closes it.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger, o Options) (*App, error) {
	cfg = cfg.WithDefaults()
	a := &App{Config: cfg, Log: log}
	if err := a.openData(ctx, o); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.construct(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Close answers what was accepted and closes database and files.
func (a *App) Close() error {
	var all []error
	if a.DB != nil {
		all = append(all, a.DB.Close())
	}
	if a.Blobs != nil {
		all = append(all, a.Blobs.Close())
	}
	return errors.Join(all...)
}

func (a *App) openData(ctx context.Context, o Options) error {
	var err error
	a.DB, err = db.Open(ctx, db.Config{
		Path: filepath.Join(a.Config.Data, databaseFile), URL: a.Config.DatabaseURL.Reveal(),
		Clock: o.Clock, IDs: o.IDs, Log: a.Log, NoGroup: o.NoGroup,
	})
	if err != nil {
		return err
	}
	if _, err := migrate.Up(ctx, a.DB, migrations.FS); err != nil {
		return err
	}
	if err := job.Migrate(ctx, a.DB); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	a.Blobs, err = blob.Open(filepath.Join(a.Config.Data, "files"))
	return err
}

// construct puts the parts together. The zone of the books was fixed when the
// first books were opened; a setting cannot shift days that are booked.
func (a *App) construct(ctx context.Context) error {
	var err error
	if a.Bundle, err = i18n.Load(); err != nil {
		return err
	}
	if a.Catalog, err = catalog.Load(); err != nil {
		return err
	}
	if a.Atlas, err = place.Load(); err != nil {
		return err
	}
	if a.Policy, err = account.LoadPolicy(); err != nil {
		return err
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return err
	}
	a.Config.Zone = zone
	if a.metrics, err = a.newMetrics(); err != nil {
		return err
	}
	a.Ledger = ledger.New(zone)
	a.Accounts = account.NewService(a.DB, a.Policy, zone, a.Log)
	a.Links = signedlink.New(a.DB, a.Policy)
	if a.SignIn, err = a.newSignIn(); err != nil {
		return err
	}
	a.Orgs = org.New(a.DB, a.Policy, text.Key)
	a.Policy.Join(a.Orgs)
	a.Needs = need.New(a.DB, a.Policy, a.Catalog, a.Orgs, zone)
	a.Receipts = receipt.New(a.DB, a.Ledger, a.Policy, a.Catalog, a.Orgs)
	a.Distributions = distribution.New(a.DB, a.Ledger, a.Policy, a.Catalog, a.Orgs)
	a.Funds = fund.New(a.DB, a.Ledger, a.Policy, a.Orgs)
	a.Stock = stock.New(a.DB, a.Ledger, a.Policy)
	a.Attachments = attachment.New(a.DB, a.Policy, a.Blobs, subjects{a}, uploadedFiles{})
	a.Report = report.New(a.DB, a.Ledger, a.Catalog)
	if a.Finder, err = find.New(a.DB, a.Policy); err != nil {
		return err
	}
	a.Words = word.New(word.Config{DB: a.DB, Policy: a.Policy, Catalog: a.Catalog})
	a.Registers, err = register.New(register.Config{
		DB: a.DB, Policy: a.Policy, Catalog: a.Catalog, Reader: goodsReader{row.NewReader(a.Catalog)},
		Posters: Posters{a.Receipts, a.Distributions, a.Funds, a.Needs, a.Orgs}.ByKind(),
		Zone:    zone, Place: a.placeCode, Taught: a.Words.Taught,
	})
	if err != nil {
		return err
	}
	a.Offers = offer.New(offer.Config{DB: a.DB, Registers: a.Registers, Catalog: a.Catalog})
	return a.constructJobs()
}

// zone returns the zone that the books have, else that of the configuration.
func (a *App) zone(ctx context.Context) (*time.Location, error) {
	o, err := office.Read(ctx, a.DB)
	if err != nil || o.Zone == "" {
		return a.Config.Zone, err
	}
	return time.LoadLocation(o.Zone)
}

// placeCode returns the code of the most exact place that the words name.
func (a *App) placeCode(province, city, district, words string) string {
	code := ""
	for _, name := range []string{province, city, district, words} {
		for _, p := range a.Atlas.Find(name) {
			if len(p.Code) > len(code) && (code == "" || p.Code[:min(len(code), len(p.Code))] == code) {
				code = p.Code
				break
			}
		}
	}
	return code
}

// PlaceName names a place for the public pages.
func (a *App) PlaceName(code string, lang i18n.Lang) string {
	p, ok := a.Atlas.Place(code)
	switch {
	case !ok && code != "": // a store of the office itself
		return a.Bundle.In(lang).Or("public.place_"+code, "public.place_other")
	case !ok:
		return ""
	}
	return a.Bundle.In(lang).Name(p.NameZH, p.NameEN)
}

// goodsReader lets registers use the reading floor.
type goodsReader struct{ reader *row.Reader }

// Read implements register.GoodsReader.
func (g goodsReader) Read(item, spec, unit, quantity string) register.Reading {
	r := g.reader.Read(item, spec, unit, quantity)
	return register.Reading{Class: r.Class, Quantity: r.Quantity, Standards: r.Match.Standards, Why: r.Why}
}
