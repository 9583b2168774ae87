// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"math/bits"
	"slices"
)

// shares returns the parts of a value in whole percents that sum to 100: the
// parts that lose most by being cut are rounded up (largest remainder). Only a
// whole is 100: where a smaller part is left out as less than one percent, the
// other stays at 99. Parts of zero or less have no share.
func shares(parts []ValueSource) []int64 {
	percents := make([]int64, len(parts))
	var whole uint64
	for _, p := range parts {
		whole += uint64(max(0, p.Amount.Minor))
	}
	if whole == 0 {
		return percents
	}
	type rest struct {
		i    int
		left uint64
	}
	rests := make([]rest, 0, len(parts))
	open := int64(100)
	for i, p := range parts {
		if p.Amount.Minor <= 0 {
			continue
		}
		high, low := bits.Mul64(uint64(p.Amount.Minor), 100)
		n, left := uint64(100), uint64(0)
		if high < whole {
			n, left = bits.Div64(high, low, whole)
		}
		percents[i] = int64(n) // at most 100
		open -= percents[i]
		rests = append(rests, rest{i, left})
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return cmp.Compare(b.left, a.left) })
	for _, r := range rests {
		if open <= 0 || r.left == 0 {
			break
		}
		open--
		if percents[r.i] < 99 {
			percents[r.i]++
		}
	}
	return percents
}
