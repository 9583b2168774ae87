// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"errors"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// Money is an amount of money.
type Money struct {
	Amount   string         `json:"amount" doc:"Decimal, such as 13547626.00" example:"2500.00"`
	Currency money.Currency `json:"currency" doc:"ISO 4217 code" example:"CNY"`
}

func showMoney(a money.Amount) Money { return Money{a.String(), a.Currency} }

// showValue leaves out a value that nobody stated.
func showValue(a money.Amount) *Money {
	if a.Minor == 0 {
		return nil
	}
	m := showMoney(a)
	return &m
}

// amount reads an amount of money.
func amount(c *api.Call, name string, m *Money) money.Amount {
	if m == nil {
		return money.Amount{}
	}
	currency := m.Currency
	if currency == "" {
		currency = money.CNY
	}
	a, err := money.Parse(m.Amount, currency)
	switch {
	case errors.Is(err, money.ErrCurrency):
		c.Bad.Field(name+".currency", "error.currency_unknown", "currency", currency)
	case errors.Is(err, money.ErrRange):
		c.Bad.Field(name+".amount", "error.amount_absurd")
	case err != nil:
		c.Bad.Field(name+".amount", "api.not_amount")
	}
	return a
}

// Quantity is a quantity as somebody stated it.
type Quantity struct {
	State qty.State   `json:"state,omitempty" enum:"stated,about,at_least,unknown" doc:"How sure the number is; stated when a value is given"`
	Value int64       `json:"value,omitempty" doc:"In unit; absent when nobody knows"`
	Unit  qty.Unit    `json:"unit,omitempty" doc:"piece, pair, set, box, case, bag, bottle, barrel, roll, kg, l, ml, tablet, other"`
	Pack  []PackLevel `json:"pack,omitempty" doc:"What packs hold, from the smallest up"`
	Text  string      `json:"as_stated,omitempty" doc:"The words that were used"`
}

// PackLevel says that one unit holds so many base units.
type PackLevel struct {
	Unit qty.Unit `json:"unit"`
	Of   int64    `json:"of"`
}

func (q Quantity) read() qty.Quantity {
	out := qty.Quantity{State: q.State, Value: q.Value, Unit: q.Unit, Text: q.Text}
	if out.State == "" {
		out.State = qty.Stated
		if q.Value == 0 {
			out.State = qty.Unstated
		}
	}
	for _, l := range q.Pack {
		out.Pack = append(out.Pack, qty.Level(l))
	}
	return out
}

func showQuantity(q qty.Quantity) Quantity {
	return Quantity{q.State, q.Value, q.Unit, showPack(q.Pack), q.Text}
}

func showPack(p qty.Pack) []PackLevel {
	return api.Each(p, func(l qty.Level) PackLevel { return PackLevel(l) })
}

// Earmark is a donor's condition on use.
type Earmark struct {
	Text      string `json:"as_stated,omitempty" doc:"In the donor's words"`
	Recipient string `json:"recipient,omitempty" doc:"The organisation that it is for"`
	Place     string `json:"place,omitempty"`
	Purpose   string `json:"purpose,omitempty"`
}

func earmark(c *api.Call, name string, e *Earmark) ledger.Earmark {
	if e == nil {
		return ledger.Earmark{}
	}
	return ledger.Earmark{AsStated: e.Text, Recipient: c.ID(name+".recipient", e.Recipient), Place: e.Place, Purpose: e.Purpose}
}

// Correction says what is wrong with something that is booked already.
type Correction[T any] struct {
	Reason      string `json:"reason" doc:"Why; it is kept beside the old figure"`
	Replacement *T     `json:"replacement,omitempty" doc:"What is right; absent: it should never have been booked"`
}

// show writes an id; the zero id is absent.
func show(i id.ID) string {
	if i.IsZero() {
		return ""
	}
	return i.String()
}

// dayCell is a day in an export; no day is an empty cell.
func dayCell(d clock.Day) any {
	if d == 0 {
		return nil
	}
	return d
}

// moneyCells are an amount and its currency in an export.
func moneyCells(m *Money) (amount, currency any) {
	if m == nil {
		return nil, nil
	}
	a, err := money.Parse(m.Amount, m.Currency)
	if err != nil {
		return m.Amount, string(m.Currency)
	}
	return a, string(m.Currency)
}

// unitOf returns the unit of a commodity.
func (a *API) unitOf(c ledger.Commodity) qty.Unit {
	_, unit := catalog.ParseCommodity(string(c))
	if unit != qty.NoUnit {
		return unit
	}
	class, _, err := a.services.Catalog.Split(string(c))
	if err != nil {
		return qty.NoUnit
	}
	return class.BaseUnit
}

// names remembers the names of organisations for one list. A caller who may not
// read organisations gets none.
type names struct {
	a     *API
	c     *api.Call
	known map[id.ID]org.Org
	mute  bool
}

func (a *API) names(c *api.Call) *names {
	err := a.services.Policy.Authorize(c.Context(), c.Actor, "org.read", account.Object{Kind: "org"})
	return &names{a: a, c: c, known: map[id.ID]org.Org{}, mute: err != nil}
}

func (n *names) of(i id.ID) string {
	if n.mute || i.IsZero() {
		return ""
	}
	if o, ok := n.known[i]; ok {
		return o.Name
	}
	found, err := org.Names(n.c.Context(), n.a.services.DB, []id.ID{i})
	if err != nil {
		n.a.log.WarnContext(n.c.Context(), "name not read", "org", i.String(), "error", errs.As(err))
	}
	n.known[i] = found[i]
	return found[i].Name
}
