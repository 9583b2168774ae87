// SPDX-License-Identifier: Apache-2.0

package offer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/reading/quantity"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// most is how many offers a person can choose from.
const most = 6

// Config is what the service works with.
type Config struct {
	DB        *db.DB
	Registers *register.Service
	Catalog   *catalog.Catalog
}

// Service makes offers. It is safe for concurrent use.
type Service struct {
	Config
	names []named
}

// New returns the service.
func New(c Config) *Service { return &Service{Config: c, names: namesOf(c.Catalog)} }

// Offer is one way to read a held row: register.Service.Resolve with Fix posts
// it.
type Offer struct {
	Fix  register.Fix
	Text string // message key: what the answer says
	Args map[string]any
	Why  string        // message key: why it is offered
	Row  *register.Row // what would be posted
}

// candidate is an offer that the reader has not seen yet.
type candidate struct {
	fix  register.Fix
	text string
	args map[string]any
	why  string
}

// For returns the readings that a held row allows, the likeliest first.
func (s *Service) For(ctx context.Context, h register.HeldRow) []Offer {
	var found []candidate
	switch h.Key {
	case "register.date.no_year", "register.date.absurd":
		found = s.years(h)
	case "register.date.unreadable":
		found = orders(h)
	case "register.unit.conflict":
		found = s.conflict(h)
	case "register.unit.missing", "goods.unit_missing":
		found = s.units(ctx, h)
	case "goods.absurd", "register.quantity.absurd":
		found = []candidate{{register.Fix{Confirmed: true}, "register.offer.confirm", map[string]any{"qty": h.Values[layout.Qty]}, "register.offer.why_confirm"}}
	case "register.quantity.uncertain":
		found = exact(h)
	case "register.maybe_duplicate":
		found = []candidate{{register.Fix{}, "register.offer.not_same", nil, "register.offer.why_not_same"}}
	case "register.amount.negative":
		found = paid(h)
	case "register.direction.unknown":
		found = directions()
	case "register.currency.unknown":
		found = []candidate{value(layout.Currency, "CNY", "register.offer.currency", "register.offer.why_currency")}
	case "goods.class_unknown":
		found = s.classes(h.Values[layout.Item])
	}
	return s.accepted(ctx, h, found)
}

// accepted keeps what the reader of registers would post.
func (s *Service) accepted(ctx context.Context, h register.HeldRow, found []candidate) []Offer {
	var offers []Offer
	for _, c := range found {
		row, err := s.Registers.Read(ctx, h, c.fix)
		if err != nil {
			continue
		}
		if offers = append(offers, Offer{c.fix, c.text, c.args, c.why, row}); len(offers) == most {
			break
		}
	}
	return offers
}

// value is the candidate that sets one field.
func value(f register.Field, text, key, why string) candidate {
	return candidate{register.Fix{Values: map[register.Field]string{f: text}}, key, map[string]any{"value": text}, why}
}

// years completes or corrects the year: this one and the one before, as far as
// the day is not to come.
func (s *Service) years(h register.HeldRow) []candidate {
	now := s.DB.Clock().Now()
	var found []candidate
	for _, year := range []int{now.Year(), now.Year() - 1} {
		for _, md := range monthDays(h.Values[layout.Date]) {
			if d, ok := dayOf(year, md[0], md[1]); ok && !d.Start(now.Location()).After(now) {
				found = append(found, value(layout.Date, d.String(), "register.offer.date", "register.offer.why_year"))
			}
		}
	}
	return distinct(found)
}

// orders reads a day whose order of parts is open: 3/2/2020 and 20/2/3.
func orders(h register.HeldRow) []candidate {
	var found []candidate
	for _, d := range daysIn(h.Values[layout.Date]) {
		found = append(found, value(layout.Date, d.String(), "register.offer.date", "register.offer.why_order"))
	}
	return distinct(found)
}

func distinct(all []candidate) []candidate {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(c candidate) bool {
		text := c.fix.Values[layout.Date]
		double := seen[text]
		seen[text] = true
		return double
	})
}

// conflict offers both units, and the pairs that an even number of single
// things makes.
func (s *Service) conflict(h register.HeldRow) []candidate {
	q, err := quantity.Read(h.Values[layout.Qty])
	column, ok := quantity.UnitOf(h.Values[layout.Unit])
	if err != nil || !ok || q.State != qty.Stated {
		return nil
	}
	glued := amount(q.Value, q.Unit, "register.offer.why_glued")
	other := amount(q.Value, column, "register.offer.why_column")
	found := []candidate{glued, other}
	if (q.Unit == qty.Piece && column == qty.Pair || q.Unit == qty.Pair && column == qty.Piece) && q.Value%2 == 0 {
		found = append(found, amount(q.Value/2, qty.Pair, "register.offer.why_pairs"))
	}
	return found
}

// amount is the candidate of a counted quantity.
func amount(n int64, u qty.Unit, why string) candidate {
	number := decimal(n)
	return candidate{
		register.Fix{Values: map[register.Field]string{layout.Qty: number, layout.Unit: words[u]}},
		"register.offer.quantity", map[string]any{"n": n, "unit": string(u)}, why,
	}
}

// words are measure words that stand for the units.
var words = map[qty.Unit]string{
	qty.Piece: "个", qty.Pair: "双", qty.Set: "套", qty.Box: "盒", qty.Case: "箱", qty.Bag: "包", qty.Bottle: "瓶",
	qty.Barrel: "桶", qty.Roll: "卷", qty.Kg: "公斤", qty.Litre: "升",
}

// units offers the unit in which the class is counted, then the usual packs.
func (s *Service) units(ctx context.Context, h register.HeldRow) []candidate {
	q, err := quantity.Read(h.Values[layout.Qty])
	if err != nil || q.State != qty.Stated {
		return nil
	}
	base := qty.Piece
	counted := amount(q.Value, base, "register.offer.why_base")
	if row, err := s.Registers.Read(ctx, h, counted.fix); err == nil && len(row.Lines) == 1 {
		if c, ok := s.Catalog.Class(row.Lines[0].Class); ok {
			base = c.BaseUnit
		}
	}
	found := []candidate{amount(q.Value, base, "register.offer.why_base")}
	for _, u := range []qty.Unit{qty.Box, qty.Case} {
		if u != base {
			found = append(found, amount(q.Value, u, "register.offer.why_pack"))
		}
	}
	return found
}

// exact takes an about or at least for the number itself.
func exact(h register.HeldRow) []candidate {
	q, err := quantity.Read(h.Values[layout.Qty])
	if err != nil || q.Value <= 0 {
		return nil
	}
	u := q.Unit
	if u == qty.NoUnit {
		u, _ = quantity.UnitOf(h.Values[layout.Unit])
	}
	return []candidate{amount(q.Value, u, "register.offer.why_exact")}
}

// paid takes a negative amount for money that went out.
func paid(h register.HeldRow) []candidate {
	plain := strings.TrimLeft(strings.TrimSpace(h.Values[layout.Amount]), "-－−–(（")
	plain = strings.TrimRight(plain, ")）")
	return []candidate{{
		register.Fix{Values: map[register.Field]string{layout.Amount: plain, layout.Direction: "out"}},
		"register.offer.paid", map[string]any{"amount": plain}, "register.offer.why_paid",
	}}
}

func directions() []candidate {
	return []candidate{
		value(layout.Direction, "in", "register.offer.in", "register.offer.why_direction"),
		value(layout.Direction, "out", "register.offer.out", "register.offer.why_direction"),
	}
}

// classes offers the classes whose names are nearest.
func (s *Service) classes(item string) []candidate {
	var found []candidate
	for _, c := range s.Nearest(item, most) {
		found = append(found, candidate{
			register.Fix{Class: c.Code}, "register.offer.class", map[string]any{"class": c.Code, "name": c.NameZH},
			"register.offer.why_class",
		})
	}
	return found
}

// named is one name of a class, in pairs of characters.
type named struct {
	class string
	pairs map[string]bool
}

func namesOf(c *catalog.Catalog) []named {
	var all []named
	for _, class := range c.Classes() {
		all = append(all, named{class.Code, pairsOf(class.NameZH)}, named{class.Code, pairsOf(class.NameEN)})
	}
	for _, a := range c.Aliases() {
		all = append(all, named{a.Class, pairsOf(a.Text)})
	}
	return all
}

// Nearest returns the classes whose names share most pairs of characters with
// an article that nobody knows, the nearest first.
func (s *Service) Nearest(item string, n int) []catalog.Class {
	want := pairsOf(item)
	best := map[string]float64{}
	for _, name := range s.names {
		shared := 0
		for p := range name.pairs {
			if want[p] {
				shared++
			}
		}
		if shared > 0 {
			score := 2 * float64(shared) / float64(len(want)+len(name.pairs))
			best[name.class] = max(best[name.class], score)
		}
	}
	codes := make([]string, 0, len(best))
	for code := range best {
		if code != "other" {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(best[b], best[a]), strings.Compare(a, b))
	})
	var found []catalog.Class
	for _, code := range codes[:min(n, len(codes))] {
		if c, ok := s.Catalog.Class(code); ok {
			found = append(found, c)
		}
	}
	return found
}
