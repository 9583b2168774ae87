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
var per = regexp.MustCompile(`(\d+)\s*(\p{Han}{1,2}|[a-z]{1,7})\s*(?:/|每|一)\s*\(?(\p{Han}{1,2}|[a-z]{1,7})`)

// times is a product of packs: 50只*10盒/件, 100双*10盒, 500ml*30瓶.
var times = regexp.MustCompile(`(\d+)\s*(\p{Han}|[a-z]{1,7})\s*[*x×]\s*(\d+)\s*(\p{Han}|[a-z]{1,7})(?:\s*[*x×]\s*(\d+)\s*(\p{Han}|[a-z]{1,7}))?\)?(?:\s*/\s*(\p{Han}|[a-z]{1,7}))?`)

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
	s := strings.ToLower(text.Normalise(strings.ReplaceAll(spec, "，", ";"))) // only the narrow comma groups digits
	if len(s) > 300 {
		return nil, qty.NoUnit
	}
	if pack, base, meant := product(s); meant {
		return pack, base
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

// count returns the number that ends with the digits s[from:to]. The comma before
// them may group digits (1,000只) or end a model (1860,120只; N95,330只); it is no
// count where both can be meant (100,400只), nor after a decimal point or in a
// range.
func count(s string, from, to int) (int64, bool) {
	number, before := s[from:to], s[:from]
	if sign := len(before) - 1; sign > 0 && strings.IndexByte(".-~", before[sign]) >= 0 && isDigit(before[sign-1]) {
		return 0, false
	}
	if head, grouped := strings.CutSuffix(before, ","); grouped && len(number) == 3 {
		lead := head[len(strings.TrimRight(head, "0123456789")):]
		model := len(lead) > 3 || len(lead) < len(head) && isLetter(head[len(head)-len(lead)-1])
		switch {
		case lead == "" || model:
		case lead[0] != '0' && (len(lead) == 1 || number[0] == '0'):
			number = lead + number
		default:
			return 0, false
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return n, err == nil && n > 0 && n <= maxPack
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }

// chain joins statements such as `1只/袋 50袋/盒 12盒/箱`.
func chain(s string) (qty.Pack, qty.Unit) {
	var pack qty.Pack
	base := qty.NoUnit
	for _, m := range per.FindAllStringSubmatchIndex(s, -1) {
		n, ok := count(s, m[2], m[3])
		in, inOK := inner(s[m[4]:m[5]])
		out, outOK := UnitOf(s[m[6]:m[7]])
		if !ok || !inOK || !outOK || in == out || volume(in) || volume(out) || !counted(in) {
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
		if of, twice := pack.Of(out); twice && of != size {
			return nil, qty.NoUnit // 50只/盒 100只/盒: boxes of two sizes
		} else if twice || out == base || size > maxPack {
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

// product reads `50只*10盒/件`: 50 in a box, 10 boxes in a case. Of `50只*10盒` it
// is not said what holds the ten boxes. A product that makes no sense is meant as
// one all the same: its last part alone would say something else.
func product(s string) (pack qty.Pack, base qty.Unit, meant bool) {
	m := times.FindStringSubmatchIndex(s)
	if m == nil {
		return nil, qty.NoUnit, false
	}
	size := int64(1)
	for i := 2; i < 14 && m[i] >= 0; i += 4 {
		u, known := inner(s[m[i+2]:m[i+3]])
		if !known {
			return nil, qty.NoUnit, false
		}
		if volume(u) {
			continue // 500ml*30瓶: the volume is no pack
		}
		if base == qty.NoUnit {
			base = u
		} else {
			pack = append(pack, qty.Level{Unit: u, Of: size})
		}
		n, ok := count(s, m[i], m[i+1])
		if size *= n; !ok || size > maxPack {
			return nil, qty.NoUnit, true
		}
	}
	if m[14] >= 0 { // else the outer pack is not named
		if outer, ok := UnitOf(s[m[14]:m[15]]); ok && size > 1 {
			pack = append(pack, qty.Level{Unit: outer, Of: size})
		}
	}
	if len(pack) == 0 {
		return nil, qty.NoUnit, false
	}
	if repeated(pack, base) {
		return nil, qty.NoUnit, true
	}
	return pack, base, true
}

// repeated reports whether a unit is said to hold two different numbers:
// 10盒*5盒/箱.
func repeated(pack qty.Pack, base qty.Unit) bool {
	for i, l := range pack {
		if _, twice := pack[:i].Of(l.Unit); twice || l.Unit == base {
			return true
		}
	}
	return false
}
