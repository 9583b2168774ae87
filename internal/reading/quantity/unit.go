// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

// UnitOf returns the unit that a measure word stands for, and whether it is a
// measure word at all. 件 is a case, as registers use it; a size before the word
// (大箱, 小瓶) changes nothing.
func UnitOf(word string) (qty.Unit, bool) {
	return unitOf(strings.TrimRight(strings.ToLower(text.Normalise(word)), ".。"))
}

func unitOf(word string) (qty.Unit, bool) {
	if u := named(word); u != qty.NoUnit {
		return u, true
	}
	for _, size := range []string{"大", "中", "小", "整", "原"} {
		if rest, ok := strings.CutPrefix(word, size); ok {
			u := named(rest)
			return u, u != qty.NoUnit
		}
	}
	return qty.NoUnit, false
}

// named knows the words themselves.
func named(word string) qty.Unit {
	switch word {
	case "只", "个", "支", "台", "把", "张", "枚", "条", "片", "顶", "根", "块", "辆", "架", "部", "隻", "個", "枝",
		"抽", "件套", "只装", "pcs", "pc", "pieces", "piece", "ea", "each", "unit", "units", "pce", "pces", "ct", "count", "masks", "gowns":
		return qty.Piece
	case "副", "双", "对", "付", "雙", "pair", "pairs", "pr", "prs":
		return qty.Pair
	case "套", "身", "人份", "set", "sets", "suits", "kit", "kits":
		return qty.Set
	case "盒", "匣", "box", "boxes", "bx":
		return qty.Box
	case "箱", "件", "纸箱", "case", "cases", "carton", "cartons", "ctn", "ctns", "cs":
		return qty.Case
	case "包", "袋", "bag", "bags", "pack", "packs", "packet", "packets", "pkt", "pkg", "package", "packages":
		return qty.Bag
	case "瓶", "bottle", "bottles", "btl", "btls":
		return qty.Bottle
	case "桶", "壶", "barrel", "barrels", "drum", "drums", "bucket", "buckets", "jug", "jugs":
		return qty.Barrel
	case "卷", "roll", "rolls":
		return qty.Roll
	case "公斤", "千克", "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms":
		return qty.Kg
	case "升", "公升", "l", "litre", "litres", "liter", "liters":
		return qty.Litre
	case "毫升", "ml":
		return qty.MilliL
	case "粒", "颗", "丸", "tablet", "tablets", "tab", "tabs", "capsule", "capsules", "pill", "pills", "t", "s":
		return qty.Tablet
	case "提", "组", "床", "份", "板", "罐", "听", "筒", "打", "排", "捆", "扎", "托", "管", "座", "樽", "杯", "批", "盘", "吨", "车", "斤", "筐", "令", "ton", "tons",
		"dozen", "can", "cans", "pallet", "pallets", "tube", "tubes", "tray", "trays":
		return qty.Other
	}
	return qty.NoUnit
}
