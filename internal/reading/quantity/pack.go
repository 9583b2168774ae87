// SPDX-License-Identifier: Apache-2.0

package quantity

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

// per is one statement of a chain: 50套/件, 12 盒 / 箱, 1000只每箱.
var per = regexp.MustCompile(`(\d[\d,]*)\s*(\p{Han}{1,2}|[a-z]{1,7})\s*(?:/|每|一)\s*\(?(\p{Han}{1,2}|[a-z]{1,7})`)

// times is a product of packs: 50只*10盒/件, 100双*10盒, 500ml*30瓶.
var times = regexp.MustCompile(`(\d[\d,]*)\s*(\p{Han}|[a-z]{1,7})\s*[*x×]\s*(\d[\d,]*)\s*(\p{Han}|[a-z]{1,7})(?:\s*[*x×]\s*(\d[\d,]*)\s*(\p{Han}|[a-z]{1,7}))?\)?(?:\s*/\s*(\p{Han}|[a-z]{1,7}))?`)

// maxPack bounds what one pack may hold, in base units.
const maxPack = 10_000_000

// counted are the units that a chain can begin with.
func counted(u qty.Unit) bool {
	switch u {
	case qty.Piece, qty.Pair, qty.Set, qty.Tablet, qty.Bottle, qty.Barrel, qty.Roll, qty.Bag, qty.Box, qty.Other:
		return true
	}
	return false
}

// volume are the units whose number says nothing about a count.
func volume(u qty.Unit) bool { return u == qty.Kg || u == qty.Litre || u == qty.MilliL }

// ParsePack reads a packing specification into the chain from the smallest pack
// up and the unit in which its numbers count. Sizes, models and volumes are no
// packs; an empty chain means that none is stated.
func ParsePack(spec string) (pack qty.Pack, base qty.Unit) {
	s := strings.ToLower(text.Normalise(spec))
	if len(s) > 300 {
		return nil, qty.NoUnit
	}
	if levels, base := product(s); len(levels) > 0 {
		return levels, base
	}
	return chain(s)
}

// inner returns the unit inside a pack, where 件 counts single things.
func inner(word string) (qty.Unit, bool) {
	if word == "件" {
		return qty.Piece, true
	}
	return UnitOf(word)
}

// chain joins statements such as `1只/袋 50袋/盒 12盒/箱`.
func chain(s string) (qty.Pack, qty.Unit) {
	var pack qty.Pack
	base := qty.NoUnit
	for _, m := range per.FindAllStringSubmatch(s, -1) {
		n, err := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
		in, inOK := inner(m[2])
		out, outOK := UnitOf(m[3])
		if err != nil || n <= 0 || !inOK || !outOK || in == out || volume(in) || volume(out) || !counted(in) {
			continue
		}
		if base == qty.NoUnit {
			base = in
		}
		size := n
		if of, ok := pack.Of(in); ok {
			size = n * of
		} else if in != base {
			continue // another chain: which of them is meant is not said
		}
		if _, twice := pack.Of(out); twice || out == base || size > maxPack {
			continue
		}
		pack = append(pack, qty.Level{Unit: out, Of: size})
	}
	slices.SortFunc(pack, func(a, b qty.Level) int { return int(a.Of - b.Of) })
	if len(pack) == 0 {
		return nil, qty.NoUnit
	}
	return pack, base
}

// product reads `50只*10盒/件`: 50 in a box, 10 boxes in a case.
func product(s string) (qty.Pack, qty.Unit) {
	m := times.FindStringSubmatch(s)
	if m == nil {
		return nil, qty.NoUnit
	}
	var pack qty.Pack
	base, size, named := qty.NoUnit, int64(1), qty.NoUnit
	for i := 1; i+1 <= 6; i += 2 {
		if m[i] == "" {
			break
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(m[i], ",", ""), 10, 64)
		u, ok := inner(m[i+1])
		if err != nil || n <= 0 || !ok {
			return nil, qty.NoUnit
		}
		if volume(u) {
			continue // 500ml*30瓶: the volume is no pack
		}
		if base == qty.NoUnit {
			base = u
		} else {
			pack = append(pack, qty.Level{Unit: u, Of: size})
		}
		size, named = size*n, u
		if size > maxPack {
			return nil, qty.NoUnit
		}
	}
	if outer, ok := UnitOf(m[7]); ok && outer != named && base != qty.NoUnit && size > 1 {
		pack = append(pack, qty.Level{Unit: outer, Of: size})
		return pack, base
	}
	if len(pack) == 0 || m[7] == "" && base != qty.NoUnit {
		return nil, qty.NoUnit // the outer pack is not named
	}
	return pack, base
}
