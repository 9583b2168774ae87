// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
)

// Good is one article of a row, in the words of the file.
type Good struct{ Item, Spec, Unit, Qty string }

// goodsColumn is a column of a wide table: its header names the article.
type goodsColumn struct {
	index      int
	item, spec string
}

var (
	standardLike = regexp.MustCompile(`(?i)\b(?:GB|YY|EN|ISO|ASTM|T/|NIOSH|FDA|CE)\b[ /T]*\d*|注册证|灭菌|建议`)
	onlyNumber   = regexp.MustCompile(`^[\d０-９,，.．]+ ?[万千百]?$`)
)

// guessGoods finds the columns of a wide table: at least three headers name
// goods. Columns between them belong to it too.
func (fd *Finder) guessGoods(t *Table, taken []bool) {
	var found []goodsColumn
	known := 0
	first, last := -1, -1
	all := make([]goodsColumn, len(t.Columns))
	for i, name := range t.Columns {
		if taken[i] || name == "" {
			continue
		}
		g, sure := fd.goodsHeader(i, name)
		all[i] = g
		if sure {
			known++
			last = i
			if first < 0 {
				first = i
			}
		}
	}
	if known < 3 {
		return
	}
	for i := first; i <= last; i++ {
		if !taken[i] && all[i].item != "" {
			found, taken[i] = append(found, all[i]), true
		}
	}
	t.goods = found
}

// goodsHeader splits a header into article and standard: 防护 / 防护服 / GB 19082.
func (fd *Finder) goodsHeader(index int, name string) (goodsColumn, bool) {
	parts := strings.Split(name, " / ")
	end := len(parts)
	for end > 1 && standardLike.MatchString(parts[end-1]) {
		end--
	}
	g := goodsColumn{index: index, item: parts[end-1], spec: strings.Join(parts[end:], " / ")}
	return g, fd.goods(g.item, g.spec)
}

// read splits a cell of a wide table into number and remark: "YY 0469-2011\n5000".
func (g goodsColumn) read(text string) Good {
	out := Good{Item: g.item, Spec: g.spec}
	if clean := sheet.Clean(text); onlyNumber.MatchString(clean) {
		out.Qty = clean
		return out
	}
	for line := range strings.Lines(text) {
		line = sheet.Clean(line)
		switch {
		case line == "":
		case onlyNumber.MatchString(line) && out.Qty == "":
			out.Qty = line
		case standardLike.MatchString(line):
			out.Spec = strings.TrimSpace(out.Spec + " " + line)
		default:
			out.Qty = strings.TrimSpace(out.Qty + " " + line)
		}
	}
	return out
}

// listKeys are the names of an article's parts in a list inside a record.
var listKeys = map[string][]string{
	"item": {"key", "name", "item", "class", "品名", "名称", "物资", "物资名称"},
	"spec": {"specification", "spec", "standard", "规格", "标准"},
	"unit": {"unit", "单位"},
	"qty":  {"value", "quantity", "qty", "amount", "count", "数量"},
}

// parseList reads a JSON list of articles; false when it is none.
func parseList(text string) ([]Good, bool) {
	if !strings.HasPrefix(text, "[") {
		return nil, false
	}
	var list []map[string]any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&list) != nil {
		return nil, false
	}
	var goods []Good
	for _, m := range list {
		var g Good
		for part, to := range map[string]*string{"item": &g.Item, "spec": &g.Spec, "unit": &g.Unit, "qty": &g.Qty} {
			for _, key := range listKeys[part] {
				if text := scalar(m[key]); text != "" {
					*to = sheet.Clean(text)
					break
				}
			}
		}
		if g.Item != "" {
			goods = append(goods, g)
		}
	}
	return goods, true
}

func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// Wide reports whether the articles are columns of the table.
func (e *Entry) Wide() bool { return len(e.Table.goods) > 0 || len(e.Goods) > 0 }

// Articles returns the articles of the row.
func (e *Entry) Articles() []Good {
	if e.Wide() {
		return e.Goods
	}
	if list, ok := parseList(e.Values[Supplies]); ok {
		return list
	}
	one := Good{e.Values[Item], e.Values[Spec], e.Values[Unit], e.Values[Qty]}
	if one.Item == "" {
		one.Item = e.Values[Supplies]
	}
	if e.Values[Accepted] != "" {
		one.Qty = e.Values[Accepted]
	}
	if one.Qty != "" || one.Item == "" || cell.Blank(one.Item) {
		return []Good{one}
	}
	if e.Table.kind == Needs {
		return listed(one)
	}
	if goods := counted(one.Item); goods != nil && e.Table.at[Qty] < 0 {
		return goods
	}
	return []Good{one}
}

// listed splits a cell that lists what is needed: N95口罩、医用帽、防护服等.
func listed(one Good) []Good {
	parts := splitOutside(one.Item, "、,，;；\n")
	if len(parts) < 2 {
		parts = []string{one.Item}
	}
	var goods []Good
	for _, p := range parts {
		p = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(p), "等"))
		if p == "" {
			continue
		}
		g := Good{Item: p, Spec: one.Spec, Unit: one.Unit}
		if m := gluedQuantity.FindStringSubmatch(p); m != nil {
			g.Item, g.Qty = strings.TrimSpace(m[1]), m[2]
		}
		if !slices.Contains(goods, g) {
			goods = append(goods, g)
		}
	}
	return goods
}

// gluedQuantity is an article with its number behind it: 口罩5万只.
var gluedQuantity = regexp.MustCompile(`^(.*[^\d.,*×xX/第-])[（(]?([\d０-９][\d０-９,.]*[万千百]? ?(?:[个只件箱盒套台瓶桶包袋支副双片提壶组张床罐卷条把块份顶对辆吨升粒板捆]|人份|件套|公斤|千克|毫升))[)）]?$`)

// counted splits a cell that lists articles with their numbers; nil unless each
// part has one.
func counted(item string) []Good {
	var goods []Good
	for _, p := range splitOutside(item, "、,，;；\n") {
		m := gluedQuantity.FindStringSubmatch(strings.TrimSpace(p))
		if m == nil || strings.TrimSpace(m[1]) == "" {
			return nil
		}
		goods = append(goods, Good{Item: strings.TrimSpace(m[1]), Qty: m[2]})
	}
	return goods
}

// splitOutside splits at the signs that stand outside of brackets.
func splitOutside(s, signs string) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range s {
		switch {
		case strings.ContainsRune("（(【[", r):
			depth++
		case strings.ContainsRune("）)】]", r):
			depth = max(0, depth-1)
		case depth == 0 && strings.ContainsRune(signs, r):
			parts = append(parts, s[from:i])
			from = i + len(string(r))
		}
	}
	return append(parts, s[from:])
}
