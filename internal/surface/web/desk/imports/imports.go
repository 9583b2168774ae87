// SPDX-License-Identifier: Apache-2.0

package imports

import (
	_ "embed"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/offer"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/internal/relief/register/word"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

//go:embed imports.css
var style string

//go:embed imports.js
var script []byte

// Style returns the style of the import desk.
func Style() string { return style }

// Script returns what the import desk does in the browser beyond forms and
// keys.
func Script() []byte { return script }

// Chapter answers /desk/imports and /desk/mappings.
type Chapter struct {
	Uploads   *upload.Service
	Registers *register.Service
	Offers    *offer.Service
	Words     *word.Service
	Names     *naming.Book
}

const (
	path     = "/desk/imports"
	keptPath = "/desk/mappings"
	wordPath = "/desk/words"
)

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	get, post := http.MethodGet, http.MethodPost
	return []frame.Route{
		{Method: get, Path: path, Action: "import.read", Handle: h.list},
		{Method: post, Path: path, Action: "import.run", Handle: h.upload},
		{Method: get, Path: path + "/{id}", Action: "import.read", Handle: h.show},
		{Method: get, Path: path + "/{id}/file", Action: "import.read", Handle: h.file},
		{Method: post, Path: path + "/{id}/map", Action: "import.run", Handle: h.remap},
		{Method: post, Path: path + "/{id}/start", Action: "import.run", Handle: h.start},
		{Method: post, Path: path + "/{id}/stop", Action: "import.run", Handle: h.stop},
		{Method: post, Path: path + "/{id}/keep", Action: "import.run", Handle: h.keep},
		{Method: post, Path: path + "/{id}/teach", Action: "import.review", Handle: h.teach},
		{Method: get, Path: path + "/{id}/held", Action: "import.review", Handle: h.held},
		{Method: get, Path: path + "/{id}/rows", Action: "import.review", Handle: h.rows},
		{Method: post, Path: path + "/{id}/held/{n}", Action: "import.review", Handle: h.resolve},
		{Method: post, Path: path + "/{id}/held/{n}/discard", Action: "import.review", Handle: h.discard},
		{Method: get, Path: keptPath, Action: "import.read", Handle: h.kept},
		{Method: post, Path: keptPath + "/{id}/rename", Action: "import.run", Handle: h.rename},
		{Method: post, Path: keptPath + "/{id}/forget", Action: "import.run", Handle: h.forget},
		{Method: post, Path: wordPath + "/{id}/forget", Action: "import.review", Handle: h.unteach},
	}
}

// home is the page of a file.
func home(uploadID id.ID) string { return path + "/" + uploadID.String() }

// drop is the form that takes a file.
type drop struct {
	State *form.State
	Kinds []register.Kind // that the visitor may post
	Kind  register.Kind
	Max   int64 // bytes
}

// posting is the action that brings a row of a kind into the books.
func posting(kind register.Kind) string {
	switch kind {
	case register.Needs:
		return "need.create"
	case register.Receipts:
		return "receipt.create"
	case register.Distributions:
		return "distribution.create"
	}
	return "fund.receive"
}

// list answers with the tray.
func (h *Chapter) list(c *frame.Call) error {
	return h.tray(c, http.StatusOK, h.blank(c, register.Kind(c.URL.Query().Get("kind")), nil))
}

// blank is the form for a file, with what is wrong with the one that was sent.
func (h *Chapter) blank(c *frame.Call, kind register.Kind, wrong *errs.Error) drop {
	d := drop{State: form.New(c.Reader.Localizer, nil, wrong), Kind: kind, Max: h.Uploads.MaxSize}
	for _, k := range layout.Kinds() {
		if c.Could(posting(k)) {
			d.Kinds = append(d.Kinds, k)
		}
	}
	if len(d.Kinds) == 1 {
		d.Kind = d.Kinds[0]
	}
	return d
}

// tray answers with the files that were handed in and the form for one more.
func (h *Chapter) tray(c *frame.Call, status int, d drop) error {
	query, l := c.URL.Query(), c.Reader.Localizer
	f := upload.Filter{Kind: register.Kind(query.Get("kind")), State: upload.State(query.Get("state"))}
	found, err := h.Uploads.List(c.Context(), c.Actor, f, c.ListPage())
	if err != nil {
		return err
	}
	people := make([]id.ID, len(found.Items))
	for i, p := range found.Items {
		people[i] = p.By
	}
	who, err := h.Names.People(c.Context(), people)
	if err != nil {
		return err
	}
	v := &list.View{
		Frame: c.Page(l.T("desk.place_imports"), frame.Imports), Path: path, Query: query, Next: found.Next, Filters: filters(l),
		Columns: []list.Column{
			{Title: l.T("imports.file"), Main: true}, {Title: l.T("desk.state")},
			{Title: l.T("imports.read"), Number: true}, {Title: l.T("imports.posted"), Number: true}, {Title: l.T("imports.held"), Number: true},
			{Title: l.T("imports.rejected"), Number: true}, {Title: l.T("imports.already"), Number: true}, {Title: l.T("imports.open"), Number: true},
			{Title: l.T("imports.by")}, {Title: l.T("imports.at")},
		},
		Empty: list.Empty{Title: l.T("imports.empty_title"), Text: l.T("imports.empty_text")},
	}
	v.Frame.Live = "register"
	if c.Could("import.run") && len(d.Kinds) > 0 {
		v.Intro = dropForm(d)
	}
	v.Acts = []list.Act{{Text: l.T("imports.kept_link"), Href: keptPath, Plain: true}}
	for _, p := range found.Items {
		v.Rows = append(v.Rows, h.row(c, p, who[p.By]))
	}
	return c.WriteStatus(status, list.Page(v))
}

func filters(l *i18n.Localizer) []list.Filter {
	var kinds, states []list.Option
	for _, k := range layout.Kinds() {
		kinds = append(kinds, list.Option{Value: string(k), Text: l.T("imports.kind_" + string(k))})
	}
	for _, s := range []upload.State{upload.Uploaded, upload.Mapped, upload.Running, upload.Done, upload.Stopped, upload.Failed} {
		states = append(states, list.Option{Value: string(s), Text: l.T("imports.state_" + string(s))})
	}
	return []list.Filter{
		{Name: "kind", Label: l.T("imports.kind"), Options: kinds},
		{Name: "state", Label: l.T("desk.state"), Options: states},
	}
}

// row is one line of the tray.
func (h *Chapter) row(c *frame.Call, p upload.Progress, who string) list.Row {
	l := c.Reader.Localizer
	cells := []templ.Component{list.LinkPair(home(p.ID), p.Name, l.T("imports.kind_"+string(p.Kind))), list.Tag(state(l, p.State), tagOf(p.State))}
	for _, n := range []int{p.Read, p.Posted, p.Held, p.Rejected, p.Already} {
		cells = append(cells, count(l, n, p.Run.IsZero()))
	}
	cells = append(cells, open(l, p, c.Could("import.review")))
	if who == "" {
		cells = append(cells, list.Words(l.T("desk.somebody")))
	} else {
		cells = append(cells, list.Written(who))
	}
	return list.Row{ID: p.ID.String(), Cells: append(cells, list.Moment(l, p.UploadedAt, c.Zone()))}
}

func state(l *i18n.Localizer, s upload.State) string { return l.T("imports.state_" + string(s)) }

// tagOf is how a state looks: what waits for a person is in ink.
func tagOf(s upload.State) string {
	switch s {
	case upload.Done:
		return "done"
	case upload.Failed:
		return "urgent"
	case upload.Running, upload.Stopped:
		return "ink"
	}
	return ""
}

// may reports whether a file's columns can be changed now.
func may(p upload.Progress) bool { return p.State != upload.Running }

// fresh reports whether nothing of a file was imported yet.
func fresh(p upload.Progress) bool {
	return slices.Contains([]upload.State{upload.Uploaded, upload.Mapped}, p.State)
}
