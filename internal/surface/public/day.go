// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	page "github.com/qiaorelief/qiao/internal/surface/web/report"
)

// handOversShown is how many hand-overs of the day stand on the report's page,
// and lotsShown how many lots of each open from it.
const (
	handOversShown = 6
	lotsShown      = 3
)

// deliveries shows the last hand-overs of the day, whole, and the lots that they
// were taken from.
func (s *Report) deliveries(ctx context.Context, f *report.Figures, v *page.View, names map[id.ID]org.Org, lang i18n.Lang) error {
	l := s.Bundle.In(lang)
	seen := map[id.ID]bool{}
	for _, row := range f.Deliveries {
		if seen[row.Distribution.ID] || len(seen) == handOversShown {
			continue
		}
		seen[row.Distribution.ID] = true
		d, err := distribution.ByID(ctx, s.DB, row.Distribution.ID)
		if err != nil {
			return err
		}
		shown := page.Delivery{
			At: d.OccurredAt, Recipient: shownName(l, names[d.Recipient]),
			Href: figure.RowsURL(f.Day, figure.FlowOut, "day", d.Day.String(), "recipient", d.Recipient.String()),
		}
		for _, line := range d.Lines {
			_, unit, err := s.Catalog.Split(string(line.Commodity))
			if err != nil {
				continue
			}
			goods := figure.Goods{Class: line.Class, Name: className(s.Bundle.In(lang), s.Catalog, line.Class), Unit: unit, Quantity: line.Accepted}
			shown.Lines = append(shown.Lines, goods)
			if line.Rejected > 0 {
				goods.Quantity = line.Rejected
				shown.Rejected = append(shown.Rejected, goods)
				shown.Reason = reason(l, s.Words, line.RejectReason)
			}
			if err := s.lots(ctx, line.Picks, &shown); err != nil {
				return err
			}
		}
		v.Deliveries = append(v.Deliveries, shown)
	}
	slices.SortStableFunc(v.Deliveries, func(a, b page.Delivery) int { return b.At.Compare(a.At) })
	return nil
}

// lots adds the lots of a line to a hand-over, as many as are shown.
func (s *Report) lots(ctx context.Context, picks []distribution.Pick, shown *page.Delivery) error {
	for _, pick := range picks {
		if len(shown.Lots) == lotsShown {
			return nil
		}
		lot, err := ledger.LotByID(ctx, s.DB, pick.Lot)
		if err != nil {
			return err
		}
		shown.Lots = append(shown.Lots, page.Lot{ID: lot.ID.String(), Code: lotCode(lot)})
	}
	return nil
}

// corrections shows what was corrected on the day: what was booked before, and
// what the total of its day has been since.
func (s *Report) corrections(ctx context.Context, f *report.Figures, v *page.View, lang i18n.Lang) error {
	l := s.Bundle.In(lang)
	for _, e := range f.Corrections {
		full, err := ledger.EntryByID(ctx, s.DB, e.ID)
		if err != nil {
			return err
		}
		for _, line := range full.Lines {
			if line.Amount >= 0 || line.Account.Kind != ledger.Stock && line.Account.Kind != ledger.Fund && line.Account.Kind != ledger.Recipient {
				continue
			}
			class, unit, err := s.Catalog.Split(string(line.Commodity))
			if err != nil {
				continue
			}
			goods := figure.Goods{Class: class.Code, Name: className(s.Bundle.In(lang), s.Catalog, class.Code), Unit: unit, Quantity: -line.Amount}
			fix := page.Correction{
				When: e.RecordedAt, What: l.T("public.entry."+e.Kind) + " · " + l.DateShort(e.Day), Old: goods.Text(l),
				New: l.T("public.taken_back"), Reason: reason(l, s.Words, e.Reason),
			}
			if strings.HasPrefix(e.Kind, "receipt.") && string(line.Commodity) == class.Code {
				fix.Now = s.totalSince(f, class.Group, e.Day, lang)
			}
			v.Corrections = append(v.Corrections, fix)
		}
	}
	return nil
}

// totalSince is what a group's total of a day reads after all corrections.
func (s *Report) totalSince(f *report.Figures, group string, day clock.Day, lang i18n.Lang) string {
	for _, g := range f.Groups {
		if g.Code != group {
			continue
		}
		var sum int64
		for _, d := range g.Days {
			if d.Day <= day {
				sum += d.Quantity
			}
		}
		l := s.Bundle.In(lang)
		goods := figure.Goods{Class: group, Name: s.groupName(group, lang), Unit: g.Unit, Quantity: sum}
		return l.T("public.total_since", "date", l.DateShort(day), "what", goods.Text(l))
	}
	return ""
}
