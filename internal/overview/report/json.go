// SPDX-License-Identifier: Apache-2.0

package report

import (
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// Document is the report as JSON: `qiao report --json` and /report/DATE.json.
// Amounts are decimal strings, counts are integers in the unit beside them.
// Fields are only ever added.
type Document struct {
	Date           clock.Day                 `json:"date"`
	Edition        int                       `json:"edition"`
	Demonstration  bool                      `json:"demonstration"`
	MoneyIn        map[money.Currency]string `json:"money_in"`
	MoneyOut       map[money.Currency]string `json:"money_out"`
	MoneyBalance   map[money.Currency]string `json:"money_balance"`
	GoodsValueIn   map[money.Currency]string `json:"goods_value_in"`
	Groups         []DocumentGroup           `json:"groups"`
	Reconciliation []DocumentLine            `json:"reconciliation"`
	Needs          []DocumentNeed            `json:"needs"`
}

// DocumentGroup is one line of goods received.
type DocumentGroup struct {
	Group    string         `json:"group"`
	Quantity int64          `json:"quantity"`
	Unit     qty.Unit       `json:"unit"`
	Packs    []DocumentPack `json:"packs_of_unknown_content,omitempty"`
}

// DocumentPack is a number of packs whose content nobody stated.
type DocumentPack struct {
	Class    string   `json:"class"`
	Quantity int64    `json:"quantity"`
	Unit     qty.Unit `json:"unit"`
}

// DocumentLine is the equation in = out + stock + adjusted + unreconciled.
type DocumentLine struct {
	Commodity    string   `json:"commodity"`
	Unit         qty.Unit `json:"unit"`
	In           int64    `json:"in"`
	Out          int64    `json:"out"`
	Stock        int64    `json:"stock"`
	Adjusted     int64    `json:"adjusted"`
	Unreconciled int64    `json:"unreconciled"`
}

// DocumentNeed is one class that recipients asked for.
type DocumentNeed struct {
	Class        string    `json:"class"`
	Unit         qty.Unit  `json:"unit"`
	State        qty.State `json:"state"`
	Needed       int64     `json:"needed,omitempty"`
	Delivered    int64     `json:"delivered"` // to those who named a number, for what they named
	Missing      int64     `json:"missing"`
	Recipients   int       `json:"recipients"`
	UnknownLines int       `json:"lines_without_number"`

	Unknown          int   `json:"recipients_without_number"` // part of recipients
	UnknownDelivered int64 `json:"delivered_without_number"`  // not in delivered: measured against no number
}

// Document returns the figures as JSON.
func (f *Figures) Document() Document {
	d := Document{
		Date: f.Day, Edition: f.Edition, Demonstration: f.Demonstration,
		MoneyIn: map[money.Currency]string{}, MoneyOut: map[money.Currency]string{}, MoneyBalance: map[money.Currency]string{},
		GoodsValueIn: map[money.Currency]string{}, Groups: []DocumentGroup{}, Reconciliation: []DocumentLine{}, Needs: []DocumentNeed{},
	}
	for _, m := range f.Money {
		d.MoneyIn[m.Currency] = money.Amount{Minor: m.In, Currency: m.Currency}.String()
		d.MoneyOut[m.Currency] = money.Amount{Minor: m.Out, Currency: m.Currency}.String()
		d.MoneyBalance[m.Currency] = money.Amount{Minor: m.Balance, Currency: m.Currency}.String()
	}
	for _, v := range f.Values {
		d.GoodsValueIn[v.Currency] = money.Amount{Minor: v.Amount, Currency: v.Currency}.String()
	}
	for _, g := range f.Groups {
		line := DocumentGroup{Group: g.Code, Quantity: g.Quantity, Unit: g.Unit}
		for _, p := range g.Packs {
			line.Packs = append(line.Packs, DocumentPack{p.Class, p.Quantity, p.Unit})
		}
		d.Groups = append(d.Groups, line)
	}
	for _, l := range f.Lines {
		d.Reconciliation = append(d.Reconciliation, DocumentLine{
			Commodity: string(l.Commodity), Unit: l.Unit, In: l.In, Out: l.Out,
			Stock: l.Stock, Adjusted: l.Adjusted, Unreconciled: l.Unreconciled,
		})
	}
	for _, n := range f.Needs {
		d.Needs = append(d.Needs, DocumentNeed{
			Class: n.Class, Unit: n.Unit, State: n.State, Needed: n.Needed, Delivered: n.Delivered,
			Missing: n.Missing, Recipients: n.Recipients, UnknownLines: n.UnknownLines,
			Unknown: n.Unknown, UnknownDelivered: n.UnknownDelivered,
		})
	}
	return d
}
