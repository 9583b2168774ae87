// SPDX-License-Identifier: Apache-2.0

package qty

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// State says how sure a quantity is.
type State string

// The states of a quantity.
const (
	Stated   State = "stated"   // somebody said exactly this
	About    State = "about"    // 约, around
	AtLeast  State = "at_least" // 至少, or more
	Unstated State = "unknown"  // nobody said: 不详, 急需, or the 1 of a register that means "yes"
)

// Valid reports whether s is one of the four states.
func (s State) Valid() bool {
	switch s {
	case Stated, About, AtLeast, Unstated:
		return true
	}
	return false
}

// Level is one level of a pack chain: one Unit holds Of base units.
type Level struct {
	Unit Unit  `json:"unit"`
	Of   int64 `json:"of"`
}

// Pack is a chain of packs from the smallest up, each level in base units:
// `1只/袋 50袋/盒 12盒/箱` is bag 1, box 50, case 600.
type Pack []Level

// Of returns how many base units one u holds, and whether the chain says.
func (p Pack) Of(u Unit) (int64, bool) {
	for _, l := range p {
		if l.Unit == u {
			return l.Of, true
		}
	}
	return 0, false
}

// String returns the chain as `box:50>case:600`; an empty chain is empty.
func (p Pack) String() string {
	parts := make([]string, len(p))
	for i, l := range p {
		parts[i] = fmt.Sprintf("%s:%d", l.Unit, l.Of)
	}
	return strings.Join(parts, ">")
}

// Quantity is a quantity as somebody stated it.
type Quantity struct {
	State State  `json:"state"`
	Value int64  `json:"value,omitempty"` // in Unit; 0 when State is unknown
	Unit  Unit   `json:"unit,omitempty"`  // empty when none was stated
	Pack  Pack   `json:"pack,omitempty"`  // as stated beside the quantity
	Text  string `json:"as_stated,omitempty"`
}

// Unsaid is a quantity that nobody stated, with the words that were used.
func Unsaid(text string) Quantity { return Quantity{State: Unstated, Text: text} }

// Exactly is a stated quantity.
func Exactly(value int64, unit Unit) Quantity {
	return Quantity{State: Stated, Value: value, Unit: unit}
}

// Validate returns an error when the parts contradict each other.
func (q Quantity) Validate() error {
	switch {
	case !q.State.Valid():
		return fmt.Errorf("quantity state %q", q.State)
	case q.State == Unstated && q.Value != 0:
		return errors.New("an unknown quantity has no value")
	case q.State != Unstated && q.Value <= 0:
		return errors.New("a quantity must be more than zero")
	case q.Unit != NoUnit && !q.Unit.Valid():
		return fmt.Errorf("unit %q", q.Unit)
	}
	return nil
}

// Base returns the quantity in base units and whether that is known: the unit
// is the base unit, or the pack chain says what one unit holds. It never
// guesses a pack, and never turns pieces into pairs.
func (q Quantity) Base(base Unit) (int64, bool, error) {
	if q.State == Unstated || !q.State.Valid() {
		return 0, false, nil
	}
	if q.Unit == base {
		return q.Value, true, nil
	}
	of, ok := q.Pack.Of(q.Unit)
	if !ok {
		return 0, false, nil
	}
	n, err := Mul(q.Value, of)
	return n, err == nil, err
}

// ErrOverflow is returned when a number does not fit into 63 bits.
var ErrOverflow = errors.New("number too large")

// Mul multiplies two non-negative counts.
func Mul(a, b int64) (int64, error) {
	if a < 0 || b < 0 {
		return 0, fmt.Errorf("negative count %d × %d", a, b)
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, ErrOverflow
	}
	return int64(lo), nil
}

// Add adds two counts of either sign.
func Add(a, b int64) (int64, error) {
	sum := a + b
	if (a > 0 && b > 0 && sum < 0) || (a < 0 && b < 0 && sum >= 0) {
		return 0, ErrOverflow
	}
	return sum, nil
}

// States returns every state, the surest first.
func States() []State { return []State{Stated, About, AtLeast, Unstated} }
