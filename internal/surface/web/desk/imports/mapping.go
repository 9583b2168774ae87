// SPDX-License-Identifier: Apache-2.0

package imports

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// What the select of a column can say besides a field.
const (
	nothing = ""      // the column is not read
	guessed = "auto"  // what the program makes of it
	article = "goods" // its name is an article of a wide table
)

// maxTables and maxColumns bound what is read of a form.
const (
	maxTables  = 12
	maxColumns = 400
)

// chosen is what the select of a column shows.
func chosen(m layout.Meaning) string {
	switch {
	case m.How == layout.AsGoods:
		return article
	case m.Read():
		return m.Field.String()
	}
	return nothing
}

// reference names a column in a form: by its header where that is the only one
// of its name, so that it is found in the next file too, else by its number.
func reference(t register.TablePreview, i int) string {
	c := t.Columns[i]
	for j, other := range t.Columns {
		if c.Name == "" || j != i && other.Name == c.Name {
			return "#" + strconv.Itoa(c.Number)
		}
	}
	return "=" + c.Name
}

func readReference(text string) (c layout.Column, ok bool) {
	if name, named := strings.CutPrefix(text, "="); named {
		return layout.Column{Name: name}, name != ""
	}
	n, err := strconv.Atoi(strings.TrimPrefix(text, "#"))
	return layout.Column{Number: n}, err == nil && n > 0
}

// field names the inputs of column i of table t.
func field(t, i int, what string) string { return fmt.Sprintf("t%d.c%d.%s", t, i, what) }

// said are the inputs beside the columns as a mapping has them.
func said(m *register.Mapping) url.Values {
	values := url.Values{}
	if m == nil {
		return values
	}
	values.Set("sheet", m.Sheet)
	if m.HeaderRow > 0 {
		values.Set("header_row", strconv.Itoa(m.HeaderRow))
	}
	if m.HeaderRows > 0 {
		values.Set("header_rows", strconv.Itoa(m.HeaderRows))
	}
	for f, text := range m.Defaults {
		values.Set("defaults."+f.String(), text)
	}
	if m.OneMeansUnknown != nil {
		values.Set("one", strconv.FormatBool(*m.OneMeansUnknown))
	}
	return values
}

// reread makes the mapping that a form says, starting from the one in force:
// only what was changed is said, so that what was guessed stays a guess.
func reread(now *register.Mapping, kind register.Kind, values url.Values) (*register.Mapping, bool, error) {
	m := register.Mapping{Kind: kind}
	if now != nil {
		m = *now
	}
	m.Columns, m.Defaults, m.Ignore = maps.Clone(m.Columns), maps.Clone(m.Defaults), slices.Clone(m.Ignore)
	if m.Columns == nil {
		m.Columns = map[layout.Field]layout.Column{}
	}
	if m.Defaults == nil {
		m.Defaults = map[layout.Field]string{}
	}
	changed := columns(&m, values)
	bad := errs.Bad()
	before := said(now)
	for _, f := range constants(kind) {
		name := "defaults." + f.String()
		text := strings.TrimSpace(values.Get(name))
		if delete(m.Defaults, f); text != "" {
			m.Defaults[f] = text
		}
		changed = changed || text != before.Get(name)
	}
	m.HeaderRow, m.HeaderRows = number(bad, values, "header_row"), number(bad, values, "header_rows")
	m.Sheet = values.Get("sheet")
	for _, name := range []string{"header_row", "header_rows", "sheet"} {
		changed = changed || strings.TrimSpace(values.Get(name)) != before.Get(name)
	}
	if kind == register.Needs {
		m.OneMeansUnknown = nil
		if yes, err := strconv.ParseBool(values.Get("one")); err == nil {
			m.OneMeansUnknown = &yes
		}
		changed = changed || values.Get("one") != before.Get("one")
	}
	return &m, changed, bad.OrNil()
}

// columns takes over the selects that were changed.
func columns(m *register.Mapping, values url.Values) (changed bool) {
	type answer struct {
		column layout.Column
		says   string
	}
	var answers []answer
	for t := range maxTables {
		for i := range maxColumns {
			column, ok := readReference(values.Get(field(t, i, "ref")))
			if !ok {
				break
			}
			says := values.Get(field(t, i, "is"))
			if says == values.Get(field(t, i, "was")) {
				continue
			}
			answers = append(answers, answer{column, says})
		}
	}
	for _, a := range answers { // first away with what was said, so that two columns can be swapped
		maps.DeleteFunc(m.Columns, func(_ layout.Field, c layout.Column) bool { return c == a.column })
		m.Ignore = slices.DeleteFunc(m.Ignore, func(c layout.Column) bool { return c == a.column })
	}
	for _, a := range answers {
		var f layout.Field
		switch err := f.UnmarshalText([]byte(a.says)); {
		case err == nil:
			m.Columns[f] = a.column
		case a.says == nothing:
			m.Ignore = append(m.Ignore, a.column)
		}
	}
	return len(answers) > 0
}

func number(bad *errs.Error, values url.Values, name string) int {
	text := strings.TrimSpace(values.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		bad.Field(name, "imports.not_row")
	}
	return n
}

// remap takes what was said about the columns of a file, and lets it be imported
// when that was asked for with the same form.
func (h *Chapter) remap(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	p, err := h.Uploads.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	m, changed, err := reread(p.Mapping, p.Kind, values)
	if values.Get("then") == "guess" {
		m, changed, err = &register.Mapping{}, true, nil
	}
	if err == nil && changed {
		_, _, err = h.Uploads.Map(c.Context(), c.Actor, subject, *m)
	}
	if err == nil && values.Get("then") == "start" {
		if err = h.begin(c, p); err == nil {
			return c.Done(home(subject), "import_started")
		}
	}
	return h.remapped(c, p, err)
}

// remapped answers with the columns as they are taken now.
func (h *Chapter) remapped(c *frame.Call, before upload.Progress, err error) error {
	if err != nil {
		told := errs.As(err)
		if told.Kind != errs.Invalid && told.Kind != errs.Malformed {
			return err
		}
		return h.draw(c, httpx.Status(told.Kind), before, told)
	}
	if c.Header.Get("Desk-Fetch") != "part" {
		return c.Done(home(before.ID), "import_mapped")
	}
	now, err := h.Uploads.Get(c.Context(), c.Actor, before.ID)
	if err != nil {
		return err
	}
	return h.draw(c, http.StatusOK, now, nil)
}

// start lets a file be imported, or go on.
func (h *Chapter) start(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	p, err := h.Uploads.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	if err := h.begin(c, p); err != nil {
		if told := errs.As(err); told.Kind == errs.Invalid {
			return h.draw(c, http.StatusUnprocessableEntity, p, told)
		}
		return err
	}
	return c.Done(home(subject), "import_started")
}

// begin starts an import for somebody who may post its rows: without that right
// it would end at the first one.
func (h *Chapter) begin(c *frame.Call, p upload.Progress) error {
	if !c.Could(posting(p.Kind)) {
		return errs.New(errs.Forbidden, "imports.others_post")
	}
	_, err := h.Uploads.Start(c.Context(), c.Actor, p.ID)
	return err
}

// stop ends an import behind the rows at hand.
func (h *Chapter) stop(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	if _, err := h.Uploads.Stop(c.Context(), c.Actor, subject); err != nil {
		return err
	}
	return c.Done(home(subject), "import_stopping")
}

// teach says of which class an article is.
func (h *Chapter) teach(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	values, err := c.Posted()
	if err != nil {
		return err
	}
	class := values.Get("class")
	if class == "" {
		class = values.Get("other")
	}
	_, err = h.Words.Teach(c.Context(), c.Actor, values.Get("item"), class)
	if err == nil {
		return c.Done(home(subject)+columnsAgain(c), "import_taught")
	}
	p, getErr := h.Uploads.Get(c.Context(), c.Actor, subject)
	if told := errs.As(err); getErr == nil && told.Kind == errs.Invalid {
		return h.draw(c, http.StatusUnprocessableEntity, p, told)
	}
	return err
}

// columnsAgain keeps the columns open where the page had them open.
func columnsAgain(c *frame.Call) string {
	if c.PostForm.Get("columns") != "" {
		return "?columns=1"
	}
	return ""
}
