// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"context"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/thread"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// Spot is where stock lies.
type Spot struct {
	Holder string `json:"holder,omitempty" doc:"Who keeps it; absent: the office itself"`
	Place  string `json:"place,omitempty"`
}

// StockRow is what lies of one lot in one place.
type StockRow struct {
	Spot

	Lot       string    `json:"lot"`
	Class     string    `json:"class"`
	Unit      qty.Unit  `json:"unit"`
	Quantity  int64     `json:"quantity"`
	Held      int64     `json:"held" doc:"Promised already"`
	Donor     string    `json:"donor,omitempty"`
	DonorName string    `json:"donor_name,omitempty"`
	Earmark   string    `json:"earmark,omitempty"`
	Batch     string    `json:"batch,omitempty"`
	OpenedOn  clock.Day `json:"opened_on"`
	ExpiresOn clock.Day `json:"expires_on,omitempty"`
}

// MoveInput takes an amount of a lot from one place to another.
type MoveInput struct {
	Lot        string `json:"lot"`
	From       Spot   `json:"from"`
	To         Spot   `json:"to"`
	Quantity   int64  `json:"quantity" doc:"In the lot's unit"`
	OccurredAt string `json:"occurred_at,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

// AdjustmentInput says that a count differs from the books.
type AdjustmentInput struct {
	Lot        string `json:"lot"`
	At         Spot   `json:"at"`
	Difference int64  `json:"difference" doc:"Counted less booked: negative is lost or damaged, positive is found"`
	OccurredAt string `json:"occurred_at,omitempty"`
	Reason     string `json:"reason"`
}

// Entry is one entry of the ledger.
type Entry struct {
	ID         string      `json:"id"`
	Kind       string      `json:"kind"`
	OccurredAt time.Time   `json:"occurred_at"`
	RecordedAt time.Time   `json:"recorded_at"`
	Day        clock.Day   `json:"day"`
	Reason     string      `json:"reason,omitempty"`
	Reverses   string      `json:"reverses,omitempty"`
	Lines      []EntryLine `json:"lines,omitempty"`
}

// EntryLine is one line of an entry; the lines of one commodity sum to zero.
type EntryLine struct {
	Account   string           `json:"account" doc:"Kind of account: source, stock, transit, recipient, adjustment, unreconciled, fund, purpose"`
	Holder    string           `json:"holder,omitempty"`
	Place     string           `json:"place,omitempty"`
	Commodity ledger.Commodity `json:"commodity"`
	Lot       string           `json:"lot,omitempty"`
	Amount    int64            `json:"amount" doc:"In the commodity's unit; of money in minor units"`
}

func showEntry(e ledger.Entry) Entry {
	return Entry{
		ID: show(e.ID), Kind: e.Kind, OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Day: e.Day, Reason: e.Reason, Reverses: show(e.Reverses),
		Lines: api.Each(e.Lines, func(l ledger.Line) EntryLine {
			return EntryLine{string(l.Account.Kind), show(l.Account.Holder), l.Account.Place, l.Commodity, show(l.Lot), l.Amount}
		}),
	}
}

func spot(c *api.Call, name string, s Spot) stock.Spot {
	return stock.Spot{Holder: c.ID(name+".holder", s.Holder), Place: s.Place}
}

func (a *API) moveStock(c *api.Call) (api.Answer, error) {
	var in MoveInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	move := stock.Move{
		Lot: c.ID("lot", in.Lot), From: spot(c, "from", in.From), To: spot(c, "to", in.To),
		Amount: in.Quantity, OccurredAt: c.At("occurred_at", in.OccurredAt), Reason: in.Reason,
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	e, err := a.services.Stock.Move(c.Context(), c.Actor, move, c.Key)
	return api.Answer{Body: showEntry(e)}, err
}

func (a *API) adjustStock(c *api.Call) (api.Answer, error) {
	var in AdjustmentInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	adjustment := stock.Adjustment{
		Lot: c.ID("lot", in.Lot), At: spot(c, "at", in.At), Difference: in.Difference,
		OccurredAt: c.At("occurred_at", in.OccurredAt), Reason: in.Reason,
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	e, err := a.services.Stock.Adjust(c.Context(), c.Actor, adjustment, c.Key)
	return api.Answer{Body: showEntry(e)}, err
}

func (a *API) listStock(c *api.Call) (api.Answer, error) {
	f := ledger.StockFilter{
		Place: c.Query("place"), Donor: c.ID("donor", c.Query("donor")), Lot: c.ID("lot", c.Query("lot")),
		ExpiresBy: c.Day("expires_by", c.Query("expires_by")), Sort: page.Order(c.Query("sort")),
	}
	if c.Query("holder") != "" {
		holder := c.ID("holder", c.Query("holder"))
		f.Holder = &holder
	}
	if c.Query("earmarked") != "" {
		earmarked := c.Flag("earmarked")
		f.Earmarked = &earmarked
	}
	for _, class := range c.Values("class") {
		f.Commodities = append(f.Commodities, a.commodities(class)...)
	}
	who := a.names(c)
	return api.Listing(c, func(p page.Request) (page.Page[ledger.StockRow], error) {
		return a.services.Stock.List(c.Context(), c.Actor, f, p)
	}, func(r ledger.StockRow) StockRow {
		class, _ := catalog.ParseCommodity(string(r.Lot.Commodity))
		return StockRow{
			Spot: Spot{show(r.Account.Holder), r.Account.Place}, Lot: show(r.Lot.ID), Class: class, Unit: a.unitOf(r.Lot.Commodity),
			Quantity: r.Amount, Held: r.Held, Donor: show(r.Lot.Donor), DonorName: who.of(r.Lot.Donor), Earmark: show(r.Lot.Earmark),
			Batch: r.Lot.Code, OpenedOn: r.Lot.OpenedOn, ExpiresOn: r.Lot.ExpiresOn,
		}
	}, api.Table[StockRow]{
		Names: []string{"class", "quantity", "held", "unit", "place", "holder", "donor", "lot", "batch", "opened_on", "expires_on", "earmark"},
		Row: func(r StockRow) []any {
			return []any{
				r.Class, r.Quantity, r.Held, string(r.Unit), r.Place, r.Holder, r.DonorName, r.Lot, r.Batch,
				dayCell(r.OpenedOn), dayCell(r.ExpiresOn), r.Earmark,
			}
		},
	})
}

// commodities lists in what a class may be counted: its base unit and packs of
// unknown content.
func (a *API) commodities(class string) []ledger.Commodity {
	all := []ledger.Commodity{ledger.Commodity(class)}
	for _, unit := range qty.Units() {
		if code := a.services.Catalog.CommodityOf(class, unit); code != class {
			all = append(all, ledger.Commodity(code))
		}
	}
	return all
}

// Lot is the way of one lot from its donor to its recipients.
type Lot struct {
	ID           string    `json:"id"`
	Class        string    `json:"class"`
	Unit         qty.Unit  `json:"unit"`
	Donor        string    `json:"donor,omitempty"`
	Earmark      *Earmark  `json:"earmark,omitempty"`
	Receipt      string    `json:"receipt,omitempty" doc:"Absent: the books never received it"`
	Batch        string    `json:"batch,omitempty"`
	ExpiresOn    clock.Day `json:"expires_on,omitempty"`
	Given        int64     `json:"given" doc:"Equals handed + way + stock + lost + unreconciled"`
	Handed       int64     `json:"handed"`
	Way          int64     `json:"way"`
	Stock        int64     `json:"stock"`
	Lost         int64     `json:"lost"`
	Unreconciled int64     `json:"unreconciled"`
	Steps        []LotStep `json:"steps"`
}

// LotStep is one entry that moved the lot.
type LotStep struct {
	Entry     Entry  `json:"entry"`
	Quantity  int64  `json:"quantity"`
	Place     string `json:"place,omitempty"`
	Recipient string `json:"recipient,omitempty"`
	Corrects  bool   `json:"corrects,omitempty"`
	Corrected bool   `json:"corrected,omitempty"`
}

func (a *API) getLot(c *api.Call) (api.Answer, error) {
	if err := a.services.Policy.Authorize(c.Context(), c.Actor, "stock.read", account.Object{Kind: "stock"}); err != nil {
		return api.Answer{}, err
	}
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	var found *thread.Thread
	err = a.services.DB.View(c.Context(), func(ctx context.Context, v *db.View) (err error) {
		found, err = thread.Of(ctx, v, subject)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	class, _ := catalog.ParseCommodity(string(found.Lot.Commodity))
	out := Lot{
		ID: show(found.Lot.ID), Class: class, Unit: a.unitOf(found.Lot.Commodity), Donor: show(found.Lot.Donor), Batch: found.Lot.Code,
		ExpiresOn: found.Lot.ExpiresOn, Given: found.Given, Handed: found.Handed, Way: found.Way, Stock: found.Stock, Lost: found.Lost,
		Unreconciled: found.Unreconciled,
		Steps: api.Each(found.Steps, func(s thread.Step) LotStep {
			return LotStep{showEntry(s.Entry), s.Quantity, s.Place, show(s.Recipient), s.Corrects, s.Corrected}
		}),
	}
	if found.Received {
		out.Receipt = show(found.Receipt.Receipt.ID)
	}
	if e := found.Earmark; e != (ledger.Earmark{}) {
		out.Earmark = &Earmark{e.AsStated, show(e.Recipient), e.Place, e.Purpose}
	}
	return api.Answer{Body: out}, nil
}
