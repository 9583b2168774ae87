// SPDX-License-Identifier: Apache-2.0

package qty

import "slices"

// Unit is what is counted.
type Unit string

// The units. Tablet, piece and pair are counted things; kg, litre and
// millilitre are measures; the rest are packs, whose content may be unknown.
const (
	NoUnit  Unit = ""
	Piece   Unit = "piece"
	Pair    Unit = "pair"
	Set     Unit = "set"
	Box     Unit = "box"
	Case    Unit = "case"
	Bag     Unit = "bag"
	Bottle  Unit = "bottle"
	Barrel  Unit = "barrel"
	Roll    Unit = "roll"
	Kg      Unit = "kg"
	Litre   Unit = "l"
	MilliL  Unit = "ml"
	Tablet  Unit = "tablet"
	Other   Unit = "other"
	Unknown Unit = "unknown"
)

// Units lists every unit that a quantity may carry.
var units = []Unit{Piece, Pair, Set, Box, Case, Bag, Bottle, Barrel, Roll, Kg, Litre, MilliL, Tablet, Other}

// Units returns every unit that a quantity may carry.
func Units() []Unit { return slices.Clone(units) }

// Valid reports whether u is one of Units.
func (u Unit) Valid() bool { return slices.Contains(units, u) }

// IsPack reports whether the unit holds other units, so that its content must
// be known before it can be counted in base units.
func (u Unit) IsPack() bool {
	switch u {
	case Box, Case, Bag, Barrel, Roll, Set, Other:
		return true
	}
	return false
}
