// SPDX-License-Identifier: Apache-2.0

package layout

import (
	_ "embed" // columns.tsv
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind is what a register lists.
type Kind string

// The kinds.
const (
	Needs         Kind = "needs"
	Receipts      Kind = "receipts"
	Distributions Kind = "distributions"
	Money         Kind = "money"
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Needs, Receipts, Distributions, Money} }

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Field is what a column of a register means.
type Field uint8

// The fields. Not every kind has every one.
const (
	Date Field = iota
	Donor
	Recipient
	RecipientType
	Item
	Spec
	Unit
	Qty
	Accepted
	Rejected
	RejectReason
	Earmark
	Value
	ValueSource
	Currency
	Expiry
	Batch
	Place
	Origin
	Amount
	Channel
	Purpose
	Direction
	Province
	City
	District
	Address
	Setting
	ByDate
	Supplies
	Note
	File
	fieldCount
)

var fieldNames = [fieldCount]string{
	"date", "donor", "recipient", "recipient_type", "item", "spec", "unit", "qty", "accepted", "rejected",
	"reject_reason", "earmark", "value", "value_source", "currency", "expiry", "batch", "place", "origin", "amount",
	"channel", "purpose", "direction", "province", "city", "district", "address", "setting", "by_date", "supplies",
	"note", "file",
}

// String returns the name that a mapping uses.
func (f Field) String() string {
	if f < fieldCount {
		return fieldNames[f]
	}
	return "?"
}

// MarshalText implements encoding.TextMarshaler.
func (f Field) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Field) UnmarshalText(b []byte) error {
	i := slices.Index(fieldNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("%w %.40q", errField, b)
	}
	*f = Field(i)
	return nil
}

// Values are the texts of a row by field.
type Values [fieldCount]string

//go:embed columns.tsv
var columnsText string

// word is one entry of columns.tsv.
type word struct {
	field Field
	text  string // folded
	whole bool   // =word
}

// words know how people name columns.
type words struct {
	byKind   map[Kind][]word
	exact    map[Kind]map[string]bool
	veto     map[Kind]map[Field][]string
	measures map[string]bool
	totals   map[string]bool
}

func loadWords(text string) (*words, error) {
	w := &words{
		byKind: map[Kind][]word{}, exact: map[Kind]map[string]bool{}, veto: map[Kind]map[Field][]string{},
		measures: map[string]bool{}, totals: map[string]bool{},
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' || strings.HasPrefix(line, "kinds\t") {
			continue
		}
		if err := w.line(line); err != nil {
			return nil, fmt.Errorf("layout: columns.tsv, line %d: %w", n, err)
		}
	}
	return w, nil
}

func (w *words) line(line string) error {
	cells := strings.Split(line, "\t")
	if len(cells) != 3 {
		return fmt.Errorf("%d cells, want 3", len(cells))
	}
	list := strings.Split(cells[2], "|")
	switch cells[1] {
	case "#measure":
		for _, m := range list {
			w.measures[fold(m)] = true
		}
		return nil
	case "#total":
		for _, m := range list {
			w.totals[fold(m)] = true
		}
		return nil
	}
	var field Field
	if err := field.UnmarshalText([]byte(cells[1])); err != nil {
		return err
	}
	kinds := Kinds()
	if cells[0] != "*" {
		kinds = kinds[:0]
		for _, k := range strings.Split(cells[0], ",") {
			if !Kind(k).Valid() {
				return fmt.Errorf("kind %q", k)
			}
			kinds = append(kinds, Kind(k))
		}
	}
	for _, kind := range kinds {
		w.add(kind, field, list)
	}
	return nil
}

func (w *words) add(kind Kind, field Field, list []string) {
	if w.veto[kind] == nil {
		w.veto[kind] = map[Field][]string{}
		w.exact[kind] = map[string]bool{}
	}
	for _, text := range list {
		if rest, ok := strings.CutPrefix(text, "-"); ok {
			w.veto[kind][field] = append(w.veto[kind][field], fold(rest))
			continue
		}
		rest, whole := strings.CutPrefix(text, "=")
		w.byKind[kind] = append(w.byKind[kind], word{field, fold(rest), whole})
		w.exact[kind][fold(rest)] = true
	}
}

// fold makes spellings of a word equal: lower case, narrow signs, one blank
// between Latin words, nothing else but letters and digits.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.TrimSpace(s) {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 && r < 0x250 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// holds returns how well the folded header matches the word; 0: not at all.
func (w word) holds(header string) int {
	switch {
	case header == w.text:
		return 1000 + len(w.text)
	case w.whole || w.text == "":
		return 0
	case w.text[0] < 0x80:
		if strings.Contains(" "+header+" ", " "+w.text+" ") {
			return 100 + len(w.text)
		}
	case strings.HasSuffix(header, w.text):
		return 120 + len(w.text)
	case strings.Contains(header, w.text):
		return 100 + len(w.text)
	}
	return 0
}

// score returns how well a header names a field.
func (w *words) score(kind Kind, header string) (best [fieldCount]int) {
	whole := fold(header)
	last := whole
	if i := strings.LastIndex(header, " / "); i >= 0 {
		last = fold(header[i+3:])
	}
	for _, word := range w.byKind[kind] {
		s := max(word.holds(last), word.holds(whole)-5)
		best[word.field] = max(best[word.field], s)
	}
	for field, vetoes := range w.veto[kind] {
		if slices.ContainsFunc(vetoes, func(v string) bool { return strings.Contains(whole, v) }) {
			best[field] = 0
		}
	}
	return best
}

// known reports whether a cell is a header of the kind.
func (w *words) known(kind Kind) func(string) bool {
	return func(cell string) bool {
		if len(cell) > 60 {
			return false
		}
		return w.exact[kind][fold(cell)]
	}
}

// measure reports whether a text is nothing but a word of measure.
func (w *words) measure(s string) bool { return w.measures[fold(s)] }

// total reports whether a text announces a sum.
func (w *words) total(s string) bool { return len(s) < 40 && w.totals[fold(s)] }
