// SPDX-License-Identifier: Apache-2.0

package report

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/money"
)

func sources(minor ...int64) []ValueSource {
	parts := make([]ValueSource, len(minor))
	for i, n := range minor {
		parts[i].Amount = money.Amount{Minor: n, Currency: money.CNY}
	}
	return parts
}

func TestSharesSumToAHundred(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ parts, want []int64 }{
		"cut they would show 98": {[]int64{7075, 2440, 485}, []int64{71, 24, 5}},
		"thirds":                 {[]int64{1, 1, 1}, []int64{34, 33, 33}},
		"one source":             {[]int64{0, 5, 0}, []int64{0, 100, 0}},
		"nothing":                {[]int64{0, 0}, []int64{0, 0}},
		"less than one percent":  {[]int64{9_990, 10}, []int64{99, 0}},
		"nearly all":             {[]int64{9_960, 40}, []int64{99, 0}},
		"more than money has":    {[]int64{math.MaxInt64, math.MaxInt64}, []int64{50, 50}},
	} {
		if got := shares(sources(c.parts...)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSharesAreNeverFarFromTheTruth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Int64Range(0, 1<<50), 1, 4).Draw(t, "parts")
		var whole float64
		for _, p := range parts {
			whole += float64(p)
		}
		var sum int64
		for i, n := range shares(sources(parts...)) {
			sum += n
			if whole > 0 && math.Abs(float64(n)-100*float64(parts[i])/whole) > 1.0001 {
				t.Fatalf("part %d of %v is shown as %d%%", i, parts, n)
			}
		}
		if whole > 0 && sum != 100 && sum != 99 {
			t.Fatalf("%v sums to %d", parts, sum)
		}
	})
}
