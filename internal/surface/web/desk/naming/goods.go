// SPDX-License-Identifier: Apache-2.0

package naming

import (
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// Goods splits a commodity of the ledger into the class of goods and the unit in
// which it is counted.
func (b *Book) Goods(commodity ledger.Commodity) (class string, unit qty.Unit) {
	class, unit = catalog.ParseCommodity(string(commodity))
	if unit == "" {
		if known, ok := b.Catalog.Class(class); ok {
			unit = known.BaseUnit
		}
	}
	return class, unit
}

// CountedIn is the unit of a commodity in words, as it stands behind the number:
// 1 piece.
func (b *Book) CountedIn(l *i18n.Localizer, n int64, commodity ledger.Commodity) string {
	class, unit := b.Goods(commodity)
	return figure.UnitOf(l, n, unit, class)
}

// Commodities lists in what a class may be counted: its base unit and packs of
// unknown content.
func (b *Book) Commodities(class string) []ledger.Commodity {
	all := []ledger.Commodity{ledger.Commodity(class)}
	for _, unit := range qty.Units() {
		if code := b.Catalog.CommodityOf(class, unit); code != class {
			all = append(all, ledger.Commodity(code))
		}
	}
	return all
}

// Store names a place where goods lie. A store of the office that the atlas does
// not know is called as its keepers call it.
func (b *Book) Store(l *i18n.Localizer, code string) string {
	name := b.Place(l, code)
	switch {
	case code == "":
		return l.T("desk.store_unsaid")
	case name == l.T("public.place_other"):
		return code
	}
	return name
}

// StoreCode returns the code of the store that the words name: one that holds
// or held goods, a place of the atlas, or a store that begins with these words.
func (b *Book) StoreCode(c *frame.Call, words string) (string, error) {
	words = strings.TrimSpace(words)
	if words == "" || words == c.Reader.T("desk.store_unsaid") {
		return "", nil
	}
	known, err := ledger.StockPlaces(c.Context(), b.DB)
	if err != nil {
		return "", err
	}
	for _, code := range append(known, "main", "quarantine") {
		if words == code || words == b.Store(c.Reader.Localizer, code) {
			return code, nil
		}
	}
	if code := b.PlaceCode(words); code != "" && b.Place(c.Reader.Localizer, code) == words {
		return code, nil
	}
	return words, nil
}

// Stores are the places where goods lie or lay, to choose from.
func (b *Book) Stores(c *frame.Call) ([]form.Option, error) {
	known, err := ledger.StockPlaces(c.Context(), b.DB)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(known, "main") {
		known = append([]string{"main"}, known...)
	}
	options := make([]form.Option, 0, len(known))
	for _, code := range known {
		if code != "" {
			options = append(options, form.Option{Value: code, Text: b.Store(c.Reader.Localizer, code)})
		}
	}
	return options, nil
}

// Earmark puts a donor's condition into words: what the donor said, else for
// whom or where; empty for none.
func (b *Book) Earmark(c *frame.Call, earmark id.ID) (string, error) {
	e, err := ledger.EarmarkByID(c.Context(), b.DB, earmark)
	if err != nil || e == (ledger.Earmark{}) {
		return "", err
	}
	names, err := b.Orgs(c, e.Recipient)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, text := range []string{e.AsStated, names[e.Recipient], b.Place(c.Reader.Localizer, e.Place), e.Purpose} {
		if text != "" && (len(parts) == 0 || !strings.Contains(parts[0], text)) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · "), nil
}

// OrgOf returns the organisation of exactly that name or alias; zero when there
// is none.
func (b *Book) OrgOf(c *frame.Call, name string) (id.ID, error) {
	found, err := b.Registry.List(c.Context(), c.Actor, org.Filter{Name: name}, page.Request{Limit: 1})
	if err != nil || len(found.Items) == 0 {
		return id.Zero, err
	}
	return found.Items[0].ID, nil
}

// Lot names a lot: its code, and who gave it; a lot without either is named by
// the day on which it came.
func (b *Book) Lot(c *frame.Call, lot ledger.Lot) (string, error) {
	names, err := b.Orgs(c, lot.Donor)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, part := range []string{lot.Code, names[lot.Donor]} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		parts = []string{c.Reader.T("desk.lot_of_day", "day", c.Reader.Date(lot.OpenedOn))}
	}
	return strings.Join(parts, " · "), nil
}
