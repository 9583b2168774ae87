// SPDX-License-Identifier: Apache-2.0

package stock

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/overview/thread"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/relief/stock"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/edit"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// step is one thing that happened to a lot, in words.
type step struct {
	thread.Step

	What, Where, Href string
}

// show answers with one lot.
func (h *Chapter) show(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	rows, err := h.Stock.See(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	var way *thread.Thread
	err = h.Names.DB.View(c.Context(), func(ctx context.Context, v *db.View) (err error) {
		way, err = thread.Of(ctx, v, subject)
		return err
	})
	if err != nil {
		return err
	}
	ids := []id.ID{way.Lot.Donor}
	for _, s := range way.Steps {
		ids = append(ids, s.Recipient)
	}
	for _, r := range rows {
		ids = append(ids, r.Account.Holder)
	}
	names, err := h.Names.Orgs(c, ids...)
	if err != nil {
		return err
	}
	l := c.Reader.Localizer
	class, _ := h.Names.Goods(way.Lot.Commodity)
	v := &record.View{
		Frame: c.Page(list.Named(way.Lot.Code, h.Names.Class(l, class)), frame.Stock),
		Up:    record.Link{Text: l.T("desk.place_stock"), Href: path},
		Sections: []record.Section{
			{Title: l.T("desk.lot_balance"), Body: balance(l, way, h.Names.CountedIn(l, way.Given, way.Lot.Commodity))},
			{Title: l.T("desk.lot_where"), Body: h.places(c, rows, names)},
			{Title: l.T("desk.lot_steps"), Body: steps(l, h.steps(c, way, names), h.Names.CountedIn(l, way.Given, way.Lot.Commodity), c.Zone())},
		},
	}
	v.Frame.Live = "stock receipt distribution"
	if v.Facts, err = h.facts(c, way, names); err != nil {
		return err
	}
	h.acts(c, v, rows, subject)
	v.History, err = h.history(c, way)
	if err != nil {
		return err
	}
	return c.Write(record.Page(v))
}

func (h *Chapter) facts(c *frame.Call, way *thread.Thread, names map[id.ID]string) ([]record.Fact, error) {
	l := c.Reader.Localizer
	earmark, err := h.Names.Earmark(c, way.Lot.Earmark)
	if err != nil {
		return nil, err
	}
	class, _ := h.Names.Goods(way.Lot.Commodity)
	facts := record.Said(
		record.Fact{Label: l.T("desk.class"), Value: record.Words(h.Names.Class(l, class))},
		record.Fact{Label: l.T("desk.field_item"), Value: record.Written(way.Receipt.Line.ItemText)},
		record.Fact{Label: l.T("desk.stock_donor"), Value: record.Written(names[way.Lot.Donor])},
		record.Fact{Label: l.T("desk.stock_earmark"), Value: record.Written(earmark)},
		record.Fact{Label: l.T("desk.field_batch"), Value: record.Written(way.Lot.Code)},
		record.Fact{Label: l.T("desk.stock_opened"), Value: record.Day(l, way.Lot.OpenedOn)},
	)
	if way.Lot.ExpiresOn != 0 {
		facts = append(facts, record.Fact{Label: l.T("desk.field_expires_on"), Value: expiry(c, way.Lot.ExpiresOn)})
	}
	if way.Received && c.Could("receipt.read") {
		facts = append(facts, record.Fact{Label: l.T("desk.lot_receipt"), Value: list.Link(naming.Path("receipt", way.Receipt.Receipt.ID), l.T("desk.lot_receipt_open"))})
	}
	return append(facts, record.Fact{Label: l.T("desk.thread"), Value: list.Link(figure.ThreadURL(way.Lot.ID.String()), l.T("desk.thread_open"))}), nil
}

// acts offers what can be done to what is on hand.
func (h *Chapter) acts(c *frame.Call, v *record.View, rows []ledger.StockRow, subject id.ID) {
	l, address := c.Reader.Localizer, lots+"/"+subject.String()
	if len(rows) == 0 {
		return
	}
	if c.Could("stock.adjust") {
		v.Acts = append(v.Acts, record.Act{Text: l.T("desk.stock_count"), Href: address + "/count", Plain: true})
	}
	if c.Could("stock.move") {
		v.Acts = append(v.Acts, record.Act{Text: l.T("desk.stock_move"), Href: address + "/move", Key: "m", Plain: true})
		v.Frame.Keys = append(v.Frame.Keys, frame.Key{Key: "m", Text: l.T("desk.stock_move")})
	}
	if c.Could("distribution.create") {
		v.Acts = append(v.Acts, record.Act{Text: l.T("desk.stock_hand_over"), Href: "/desk/distributions/new?lot=" + subject.String()})
	}
}

// places is where the lot lies now.
func (h *Chapter) places(c *frame.Call, rows []ledger.StockRow, names map[id.ID]string) templ.Component {
	l := c.Reader.Localizer
	if len(rows) == 0 {
		return list.Words(l.T("desk.lot_nowhere"))
	}
	spots := make([]place, len(rows))
	for i, r := range rows {
		spots[i] = place{where(h.Names.Store(l, r.Account.Place), names[r.Account.Holder]), r.Amount, r.Held}
	}
	return places(l, spots, h.Names.CountedIn(l, rows[0].Amount, rows[0].Lot.Commodity))
}

// place is what lies of the lot somewhere.
type place struct {
	Name         string
	Amount, Held int64
}

// steps puts the way of the lot into words, in the order in which it happened.
func (h *Chapter) steps(c *frame.Call, way *thread.Thread, names map[id.ID]string) []step {
	l := c.Reader.Localizer
	all := make([]step, len(way.Steps))
	for i, s := range way.Steps {
		all[i] = step{Step: s, What: l.Or("desk.step_"+s.Entry.Kind, "desk.step_other"), Where: h.Names.Store(l, s.Place)}
		if !s.Recipient.IsZero() {
			all[i].Where = where(names[s.Recipient], h.Names.Place(l, s.Place))
		}
		switch s.Entry.Kind {
		case "receipt.donation", "receipt.purchase":
			all[i].Href = naming.Path("receipt", s.Entry.ID)
		case "distribution":
			all[i].Href = naming.Path("distribution", s.Entry.ID)
		}
		if s.Corrects {
			all[i].What, all[i].Href = l.T("desk.step_reversed"), ""
		}
	}
	return all
}

// maxHistory is how many steps of a lot are looked up in the journal, the latest.
const maxHistory = 40

func (h *Chapter) history(c *frame.Call, way *thread.Thread) ([]record.Event, error) {
	var records []journal.Record
	for _, s := range way.Steps[max(0, len(way.Steps)-maxHistory):] {
		some, err := journal.Of(c.Context(), h.Names.DB, s.Entry.ID)
		if err != nil {
			return nil, err
		}
		records = append(records, some...)
	}
	return h.Names.Events(c, records)
}

// moveForm answers with the form of a move.
func (h *Chapter) moveForm(c *frame.Call) error { return h.open(c, "move", moveFields) }

// countForm answers with the form of a count.
func (h *Chapter) countForm(c *frame.Call) error { return h.open(c, "count", countFields) }

// fieldset draws the fields of one of the two forms.
type fieldset func(l *i18n.Localizer, s *form.State, spots, stores []form.Option) templ.Component

func (h *Chapter) open(c *frame.Call, act string, fields fieldset) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values := url.Values{}
	edit.KeepMoment(c, values, c.Now())
	return h.draw(c, http.StatusOK, subject, act, fields, form.New(c.Reader.Localizer, values, nil))
}

// draw answers with one of the two forms.
func (h *Chapter) draw(c *frame.Call, status int, subject id.ID, act string, fields fieldset, s *form.State) error {
	rows, err := h.Stock.See(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	var ids []id.ID
	for _, r := range rows {
		ids = append(ids, r.Account.Holder)
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
	spots := make([]form.Option, len(rows))
	for i, r := range rows {
		spots[i] = form.Option{Value: h.spot(r), Text: l.T("desk.stock_spot",
			"place", where(h.Names.Store(l, r.Account.Place), names[r.Account.Holder]),
			"n", l.Number(r.Amount), "unit", h.Names.CountedIn(l, r.Amount, r.Lot.Commodity), "free", l.Number(r.Amount-r.Held))}
	}
	address := lots + "/" + subject.String()
	once := s.Value("once")
	if once == "" || status == http.StatusConflict {
		once = c.NewKey()
	}
	e := &edit.Edit{Head: form.Head{Action: address + "/" + act, Once: once, Part: "form"}, State: s, Back: address}
	return c.WriteStatus(status, edit.Page(c.Page(l.T("desk.stock_"+act), frame.Stock), e, fields(l, s, spots, stores)))
}

// posted reads what both forms have. The spot must be one of the lot.
func (h *Chapter) posted(c *frame.Call) (values url.Values, s spot, key string, err error) {
	subject, err := c.Subject()
	if err != nil {
		return nil, s, "", err
	}
	if values, err = c.Posted(); err != nil {
		return nil, s, "", err
	}
	if key, err = c.Once(values); err != nil {
		return nil, s, "", err
	}
	if s, err = parseSpot(values.Get("from")); err == nil && s.lot != subject {
		err = errs.New(errs.Malformed, "desk.form_once")
	}
	return values, s, key, err
}

// move posts a move.
func (h *Chapter) move(c *frame.Call) error {
	values, from, key, err := h.posted(c)
	if err != nil {
		return err
	}
	bad := errs.Bad()
	m := stock.Move{
		Lot: from.lot, From: from.Spot, To: stock.Spot{Holder: from.Holder}, Amount: edit.Whole(bad, values, "amount", "desk.whole_number"),
		OccurredAt: edit.Moment(c, bad, values), Reason: edit.Text(values, "reason"),
	}
	if m.To.Place, err = h.Names.StoreCode(c, values.Get("to")); err != nil {
		return err
	}
	if m.To.Place == "" {
		bad.Field("to", "desk.stock_to_missing")
	}
	if err = bad.OrNil(); err == nil {
		_, err = h.Stock.Move(c.Context(), c.Actor, m, key)
	}
	return h.answer(c, values, from.lot, "move", moveFields, err)
}

// count posts the difference between what was counted and what the books say.
func (h *Chapter) count(c *frame.Call) error {
	values, at, key, err := h.posted(c)
	if err != nil {
		return err
	}
	bad := errs.Bad()
	if edit.Text(values, "counted") == "" {
		bad.Field("counted", "desk.stock_counted_missing")
	}
	counted := edit.Whole(bad, values, "counted", "desk.stock_counted_missing")
	if counted == at.amount && len(bad.Fields) == 0 {
		bad.Field("counted", "desk.stock_no_difference")
	}
	a := stock.Adjustment{
		Lot: at.lot, At: at.Spot, Difference: counted - at.amount, Booked: &at.amount,
		OccurredAt: edit.Moment(c, bad, values), Reason: edit.Text(values, "reason"),
	}
	if err = bad.OrNil(); err == nil {
		_, err = h.Stock.Adjust(c.Context(), c.Actor, a, key)
	}
	return h.answer(c, values, at.lot, "count", countFields, err)
}

// answer goes on to the lot, or draws the form again.
func (h *Chapter) answer(c *frame.Call, values url.Values, lot id.ID, act string, fields fieldset, err error) error {
	if err == nil {
		return c.Done(lots+"/"+lot.String(), map[string]string{"move": "moved", "count": "counted"}[act])
	}
	if errs.Is(err, errs.Conflict) { // the books changed since the form was opened
		return h.draw(c, http.StatusConflict, lot, act, fields, form.New(c.Reader.Localizer, values, errs.As(err)))
	}
	told, status, failed := edit.Told(err)
	if failed != nil {
		return failed
	}
	return h.draw(c, status, lot, act, fields, form.New(c.Reader.Localizer, values, told))
}
