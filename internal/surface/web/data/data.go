// SPDX-License-Identifier: Apache-2.0

// Package data is the page /data: every published report as files, the
// registers behind the figures, and in plain words how the figures are made.
package data

import (
	"context"
	_ "embed"
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

//go:embed data.css
var style string

// Style returns the style sheet of the page.
func Style() string { return style }

// View is what can be downloaded.
type View struct {
	Reports []Report // the newest first
	Sources []Source
}

// Report is one published report.
type Report struct {
	Day     clock.Day
	Edition int
	Files   []File
}

// File is one download.
type File struct {
	Format string // csv, xlsx or json
	Href   string
	Bytes  int64 // 0 when not known
}

// Source is a register that the figures were read from.
type Source struct {
	Name    string
	What    string // what it holds
	License string
	Read    int64  // rows read
	Posted  int64  // rows in the books
	Held    int64  // rows that wait for a person
	Refused int64  // rows that could not be read
	Href    string // empty when it is not public
}

// Catalogue knows what is published.
type Catalogue interface {
	Data(ctx context.Context, lang i18n.Lang) (*View, error)
}

// Handler answers /data.
type Handler struct {
	Kit       layout.Kit
	Catalogue Catalogue
}

// Show answers with the page.
func (h *Handler) Show(w http.ResponseWriter, r *http.Request) error {
	frame := h.Kit.Frame(r, "data.css")
	view, err := h.Catalogue.Data(r.Context(), frame.Reader.Lang())
	if err != nil {
		return err
	}
	frame.Here = layout.Data
	frame.Title, frame.Description = frame.Reader.T("web.data.title"), frame.Reader.T("web.data.read")
	return h.Kit.Pages.Write(w, r, page(frame, view))
}

// rules are the paragraphs that say how the figures are made, in order: the
// message keys web.data.rule.NAME and web.data.rule.NAME.text.
var rules = [...]string{"ledger", "unit", "unknown", "packs", "value", "unreconciled", "correction", "privacy", "open"}
