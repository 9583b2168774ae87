// SPDX-License-Identifier: Apache-2.0

// Package find is the command box of the desk: what to do, where to go, and what
// the words name, as far as the visitor may read it. It is a page of its own, and
// the list below the box.
package find

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/overview/find"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/naming"
)

// Finder is what the chapter needs of the index.
type Finder interface {
	Find(ctx context.Context, actor account.Actor, words string) ([]find.Entry, error)
	Fold(words string) string
}

// Chapter answers /desk/find.
type Chapter struct {
	Finder  Finder
	Catalog *catalog.Catalog
	Names   *naming.Book
}

// Routes implements desk.Chapter.
func (h *Chapter) Routes() []frame.Route {
	return []frame.Route{{Method: http.MethodGet, Path: "/desk/find", Action: "search.read", Handle: h.find}}
}

// group is results of one sort.
type group struct {
	ID, Title string
	Options   []option
}

// option is one result.
type option struct {
	ID, Text, Kind, Href string
	Written              bool // as somebody wrote it, not of the interface
}

const (
	longest   = 200 // characters that are looked at
	mostGoods = 6
	mostActs  = 8
)

// find answers with the page, or with the list alone.
func (h *Chapter) find(c *frame.Call) error {
	words := c.URL.Query().Get("q")
	if runes := []rune(words); len(runes) > longest {
		words = string(runes[:longest])
	}
	found, err := h.Finder.Find(c.Context(), c.Actor, words)
	if err != nil {
		return err
	}
	var groups []group
	for _, g := range []group{
		{ID: "acts", Title: c.Reader.T("desk.find_acts"), Options: h.acts(c, words)},
		{ID: "records", Title: c.Reader.T("desk.find_records"), Options: records(c, found)},
		{ID: "goods", Title: c.Reader.T("desk.find_goods"), Options: h.goods(c, words)},
	} {
		if len(g.Options) > 0 {
			groups = append(groups, g)
		}
	}
	n := 0
	for _, g := range groups {
		for i := range g.Options {
			n++
			g.Options[i].ID = "found-" + strconv.Itoa(n)
		}
	}
	if c.URL.Query().Get("part") != "" {
		return c.Write(part(c.Reader.Localizer, groups))
	}
	return c.Write(findPage(c.Page(c.Reader.T("desk.find_label"), frame.Nowhere), words, groups))
}

func records(c *frame.Call, found []find.Entry) []option {
	var all []option
	for _, e := range found {
		href := naming.Path(string(e.Kind), e.ID)
		if href == "" {
			continue
		}
		text := e.Title
		if text == "" {
			text = e.ID.String()[:13]
		}
		all = append(all, option{Text: text, Kind: c.Reader.T("desk.subject_" + string(e.Kind)), Href: href, Written: true})
	}
	return all
}

// goods are the classes that the words name.
func (h *Chapter) goods(c *frame.Call, words string) []option {
	wanted := h.Finder.Fold(words)
	if wanted == "" || !c.Could("catalogue.read") {
		return nil
	}
	named := map[string]bool{}
	for _, a := range h.Catalog.Aliases() {
		named[a.Class] = named[a.Class] || strings.Contains(h.Finder.Fold(a.Text), wanted)
	}
	var all []option
	for _, class := range h.Catalog.Classes() {
		if len(all) < mostGoods && (named[class.Code] || strings.Contains(h.Finder.Fold(class.NameZH+" "+class.NameEN+" "+class.Code), wanted)) {
			all = append(all, option{Text: h.Names.Class(c.Reader.Localizer, class.Code), Kind: c.Reader.T("desk.class"), Href: "/desk/catalogue/" + class.Code})
		}
	}
	return all
}

// act is something to do, or a place to go; words are what people type for it, in
// both languages, with the first letters of its sounds.
type act struct{ key, href, action, words string }

var acts = []act{
	{"desk.need_new", "/desk/needs/new", "need.create", "登记需求 新需求 djxq new need record"},
	{"desk.find_receipt_new", "/desk/receipts/new", "receipt.create", "登记入库 收货 djrk new receipt record"},
	{"desk.find_distribution_new", "/desk/distributions/new", "distribution.create", "登记发放 出库 djff new distribution hand out record"},
	{"desk.org_new", "/desk/orgs/new", "org.create", "登记单位 新单位 djdw new organisation add"},
	{"desk.place_home", "/desk", frame.Enter, "今天 首页 jt home today"},
	{"desk.place_needs", "/desk/needs", "need.read", "需求 xq needs"},
	{"desk.place_imports", "/desk/imports", "import.run", "导入登记册 表格 drdjc import register"},
	{"desk.place_receipts", "/desk/receipts", "receipt.read", "入库 收货 rk receipts open"},
	{"desk.place_stock", "/desk/stock", "stock.read", "库存 仓库 kc stock warehouse"},
	{"desk.place_distributions", "/desk/distributions", "distribution.read", "发放 出库 ff distributions deliveries"},
	{"desk.place_funds", "/desk/funds", "fund.read", "资金 收款 付款 zj money funds"},
	{"desk.place_orgs", "/desk/orgs", "org.read", "单位 医院 dw organisations orgs"},
	{"desk.place_catalogue", "/desk/catalogue", "catalogue.read", "品类 目录 pl catalogue classes"},
	{"desk.catalogue_standards", "/desk/catalogue/standards", "catalogue.read", "标准 bz standards"},
	{"desk.place_people", "/desk/people", "person.read", "人员 同事 ry people colleagues invite"},
	{"desk.place_journal", "/desk/journal", "journal.read", "日志 记录 rz journal log"},
	{"desk.public_report", "/", frame.Enter, "公开日报 gkrb public report"},
	{"desk.my_account", "/account", frame.Enter, "我的账号 密码 wdzh account password"},
	{"desk.key_all", "#all-keys", frame.Enter, "快捷键 kjj keys shortcuts"},
}

// acts are what the visitor may do of what the words name; without words, the
// first of them.
func (h *Chapter) acts(c *frame.Call, words string) []option {
	wanted := strings.TrimSpace(words)
	var all []option
	for _, a := range acts {
		if len(all) == mostActs || !c.Could(a.action) || !h.meant(c.Reader.T(a.key)+" "+a.words, wanted) {
			continue
		}
		all = append(all, option{Text: c.Reader.T(a.key), Kind: strings.TrimPrefix(a.href, "#"), Href: a.href})
	}
	return all
}

// meant reports whether every word that is asked is in what an act is called.
func (h *Chapter) meant(called, wanted string) bool {
	folded := h.Finder.Fold(called)
	for word := range strings.FieldsSeq(wanted) {
		if !strings.Contains(folded, h.Finder.Fold(word)) {
			return false
		}
	}
	return true
}
