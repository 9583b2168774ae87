// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

func words(unit qty.Unit, list string) map[string]qty.Unit {
	m := map[string]qty.Unit{}
	for w := range strings.FieldsSeq(list) {
		m[w] = unit
	}
	return m
}

// units returns the table of words: a function, so that nothing is built at
// start-up that nobody asks for.
func units() map[string]qty.Unit {
	all := map[string]qty.Unit{}
	for _, m := range []map[string]qty.Unit{
		words(qty.Piece, "只 个 支 台 把 张 枚 条 片 辆 架 块 顶 件套 只装 pcs pc piece pieces ea each unit units"),
		words(qty.Pair, "双 副 对 付 pair pairs"),
		words(qty.Set, "套 人份 set sets"),
		words(qty.Box, "盒 小盒 中盒 box boxes"),
		words(qty.Case, "箱 件 小箱 大箱 整箱 case cases carton cartons ctn ctns"),
		words(qty.Bag, "包 袋 bag bags pack packs"),
		words(qty.Bottle, "瓶 bottle bottles"),
		words(qty.Barrel, "桶 壶 barrel barrels drum drums"),
		words(qty.Roll, "卷 roll rolls"),
		words(qty.Kg, "kg 公斤 千克"),
		words(qty.Litre, "l 升 公升"),
		words(qty.MilliL, "ml 毫升"),
		words(qty.Tablet, "粒 tablet tablets"),
		words(qty.Other, "提 组 床 份 板 罐 批 盘 吨 车 托 斤 筐 扎 捆 排 令 ton tons"),
	} {
		for w, u := range m {
			all[w] = u
		}
	}
	return all
}

// Reader reads quantities. It is safe for concurrent use.
type Reader struct{ units map[string]qty.Unit }

// NewReader returns a reader.
func NewReader() *Reader { return &Reader{units: units()} }

// UnitOf returns the unit that a word names.
func (r *Reader) UnitOf(word string) (qty.Unit, bool) {
	u, ok := r.units[strings.Trim(strings.ToLower(text.Normalise(word)), " ./()")]
	return u, ok
}
