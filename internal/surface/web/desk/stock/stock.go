// SPDX-License-Identifier: Apache-2.0

// Package stock is the chapter of what is on hand at the desk: what lies where,
// whose it was, for whom it is meant and until when it is good. Goods are moved
// to another place, alone or many rows at once; a count that differs from the
// books is posted as a difference with a reason. Each lot has a page: where it
// came from, where it is, where it went.
package stock

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

// Service is what the chapter needs of the stock.
type Service interface {
	List(ctx context.Context, actor account.Actor, f ledger.StockFilter, p page.Request) (page.Page[ledger.StockRow], error)
	See(ctx context.Context, actor account.Actor, lotID id.ID) ([]ledger.StockRow, error)
	Move(ctx context.Context, actor account.Actor, m stock.Move, key string) (ledger.Entry, error)
	MoveAll(ctx context.Context, actor account.Actor, moves []stock.Move, key string) error
	Adjust(ctx context.Context, actor account.Actor, a stock.Adjustment, key string) (ledger.Entry, error)
}

// Chapter answers /desk/stock and /desk/lots.
type Chapter struct {
	Stock Service
	Names *naming.Book
}

// The list, and the pages of lots.
const (
	path = "/desk/stock"
	lots = "/desk/lots"
)

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: path, Action: "stock.read", Handle: h.list},
		{Method: http.MethodPost, Path: path + "/move", Action: "stock.move", Handle: h.moveAll},
		{Method: http.MethodGet, Path: lots + "/{id}", Action: "stock.read", Handle: h.show},
		{Method: http.MethodGet, Path: lots + "/{id}/move", Action: "stock.move", Handle: h.moveForm},
		{Method: http.MethodPost, Path: lots + "/{id}/move", Action: "stock.move", Handle: h.move},
		{Method: http.MethodGet, Path: lots + "/{id}/count", Action: "stock.adjust", Handle: h.countForm},
		{Method: http.MethodPost, Path: lots + "/{id}/count", Action: "stock.adjust", Handle: h.count},
	}
}

// filter reads the filters of the address, as the API does.
func (h *Chapter) filter(c *frame.Call) (ledger.StockFilter, error) {
	query := c.URL.Query()
	bad := errs.Bad()
	f := ledger.StockFilter{
		Place: query.Get("place"), Donor: naming.ID(bad, query, "donor"), Lot: naming.ID(bad, query, "lot"),
		ExpiresBy: frame.Day(bad, query, "expires_by"), Sort: page.Order(query.Get("sort")),
	}
	if holder := naming.ID(bad, query, "holder"); !holder.IsZero() {
		f.Holder = &holder
	}
	if text := query.Get("earmarked"); text != "" {
		earmarked := text == "true"
		f.Earmarked = &earmarked
	}
	if class := query.Get("class"); class != "" {
		f.Commodities = h.Names.Commodities(class)
	}
	return f, bad.OrNil()
}

// list answers with one page of stock.
func (h *Chapter) list(c *frame.Call) error {
	f, err := h.filter(c)
	if err != nil {
		return err
	}
	rows, err := h.Stock.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	ids := []id.ID{f.Donor}
	if f.Holder != nil {
		ids = append(ids, *f.Holder)
	}
	for _, r := range rows.Items {
		ids = append(ids, r.Lot.Donor, r.Account.Holder)
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	stores, err := h.Names.Stores(c)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	v := &list.View{
		Frame: c.Page(l.T("desk.place_stock"), frame.Stock), Path: path, Query: c.URL.Query(), Next: rows.Next, Export: "/api/v1/stock",
		Lead: l.T("desk.stock_lead"), Filters: h.filters(l, f, names, stores), Columns: columns(l),
		Empty: list.Empty{Title: l.T("desk.stock_empty_title"), Text: l.T("desk.stock_empty_text")},
	}
	v.Frame.Live = "stock receipt distribution"
	if c.Could("receipt.create") {
		v.Acts = []list.Act{{Text: l.T("desk.receipt_new"), Href: "/desk/receipts/new", Key: "n", Plain: true}}
		v.Empty.Acts = v.Acts
	}
	if c.Could("stock.move") {
		v.Once = c.NewKey()
		v.Bulk = []list.Bulk{{Text: l.T("desk.stock_move_picked"), Action: path + "/move", Ask: whereTo(l, stores)}}
	}
	for _, r := range rows.Items {
		row, err := h.row(c, r, names)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	return c.Write(list.Page(v))
}

func columns(l *i18n.Localizer) []list.Column {
	return []list.Column{
		{Title: l.T("desk.stock_item"), Main: true}, {Title: l.T("desk.stock_amount"), Number: true}, {Title: l.T("desk.stock_held"), Number: true},
		{Title: l.T("desk.stock_place")}, {Title: l.T("desk.stock_donor")}, {Title: l.T("desk.stock_earmark")},
		{Title: l.T("desk.field_expires_on"), Sort: string(page.Expiry)}, {Title: l.T("desk.stock_opened"), Sort: string(page.Recorded)},
	}
}

func (h *Chapter) filters(l *i18n.Localizer, f ledger.StockFilter, names map[id.ID]string, stores []form.Option) []list.Filter {
	filters := []list.Filter{
		{Name: "class", Label: l.T("desk.class"), Options: list.Options(h.Names.Classes(l))},
		{Name: "place", Label: l.T("desk.stock_place"), Options: list.Options(stores)},
		{Name: "earmarked", Label: l.T("desk.stock_earmark"), Options: []list.Option{
			{Value: "true", Text: l.T("desk.stock_earmarked")}, {Value: "false", Text: l.T("desk.stock_free")},
		}},
		{Name: "expires_by", Label: l.T("desk.stock_expires_by"), Kind: list.OnDay},
	}
	filters = append(filters, list.Picked("donor", l.T("desk.stock_donor"), f.Donor, names[f.Donor])...)
	if f.Holder != nil {
		filters = append(filters, list.Picked("holder", l.T("desk.receipt_holder"), *f.Holder, names[*f.Holder])...)
	}
	return append(filters, list.Picked("lot", l.T("desk.distribution_field_lot"), f.Lot, f.Lot.String())...)
}

// row is what lies of one lot at one place.
func (h *Chapter) row(c *frame.Call, r ledger.StockRow, names map[id.ID]string) (list.Row, error) {
	l := c.Reader.Localizer
	earmark, err := h.Names.Earmark(c, r.Lot.Earmark)
	if err != nil {
		return list.Row{}, err
	}
	class, _ := h.Names.Goods(r.Lot.Commodity)
	unit := h.Names.CountedIn(l, r.Amount, r.Lot.Commodity)
	var donor, held templ.Component = list.Words(l.T("desk.receipt_nobody")), templ.NopComponent
	if name := names[r.Lot.Donor]; name != "" {
		donor = list.LinkPair(path+"?donor="+r.Lot.Donor.String(), name, "")
	}
	if r.Held > 0 {
		held = list.Count(l, r.Held, unit)
	}
	return list.Row{
		ID: h.spot(r),
		Cells: []templ.Component{
			list.ItemLink(lots+"/"+r.Lot.ID.String(), h.Names.Class(l, class), r.Lot.Code),
			list.Count(l, r.Amount, unit), held,
			list.Words(where(h.Names.Store(l, r.Account.Place), names[r.Account.Holder])), donor, list.Written(earmark),
			expiry(c, r.Lot.ExpiresOn), list.Date(l, r.Lot.OpenedOn),
		},
	}, nil
}

// where is a place with who keeps it, when that is not the office itself.
func where(place, holder string) string {
	if holder == "" {
		return place
	}
	return place + " · " + holder
}

// soon is how many days before its expiry a lot is marked.
const soon = 60

// expiry is when a lot expires, marked when that is soon or was already.
func expiry(c *frame.Call, day ledger.Day) templ.Component {
	l := c.Reader.Localizer
	switch {
	case day == 0:
		return templ.NopComponent
	case day < c.Today():
		return list.Tag(l.T("desk.stock_expired", "day", l.Date(day)), "urgent")
	case day.Sub(c.Today()) <= soon:
		return list.Tag(l.Date(day), "ink")
	}
	return list.Date(l, day)
}

// moveAll moves picked rows to one place, all of them or none.
func (h *Chapter) moveAll(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	key, err := c.Once(values)
	if err != nil {
		return err
	}
	to, err := h.Names.StoreCode(c, values.Get("to"))
	if err != nil {
		return err
	}
	if to == "" {
		return errs.Bad().Field("to", "desk.stock_to_missing")
	}
	picked := slices.Compact(slices.Sorted(slices.Values(values["id"]))) // one order, whatever the browser sends
	moves := make([]stock.Move, 0, len(picked))
	for _, text := range picked {
		s, err := parseSpot(text)
		if err != nil {
			return err
		}
		moves = append(moves, stock.Move{
			Lot: s.lot, From: s.Spot, To: stock.Spot{Holder: s.Holder, Place: to}, Amount: s.amount - s.held, Reason: values.Get("reason"),
		})
	}
	if len(moves) == 0 {
		return errs.New(errs.Invalid, "desk.stock_nothing_picked")
	}
	if err := h.Stock.MoveAll(c.Context(), c.Actor, moves, key); err != nil {
		return err
	}
	return c.Done(path, "moved")
}
