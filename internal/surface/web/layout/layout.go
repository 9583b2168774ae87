// SPDX-License-Identifier: Apache-2.0

// Package layout is the shell of every public page: language, skip link, the
// note that the figures are a demonstration, the bar with the switches of
// language and theme, and the foot. It works without a script.
package layout

import (
	_ "embed"
	"net/http"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/render"
)

//go:embed tokens.css
var tokens string

//go:embed base.css
var base string

//go:embed theme.js
var themeScript []byte

//go:embed mark.svg
var mark []byte

// Style returns the design tokens and the elements that all pages share.
func Style() string { return tokens + base }

// ThemeScript returns the script that switches the theme without a reload.
func ThemeScript() []byte { return themeScript }

// Mark returns the icon of the site.
func Mark() []byte { return mark }

// The plain names of the shared files among the assets.
const (
	ScriptName = "theme.js"
	MarkName   = "mark.svg"
)

// Site is what every page says about whose site it is.
type Site struct {
	Office        string // the organisation that publishes, in its own words
	Demonstration bool   // the figures are invented or replayed
}

// Kit is what a page needs in order to be written.
type Kit struct {
	Pages  *render.Pages
	Assets *render.Assets
	Site   Site
}

// Place is a page of the main navigation.
type Place string

// The places; Nowhere marks none of them.
const (
	Nowhere Place = ""
	Reports Place = "report"
	Needs   Place = "needs"
	Threads Place = "threads"
	Data    Place = "data"
)

// menu is the main navigation in order.
var menu = [...]struct {
	place Place
	href  string
	text  string // message key
}{
	{Reports, "/", "web.nav_report"},
	{Needs, "/needs", "web.nav_needs"},
	{Threads, "/report/latest/rows?flow=out", "web.nav_threads"},
	{Data, "/data", "web.nav_data"},
}

// languages are the ones that a page can be read in, each in its own words.
var languages = [...]struct {
	lang        i18n.Lang
	short, name string
}{
	{i18n.Chinese, "简", "简体中文"},
	{i18n.Traditional, "繁", "繁體中文"},
	{i18n.English, "EN", "EN English"},
}

// Frame is the head and the frame of one page.
type Frame struct {
	Reader      render.Reader
	Site        Site
	Title       string // of the document
	Description string
	Here        Place
	style       string
	script      string
	icon        string
}

// Frame starts a page that uses the style sheet of the given plain name.
func (k Kit) Frame(r *http.Request, stylesheet string) Frame {
	return k.FrameFor(k.Pages.Reader(r), stylesheet)
}

// FrameFor is Frame for a reader who is known already.
func (k Kit) FrameFor(reader render.Reader, stylesheet string) Frame {
	return Frame{
		Reader: reader, Site: k.Site,
		style: k.Assets.Path(stylesheet), script: k.Assets.Path(ScriptName), icon: k.Assets.Path(MarkName),
	}
}
