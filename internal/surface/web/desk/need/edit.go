// SPDX-License-Identifier: Apache-2.0

package need

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// edit is the form of a need, new or corrected.
type edit struct {
	Head    form.Head
	State   *form.State
	Lines   int
	Old     *need.Need      // that is corrected; nil: a new one
	Clashes []form.Versions // what somebody else stored meanwhile
	Back    string
}

// blank answers with the form of a new need.
func (h *Chapter) blank(c *frame.Call) error {
	values := url.Values{"stated_on": {c.Today().String()}, "lines[0].state": {string(qty.Stated)}}
	for _, name := range []string{"recipient", "place"} { // a link may bring them
		if text := c.URL.Query().Get(name); text != "" {
			values.Set(name, text)
		}
	}
	return h.draw(c, http.StatusOK, edit{
		Head:  form.Head{Action: path, Once: c.NewKey(), Part: "form"},
		State: form.New(c.Reader.Localizer, values, nil), Lines: 1, Back: path,
	})
}

// create records a new need.
func (h *Chapter) create(c *frame.Call) error {
	values, err := c.Posted()
	if err != nil {
		return err
	}
	e := edit{Head: form.Head{Action: path, Once: values.Get("once"), Part: "form"}, Lines: form.Indexes(values), Back: path}
	if values.Get("more") != "" {
		return h.again(c, e, values, nil)
	}
	key, err := c.Once(values)
	if err != nil {
		return err
	}
	in, err := h.read(values)
	if err == nil {
		var made need.Need
		if made, err = h.Needs.Create(c.Context(), c.Actor, in, key); err == nil {
			return c.Done(path+"/"+made.ID.String(), "saved")
		}
	}
	return h.again(c, e, values, err)
}

// edit answers with the form of a correction.
func (h *Chapter) edit(c *frame.Call) error {
	subject, err := c.Subject()
	if err != nil {
		return err
	}
	n, err := h.Needs.Get(c.Context(), c.Actor, subject)
	if err != nil {
		return err
	}
	values, err := h.fill(c, n)
	if err != nil {
		return err
	}
	return h.draw(c, http.StatusOK, edit{
		Head:  form.Head{Action: path + "/" + n.ID.String() + "/correct", Once: c.NewKey(), Version: n.Version, Part: "form"},
		State: form.New(c.Reader.Localizer, values, nil), Lines: max(1, len(n.Lines)), Old: &n, Back: path + "/" + n.ID.String(),
	})
}

// correct replaces a need.
func (h *Chapter) correct(c *frame.Call) error {
	correction, err := h.correction(c)
	if err != nil {
		return err
	}
	values := c.PostForm
	address := path + "/" + correction.ID.String()
	e := edit{
		Head:  form.Head{Action: address + "/correct", Once: values.Get("once"), Version: correction.Version, Part: "form"},
		Lines: form.Indexes(values), Back: address,
	}
	old, err := h.Needs.Get(c.Context(), c.Actor, correction.ID)
	if err != nil {
		return err
	}
	e.Old = &old
	if values.Get("more") != "" {
		return h.again(c, e, values, nil)
	}
	in, err := h.read(values)
	if err == nil {
		correction.Replacement = &in
		var made need.Need
		if made, err = h.Needs.Correct(c.Context(), c.Actor, correction); err == nil {
			return c.Done(path+"/"+made.ID.String(), "corrected")
		}
	}
	if errs.Is(err, errs.Conflict) {
		return h.clash(c, e, values, err)
	}
	return h.again(c, e, values, err)
}

// again draws the form with what was typed and what is wrong with it.
func (h *Chapter) again(c *frame.Call, e edit, values url.Values, err error) error {
	status := http.StatusOK
	var told *errs.Error
	if err != nil {
		told = errs.As(err)
		if told.Kind != errs.Invalid {
			return err
		}
		status = httpx.Status(told.Kind)
		for i, field := range told.Fields { // the form has a number and a unit where the service has a quantity
			if line, ok := strings.CutSuffix(field.Name, ".quantity"); ok {
				told.Fields[i].Name = line + ".value"
			}
		}
	}
	e.State = form.New(c.Reader.Localizer, values, told)
	if values.Get("more") != "" {
		values.Set(fmt.Sprintf("lines[%d].state", e.Lines), string(qty.Stated))
		e.Lines++
	}
	return h.draw(c, status, e)
}

// clash shows what somebody else stored meanwhile beside what was typed. A need
// that was ended cannot be corrected any more: its successor can.
func (h *Chapter) clash(c *frame.Call, e edit, values url.Values, err error) error {
	told := errs.As(err)
	current, ok := told.Detail.(need.Need)
	if !ok {
		return err
	}
	theirs, fillErr := h.fill(c, current)
	if fillErr != nil {
		return fillErr
	}
	l := c.Reader.Localizer
	names := []string{"recipient", "place", "setting", "stated_on", "by_date", "note"}
	for i := range max(e.Lines, len(current.Lines)) {
		for _, field := range []string{"class", "item", "state", "value", "unit"} {
			names = append(names, fmt.Sprintf("lines[%d].%s", i, field))
		}
	}
	e.Clashes = append(e.Clashes, form.Versions{Label: l.T("desk.state"), Theirs: status(l, current.Status), Yours: status(l, need.Open)})
	for _, name := range names {
		if theirs.Get(name) != values.Get(name) {
			e.Clashes = append(e.Clashes, form.Versions{Label: label(l, name), Theirs: theirs.Get(name), Yours: values.Get(name)})
		}
	}
	e.Head.Version, e.Head.Once, e.Old = current.Version, c.NewKey(), &current
	e.State = form.New(l, values, nil)
	return h.draw(c, http.StatusConflict, e)
}

// label names a field in words.
func label(l *i18n.Localizer, name string) string {
	rest, isLine := strings.CutPrefix(name, "lines[")
	if !isLine {
		return l.T("desk.need_field_" + name)
	}
	number, field, _ := strings.Cut(rest, "].")
	n, err := strconv.Atoi(number)
	if err != nil {
		return name
	}
	return l.T("desk.line_field", "n", n+1, "field", l.T("desk.need_field_"+field))
}

// fill returns the form of a stored need.
func (h *Chapter) fill(c *frame.Call, n need.Need) (url.Values, error) {
	names, err := h.Names.Orgs(c, n.Recipient)
	if err != nil {
		return nil, err
	}
	values := url.Values{
		"recipient": {names[n.Recipient]}, "recipient_name": {names[n.Recipient]}, "recipient_id": {n.Recipient.String()},
		"place_code": {n.Place}, "setting": {n.Setting}, "stated_on": {dayText(n.StatedOn)}, "by_date": {dayText(n.ByDate)},
		"source": {n.Source}, "note": {n.Note},
	}
	values.Set("place", h.Names.Place(c.Reader.Localizer, n.Place))
	values.Set("place_name", values.Get("place"))
	for i, line := range n.Lines {
		prefix := fmt.Sprintf("lines[%d].", i)
		for name, text := range map[string]string{
			"class": line.Class, "item": line.ItemText, "spec": line.SpecText, "state": string(line.Quantity.State),
			"unit": string(line.Quantity.Unit), "text": line.Quantity.Text, "standards": strings.Join(line.Standards, ", "),
		} {
			values.Set(prefix+name, text)
		}
		if line.Quantity.State != qty.Unstated {
			values.Set(prefix+"value", strconv.FormatInt(line.Quantity.Value, 10))
		}
	}
	return values, nil
}

func dayText(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// read turns a form into what the service takes. The name of an organisation
// or of a place that was left as it stood keeps its id and its code.
func (h *Chapter) read(values url.Values) (need.Input, error) {
	bad := errs.Bad()
	in := need.Input{
		RecipientName: strings.TrimSpace(values.Get("recipient")), Setting: values.Get("setting"),
		Source: values.Get("source"), Note: strings.TrimSpace(values.Get("note")),
	}
	if values.Get("recipient") == values.Get("recipient_name") {
		if known, err := id.Parse(values.Get("recipient_id")); err == nil {
			in.Recipient = known
		}
	}
	in.StatedOn, in.ByDate = frame.Day(bad, values, "stated_on"), frame.Day(bad, values, "by_date")
	if words := strings.TrimSpace(values.Get("place")); words != "" {
		if in.Place = values.Get("place_code"); words != values.Get("place_name") {
			in.Place = h.Names.PlaceCode(words)
		}
		if in.Place == "" {
			bad.Field("place", "desk.place_unknown", "words", words)
		}
	}
	last := 0
	for i := range form.Indexes(values) {
		line, given := readLine(bad, values, fmt.Sprintf("lines[%d].", i))
		in.Lines = append(in.Lines, line)
		if given {
			last = i + 1
		}
	}
	in.Lines = in.Lines[:last] // lines that were offered and left empty
	if last == 0 {
		bad.Field("lines[0].item", "need.item_missing")
	}
	return in, bad.OrNil()
}

// readLine reads one line; a line with nothing in it is no line.
func readLine(bad *errs.Error, values url.Values, prefix string) (line need.Line, given bool) {
	text := func(name string) string { return strings.TrimSpace(values.Get(prefix + name)) }
	line = need.Line{
		Class: text("class"), ItemText: text("item"), SpecText: text("spec"), Confirmed: text("confirmed") == "true",
		Quantity: qty.Quantity{State: qty.State(text("state")), Unit: qty.Unit(text("unit")), Text: text("text")},
	}
	for standard := range strings.FieldsFuncSeq(text("standards"), func(r rune) bool { return strings.ContainsRune(",，;；、\n", r) }) {
		line.Standards = append(line.Standards, strings.TrimSpace(standard))
	}
	if line.Class == "" && line.ItemText == "" && text("value") == "" && text("text") == "" {
		return line, false
	}
	switch {
	case line.Quantity.State == "" || line.Quantity.State == qty.Unstated && text("value") == "":
		line.Quantity = qty.Unsaid(text("text"))
	case line.Quantity.State == qty.Unstated:
		bad.Field(prefix+"value", "need.quantity_contradicts")
	default:
		value, err := strconv.ParseInt(strings.NewReplacer(",", "", "，", "", " ", "").Replace(text("value")), 10, 64)
		if err != nil || value <= 0 {
			bad.Field(prefix+"value", "desk.not_number")
		}
		line.Quantity.Value = value
	}
	return line, true
}

// draw answers with the form.
func (h *Chapter) draw(c *frame.Call, status int, e edit) error {
	title := c.Reader.T("desk.need_new")
	if e.Old != nil {
		title = c.Reader.T("desk.need_correct_title")
	}
	return c.WriteStatus(status, editPage(c.Page(title, frame.Needs), h.Names, e))
}
