// SPDX-License-Identifier: Apache-2.0

package public

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/overview/report"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
)

// formats are the files in which a report can be had.
var formats = []string{"csv", "xlsx", "json"}

var contentTypes = map[string]string{
	"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// Files writes reports as files.
type Files struct {
	Figures *report.Service
	Streams *Report // knows where goods came from; nil: there is no file about it
}

// ServeReport answers /report/DATE.FORMAT.
func (s *Files) ServeReport(w http.ResponseWriter, r *http.Request, day clock.Day, format string) error {
	if format == flowFile && s.Streams != nil {
		return s.serveFlow(w, r, day)
	}
	if !slices.Contains(formats, format) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	f, err := s.Figures.Figures(r.Context(), day)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := WriteReport(&body, f, format); err != nil {
		return fmt.Errorf("report file: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", contentTypes[format])
	h.Set("Cache-Control", "no-cache")
	if format != "json" {
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="report-%s.%s"`, f.Day, format))
	}
	_, err = w.Write(body.Bytes())
	return err
}

// WriteReport writes the figures as csv, xlsx or json.
func WriteReport(body *bytes.Buffer, f *report.Figures, format string) error {
	if format == "json" {
		e := json.NewEncoder(body)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(f.Document())
	}
	var w sheet.Writer = sheet.CSV(body, true)
	if format == "xlsx" {
		w = sheet.XLSX(body)
	}
	if err := reportTable(w, f); err != nil {
		return err
	}
	return w.Close()
}

// reportTable writes every figure as one row of one table, so that a
// spreadsheet can filter it: what it is, of what, in which unit, how much.
func reportTable(w sheet.Writer, f *report.Figures) error {
	if err := w.Header([]string{"date", "figure", "code", "unit", "quantity", "amount", "currency", "place"}); err != nil {
		return err
	}
	rows := [][]any{}
	add := func(figure, code, unit string, n any, amount any, currency string) {
		rows = append(rows, []any{f.Day, figure, code, unit, n, amount, currency, ""})
	}
	sum := func(figure, code string, minor int64, c money.Currency) {
		add(figure, code, "", nil, money.Amount{Minor: minor, Currency: c}, string(c))
	}
	for _, m := range f.Money {
		sum("money_in", "", m.In, m.Currency)
		sum("money_out", "", m.Out, m.Currency)
		sum("money_balance", "", m.Balance, m.Currency)
	}
	for _, v := range f.Values {
		sum("goods_value_in", "", v.Amount, v.Currency)
		for _, source := range slices.Sorted(maps.Keys(v.Sources)) {
			sum("goods_value_in_by_source", string(source), v.Sources[source], v.Currency)
		}
	}
	for _, g := range f.Groups {
		add("received", g.Code, string(g.Unit), g.Quantity, nil, "")
		for _, d := range g.Days {
			rows = append(rows, []any{d.Day, "received_on_day", g.Code, string(g.Unit), d.Quantity, nil, "", ""})
		}
		for _, p := range g.Packs {
			add("received_packs_of_unknown_content", p.Class, string(p.Unit), p.Quantity, nil, "")
		}
	}
	for _, l := range f.Lines {
		code, unit := string(l.Commodity), string(l.Unit)
		add("in", code, unit, l.In, nil, "")
		add("out", code, unit, l.Out, nil, "")
		add("stock", code, unit, l.Stock, nil, "")
		add("adjusted", code, unit, l.Adjusted, nil, "")
		add("unreconciled", code, unit, l.Unreconciled, nil, "")
	}
	for _, n := range f.Needs {
		add("needed_"+string(n.State), n.Class, string(n.Unit), n.Needed, nil, "")
		add("needed_delivered", n.Class, string(n.Unit), n.Delivered, nil, "")
		add("needed_missing", n.Class, string(n.Unit), n.Missing, nil, "")
		for _, place := range slices.Sorted(maps.Keys(byPrefecture(n.Places))) {
			sum := byPrefecture(n.Places)[place]
			for _, cell := range []struct {
				figure   string
				quantity int64
			}{{"needed_in_place_" + string(n.State), sum.Needed}, {"needed_in_place_delivered", sum.Delivered}, {"needed_in_place_missing", sum.Missing}} {
				rows = append(rows, []any{f.Day, cell.figure, n.Class, string(n.Unit), cell.quantity, nil, "", place})
			}
		}
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}
