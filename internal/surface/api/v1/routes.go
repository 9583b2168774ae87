// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"net/http"
	"slices"

	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/surface/api"
	"github.com/qiaorelief/qiao/internal/surface/api/v1/attach"
)

// Routes is the table of everything that the API does.
func (a *API) Routes() []api.Route {
	return slices.Concat(a.registryRoutes(), a.needRoutes(), a.receiptRoutes(), a.distributionRoutes(), a.fundRoutes(), a.stockRoutes(), a.importRoutes(),
		attach.New(a.services.Attachments, Prefix).Routes(), a.referenceRoutes())
}

func (a *API) registryRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/orgs", ID: "listOrgs", Summary: "List organisations", Action: "org.read", Out: api.List[Org]{}, Exports: true,
			Query: api.Paged(api.Param{Name: "kind"}, api.Param{Name: "parent"}, api.Param{Name: "name", Doc: "A name or another spelling of it"},
				api.Param{Name: "like", Doc: "A part of a name or of another spelling of it"}),
			Handle: a.listOrgs,
		},
		{
			Method: http.MethodPost, Path: "/orgs", ID: "createOrg", Summary: "Add an organisation", Action: "org.create",
			In: OrgInput{}, Out: Org{}, Made: true, Tagged: true, Handle: a.createOrg,
		},
		{
			Method: http.MethodGet, Path: "/orgs/{id}", ID: "getOrg", Summary: "Open an organisation", Action: "org.read",
			Out: Org{}, Tagged: true, Handle: a.getOrg,
		},
		{
			Method: http.MethodPut, Path: "/orgs/{id}", ID: "updateOrg", Summary: "Change an organisation", Action: "org.update",
			In: OrgInput{}, Out: Org{}, Versioned: true, Tagged: true, Handle: a.updateOrg,
		},
		{
			Method: http.MethodPost, Path: "/orgs/{id}/aliases", ID: "addAlias", Summary: "Let another spelling lead to an organisation",
			Action: "org.update", In: AliasInput{}, Out: Org{}, Tagged: true, Handle: a.addAlias,
		},
	}
}

func (a *API) needRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/needs", ID: "listNeeds", Summary: "List needs, line by line", Action: "need.read", Out: api.List[NeedRow]{}, Exports: true,
			Query: api.Paged(api.Param{Name: "class"}, api.Param{Name: "unclassified"}, api.Param{Name: "recipient"},
				api.Param{Name: "state", Doc: "stated, about, at_least or unknown"}, api.Param{Name: "ended", Doc: "true: also replaced and withdrawn ones"}),
			Handle: a.listNeeds,
		},
		{
			Method: http.MethodPost, Path: "/needs", ID: "createNeed", Summary: "Record what a recipient lacks", Action: "need.create",
			In: NeedInput{}, Out: Need{}, Made: true, Tagged: true, Handle: a.createNeed,
		},
		{
			Method: http.MethodGet, Path: "/needs/{id}", ID: "getNeed", Summary: "Open a need", Action: "need.read",
			Out: Need{}, Tagged: true, Handle: a.getNeed,
		},
		{
			Method: http.MethodPost, Path: "/needs/{id}/corrections", ID: "correctNeed", Summary: "Replace or withdraw a need", Action: "need.correct",
			In: Correction[NeedInput]{}, Out: Need{}, Made: true, Versioned: true, Tagged: true, Handle: a.correctNeed,
		},
	}
}

func (a *API) receiptRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/receipts", ID: "listReceipts", Summary: "List goods received, line by line", Action: "receipt.read",
			Out: api.List[ReceiptRow]{}, Exports: true, Handle: a.listReceipts,
			Query: api.Days(api.Param{Name: "class", Doc: "One or several, with commas"}, api.Param{Name: "donor"}),
		},
		{
			Method: http.MethodPost, Path: "/receipts", ID: "createReceipt", Summary: "Book goods that arrived", Action: "receipt.create",
			In: ReceiptInput{}, Out: Receipt{}, Made: true, Tagged: true, Handle: a.createReceipt,
		},
		{
			Method: http.MethodGet, Path: "/receipts/{id}", ID: "getReceipt", Summary: "Open a receipt", Action: "receipt.read",
			Out: Receipt{}, Tagged: true, Handle: a.getReceipt,
		},
		{
			Method: http.MethodPost, Path: "/receipts/{id}/corrections", ID: "correctReceipt", Summary: "Reverse a receipt, with a reason, and book what is right",
			Action: "receipt.correct", In: Correction[ReceiptInput]{}, Out: Receipt{}, Made: true, Versioned: true, Tagged: true, Handle: a.correctReceipt,
		},
	}
}

func (a *API) distributionRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/distributions", ID: "listDistributions", Summary: "List goods handed over, line by line",
			Action: "distribution.read", Out: api.List[DistributionRow]{}, Exports: true, Handle: a.listDistributions,
			Query: api.Days(api.Param{Name: "class", Doc: "One or several, with commas"}, api.Param{Name: "recipient"},
				api.Param{Name: "place", Doc: "The place or one below it"}, api.Param{Name: "unreconciled", Doc: "true: only what the books never received"}),
		},
		{
			Method: http.MethodPost, Path: "/distributions", ID: "createDistribution", Summary: "Book goods that were handed over",
			Action: "distribution.create", In: DistributionInput{}, Out: Distribution{}, Made: true, Tagged: true, Handle: a.createDistribution,
		},
		{
			Method: http.MethodGet, Path: "/distributions/{id}", ID: "getDistribution", Summary: "Open a hand-over",
			Action: "distribution.read", Out: Distribution{}, Tagged: true, Handle: a.getDistribution,
		},
		{
			Method: http.MethodPost, Path: "/distributions/{id}/corrections", ID: "correctDistribution",
			Summary: "Reverse a hand-over, with a reason, and book what is right", Action: "distribution.correct",
			In: Correction[DistributionInput]{}, Out: Distribution{}, Made: true, Versioned: true, Tagged: true, Handle: a.correctDistribution,
		},
	}
}

func (a *API) fundRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/funds", ID: "listFunds", Summary: "List money in and out", Action: "fund.read", Out: api.List[Fund]{}, Exports: true,
			Query:  api.Days(api.Param{Name: "direction", Doc: "in or out"}, api.Param{Name: "currency"}, api.Param{Name: "channel"}),
			Handle: a.listFunds,
		},
		{
			Method: http.MethodPost, Path: "/funds", ID: "createFund", Summary: "Book money that came in (fund.receive) or went out (fund.pay)",
			Action: "fund.receive", In: FundInput{}, Out: Fund{}, Made: true, Tagged: true, Handle: a.createFund,
		},
		{
			Method: http.MethodGet, Path: "/funds/{id}", ID: "getFund", Summary: "Open a record of money", Action: "fund.read",
			Out: Fund{}, Tagged: true, Handle: a.getFund,
		},
		{
			Method: http.MethodPost, Path: "/funds/{id}/corrections", ID: "correctFund", Summary: "Reverse a record of money, with a reason, and book what is right",
			Action: "fund.correct", In: Correction[FundInput]{}, Out: Fund{}, Made: true, Versioned: true, Tagged: true, Handle: a.correctFund,
		},
	}
}

func (a *API) stockRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/stock", ID: "listStock", Summary: "List what is on hand, by lot and place", Action: "stock.read",
			Out: api.List[StockRow]{}, Exports: true, Handle: a.listStock,
			Query: api.Paged(api.Param{Name: "class"}, api.Param{Name: "place"}, api.Param{Name: "holder"}, api.Param{Name: "donor"}, api.Param{Name: "lot"},
				api.Param{Name: "earmarked", Doc: "true or false"}, api.Param{Name: "expires_by", Doc: "Expires on this day or before"},
				api.Param{Name: "sort", Doc: "recorded or expires_on (which leaves out what has no expiry); with a minus before it, the last first"}),
		},
		{
			Method: http.MethodPost, Path: "/stock/moves", ID: "moveStock", Summary: "Move goods to another place", Action: "stock.move",
			In: MoveInput{}, Out: Entry{}, Made: true, Handle: a.moveStock,
		},
		{
			Method: http.MethodPost, Path: "/stock/adjustments", ID: "adjustStock", Summary: "Post the difference of a count", Action: "stock.adjust",
			In: AdjustmentInput{}, Out: Entry{}, Made: true, Handle: a.adjustStock,
		},
		{
			Method: http.MethodGet, Path: "/lots/{id}", ID: "getLot", Summary: "Follow a lot from its donor to its recipients", Action: "stock.read",
			Out: Lot{}, Handle: a.getLot,
		},
	}
}

func (a *API) importRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/imports", ID: "importRegister", Summary: "Book a register: CSV, XLSX or JSON lines as the body. Repeating it posts nothing twice",
			Action: "import.run", Out: Import{}, File: true, Handle: a.importRegister,
			Query: []api.Param{
				{Name: "kind", Doc: "needs, receipts, distributions or money", Required: true},
				{Name: "name", Doc: "Name of the file", Required: true}, {Name: "dry_run", Doc: "true: try everything, keep nothing"},
			},
		},
		{
			Method: http.MethodGet, Path: "/imports/rows", ID: "listImportRows", Summary: "List rows that wait for a person", Action: "import.review",
			Out: api.List[ImportRow]{}, Exports: true, Handle: a.listImportRows,
			Query: api.Paged(api.Param{Name: "run"}, api.Param{Name: "all", Doc: "true: also rows that a person has dealt with"}),
		},
		{
			Method: http.MethodPost, Path: "/imports/{id}/rows/{n}/resolution", ID: "resolveRow", Summary: "Post a held row as a person corrects it",
			Action: "import.review", In: FixInput{}, Out: Resolved{}, Made: true, Handle: a.resolveRow,
		},
		{
			Method: http.MethodPost, Path: "/imports/{id}/rows/{n}/discard", ID: "discardRow", Summary: "End a held row without posting it",
			Action: "import.review", In: DiscardInput{}, Out: Resolved{}, Handle: a.discardRow,
		},
	}
}

func (a *API) referenceRoutes() []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/catalogue", ID: "listCatalogue", Summary: "List the classes of goods", Action: "catalogue.read", Out: api.List[Class]{}, Exports: true,
			Query: api.Paged(), Handle: a.listCatalogue,
		},
		{
			Method: http.MethodGet, Path: "/places", ID: "listPlaces", Summary: "Find places by name, or list those below one", Action: "catalogue.read", Out: api.List[Place]{}, Exports: true,
			Query: api.Paged(api.Param{Name: "name"}, api.Param{Name: "parent", Doc: "A code; absent: the top"}), Handle: a.listPlaces,
		},
		{
			Method: http.MethodGet, Path: "/journal", ID: "listJournal", Summary: "Read who did what, when and why", Action: "journal.read",
			Out: api.List[Record]{}, Exports: true, Handle: a.listJournal,
			Query: api.Paged(api.Param{Name: "chapter", Doc: "Of the action: receipt for receipt.create; with this or one of the following the last recorded come first"},
				api.Param{Name: "subject_kind"}, api.Param{Name: "actor"}, api.Param{Name: "day", Doc: "Recorded on this day"}),
		},
		{
			Method: http.MethodGet, Path: "/report", ID: "getReport", Summary: "The figures of the public report", Action: "report.read", Out: report.Document{},
			Query: []api.Param{{Name: "date", Doc: "A day; absent: today"}}, Handle: a.getReport,
		},
	}
}

// Present turns what a service keeps into what the API shows, for conflicts.
func (a *API) Present(detail any) any {
	switch d := detail.(type) {
	case receipt.Receipt:
		return a.showReceipt(d)
	case distribution.Distribution:
		return a.showDistribution(d)
	case fund.Record:
		return showFund(d)
	case need.Need:
		return showNeed(d)
	case org.Org:
		return showOrg(d)
	}
	return nil
}
