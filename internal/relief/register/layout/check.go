// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
)

const (
	maxHeaderRow  = 1000
	maxHeaderRows = 3
	maxDefault    = 200 // characters
)

// Check looks over what a person wrote about a register of the kind. The error
// names the fields: header_row, header_rows, columns.FIELD, defaults.FIELD.
func (m *Mapping) Check(kind Kind) error {
	bad := errs.Bad()
	if m.Kind != "" && m.Kind != kind {
		bad.Field("kind", "register.mapping.other_kind", "kind", string(m.Kind))
	}
	if m.HeaderRow < 0 || m.HeaderRow > maxHeaderRow {
		bad.Field("header_row", "register.mapping.header_row", "max", maxHeaderRow)
	}
	if m.HeaderRows < 0 || m.HeaderRows > maxHeaderRows || m.HeaderRows > max(m.HeaderRow, 1) {
		bad.Field("header_rows", "register.mapping.header_rows", "max", maxHeaderRows)
	}
	m.checkColumns(kind, bad)
	m.checkDefaults(kind, bad)
	return bad.OrNil()
}

func (m *Mapping) checkColumns(kind Kind, bad *errs.Error) {
	taken := map[Column]bool{}
	for _, f := range fieldsInOrder(m.Columns) {
		c := m.Columns[f]
		name := "columns." + f.String()
		switch {
		case !slices.Contains(fieldsOf[kind], f):
			bad.Field(name, "register.mapping.field_foreign", "field", f.String())
		case taken[c]:
			column := c.Name
			if column == "" {
				column = "#" + strconv.Itoa(c.Number)
			}
			bad.Field(name, "register.mapping.column_twice", "column", column)
		}
		taken[c] = true
	}
}

func (m *Mapping) checkDefaults(kind Kind, bad *errs.Error) {
	for _, f := range fieldsInOrder(m.Defaults) {
		text, name := m.Defaults[f], "defaults."+f.String()
		switch {
		case !slices.Contains(fieldsOf[kind], f):
			bad.Field(name, "register.mapping.field_foreign", "field", f.String())
		case text == "" || utf8.RuneCountInString(text) > maxDefault:
			bad.Field(name, "register.mapping.default_length", "max", maxDefault)
		case f == Date && !dayOrYear(text):
			bad.Field(name, "register.mapping.default_date")
		case f == Currency && !currency(text):
			bad.Field(name, "register.currency.unknown", "currency", cell.Cut(text, 10))
		case counts(f):
			if _, ok := cell.ParseDecimal(text); !ok {
				bad.Field(name, "register.mapping.default_number")
			}
		}
	}
}

func fieldsInOrder[V any](m map[Field]V) []Field {
	all := make([]Field, 0, len(m))
	for f := range m {
		all = append(all, f)
	}
	slices.Sort(all)
	return all
}

func dayOrYear(text string) bool {
	if _, ok := sheet.ParseDay(text, 0); ok {
		return true
	}
	return onlyYear.MatchString(text)
}

// onlyYear is a year alone: it completes days that are written without one, and
// is no day itself.
var onlyYear = regexp.MustCompile(`^(20\d{2}) ?年?$`)

func currency(text string) bool {
	if money.Currency(text).Known() {
		return true
	}
	return slices.Contains([]string{"元", "人民币", "RMB", "¥", "￥", "美元", "$", "欧元", "€", "港币", "港元", "日元"}, text)
}
