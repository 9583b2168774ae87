// SPDX-License-Identifier: Apache-2.0

package frame

import (
	_ "embed"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

//go:embed frame.css
var style string

//go:embed keys.js
var keysScript string

//go:embed find.js
var findScript string

//go:embed live.js
var liveScript string

//go:embed send.js
var sendScript string

// Style returns the style of the frame.
func Style() string { return style }

// Script returns what the desk does in the browser: keys, command box, live
// figures, forms that survive a lost line. Everything works without it.
func Script() []byte { return []byte(keysScript + findScript + liveScript + sendScript) }

// The plain names of the desk's files among the assets.
const (
	StyleName  = "desk.css"
	ScriptName = "desk.js"
)

// Kit is what the pages of the desk share.
type Kit struct {
	Pages  *render.Pages
	Assets *render.Assets
	Site   layout.Site
	Gate   Gate
	Rights Rights
	Clock  clock.Clock
	IDs    *id.Source
	Zone   *time.Location // of the books' days
}

// Place is a job of the rail.
type Place string

// The places; Nowhere marks none of them.
const (
	Nowhere       Place = ""
	Home          Place = "home"
	Needs         Place = "needs"
	Imports       Place = "imports"
	Receipts      Place = "receipts"
	Stock         Place = "stock"
	Distributions Place = "distributions"
	Funds         Place = "funds"
	Orgs          Place = "orgs"
	Catalogue     Place = "catalogue"
	People        Place = "people"
	Journal       Place = "journal"
)

// job is one line of the rail.
type job struct {
	place  Place
	href   string
	action string // who could not do it does not see it
}

// section is a group of the rail.
type section struct {
	heading string // message key; empty: none
	jobs    []job
}

var rail = []section{
	{"", []job{
		{Home, "/desk", Enter},
		{Needs, "/desk/needs", "need.read"},
		{Imports, "/desk/imports", "import.run"},
	}},
	{"desk.rail_moving", []job{
		{Receipts, "/desk/receipts", "receipt.read"},
		{Stock, "/desk/stock", "stock.read"},
		{Distributions, "/desk/distributions", "distribution.read"},
		{Funds, "/desk/funds", "fund.read"},
	}},
	{"desk.rail_known", []job{
		{Orgs, "/desk/orgs", "org.read"},
		{Catalogue, "/desk/catalogue", Enter},
		{People, "/desk/people", "person.read"},
	}},
	{"desk.rail_open", []job{
		{Journal, "/desk/journal", "journal.read"},
	}},
}

// Frame is the head and the frame of one page.
type Frame struct {
	Reader render.Reader
	Site   layout.Site
	Title  string
	Here   Place
	Live   string // chapters of the journal, with spaces between, whose facts change this page
	Keys   []Key  // besides the ones that work everywhere
	Said   string // what was just done
	// Refresh draws the page anew after so many seconds where there is no script;
	// zero: never.
	Refresh int
	Actor   account.Actor
	Now     time.Time
	Zone    *time.Location

	rail   []section
	style  string
	script string
	theme  string
	icon   string
}

// Key is one key of the keyboard and what it does, in the reader's language.
type Key struct{ Key, Text string }

// Page starts a page.
func (c *Call) Page(title string, here Place) Frame {
	f := c.kit.bare(c.Reader)
	f.Title, f.Here, f.Actor, f.Said = title, here, c.Actor, c.Confirmation()
	for _, s := range rail {
		offered := section{heading: s.heading}
		for _, j := range s.jobs {
			if c.Could(j.action) {
				offered.jobs = append(offered.jobs, j)
			}
		}
		if len(offered.jobs) > 0 {
			f.rail = append(f.rail, offered)
		}
	}
	return f
}

// bare is a page of nobody, as for failures before anybody is known.
func (k *Kit) bare(reader render.Reader) Frame {
	return Frame{
		Reader: reader, Site: k.Site, Now: k.Clock.Now(), Zone: k.Zone,
		style: k.Assets.Path(StyleName), script: k.Assets.Path(ScriptName),
		theme: k.Assets.Path(layout.ScriptName), icon: k.Assets.Path(layout.MarkName),
	}
}

// Zone is the zone of the books' days.
func (c *Call) Zone() *time.Location { return c.kit.Zone }

// Now is the time of the office's clock.
func (c *Call) Now() time.Time { return c.kit.Clock.Now() }

// Today is the day of the books.
func (c *Call) Today() clock.Day { return clock.DayOf(c.kit.Clock.Now(), c.kit.Zone) }

// roles names what the visitor is, for the foot of the rail.
func (f Frame) roles() string {
	names := make([]string, len(f.Actor.Memberships))
	for i, m := range f.Actor.Memberships {
		names[i] = f.Reader.T("role." + string(m.Role))
	}
	return strings.Join(names, f.Reader.T("web.comma"))
}
