// SPDX-License-Identifier: Apache-2.0

package figure

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// Flow is what went through several columns of nodes: from where, over what, to
// whom. Bands[i] joins column i to the one after it; in every column the nodes
// hold the same total.
type Flow struct {
	Columns []FlowColumn
	Bands   [][]FlowBand
}

// FlowColumn is one column with its heading.
type FlowColumn struct {
	Head  string
	Nodes []FlowNode
}

// FlowNode is one place of a column.
type FlowNode struct {
	Name     string // in the reader's language
	Quantity int64
}

// FlowBand is how much goes from a node of one column to a node of the next.
type FlowBand struct {
	From, To int
	Quantity int64
}

// FlowPath is what took one way through all columns: the name of its node in
// each, and how much.
type FlowPath struct {
	Nodes    []string
	Quantity int64
}

// NewFlow joins paths into a flow. Nodes stand in the order of the given names,
// one list for each column; a path through a node that is not listed is an
// error of the caller and is left out of no sum: it gets a node at the end.
func NewFlow(heads []string, order [][]string, paths []FlowPath) Flow {
	f := Flow{Columns: make([]FlowColumn, len(heads)), Bands: make([][]FlowBand, max(0, len(heads)-1))}
	index := make([]map[string]int, len(heads))
	node := func(column int, name string) int {
		i, ok := index[column][name]
		if !ok {
			i = len(f.Columns[column].Nodes)
			index[column][name] = i
			f.Columns[column].Nodes = append(f.Columns[column].Nodes, FlowNode{Name: name})
		}
		return i
	}
	for c, head := range heads {
		f.Columns[c].Head, index[c] = head, map[string]int{}
		for _, name := range order[c] {
			node(c, name)
		}
	}
	for _, p := range paths {
		for c, name := range p.Nodes {
			to := node(c, name)
			f.Columns[c].Nodes[to].Quantity += p.Quantity
			if c > 0 {
				f.Bands[c-1] = addBand(f.Bands[c-1], FlowBand{index[c-1][p.Nodes[c-1]], to, p.Quantity})
			}
		}
	}
	for i := range f.Bands {
		slices.SortFunc(f.Bands[i], func(a, b FlowBand) int { return (a.From-b.From)*len(f.Columns[i+1].Nodes) + a.To - b.To })
	}
	return f
}

func addBand(bands []FlowBand, b FlowBand) []FlowBand {
	for i := range bands {
		if bands[i].From == b.From && bands[i].To == b.To {
			bands[i].Quantity += b.Quantity
			return bands
		}
	}
	return append(bands, b)
}

// Total is what flows.
func (f Flow) Total() int64 {
	var sum int64
	if len(f.Columns) > 0 {
		for _, n := range f.Columns[0].Nodes {
			sum += n.Quantity
		}
	}
	return sum
}

// Cell is the quantity from one node of a column to one of the next.
func (f Flow) Cell(column, from, to int) int64 {
	for _, b := range f.Bands[column] {
		if b.From == from && b.To == to {
			return b.Quantity
		}
	}
	return 0
}

// flowSpace is the space that a flow is drawn in.
type flowSpace struct {
	width, height float64
	left, right   float64 // of the first column, and of the last
	names         int     // characters of a name before it is cut
	inside        bool    // names stand inside of the outer columns, without figures
}

// The wide picture has names and figures beside the columns; the tall one, for
// phones, names only.
var (
	flowWide = flowSpace{width: 720, height: 520, left: 178, right: 552, names: 16}
	flowTall = flowSpace{width: 358, height: 560, left: 0, right: 350, names: 11, inside: true}
)

const (
	flowTop   = 26.0 // below the headings
	nodeWidth = 9.0
	nodeGap   = 9.0  // at least between two nodes
	namePitch = 17.0 // at least between two names
	figureRow = 15.0 // from a name to its figure, where they stand under each other
)

// flowNode is one drawn node.
type flowNode struct {
	X, Y, Height       string
	TextX, TextY       string
	Anchor             string
	FigureX, FigureY   string // of the figure, where it stands under the name
	Name               string // cut where it is too long; the table has it whole
	Quantity           int64
	x, top, height     float64
	usedLeft, usedSide float64 // heights that bands have taken, on the way in and out
}

// flowDrawing is a flow in the units of its space.
type flowDrawing struct {
	ViewBox string
	Figures bool
	Heads   []flowHead
	Bands   []string
	Nodes   []flowNode
}

type flowHead struct{ X, Anchor, Text string }

// draw places nodes and bands. One scale holds for all columns: every width is
// true.
func (f Flow) draw(s flowSpace) flowDrawing {
	d := flowDrawing{ViewBox: fmt.Sprintf("0 0 %s %s", number(s.width), number(s.height)), Figures: !s.inside}
	scale := f.scale(s.height - flowTop - 4)
	columns := make([][]flowNode, len(f.Columns))
	for c, column := range f.Columns {
		x := s.left
		if len(f.Columns) > 1 {
			x += (s.right - s.left) * float64(c) / float64(len(f.Columns)-1)
		}
		columns[c] = column.place(s, scale, x, f.edge(c))
		d.Heads = append(d.Heads, s.head(column.Head, x, f.edge(c)))
	}
	for c, bands := range f.Bands {
		for _, b := range bands {
			from, to := &columns[c][b.From], &columns[c+1][b.To]
			h := scale * float64(b.Quantity)
			d.Bands = append(d.Bands, ribbon(from.x+nodeWidth, from.top+from.usedSide, to.x, to.top+to.usedLeft, h))
			from.usedSide += h
			to.usedLeft += h
		}
	}
	for _, nodes := range columns {
		d.Nodes = append(d.Nodes, nodes...)
	}
	return d
}

// ribbon is a band of one height between two edges.
func ribbon(x0, y0, x1, y1, h float64) string {
	m := number((x0 + x1) / 2)
	return fmt.Sprintf("M%s %sC%s %s %s %s %s %sV%sC%s %s %s %s %s %sZ", number(x0), number(y0), m, number(y0), m, number(y1), number(x1), number(y1),
		number(y1+h), m, number(y1+h), m, number(y0+h), number(x0), number(y0+h))
}

// edge says where a column stands: the names of the first and the last one are
// outside of the flow, those between have their figures under them.
type edge int

const (
	between edge = iota
	first
	last
)

func (f Flow) edge(column int) edge {
	switch column {
	case 0:
		return first
	case len(f.Columns) - 1:
		return last
	}
	return between
}

func (s flowSpace) head(text string, x float64, at edge) flowHead {
	switch {
	case at == first && !s.inside:
		return flowHead{number(x + nodeWidth), "end", text}
	case at == last && s.inside:
		return flowHead{number(x + nodeWidth - 1), "end", text}
	}
	return flowHead{number(x), "start", text}
}

// gap is the space between two neighbours, so that their names do not touch.
func gap(a, b float64, at edge) float64 {
	pitch := namePitch
	if at == between {
		pitch += figureRow
	}
	return max(nodeGap, pitch-(a+b)/2)
}

// high is the height of a column at a scale.
func (c FlowColumn) high(scale float64, at edge) float64 {
	sum, before := 0.0, 0.0
	for i, n := range c.Nodes {
		h := scale * float64(n.Quantity)
		if i > 0 {
			sum += gap(before, h, at)
		}
		sum += h
		before = h
	}
	return sum
}

// scale is the largest at which every column fits.
func (f Flow) scale(room float64) float64 {
	total := f.Total()
	if total <= 0 {
		return 0
	}
	low, high := 0.0, room/float64(total)
	const steps = 40
	for range steps {
		middle := (low + high) / 2
		fits := true
		for i, c := range f.Columns {
			fits = fits && c.high(middle, f.edge(i)) <= room
		}
		if fits {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// place stacks the nodes of a column around its middle.
func (c FlowColumn) place(s flowSpace, scale, x float64, at edge) []flowNode {
	y := flowTop + (s.height-flowTop-4-c.high(scale, at))/2
	nodes := make([]flowNode, len(c.Nodes))
	for i, n := range c.Nodes {
		h := scale * float64(n.Quantity)
		if i > 0 {
			y += gap(nodes[i-1].height, h, at)
		}
		node := flowNode{X: number(x), Y: number(y), Height: number(max(h, .5)), Name: clip(n.Name, s.names), Quantity: n.Quantity, x: x, top: y, height: h}
		const baseline = 4.5
		node.TextY = number(y + h/2 + baseline)
		node.TextX, node.Anchor = number(x+nodeWidth+5), "start"
		switch {
		case at == between && !s.inside:
			node.TextY, node.FigureX, node.FigureY = number(y+h/2+baseline-figureRow/2), node.TextX, number(y+h/2+baseline+figureRow/2)
		case at == first && !s.inside:
			node.TextX, node.Anchor = number(x-7), "end"
		case at == last && s.inside:
			node.TextX, node.Anchor = number(x-6), "end"
		}
		nodes[i] = node
		y += h
	}
	return nodes
}

// clip cuts a name to so many columns; a Han character takes two.
func clip(name string, most int) string {
	width := 0
	for i, r := range name {
		width++
		if utf8.RuneLen(r) > 2 {
			width++
		}
		if width > most && len(name) > i+utf8.RuneLen(r) {
			return name[:i] + "…"
		}
	}
	return name
}

// cellText is the number of a cell of the table behind, or a dash where nothing
// flowed: the table says what a dash means by its caption.
func cellText(l *i18n.Localizer, n int64) string {
	if n == 0 {
		return "–"
	}
	return l.Number(n)
}
