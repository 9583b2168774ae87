// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"
	"log/slog"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/overview/thread"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/surface/public/area"
	"github.com/qiaorelief/qiao/internal/surface/public/plain"
	"github.com/qiaorelief/qiao/internal/surface/web/data"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	needpage "github.com/qiaorelief/qiao/internal/surface/web/need"
	threadpage "github.com/qiaorelief/qiao/internal/surface/web/thread"
)

// Sources fills the pages behind the report: rows, threads, needs, downloads.
type Sources struct {
	DB      *db.DB
	Ledger  *ledger.Ledger
	Figures *report.Service
	Catalog *catalog.Catalog
	Places  PlaceNames
	Bundle  *i18n.Bundle
	Words   *plain.Words
	Log     *slog.Logger
}

// Thread implements the thread page's Source.
func (s *Sources) Thread(ctx context.Context, lot string, lang i18n.Lang) (*threadpage.View, error) {
	lotID, err := id.Parse(lot)
	if err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "thread.no_such_lot")
	}
	var t *thread.Thread
	err = s.DB.View(ctx, func(ctx context.Context, v *db.View) (err error) {
		t, err = thread.Of(ctx, v, lotID)
		return err
	})
	if err != nil {
		return nil, err
	}
	class, unit, err := s.Catalog.Split(string(t.Lot.Commodity))
	if err != nil { // money has no thread of its own page
		return nil, errs.Wrap(err, errs.NotFound, "thread.no_such_lot")
	}
	wanted := []id.ID{t.Lot.Donor, t.Earmark.Recipient}
	for _, b := range t.Branches {
		wanted = append(wanted, b.Recipient)
	}
	names, err := org.Names(ctx, s.DB, wanted)
	if err != nil {
		return nil, err
	}
	return s.threadView(t, class, unit, names, lang), nil
}

func (s *Sources) threadView(t *thread.Thread, class catalog.Class, unit qty.Unit, names map[id.ID]org.Org, lang i18n.Lang) *threadpage.View {
	l := s.Bundle.In(lang)
	zone := s.Ledger.Zone()
	v := &threadpage.View{
		Lot: threadpage.Lot{
			Code: lotCode(t.Lot), Class: class.Code, Item: className(s.Bundle.In(lang), s.Catalog, class.Code), Unit: unit,
			AsWritten: s.Words.Item(class.Code, t.Receipt.Line.ItemText), Standards: s.Words.Standards(t.Receipt.Line.Standards),
			Expiry: t.Lot.ExpiresOn, Donor: publicName(names[t.Lot.Donor]), ValueSource: string(t.Receipt.Line.ValueSource),
		},
		Given: t.Given,
	}
	if !t.Lot.Earmark.IsZero() {
		v.Lot.Earmark = s.earmark(t.Earmark, names[t.Earmark.Recipient], lang)
	}
	if value := t.Receipt.Line.Value; value.Minor > 0 {
		v.Lot.Value = &value
	}
	for _, p := range []threadpage.Part{
		{Kind: "handed", Quantity: t.Handed}, {Kind: "way", Quantity: t.Way}, {Kind: "stock", Quantity: t.Stock}, {Kind: "lost", Quantity: t.Lost},
	} {
		if p.Quantity != 0 {
			v.Parts = append(v.Parts, p)
		}
	}
	for _, step := range t.Steps {
		ps := threadpage.Step{
			Day: step.Entry.Day, At: step.Entry.OccurredAt, Zone: zone, Title: l.T("public.entry." + step.Entry.Kind), Quantity: step.Quantity,
		}
		switch {
		case step.Corrects:
			ps.Title, ps.Text = l.T("public.taken_back"), reason(l, s.Words, step.Entry.Reason)
		case step.Entry.Kind == "stock.adjust":
			ps.Kind, ps.Text = threadpage.KindLoss, reason(l, s.Words, step.Entry.Reason)
		case step.Recipient.IsZero():
			ps.Text = placeName(s.Places, step.Place, lang)
		}
		v.Steps = append(v.Steps, ps)
	}
	for _, b := range t.Branches {
		v.Branches = append(v.Branches, threadpage.Branch{
			Recipient: shownName(l, names[b.Recipient]), Place: placeName(s.Places, b.Place, lang), Accepted: b.Accepted,
			Rejected: b.Rejected, Reason: reason(l, s.Words, b.Reason), Day: clock.DayOf(b.At, zone), At: b.At, Zone: zone,
		})
	}
	return v
}

// Needs implements the needs page's Source.
func (s *Sources) Needs(ctx context.Context, query needpage.Query, lang i18n.Lang) (*needpage.View, error) {
	f, err := s.Figures.Figures(ctx, 0)
	if err != nil {
		return nil, err
	}
	filter := need.Filter{Class: query.Class, Place: query.Place}
	v := &needpage.View{AsOf: f.ComputedAt, Zone: s.Ledger.Zone()}
	if v.Subject, err = s.subject(query, lang); err != nil {
		return nil, err
	}
	for _, n := range f.Needs {
		if query.Class != "" && query.Class != n.Class {
			continue
		}
		c := coverage(n, className(s.Bundle.In(lang), s.Catalog, n.Class))
		if query.Place != "" && !narrow(&c, n, query.Place) {
			continue
		}
		v.Classes = append(v.Classes, c)
	}
	if v.Count, err = need.Count(ctx, s.DB, filter); err != nil {
		return nil, err
	}
	rows, err := need.Rows(ctx, s.DB, filter, query.Page)
	if err != nil {
		return nil, err
	}
	v.Next = rows.Next
	wanted := make([]id.ID, 0, len(rows.Items))
	for _, r := range rows.Items {
		wanted = append(wanted, r.Need.Recipient)
	}
	names, err := org.Names(ctx, s.DB, wanted)
	if err != nil {
		return nil, err
	}
	handed := map[id.ID]map[string]int64{}
	for _, r := range f.Received {
		if string(r.Commodity) != r.Class {
			continue
		}
		if handed[r.Recipient] == nil {
			handed[r.Recipient] = map[string]int64{}
		}
		handed[r.Recipient][r.Class] += r.Quantity
	}
	for _, r := range rows.Items {
		v.Lines = append(v.Lines, s.needLine(r, names[r.Need.Recipient], handed[r.Need.Recipient][r.Line.Class], lang))
	}
	return v, nil
}

// subject names what a list of needs is narrowed to. A class or a place that
// there is not is NotFound.
func (s *Sources) subject(query needpage.Query, lang i18n.Lang) (string, error) {
	var parts []string
	if query.Place != "" {
		name := ""
		if area.IsCode(query.Place) {
			name = placeName(s.Places, query.Place, lang)
		}
		if name == "" {
			return "", errs.New(errs.NotFound, "error.not_found")
		}
		parts = append(parts, name)
	}
	if query.Class != "" {
		if _, ok := s.Catalog.Class(query.Class); !ok {
			return "", errs.New(errs.NotFound, "error.not_found")
		}
		parts = append(parts, className(s.Bundle.In(lang), s.Catalog, query.Class))
	}
	return strings.Join(parts, " · "), nil
}

// narrow makes the picture of a class that of one place. It reports whether
// anybody there asked with a number: only then is there something to measure.
func narrow(c *figure.Coverage, n report.Need, place string) bool {
	c.Needed, c.Delivered, c.Missing, c.Recipients, c.UnknownLines = 0, 0, 0, 0, 0
	for _, p := range n.Places {
		if strings.HasPrefix(p.Place, place) {
			c.Needed, c.Delivered, c.Missing = c.Needed+p.Needed, c.Delivered+p.Delivered, c.Missing+p.Missing
		}
	}
	return c.Needed > 0
}

func (s *Sources) needLine(r need.Row, o org.Org, handed int64, lang i18n.Lang) needpage.Line {
	class, _ := s.Catalog.Class(r.Line.Class)
	c := figure.Coverage{
		Class: class.Code, Name: className(s.Bundle.In(lang), s.Catalog, class.Code), Unit: class.BaseUnit, State: qty.Unstated, Delivered: handed,
	}
	if r.Line.Base != nil {
		c.State, c.Needed, c.Missing = r.Line.Quantity.State, *r.Line.Base, max(0, *r.Line.Base-handed)
	}
	return needpage.Line{
		Recipient: shownName(s.Bundle.In(lang), o), Place: placeName(s.Places, r.Need.Place, lang),
		AsWritten: s.Words.Item(plain.Other, r.Line.ItemText), Standards: s.Words.Standards(r.Line.Standards), Confirmed: r.Need.StatedOn, Coverage: c,
	}
}

// Data implements the downloads page's Catalogue.
func (s *Sources) Data(ctx context.Context, _ i18n.Lang) (*data.View, error) {
	f, err := s.Figures.Figures(ctx, 0)
	if err != nil {
		return nil, err
	}
	v := &data.View{}
	if f.First == 0 {
		return v, nil
	}
	const listed = 31
	for day := f.Day; day >= f.First && len(v.Reports) < listed; day = day.Add(-1) {
		late, err := s.Ledger.LateCorrections(ctx, s.DB, day)
		if err != nil {
			return nil, err
		}
		r := data.Report{Day: day, Edition: 1 + int(late)}
		for _, d := range downloads(day) {
			r.Files = append(r.Files, data.File{Format: d.Format, Href: d.Href})
		}
		v.Reports = append(v.Reports, r)
	}
	return v, nil
}
