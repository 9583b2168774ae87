// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{7}, 7},
		{[]float64{9, 1, 5}, 5},
		{[]float64{4, 1, 3, 2}, 2.5},
	} {
		before := slices.Clone(c.values)
		if got := median(c.values); got != c.want {
			t.Errorf("median of %v is %v, want %v", c.values, got, c.want)
		}
		if !slices.Equal(before, c.values) {
			t.Errorf("median changed its input from %v to %v", before, c.values)
		}
	}
}

func TestPercentileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	ten := []int{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	for _, c := range []struct {
		values []int
		p      float64
		want   int
	}{
		{nil, 50, 0},
		{[]int{3}, 0, 3},
		{[]int{3}, 100, 3},
		{ten, 0, 1},
		{ten, 10, 1},
		{ten, 11, 2},
		{ten, 50, 5},
		{ten, 99, 10},
		{ten, 100, 10},
	} {
		if got := percentile(c.values, c.p); got != c.want {
			t.Errorf("p%v of %v is %d, want %d", c.p, c.values, got, c.want)
		}
	}
}

// TestPercentileCounts holds the definition: at least p percent of the values
// are not above the result, and it is the smallest such value.
func TestPercentileCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(-50, 50), 1, 200).Draw(t, "values")
		p := float64(rapid.IntRange(1, 100).Draw(t, "p"))
		got := percentile(values, p)
		notAbove, below := 0, 0
		for _, v := range values {
			if v <= got {
				notAbove++
			}
			if v < got {
				below++
			}
		}
		if n := float64(len(values)); float64(notAbove)*100 < p*n || float64(below)*100 >= p*n {
			t.Fatalf("p%v of %v is %d: %d not above, %d below", p, values, got, notAbove, below)
		}
	})
}
