// SPDX-License-Identifier: Apache-2.0

// Package desk puts the pages of the desk together: who is at the door, the
// chapters with their routes, and one style sheet and one script for all of
// them. What the pages show comes from the services that the caller gives.
package desk

import (
	"context"
	"net/http"
	"slices"

	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/imports"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/list"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/live"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/record"
	"github.com/qiaorelief/qiao/internal/surface/web/figure"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

// Chapter is one job of the rail with its pages.
type Chapter interface {
	Routes() []frame.Route
}

// Desk is the set of the pages of the desk.
type Desk struct {
	kit      *frame.Kit
	hub      *live.Hub
	chapters []Chapter
}

// New returns the desk; the order of the chapters does not matter.
func New(kit *frame.Kit, hub *live.Hub, chapters ...Chapter) *Desk {
	return &Desk{kit: kit, hub: hub, chapters: append(slices.Clone(chapters), hub)}
}

// Routes lists every route of the desk with its action.
func (d *Desk) Routes() []frame.Route {
	var routes []frame.Route
	for _, c := range d.chapters {
		routes = append(routes, c.Routes()...)
	}
	return routes
}

// Register adds the routes to the mux.
func (d *Desk) Register(mux *http.ServeMux) error { return d.kit.Register(mux, d.Routes()) }

// Run does the work beside the requests until ctx ends.
func (d *Desk) Run(ctx context.Context) { d.hub.Run(ctx) }

// Files returns the style sheet and the script of the desk by plain name. Each
// chapter's style is given.
func Files(chapters ...string) map[string][]byte {
	styles := slices.Concat(
		[]string{layout.Style(), figure.Style(), frame.Style(), list.Style(), form.Style(), record.Style(), imports.Style()}, chapters)
	return map[string][]byte{
		frame.StyleName:  render.Stylesheet(styles...),
		frame.ScriptName: slices.Concat(frame.Script(), imports.Script()),
	}
}
