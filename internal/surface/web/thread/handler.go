// SPDX-License-Identifier: Apache-2.0

package thread

import (
	"context"
	"net/http"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

// Source knows the lots.
type Source interface {
	// Thread returns the thread of a lot by its code; NotFound when there is
	// no such lot.
	Thread(ctx context.Context, lot string, lang i18n.Lang) (*View, error)
}

// Files writes a thread as a file.
type Files interface {
	// ServeThread answers with the thread as comma separated values.
	ServeThread(w http.ResponseWriter, r *http.Request, lot string, lang i18n.Lang) error
}

// Handler answers /thread/{lot} and hands /thread/{lot}.csv to Files.
type Handler struct {
	Kit    layout.Kit
	Source Source
	Files  Files // nil when there are no files
}

// fileSuffix makes the address of a thread that of its file.
const fileSuffix = ".csv"

// longest is the longest code of a lot, in bytes.
const longest = 120

// Show answers with the thread of the lot in the address.
func (h *Handler) Show(w http.ResponseWriter, r *http.Request) error {
	lot := r.PathValue("lot")
	if len(lot) > longest {
		return errs.New(errs.NotFound, "thread.no_such_lot")
	}
	frame := h.Kit.Frame(r, "thread.css")
	if h.Files != nil {
		if code, file := strings.CutSuffix(lot, fileSuffix); file {
			return h.Files.ServeThread(w, r, code, frame.Reader.Lang())
		}
	}
	view, err := h.Source.Thread(r.Context(), lot, frame.Reader.Lang())
	if err != nil {
		return err
	}
	frame.Here = layout.Threads
	frame.Title, frame.Description = frame.Reader.T("thread.document", "code", view.Lot.Code), frame.Reader.T("thread.read")
	download := ""
	if h.Files != nil {
		download = figure.ThreadURL(lot) + fileSuffix
	}
	return h.Kit.Pages.Write(w, r, page(frame, view, download))
}
