// SPDX-License-Identifier: Apache-2.0

// Package row reads one row of goods in a register: article, specification,
// unit and quantity become a class and a quantity that the books can count, or
// a reason why they cannot.
package row

import (
	"errors"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/item"
	"github.com/qiaorelief/qiao/internal/reading/quantity"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

// Reading is what a row means.
type Reading struct {
	Match    item.Match
	Class    string // "other" when the article is not known
	Quantity qty.Quantity
	Why      string // message key: why it cannot be booked; empty: it can
}

// Reader reads rows. It is safe for concurrent use.
type Reader struct {
	catalog *catalog.Catalog
	items   *item.Classifier
}

// unknownClass is the class of articles that a person must classify.
const unknownClass = "other"

// NewReader returns a reader.
func NewReader(c *catalog.Catalog) *Reader {
	return &Reader{catalog: c, items: item.NewClassifier(c)}
}

// Read reads the four cells of a row.
func (r *Reader) Read(name, spec, unit, count string) Reading {
	out := Reading{Match: r.items.Classify(name, spec), Class: unknownClass}
	if out.Match.Class != "" {
		out.Class = out.Match.Class
	}
	if text.Normalise(name) == "" {
		out.Class, out.Why = "", "register.item.missing"
		return out
	}
	q, why := amount(count)
	if why != "" {
		out.Quantity, out.Why = q, why
		return out
	}
	glued := q.Unit
	q.Unit = unitOf(glued, unit, spec)
	beside := len(q.Pack) > 0
	if q.Pack = r.pack(out.Class, spec); beside && len(q.Pack) == 0 {
		q.Pack = r.pack(out.Class, count) // 200箱(100只/箱)
	}
	class, _ := r.catalog.Class(out.Class)
	if class.Counts(q.Unit) {
		q.Unit = class.BaseUnit
	}
	out.Quantity = q
	switch {
	case q.State == qty.Unstated:
		out.Why = "register.quantity.unknown"
	case q.Unit == qty.NoUnit:
		out.Why = "register.unit.missing"
	case contradicts(class, glued, unit):
		out.Why = "register.unit.conflict"
	case q.State != qty.Stated:
		out.Why = "register.quantity.uncertain"
	}
	return out
}

// contradicts reports whether the unit at the number and that of the unit's
// cell count different things: 50只 in a column of pairs may be 50 pairs or 25.
// A pack beside a single thing (200箱 in a column of pieces) is no contradiction,
// nor are two words for one base unit (50副 of goggles in a column of pieces).
func contradicts(class catalog.Class, glued qty.Unit, cell string) bool {
	u, ok := quantity.UnitOf(cell)
	return ok && glued != qty.NoUnit && u != glued && !u.IsPack() && !glued.IsPack() && !(class.Counts(u) && class.Counts(glued))
}

// amount reads the quantity's cell, or says why it cannot.
func amount(cell string) (qty.Quantity, string) {
	q, err := quantity.Read(cell)
	switch {
	case err == nil:
		return q, ""
	case errors.Is(err, quantity.ErrNegative):
		return qty.Unsaid(cell), "register.quantity.negative"
	case errors.Is(err, quantity.ErrZero):
		return qty.Unsaid(cell), "register.quantity.zero"
	case errors.Is(err, quantity.ErrFraction):
		return qty.Unsaid(cell), "register.quantity.fraction"
	case errors.Is(err, qty.ErrOverflow):
		return qty.Unsaid(cell), "register.quantity.huge"
	}
	return qty.Unsaid(cell), "register.quantity.unknown"
}

// unitOf takes the unit glued to the number, else the unit's cell, else a
// specification that is nothing but a unit. There, S and L are sizes and no
// tablets and litres.
func unitOf(glued qty.Unit, cell, spec string) qty.Unit {
	if glued != qty.NoUnit {
		return glued
	}
	if u, ok := quantity.UnitOf(cell); ok {
		return u
	}
	if size := text.Normalise(spec); len(size) > 1 {
		if u, ok := quantity.UnitOf(size); ok {
			return u
		}
	}
	return qty.NoUnit
}

// pack reads the chain and brings it to the class's base unit. A chain that
// counts something else than the base unit (pieces of gloves) says nothing
// about pairs.
func (r *Reader) pack(code, spec string) qty.Pack {
	chain, base := quantity.ParsePack(spec)
	if len(chain) == 0 {
		return nil
	}
	if class, ok := r.catalog.Class(code); ok && class.Counts(base) {
		return chain
	}
	return nil
}
