// SPDX-License-Identifier: Apache-2.0

package imports

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/offer"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

// mostAlike is up to how many rows with one problem are looked through to say
// how many are alike; beyond, the button does not say the number.
const mostAlike = 2000

// bench is the page of the rows to work off.
type bench struct {
	Call   *frame.Call
	Frame  frame.Frame
	Names  *naming.Book
	File   upload.Progress
	Groups []group
	Key    string
	Rows   []register.HeldRow
	Next   string // cursor of the following rows
	Row    *register.HeldRow
	Offers []choice
	State  *form.State // of the row as it is mended by hand
	After  int         // number of the row that is shown when this one is dealt with; zero: none
}

// group are the open rows with one problem.
type group struct {
	Key  string
	Rows int
}

// choice is an offered reading and how many rows it would answer.
type choice struct {
	offer.Offer

	Alike int // rows with the same question, this one included; zero: not known
}

// held answers with the rows that wait for a person, one of them open.
func (h *Chapter) held(c *frame.Call) error {
	v, err := h.bench(c)
	if err != nil {
		return err
	}
	asked, _ := strconv.Atoi(c.URL.Query().Get("row"))
	if err := h.pick(c, &v, asked); err != nil {
		return err
	}
	if v.Row != nil {
		v.State = form.New(c.Reader.Localizer, mended(*v.Row), nil)
	}
	return c.Write(heldPage(v))
}

// bench reads the list of open rows.
func (h *Chapter) bench(c *frame.Call) (bench, error) {
	subject, err := c.Subject()
	if err != nil {
		return bench{}, err
	}
	p, err := h.Uploads.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return bench{}, err
	}
	v := bench{Call: c, Frame: c.Page(c.Reader.T("imports.held_title"), frame.Imports), Names: h.Names, File: p, Key: c.URL.Query().Get("key")}
	l := c.Reader.Localizer
	v.Frame.Keys = []frame.Key{
		{Key: "j k", Text: l.T("imports.key_move")}, {Key: "1–9", Text: l.T("imports.key_offer")},
		{Key: "e", Text: l.T("imports.key_edit")}, {Key: "x", Text: l.T("imports.key_discard")},
	}
	if p.Run.IsZero() {
		return v, nil
	}
	_, reasons, err := h.Registers.RunInfo(c.Context(), c.Actor, p.Run)
	if errs.Is(err, errs.NotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Groups = groupsOf(reasons)
	found, err := h.Registers.List(c.Context(), c.Actor, register.Filter{Run: p.Run, Key: v.Key}, c.ListPage())
	v.Rows, v.Next = found.Items, found.Next
	return v, err
}

// pick opens a row of the list, with the readings that it allows: the one that
// was asked for, else the first behind it.
func (h *Chapter) pick(c *frame.Call, v *bench, asked int) error {
	if len(v.Rows) == 0 {
		return nil
	}
	at := slices.IndexFunc(v.Rows, func(r register.HeldRow) bool { return r.N >= asked })
	if at < 0 {
		at = len(v.Rows) - 1
	}
	v.Row = &v.Rows[at]
	switch {
	case at+1 < len(v.Rows):
		v.After = v.Rows[at+1].N
	case at > 0:
		v.After = v.Rows[at-1].N
	}
	return h.offers(c, v)
}

// offers adds the readings that the open row allows.
func (h *Chapter) offers(c *frame.Call, v *bench) error {
	many := 0
	for _, g := range v.Groups {
		if g.Key == v.Row.Key {
			many = g.Rows
		}
	}
	alike := map[string]int{}
	for _, o := range h.Offers.For(c.Context(), *v.Row) {
		one := choice{Offer: o, Alike: 1}
		if many > mostAlike {
			one.Alike = 0
		} else if many > 1 {
			question := questionOf(o.Fix)
			if alike[question] == 0 {
				n, err := h.Offers.Alike(c.Context(), c.Actor, v.Row.Run, v.Row.N, o.Fix)
				if err != nil {
					return err
				}
				alike[question] = n
			}
			one.Alike = alike[question]
		}
		v.Offers = append(v.Offers, one)
	}
	return nil
}

// questionOf is the same for answers to the same question, which are alike for
// the same rows.
func questionOf(f register.Fix) string {
	said := []string{strconv.FormatBool(f.Confirmed), strconv.FormatBool(f.Class != "")}
	for _, field := range slices.Sorted(maps.Keys(f.Values)) {
		said = append(said, field.String())
	}
	return strings.Join(said, " ")
}

// mended are the inputs of a row as it was read.
func mended(r register.HeldRow) url.Values {
	values := url.Values{}
	for f, text := range r.Values {
		values.Set("v."+f.String(), text)
	}
	return values
}

// fixOf reads what a form says about a row: what was left as it stood is not
// said. An offer says only what it changes.
func fixOf(r register.HeldRow, values url.Values) register.Fix {
	fix := register.Fix{Values: map[register.Field]string{}, Confirmed: values.Get("confirmed") == "true", Class: values.Get("class")}
	for _, f := range layout.Fields(r.Kind) {
		text, given := values["v."+f.String()]
		if given && len(text) > 0 && strings.TrimSpace(text[0]) != r.Values[f] {
			fix.Values[f] = strings.TrimSpace(text[0])
		}
	}
	return fix
}

// heldRow returns the row that a path names, of the run of the file that it names.
func (h *Chapter) heldRow(c *frame.Call) (upload.Progress, register.HeldRow, error) {
	subject, err := c.Subject()
	if err != nil {
		return upload.Progress{}, register.HeldRow{}, err
	}
	p, err := h.Uploads.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return p, register.HeldRow{}, err
	}
	n, err := strconv.Atoi(c.PathValue("n"))
	if err != nil || p.Run.IsZero() {
		return p, register.HeldRow{}, errs.New(errs.NotFound, "register.row.not_found")
	}
	r, err := h.Registers.Row(c.Context(), c.Actor, p.Run, n)
	return p, r, err
}

// resolve posts a row, or all that are alike, with a person's answer.
func (h *Chapter) resolve(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	p, r, err := h.heldRow(c)
	if err != nil {
		return err
	}
	fix, what := fixOf(r, values), "import_resolved"
	if values.Get("alike") != "" {
		var sum offer.Summary
		sum, err = h.Offers.Resolve(c.Context(), c.Actor, p.Run, r.N, fix)
		if what = "import_alike"; err == nil && sum.Posted == 0 {
			what = "import_closed"
		}
		if err == nil && sum.Left > 0 {
			what = "import_some"
		}
	} else {
		_, err = h.Registers.Resolve(c.Context(), c.Actor, p.Run, r.N, fix)
	}
	return h.dealt(c, r, what, err)
}

// discard ends a row with a reason.
func (h *Chapter) discard(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	p, r, err := h.heldRow(c)
	if err != nil {
		return err
	}
	return h.dealt(c, r, "import_discarded", h.Registers.Discard(c.Context(), c.Actor, p.Run, r.N, values.Get("reason")))
}

// dealt goes on to the next row, or says at this one why it cannot be posted.
// Who comes second, by a double click or after somebody else, is told so and
// goes on too.
func (h *Chapter) dealt(c *frame.Call, r register.HeldRow, what string, err error) error {
	told := errs.As(err)
	switch {
	case err == nil:
	case told.Key == "register.row.closed":
		what = "import_closed"
	case told.Kind == errs.Invalid || told.Kind == errs.Exhausted || told.Kind == errs.Conflict:
		return h.still(c, r, told)
	default:
		return err
	}
	query := url.Values{}
	for name, value := range map[string]string{"key": c.PostForm.Get("key"), "row": c.PostForm.Get("after")} {
		if value != "" && value != "0" {
			query.Set(name, value)
		}
	}
	return c.Done(path+"/"+c.PathValue("id")+"/held?"+query.Encode(), what)
}

// still shows a row that cannot be posted as it was answered, with what was
// typed and why.
func (h *Chapter) still(c *frame.Call, r register.HeldRow, told *errs.Error) error {
	query := c.URL.Query()
	query.Set("key", c.PostForm.Get("key"))
	c.URL.RawQuery = query.Encode()
	v, err := h.bench(c)
	if err != nil {
		return err
	}
	if err := h.pick(c, &v, r.N); err != nil {
		return err
	}
	if v.Row == nil || v.Row.N != r.N { // it is behind the first page
		v.Row, v.Offers, v.After = &r, nil, 0
		if err := h.offers(c, &v); err != nil {
			return err
		}
	}
	values := mended(*v.Row)
	maps.Copy(values, c.PostForm)
	v.State = form.New(c.Reader.Localizer, values, fieldsOf(told))
	return c.WriteStatus(http.StatusUnprocessableEntity, heldPage(v))
}

// fieldsOf gives the wrong fields of an answer the names of the form's inputs.
func fieldsOf(told *errs.Error) *errs.Error {
	out := errs.New(told.Kind, told.Key, pairs(told.Args)...)
	for _, f := range told.Fields {
		var field layout.Field
		name := f.Name
		if field.UnmarshalText([]byte(f.Name)) == nil {
			name = "v." + f.Name
		}
		out.Field(name, f.Key, pairs(f.Args)...)
	}
	return out
}

// rows answers with the rows that wait, as people send them back.
func (h *Chapter) rows(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	p, err := h.Uploads.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	if p.Run.IsZero() {
		return errs.New(errs.NotFound, "register.run.not_found")
	}
	l := c.Reader.Localizer
	f := register.Filter{Run: p.Run, Key: c.URL.Query().Get("key")}
	return h.export(c, f, fileName(l, p.Name))
}

func fileName(l *i18n.Localizer, name string) string {
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		name = name[:at]
	}
	return l.T("imports.rows_file", "name", name)
}

// export writes the rows before it answers: a failure is a page, not a broken
// file.
func (h *Chapter) export(c *frame.Call, f register.Filter, name string) error {
	var content bytes.Buffer
	var out sheet.Writer = sheet.CSV(&content, true)
	media, ending := "text/csv; charset=utf-8", ".csv"
	if c.URL.Query().Get("format") == "xlsx" {
		out = sheet.XLSX(&content)
		media, ending = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
	}
	translate := func(key string, args map[string]any) string { return problem(c.Reader.Localizer, key, args) }
	if err := h.Registers.WriteRows(c.Context(), c.Actor, f, out, translate); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(content.Bytes())
	// A reader who went away in the middle is no failure: the answer has begun.
	_ = httpx.WriteDownload(c.Writer(), c.Request, httpx.Download{
		Name: name + ending, Type: media, Tag: hex.EncodeToString(sum[:]), Size: int64(content.Len()), Content: &content,
	})
	return nil
}
