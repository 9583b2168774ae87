// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// How says why a column is taken for what it is.
type How string

// The reasons.
const (
	Nobody    How = ""        // it is not read
	Given     How = "given"   // a person said so
	ByHeader  How = "header"  // its name says so
	ByContent How = "content" // its cells look like it
	AsGoods   How = "goods"   // its name is an article of a wide table
	Ignored   How = "ignored" // a person said that it is nothing
)

// Meaning is what a column is taken for.
type Meaning struct {
	Field Field // meaningless unless How is Given, ByHeader or ByContent
	How   How
}

// Read reports whether the column has a field.
func (m Meaning) Read() bool { return m.How == Given || m.How == ByHeader || m.How == ByContent }

// Meanings returns what each column is taken for.
func (t *Table) Meanings(given *Mapping) []Meaning {
	all := make([]Meaning, len(t.Columns))
	if given != nil {
		for _, c := range given.Ignore {
			if i := c.find(t.Columns); i >= 0 {
				all[i].How = Ignored
			}
		}
	}
	for _, g := range t.goods {
		all[g.index].How = AsGoods
	}
	for f, i := range t.at {
		if i >= 0 && i < len(all) {
			all[i] = Meaning{Field(f), t.how[f]}
		}
	}
	return all
}

// Fingerprint is the same for tables of one kind whose headers say the same in
// the same order; empty for a table without names.
func Fingerprint(kind Kind, columns []string) string {
	parts := []string{string(kind)}
	named := false
	for _, c := range columns {
		c = fold(c)
		named = named || c != ""
		parts = append(parts, c)
	}
	if !named {
		return ""
	}
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return hex.EncodeToString(sum[:])
}

// fieldsOf are the fields that a kind has, in the order in which a person looks
// for them.
var fieldsOf = map[Kind][]Field{
	Needs: {
		Recipient, RecipientType, Item, Spec, Qty, Unit, Supplies, Date, ByDate, Setting,
		Province, City, District, Address, Place, Note, File,
	},
	Receipts: {
		Date, Donor, Item, Spec, Qty, Unit, Supplies, Batch, Expiry, Value, ValueSource, Currency,
		Earmark, Origin, Place, Province, City, District, Note, File,
	},
	Distributions: {
		Date, Recipient, Item, Spec, Qty, Unit, Accepted, Rejected, RejectReason, Supplies, Batch, Expiry,
		Place, Province, City, District, Note, File,
	},
	Money: {Date, Donor, Amount, Currency, Direction, Channel, Purpose, Earmark, Note, File},
}

// Fields returns the fields that a column of a register of the kind can be.
func Fields(kind Kind) []Field { return slices.Clone(fieldsOf[kind]) }

// Required returns what the kind cannot do without; of the fields of one entry
// any will do.
func Required(kind Kind) [][]Field { return slices.Clone(required[kind]) }
