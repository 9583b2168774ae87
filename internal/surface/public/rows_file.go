// SPDX-License-Identifier: Apache-2.0

package public

import (
	"context"
	"fmt"
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/surface/web/rows"
	threadpage "github.com/qiaorelief/qiao/internal/surface/web/thread"
)

// rowsWritten is how many rows one file holds at most, so that nobody keeps the
// books busy for long with one click. A file that leaves rows out says so in its
// last line.
const rowsWritten = 20_000

// rowColumns are the columns of a list as a file.
var rowColumns = []string{
	"date", "item", "as_written", "class", "quantity", "unit", "amount", "currency", "value_source", "from", "to", "place", "lot", "lot_code", "paper", "note",
}

// ServeRows implements rows.Files: the whole list, page by page.
func (s *Sources) ServeRows(w http.ResponseWriter, r *http.Request, query rows.Query, file rows.File) error {
	query.Page = page.Request{Limit: page.MaxLimit}
	l, err := s.listing(r.Context(), query, file.Lang)
	if err != nil {
		return err
	}
	way := l.way()
	if err := way.rows(r.Context()); err != nil { // before the first byte, so that a failure still becomes a page
		return err
	}
	name := fmt.Sprintf("%s-%s.%s", query.Flow, l.figures.Day, file.Format)
	table := attachment(w, name, file.Format)
	if err := l.write(r.Context(), table, way, rowsWritten); err != nil {
		// Half a file is sent: only a broken connection tells the reader so.
		s.Log.WarnContext(r.Context(), "list as a file broke off", "flow", query.Flow, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// attachment starts an answer that is saved as a file, and returns its table.
func attachment(w http.ResponseWriter, name, format string) sheet.Writer {
	h := w.Header()
	h.Set("Content-Type", contentTypes[format])
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	if format == "xlsx" {
		return sheet.XLSX(w)
	}
	return sheet.CSV(w, true)
}

// write writes the page that was found and all that follow, at most so many rows.
func (l *listing) write(ctx context.Context, table sheet.Writer, way list, most int) error {
	if err := table.Header(rowColumns); err != nil {
		return err
	}
	written := 0
	for {
		for _, row := range l.view.Rows {
			if written == most {
				if err := l.truncated(table, most); err != nil {
					return err
				}
				return table.Close()
			}
			if err := table.Row(cells(row)...); err != nil {
				return err
			}
			written++
		}
		if l.view.Next == "" {
			return table.Close()
		}
		l.query.Page.Cursor, l.view.Next, l.view.Rows = l.view.Next, "", l.view.Rows[:0]
		if err := way.rows(ctx); err != nil {
			return err
		}
	}
}

// truncated says in the last row that there are more.
func (l *listing) truncated(table sheet.Writer, most int) error {
	row := make([]any, len(rowColumns))
	row[len(row)-1] = l.words.T("report.rows_truncated", "n", l.words.Number(int64(most)))
	return table.Row(row...)
}

// cells is a row as a line of a file. A quantity and an amount of money are
// empty where there is none, not zero.
func cells(r rows.Row) []any {
	var quantity, amount, currency any
	if r.State != "" {
		quantity = r.Quantity
	}
	if r.Amount != nil {
		amount, currency = *r.Amount, string(r.Amount.Currency)
	}
	return []any{
		r.Day, r.Item, r.AsWritten, r.Class, quantity, string(r.Unit), amount, currency, r.Source, r.From, r.To, r.Place, r.Lot, r.LotCode, r.Paper, r.Note,
	}
}

// ServeThread implements thread.Files: the terms of the equation, the steps and
// the recipients of one lot, one a line.
func (s *Sources) ServeThread(w http.ResponseWriter, r *http.Request, lot string, lang i18n.Lang) error {
	v, err := s.Thread(r.Context(), lot, lang)
	if err != nil {
		return err
	}
	table := attachment(w, "thread-"+lot+".csv", "csv")
	if err := writeThread(table, v, s.Bundle.In(lang)); err != nil {
		s.Log.WarnContext(r.Context(), "thread as a file broke off", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func writeThread(table sheet.Writer, v *threadpage.View, l *i18n.Localizer) error {
	if err := table.Header([]string{"lot", "record", "date", "time", "what", "quantity", "unit", "where", "note"}); err != nil {
		return err
	}
	unit := string(v.Lot.Unit)
	lines := [][]any{{v.Lot.Code, "given", clock.Day(0), nil, v.Lot.Item, v.Given, unit, v.Lot.Donor, v.Lot.Earmark}}
	for _, p := range v.Parts {
		lines = append(lines, []any{v.Lot.Code, p.Kind, clock.Day(0), nil, v.Lot.Item, p.Quantity, unit, "", ""})
	}
	for _, step := range v.Steps {
		lines = append(lines, []any{v.Lot.Code, "step", step.Day, i18n.Stamp(step.At, step.Zone), step.Title, step.Quantity, unit, "", step.Text})
	}
	for _, b := range v.Branches {
		note := ""
		switch {
		case b.Rejected > 0 && b.Reason != "":
			note = l.T("public.rejected", "n", l.Number(b.Rejected), "why", b.Reason)
		case b.Rejected > 0:
			note = l.T("public.rejected_only", "n", l.Number(b.Rejected))
		}
		where := b.Recipient
		if b.Place != "" {
			where += " · " + b.Place
		}
		lines = append(lines, []any{v.Lot.Code, "recipient", b.Day, i18n.Stamp(b.At, b.Zone), v.Lot.Item, b.Accepted, unit, where, note})
	}
	for _, line := range lines {
		if err := table.Row(line...); err != nil {
			return err
		}
	}
	return table.Close()
}
