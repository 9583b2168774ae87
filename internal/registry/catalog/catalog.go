// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// Medical says whether goods are made for medical use.
type Medical string

// What a class, or a text, says about medical use.
const (
	Yes    Medical = "yes"
	No     Medical = "no"
	Unsaid Medical = "unsaid"
)

// Class is one class of goods.
type Class struct {
	Code, NameEN, NameZH string
	BaseUnit             qty.Unit
	Same                 []qty.Unit // other words for one base unit: a set of a suit is one suit
	Group                string     // group of the report
	Plausible            int64      // base units; more in one line needs a person's word
	Medical              Medical    // yes when nothing else belongs to the class
}

// Counts reports whether u is one base unit of the class, by this or another word.
func (c Class) Counts(u qty.Unit) bool {
	return u != qty.NoUnit && (u == c.BaseUnit || slices.Contains(c.Same, u))
}

// Base returns the quantity in base units and whether that is known. It is
// qty.Quantity.Base that also knows the other words for one base unit.
func (c Class) Base(q qty.Quantity) (int64, bool, error) {
	if c.Counts(q.Unit) {
		q.Unit = c.BaseUnit
	}
	return q.Base(c.BaseUnit)
}

// Group is one line of the report.
type Group struct {
	Code, NameEN, NameZH string
	Classes              []string // codes, in the order of the catalogue
}

// Alias is a word that names goods of a class.
type Alias struct {
	Text  string // as written in the data, lower case
	Class string
	Kind  Kind
}

// Kind says where an alias counts.
type Kind string

// The kinds of aliases.
const (
	Word Kind = ""     // anywhere in a name
	End  Kind = "end"  // only as the end of a name: 片 makes a medicine of 三拗片, not of 片仔
	Weak Kind = "weak" // only where no other word says more: a maker that is known for one kind of goods
)

// Rule moves goods from one class to another by what else the text says:
// a mask with the word 外科 is a surgical mask. The first rule that fits wins.
type Rule struct {
	Name    string   // for the trace of a decision
	From    []string // classes by alias
	Any     []string // one of these must be in the text
	And     []string // and one of these, when there are any
	Without []string // and none of these
	To      string
}

// Standard is one edition of a standard.
type Standard struct {
	Body, Number, Edition string
	Title                 string
	Covers                []string // classes
	ValidFrom, ValidTo    string   // YYYY-MM-DD, first and last day; empty when not known
	ReplacedBy            string   // code of the next edition
}

// Code is the standard as people write it: `GB 19083-2010`, `EN 149`.
func (s Standard) Code() string {
	code := s.Body + " " + s.Number
	if s.Edition != "" {
		code += "-" + s.Edition
	}
	return code
}

// Catalog is the whole catalogue.
type Catalog struct {
	classes   []Class
	index     map[string]int
	groups    []Group
	aliases   []Alias
	rules     []Rule
	standards []Standard
}

// Class returns the class with a code.
func (c *Catalog) Class(code string) (Class, bool) {
	i, ok := c.index[code]
	if !ok {
		return Class{}, false
	}
	return c.classes[i], true
}

// Classes returns all classes in the order of the data.
func (c *Catalog) Classes() []Class { return slices.Clone(c.classes) }

// Groups returns the groups in the order of the report.
func (c *Catalog) Groups() []Group { return slices.Clone(c.groups) }

// GroupOf returns the group of a class, or nothing for an unknown class.
func (c *Catalog) GroupOf(class string) string {
	cl, _ := c.Class(class)
	return cl.Group
}

// Aliases returns the words that name goods.
func (c *Catalog) Aliases() []Alias { return slices.Clone(c.aliases) }

// Rules returns the rules, the first that fits wins.
func (c *Catalog) Rules() []Rule { return slices.Clone(c.rules) }

// Standards returns the standards in the order of the data.
func (c *Catalog) Standards() []Standard { return slices.Clone(c.standards) }

// Commodity returns the code under which the ledger keeps goods: the class
// when they are counted in its base unit, otherwise class#unit.
func Commodity(class string, unit, base qty.Unit) string {
	if unit == base {
		return class
	}
	return class + "#" + string(unit)
}

// ParseCommodity splits a commodity into class and unit; the unit is empty when
// the goods are counted in the base unit of the class.
func ParseCommodity(code string) (class string, unit qty.Unit) {
	class, rest, _ := strings.Cut(code, "#")
	return class, qty.Unit(rest)
}

// CommodityOf is Commodity with the base unit of the class.
func (c *Catalog) CommodityOf(class string, unit qty.Unit) string {
	cl, _ := c.Class(class)
	if cl.Counts(unit) {
		return class
	}
	return Commodity(class, unit, cl.BaseUnit)
}

// Split returns the class and the unit of a commodity. It fails when there is
// no such class or unit, or when the code is not the one that CommodityOf makes.
func (c *Catalog) Split(commodity string) (Class, qty.Unit, error) {
	code, unit := ParseCommodity(commodity)
	cl, ok := c.Class(code)
	if !ok {
		return Class{}, "", fmt.Errorf("commodity %q: no such class", commodity)
	}
	if unit == qty.NoUnit {
		unit = cl.BaseUnit
	}
	if !unit.Valid() || c.CommodityOf(code, unit) != commodity {
		return Class{}, "", fmt.Errorf("commodity %q: no such unit", commodity)
	}
	return cl, unit, nil
}
