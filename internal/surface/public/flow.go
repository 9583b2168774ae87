// SPDX-License-Identifier: Apache-2.0

package public

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/registry/place"
	"github.com/qiaorelief/qiao/internal/surface/public/area"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/report"
)

// How many nodes of a column have a name of their own; the rest are one node.
const (
	sourcesNamed  = 8
	waysNamed     = 4
	arrivalsNamed = 7
)

// Codes of nodes that are no place.
const (
	notStated = "?"
	inStock   = "="
	byStore   = "-" // at no airport that the books name
)

// passage is how much took one way, by the codes of its nodes.
type passage struct {
	from, via, to string
	quantity      int64
}

// streams reads where the largest group of goods came from and went to, as it
// is now. Packs of unknown content are not in it.
func (s *Report) streams(ctx context.Context, f *report.Figures) ([]passage, error) {
	g := largest(f.Groups)
	var goods []ledger.Commodity
	for _, group := range s.Catalog.Groups() {
		for _, class := range group.Classes {
			if c, _ := s.Catalog.Class(class); group.Code == g.Code && c.BaseUnit == g.Unit {
				goods = append(goods, ledger.Commodity(class))
			}
		}
	}
	found, err := ledger.Streams(ctx, s.DB, area.Airport, goods...)
	if err != nil {
		return nil, err
	}
	wanted := make([]id.ID, 0, len(found))
	for _, stream := range found {
		wanted = append(wanted, stream.Source)
	}
	givers, err := org.Names(ctx, s.DB, wanted)
	if err != nil {
		return nil, err
	}
	sums := map[passage]int64{}
	for _, stream := range found {
		p := passage{from: cmp.Or(area.CountryOf(givers[stream.Source].Place), notStated), via: cmp.Or(stream.Via, byStore), to: arrival(stream)}
		sums[p] += stream.Amount
	}
	all := make([]passage, 0, len(sums))
	for p, quantity := range sums {
		p.quantity = quantity
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b passage) int {
		return cmp.Or(cmp.Compare(b.quantity, a.quantity), cmp.Compare(a.from, b.from), cmp.Compare(a.via, b.via), cmp.Compare(a.to, b.to))
	})
	return all, nil
}

// largest is the group of which most came in, counted in pieces where there is
// one: what most readers ask about.
func largest(groups []report.Group) report.Group {
	var best report.Group
	for _, g := range groups {
		pieces, than := g.Unit == qty.Piece, best.Unit == qty.Piece
		if best.Code == "" || pieces && !than || pieces == than && g.Quantity > best.Quantity {
			best = g
		}
	}
	return best
}

// arrival is where goods are: the prefecture of who was handed them, or our stock.
func arrival(s ledger.Stream) string {
	switch {
	case s.Kind != ledger.Recipient:
		return inStock
	case !area.IsCode(s.Place):
		return notStated
	}
	return area.Prefecture(s.Place)
}

// flow draws the streams in words of one language. The column of airports is
// there only when the books know one.
func (s *Report) flow(f *report.Figures, v *page.View, all []passage, lang i18n.Lang) {
	if len(all) == 0 {
		return
	}
	l := s.Bundle.In(lang)
	from := s.nodes(all, func(p passage) string { return p.from }, sourcesNamed, "report.flow_countries", lang)
	via := s.nodes(all, func(p passage) string { return p.via }, waysNamed, "report.flow_airports", lang)
	to := s.nodes(all, func(p passage) string { return p.to }, arrivalsNamed, "report.flow_places", lang)
	airports := slices.ContainsFunc(all, func(p passage) bool { return p.via != byStore })
	paths := make([]figure.FlowPath, 0, len(all))
	for _, p := range all {
		names := []string{from.name(p.from), to.name(p.to)}
		if airports {
			names = []string{names[0], via.name(p.via), names[1]}
		}
		paths = append(paths, figure.FlowPath{Nodes: names, Quantity: p.quantity})
	}
	heads, order := []string{l.T("report.flow_from"), l.T("report.flow_to")}, [][]string{from.order, to.order}
	if airports {
		heads, order = slices.Insert(heads, 1, l.T("report.flow_via")), slices.Insert(order, 1, via.order)
	}
	flow := figure.NewFlow(heads, order, paths)
	g := largest(f.Groups)
	v.Flow = &page.Flow{
		Group: g.Code, Name: s.groupName(g.Code, lang), Flow: flow,
		What: figure.Goods{Class: g.Code, Name: s.groupName(g.Code, lang), Unit: g.Unit, Quantity: flow.Total()}.Text(l),
	}
}

// column names the nodes of one column.
type column struct {
	names map[string]string // by code
	order []string
	other string
}

func (c column) name(code string) string { return cmp.Or(c.names[code], c.other) }

// nodes names the largest nodes of a column and joins the rest. Home, stock and
// what nobody stated stand last and are never joined.
func (s *Report) nodes(all []passage, of func(passage) string, most int, others string, lang i18n.Lang) column {
	l := s.Bundle.In(lang)
	sums := map[string]int64{}
	for _, p := range all {
		sums[of(p)] += p.quantity
	}
	last := map[string]string{
		area.Home: l.T("report.flow_home"), byStore: l.T("report.flow_store"), inStock: l.T("report.flow_stock"), notStated: l.T("report.flow_not_stated"),
	}
	places := slices.DeleteFunc(slices.Collect(maps.Keys(sums)), func(code string) bool { return last[code] != "" })
	slices.SortFunc(places, func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	if len(places) == most+1 {
		most++ // a node of one place has its name
	}
	c := column{names: map[string]string{}}
	for _, code := range places[:min(most, len(places))] {
		c.names[code] = place.Short(placeName(s.Places, code, lang))
		c.order = append(c.order, c.names[code])
	}
	if n := len(places) - most; n > 0 {
		c.other = l.T(others, "n", n)
		c.order = append(c.order, c.other)
	}
	for _, code := range []string{area.Home, byStore, inStock, notStated} {
		if sums[code] > 0 {
			c.names[code] = last[code]
			c.order = append(c.order, last[code])
		}
	}
	return c
}

// flowFile is the format of the table behind the picture of flows.
const flowFile = "flow.csv"

// serveFlow answers with the streams, one a line, by codes of places.
func (s *Files) serveFlow(w http.ResponseWriter, r *http.Request, day clock.Day) error {
	f, err := s.Figures.Figures(r.Context(), day)
	if err != nil {
		return err
	}
	if f.Day < f.Last {
		return errs.New(errs.NotFound, "error.not_found")
	}
	c, err := s.Streams.count(r.Context(), f)
	if err != nil {
		return err
	}
	table := attachment(w, "flow-"+f.Day.String()+".csv", "csv")
	if err := table.Header([]string{"group", "from", "airport", "to", "quantity", "unit"}); err != nil {
		return err
	}
	g, words := largest(f.Groups), map[string]string{notStated: "not_stated", byStore: "", inStock: "in_stock"}
	for _, p := range c.streams {
		row := []any{g.Code, p.from, p.via, p.to, p.quantity, string(g.Unit)}
		for i, cell := range row {
			if code, ok := cell.(string); ok {
				if word, known := words[code]; known {
					row[i] = word
				}
			}
		}
		if err := table.Row(row...); err != nil {
			return err
		}
	}
	return table.Close()
}
