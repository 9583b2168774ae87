// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// flows draws a random flow of three columns.
func flows(t *rapid.T) Flow {
	var paths []FlowPath
	for i := range rapid.IntRange(1, 40).Draw(t, "paths") {
		node := func(column string, most int) string {
			return column + strconv.Itoa(rapid.IntRange(0, most).Draw(t, fmt.Sprint(column, i)))
		}
		paths = append(paths, FlowPath{[]string{node("from", 9), node("via", 4), node("to", 8)}, rapid.Int64Range(1, 1_000_000).Draw(t, fmt.Sprint("n", i))})
	}
	return NewFlow([]string{"from", "via", "to"}, [][]string{nil, nil, nil}, paths)
}

func TestEveryColumnOfAFlowHoldsTheSameTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := flows(t)
		for c, column := range f.Columns {
			var sum int64
			for i, n := range column.Nodes {
				sum += n.Quantity
				var in, out int64
				for _, b := range f.Bands[max(0, c-1)] {
					if c > 0 && b.To == i {
						in += b.Quantity
					}
				}
				if c < len(f.Bands) {
					for j := range f.Columns[c+1].Nodes {
						out += f.Cell(c, i, j)
					}
				}
				if c > 0 && in != n.Quantity || c < len(f.Bands) && out != n.Quantity {
					t.Fatalf("node %s holds %d, %d came in and %d went out", n.Name, n.Quantity, in, out)
				}
			}
			if sum != f.Total() {
				t.Fatalf("column %d holds %d of %d", c, sum, f.Total())
			}
		}
	})
}

func TestTheWidthsOfAFlowAreTrueAndItsNamesDoNotTouch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := flows(t)
		for _, space := range []flowSpace{flowWide, flowTall} {
			scale, before := -1.0, flowNode{x: -1}
			for _, n := range f.draw(space).Nodes {
				ratio := n.height / float64(n.Quantity)
				if scale >= 0 && math.Abs(ratio-scale) > scale*1e-6 {
					t.Fatalf("%s is drawn at %g a piece, another node at %g", n.Name, ratio, scale)
				}
				scale = ratio
				if n.top < flowTop-.01 || n.top+n.height > space.height {
					t.Fatalf("%s stands at %g to %g", n.Name, n.top, n.top+n.height)
				}
				if n.x == before.x && n.top+n.height/2-before.top-before.height/2 < namePitch-.01 {
					t.Fatalf("%s touches %s", n.Name, before.Name)
				}
				if math.Abs(n.usedLeft-n.height) > .01 && n.x != space.left || math.Abs(n.usedSide-n.height) > .01 && n.x != space.right {
					t.Fatalf("the bands of %s take %g and %g of %g", n.Name, n.usedLeft, n.usedSide, n.height)
				}
				before = n
			}
		}
	})
}

func TestANameIsCutWhereItIsTooLong(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Italy": "Italy", "Changsha Huanghua International Airport": "Changsha H…", "没有写明": "没有写明", "示例很长的地名": "示例很长的…", "": "",
	} {
		if got := clip(name, 10); got != want {
			t.Errorf("%q is cut to %q, want %q", name, got, want)
		}
	}
}

func TestAFlowOfNothingIsEmpty(t *testing.T) {
	t.Parallel()
	f := NewFlow(nil, nil, nil)
	if d := f.draw(flowWide); f.Total() != 0 || len(d.Nodes) > 0 || len(d.Bands) > 0 {
		t.Errorf("it draws %d nodes and %d bands", len(d.Nodes), len(d.Bands))
	}
}
