// SPDX-License-Identifier: Apache-2.0

package imports

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/offer"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
)

// problem says in words why a row or a table cannot be read. Names of fields are
// put into the reader's language; what is missing can be put right on the page,
// which the general text does not know.
func problem(l *i18n.Localizer, key string, args map[string]any) string {
	if code, ok := args["field"].(string); ok {
		args = maps.Clone(args)
		args["field"] = fieldCode(l, code)
	}
	if own := "imports.problem." + key; l.Has(own) {
		key = own
	}
	text, _ := l.Error(errs.New(errs.Invalid, key, pairs(args)...))
	return text
}

// fieldCode names a field that a message has by its code.
func fieldCode(l *i18n.Localizer, code string) string {
	return l.Or("imports.field_"+code, "imports.field_other")
}

func fieldName(l *i18n.Localizer, f register.Field) string { return fieldCode(l, f.String()) }

// groupName is a problem in a few words.
func groupName(l *i18n.Localizer, key string) string {
	return l.Or("imports.group."+key, "imports.group.other")
}

// offerText is what an offered answer says.
func offerText(l *i18n.Localizer, names *naming.Book, o offer.Offer) string {
	args := maps.Clone(o.Args)
	if unit, ok := args["unit"].(string); ok {
		class := ""
		if o.Row != nil && len(o.Row.Lines) == 1 {
			class = o.Row.Lines[0].Class
		}
		args["unit"] = figure.Unit(l, qty.Unit(unit), class)
	}
	if n, ok := args["n"].(int64); ok {
		args["n"] = l.Number(n)
	}
	if class, ok := args["class"].(string); ok {
		args["name"] = names.Class(l, class)
	}
	return l.T(o.Text, pairs(args)...)
}

// part is one thing that was understood of a row.
type part struct {
	Label string
	Text  string
	Mine  bool // in the interface's words, not those of the file
}

// parts are what a row says, in the order in which people read a receipt.
func parts(l *i18n.Localizer, names *naming.Book, r *register.Row) []part {
	var all []part
	add := func(label, text string, mine bool) {
		if text != "" {
			all = append(all, part{l.T(label), text, mine})
		}
	}
	if r.Day != 0 {
		add("imports.field_date", l.Date(r.Day), true)
	}
	party := "imports.field_donor"
	if r.Kind == register.Needs || r.Kind == register.Distributions {
		party = "imports.field_recipient"
	}
	add(party, r.Party, false)
	for _, line := range r.Lines {
		text := names.Quantity(l, line.Quantity, line.Class)
		add("imports.goods", names.Class(l, line.Class)+" "+text, true)
	}
	if r.Kind == register.Money {
		flow := "imports.money_in"
		if r.Outgoing {
			flow = "imports.money_out"
		}
		add(flow, l.Money(r.Amount)+" "+l.Currency(r.Amount.Currency), true)
		add("imports.field_channel", r.Channel, false)
	}
	add("imports.field_place", names.Place(l, r.Place), true)
	add("imports.field_earmark", r.Earmark, false)
	add("imports.field_purpose", r.Purpose, false)
	return all
}

// sure says how sure a column is taken for what it is: the chip's look and word.
func sure(m layout.Meaning) (look, word string) {
	switch m.How {
	case layout.Given:
		return "on", "imports.sure_given"
	case layout.ByHeader:
		return "", "imports.sure_header"
	case layout.AsGoods:
		return "likely", "imports.sure_likely"
	case layout.ByContent:
		return "guess", "imports.sure_guess"
	case layout.Ignored:
		return "on", "imports.sure_ignored"
	}
	return "guess", "imports.sure_nobody"
}

// meanings are what a column can be taken for.
func meanings(l *i18n.Localizer, kind register.Kind, m layout.Meaning) []form.Option {
	all := []form.Option{{Value: nothing, Text: l.T("imports.not_read")}}
	if m.How == layout.AsGoods {
		all = append(all, form.Option{Value: article, Text: l.T("imports.is_goods")})
	}
	for _, f := range layout.Fields(kind) {
		all = append(all, form.Option{Value: f.String(), Text: fieldName(l, f)})
	}
	if m.How == layout.Given || m.How == layout.Ignored {
		all = append(all, form.Option{Value: guessed, Text: l.T("imports.guess_again")})
	}
	return all
}

// rowTitle is what a row is called in the list: its article, or its party.
func rowTitle(r register.HeldRow) string {
	for _, f := range []register.Field{layout.Item, layout.Supplies, layout.Recipient, layout.Donor, layout.Amount, layout.Note} {
		if text := strings.TrimSpace(r.Values[f]); text != "" {
			return text
		}
	}
	return strings.TrimSpace(strings.Join(r.Cells, " "))
}

// mainFields are those of a row that are shown at once when it is mended: what
// the kind needs and what the row has.
func mainFields(r register.HeldRow) (main, rest []register.Field) {
	needed := map[register.Field]bool{layout.Date: true}
	for _, group := range layout.Required(r.Kind) {
		needed[group[0]] = true
	}
	for _, f := range layout.Fields(r.Kind) {
		switch f {
		case layout.File, layout.Supplies:
			if r.Values[f] == "" {
				continue
			}
		case layout.Qty, layout.Unit:
			needed[f] = true
		}
		if needed[f] || r.Values[f] != "" {
			main = append(main, f)
		} else {
			rest = append(rest, f)
		}
	}
	return main, rest
}

// writtenAs pairs the names of the columns with the cells of a row.
func writtenAs(r register.HeldRow) []part {
	var all []part
	for i, text := range r.Cells {
		if strings.TrimSpace(text) == "" {
			continue
		}
		name := ""
		if i < len(r.Columns) {
			name = r.Columns[i]
		}
		all = append(all, part{Label: name, Text: text})
	}
	return all
}

// groupsOf lists problems, the most frequent first.
func groupsOf(reasons map[string]int) []group {
	all := make([]group, 0, len(reasons))
	for key, rows := range reasons {
		all = append(all, group{key, rows})
	}
	slices.SortFunc(all, func(a, b group) int { return cmp.Or(b.Rows-a.Rows, strings.Compare(a.Key, b.Key)) })
	return all
}

// heldURL is the list of the rows with one problem, one of them open.
func heldURL(p upload.Progress, key string, row int) string {
	query := url.Values{}
	if key != "" {
		query.Set("key", key)
	}
	if row > 0 {
		query.Set("row", strconv.Itoa(row))
	}
	if len(query) == 0 {
		return home(p.ID) + "/held"
	}
	return home(p.ID) + "/held?" + query.Encode()
}

// seenColumn is one column of one table of the form.
type seenColumn struct {
	Table, At int
	Ref       string
	Column    register.ColumnPreview
}

// sheets are the tables of a file to choose from.
func sheets(l *i18n.Localizer, v sight) []form.Option {
	all := []form.Option{{Text: l.T("imports.every_sheet")}}
	chosen := v.State.Value("sheet")
	for _, t := range v.Seen.Tables {
		if t.Sheet != chosen {
			all = append(all, form.Option{Value: t.Sheet, Text: t.Sheet})
		}
	}
	if chosen != "" {
		all = append(all, form.Option{Value: chosen, Text: chosen})
	}
	return all
}

// valuesOf are the fields of a row as they were read.
func valuesOf(l *i18n.Localizer, r register.HeldRow) []part {
	var all []part
	for _, f := range layout.Fields(r.Kind) {
		if text := r.Values[f]; text != "" {
			all = append(all, part{Label: fieldName(l, f), Text: text})
		}
	}
	return all
}

// absurd reports whether the row at hand waits for the confirmation of a number.
func absurd(v bench) bool {
	unusual := func(key string) bool { return key == "goods.absurd" || key == "register.quantity.absurd" }
	if unusual(v.Row.Key) {
		return true
	}
	for _, f := range layout.Fields(v.Row.Kind) {
		if v.State.Has("v."+f.String(), "goods.absurd") {
			return true
		}
	}
	return v.State.Value("confirmed") == "true"
}
