// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"log/slog"
	"time"

	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/registry/place"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// Services are what the API speaks for.
type Services struct {
	DB            *db.DB
	Policy        *account.Policy
	Orgs          *org.Service
	Needs         *need.Service
	Receipts      *receipt.Service
	Distributions *distribution.Service
	Funds         *fund.Service
	Stock         *stock.Service
	Registers     *register.Service
	Attachments   *attachment.Service
	Report        *report.Service
	Catalog       *catalog.Catalog
	Atlas         *place.Atlas
	MaxUpload     int64 // bytes of one register
}

// API is the first version of the API. It is safe for concurrent use.
type API struct {
	services Services
	zone     *time.Location
	log      *slog.Logger
}

// Prefix is where this version lives.
const Prefix = "/api/v1"

// New returns the API; zone is that of the books' days.
func New(s Services, zone *time.Location, log *slog.Logger) *API {
	return &API{services: s, zone: zone, log: log}
}
