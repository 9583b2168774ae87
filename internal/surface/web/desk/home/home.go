// SPDX-License-Identifier: Apache-2.0

// Package home is the first page of the desk: what waits for a person, what came
// in and went out today, and what was done last, as far as the visitor may read
// it. Every figure opens its list. An empty house is shown its first three steps.
package home

import (
	"context"
	_ "embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

//go:embed home.css
var style string

// Style returns the style of the page.
func Style() string { return style }

// Needs counts lines of needs.
type Needs interface {
	Count(ctx context.Context, actor account.Actor, f need.Filter, most int) (int, error)
}

// Distributions counts lines of hand-overs.
type Distributions interface {
	Count(ctx context.Context, actor account.Actor, f distribution.Filter, most int) (int, error)
}

// Stock counts what expires.
type Stock interface {
	Expiring(ctx context.Context, actor account.Actor, by clock.Day, most int) (int, error)
}

// Registers counts rows that wait.
type Registers interface {
	Waiting(ctx context.Context, actor account.Actor, most int) (int, error)
}

// Report has the figures of a day.
type Report interface {
	Figures(ctx context.Context, day clock.Day) (*report.Figures, error)
}

// Policy answers who may read the journal.
type Policy interface {
	Authorize(ctx context.Context, a account.Actor, action string, o account.Object) error
}

// Chapter answers /desk.
type Chapter struct {
	DB            *db.DB
	Policy        Policy
	Needs         Needs
	Distributions Distributions
	Stock         Stock
	Registers     Registers
	Report        Report
	Names         *naming.Book
}

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{
		{Method: http.MethodGet, Path: "/desk", Action: frame.Enter, Handle: h.show},
		{Method: http.MethodGet, Path: "/desk/{$}", Action: frame.Enter, Handle: func(c *frame.Call) error { return c.Moved("/desk") }},
	}
}

const (
	most       = 1000 // beyond it a count is "1,000 or more"
	expireDays = 60
	lastFacts  = 10
)

// view is what the page shows.
type view struct {
	Frame   frame.Frame
	Day     clock.Day
	Waiting []waiting
	Today   []today
	First   []step // of an empty house
	Facts   *record.View
}

// waiting is one kind of work for a person.
type waiting struct {
	Text, Next string
	N          int
	Href       string
}

// Many reports whether nobody counted to the end.
func (w waiting) Many() bool { return w.N >= most }

// today is one figure of the day.
type today struct {
	Text, Unit, Exact string
	Href              string // empty: the visitor may not read the list
}

// step is one of the first things to do.
type step struct{ Title, Text, Act, Href string }

// show answers with the page.
func (h *Chapter) show(c *frame.Call) error {
	v := &view{Frame: c.Page(c.Reader.T("desk.place_home"), frame.Home), Day: c.Today()}
	v.Frame.Live = "need receipt distribution fund stock entry register org"
	var err error
	if v.Waiting, err = h.waiting(c); err != nil {
		return err
	}
	booked, err := h.today(c, v)
	if err != nil {
		return err
	}
	if !booked {
		v.First = first(c)
	}
	if v.Facts, err = h.facts(c, v.Frame); err != nil {
		return err
	}
	return c.Write(homePage(v))
}

// waiting counts what waits for a person, as far as the visitor may deal with it.
func (h *Chapter) waiting(c *frame.Call) ([]waiting, error) {
	ctx, by := c.Context(), c.Today().Add(expireDays)
	var all []waiting
	for _, one := range []struct {
		action, name, href string
		count              func() (int, error)
	}{
		{"import.review", "held", "/desk/imports?held=true", func() (int, error) { return h.Registers.Waiting(ctx, c.Actor, most) }},
		{"need.read", "unclassified", "/desk/needs?unclassified=true", func() (int, error) {
			return h.Needs.Count(ctx, c.Actor, need.Filter{Unclassified: true}, most)
		}},
		{"need.read", "unknown", "/desk/needs?state=" + string(qty.Unstated), func() (int, error) {
			return h.Needs.Count(ctx, c.Actor, need.Filter{State: qty.Unstated}, most)
		}},
		{"stock.read", "expiring", "/desk/stock?" + url.Values{"expires_by": {by.String()}}.Encode(), func() (int, error) {
			return h.Stock.Expiring(ctx, c.Actor, by, most)
		}},
		{"distribution.read", "unreconciled", "/desk/distributions?unreconciled=true", func() (int, error) {
			return h.Distributions.Count(ctx, c.Actor, distribution.Filter{Unreconciled: true}, most)
		}},
	} {
		if !c.Could(one.action) {
			continue
		}
		n, err := one.count()
		if errs.Is(err, errs.Forbidden) { // the house's alone
			continue
		}
		if err != nil {
			return nil, err
		}
		if n > 0 {
			all = append(all, waiting{Text: c.Reader.T("desk.home_" + one.name), Next: c.Reader.T("desk.home_" + one.name + "_next"), N: n, Href: one.href})
		}
	}
	return all, nil
}

// today fills in the figures of the day. They are those of the public report,
// which everybody may read. booked is false when there is nothing in the books.
func (h *Chapter) today(c *frame.Call, v *view) (booked bool, err error) {
	latest, err := h.Report.Figures(c.Context(), 0)
	if errs.Is(err, errs.NotFound) || err == nil && latest.First == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	f, err := h.Report.Figures(c.Context(), v.Day)
	if errs.Is(err, errs.NotFound) {
		return true, nil // nothing happened today
	}
	if err != nil {
		return true, err
	}
	l := c.Reader.Localizer
	to := func(action, path string) string {
		if !c.Could(action) {
			return ""
		}
		return path + "?day=" + v.Day.String()
	}
	for _, m := range f.Money {
		for _, side := range []struct {
			name  string
			minor int64
		}{{"in", m.InToday}, {"out", m.OutToday}} {
			if side.minor != 0 {
				v.Today = append(v.Today, today{
					Text: l.T("desk.home_money_" + side.name), Exact: l.Money(money.Amount{Minor: side.minor, Currency: m.Currency}),
					Unit: l.Currency(m.Currency), Href: to("fund.read", "/desk/funds"),
				})
			}
		}
	}
	for _, g := range f.Groups {
		if g.Today != 0 {
			v.Today = append(v.Today, today{
				Text: l.T("desk.home_goods_in", "group", h.Names.Group(l, g.Code)), Exact: l.Number(g.Today),
				Unit: figure.Unit(l, g.Unit, g.Code), Href: to("receipt.read", "/desk/receipts"),
			})
		}
	}
	if n := len(f.Deliveries); n > 0 {
		v.Today = append(v.Today, today{
			Text: l.T("desk.home_deliveries"), Exact: l.Number(int64(n)), Unit: l.T("desk.home_rows"), Href: to("distribution.read", "/desk/distributions"),
		})
	}
	return true, nil
}

// first are the first three steps, as far as the visitor may take them.
func first(c *frame.Call) []step {
	var steps []step
	for _, one := range []struct{ action, name, href string }{
		{"import.run", "import", "/desk/imports"}, {"need.create", "need", "/desk/needs/new"}, {"person.invite", "invite", "/desk/people"},
	} {
		if c.Could(one.action) {
			steps = append(steps, step{
				Title: c.Reader.T("desk.home_first_" + one.name), Text: c.Reader.T("desk.home_first_" + one.name + "_text"),
				Act: c.Reader.T("desk.home_first_" + one.name + "_act"), Href: one.href,
			})
		}
	}
	return steps
}

// looked is among how many records of the journal the last facts are looked for:
// who came and went is not news.
const looked = 100

// facts are the last records of the journal; nil for whoever may not read it.
func (h *Chapter) facts(c *frame.Call, f frame.Frame) (*record.View, error) {
	err := h.Policy.Authorize(c.Context(), c.Actor, "journal.read", account.Object{Kind: "journal"})
	if errs.Is(err, errs.Forbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := journal.List(c.Context(), h.DB, journal.Filter{}, page.Request{Limit: looked})
	if err != nil {
		return nil, err
	}
	work := slices.DeleteFunc(found.Items, func(r journal.Record) bool {
		chapter, _, _ := strings.Cut(r.Action, ".")
		return chapter == "session" || chapter == "link" || chapter == "credential"
	})
	events, err := h.Names.Latest(c, work[:min(lastFacts, len(work))])
	return &record.View{Frame: f, History: events}, err
}
