// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// Mapping says which column of a table is which field.
type Mapping struct {
	Kind      Kind   `json:"kind,omitempty"`
	Sheet     string `json:"sheet,omitempty"`      // empty: every sheet
	HeaderRow int    `json:"header_row,omitempty"` // 0: found by its looks
	// HeaderRows is how many rows the header has, HeaderRow being the last of
	// them; 0: one. It says nothing without HeaderRow.
	HeaderRows int              `json:"header_rows,omitempty"`
	Columns    map[Field]Column `json:"columns,omitempty"`
	Defaults   map[Field]string `json:"defaults,omitempty"` // for blank cells and missing columns
	Ignore     []Column         `json:"ignore,omitempty"`   // columns that are nothing, whatever they look like
	// Carry lists the fields in which a blank cell means the one above.
	Carry           []Field `json:"carry,omitempty"`
	OneMeansUnknown *bool   `json:"one_means_unknown,omitempty"`

	// Goods are the columns of a wide table, one for each article; found, never given.
	Goods []string `json:"goods,omitempty"`
}

// Column names a column by its header or by its number, from 1.
type Column struct {
	Name   string
	Number int
}

// MarshalJSON writes the name, or the number where there is none.
func (c Column) MarshalJSON() ([]byte, error) {
	if c.Name != "" {
		return json.Marshal(c.Name)
	}
	return json.Marshal(c.Number)
}

// UnmarshalJSON reads a name or a number.
func (c *Column) UnmarshalJSON(b []byte) error {
	*c = Column{}
	if len(b) > 0 && b[0] == '"' {
		if err := json.Unmarshal(b, &c.Name); err != nil || c.Name == "" {
			return fmt.Errorf("the name of a column: %.40q", b)
		}
		return nil
	}
	if err := json.Unmarshal(b, &c.Number); err != nil {
		return fmt.Errorf("a column is a name or a number: %w", err)
	}
	if c.Number < 1 || c.Number > maxColumn {
		return fmt.Errorf("column number %d", c.Number)
	}
	return nil
}

const (
	maxColumn  = 16_384  // columns of a spreadsheet program
	maxMapping = 1 << 20 // bytes of a mapping file
)

var errField = errors.New("no such field")

// ParseMapping reads a mapping that a person wrote. Unknown keys are refused: a
// slip of the pen must not look like a setting.
func ParseMapping(r io.Reader) (*Mapping, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return nil, fmt.Errorf("read the mapping: %w", err)
	}
	if len(b) > maxMapping {
		return nil, errs.New(errs.TooLarge, "register.mapping.long")
	}
	var m Mapping
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return nil, errs.Wrap(err, errs.Malformed, "register.mapping.malformed", "what", err.Error())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errs.New(errs.Malformed, "register.mapping.malformed", "what", "more than one value")
	}
	if m.Kind != "" && !m.Kind.Valid() {
		return nil, errs.New(errs.Malformed, "register.kind.unknown", "kind", string(m.Kind))
	}
	if m.HeaderRow < 0 {
		return nil, errs.New(errs.Malformed, "register.mapping.malformed", "what", "header_row < 0")
	}
	return &m, nil
}

// find returns the index of the column, or -1.
func (c Column) find(columns []string) int {
	if c.Number > 0 {
		if c.Number <= len(columns) {
			return c.Number - 1
		}
		return -1
	}
	want := fold(c.Name)
	for i, name := range columns {
		if name == c.Name || want != "" && fold(name) == want {
			return i
		}
	}
	for i, name := range columns { // the last row of a header of several
		if at := strings.LastIndex(name, " / "); at >= 0 && want != "" && fold(name[at+3:]) == want {
			return i
		}
	}
	return -1
}

// required lists what a kind cannot do without; of the fields of one entry any
// will do. The day is looked for in more places than columns.
var required = map[Kind][][]Field{
	Needs:         {{Recipient, RecipientType, City, District, Province}, {Item, Supplies}},
	Receipts:      {{Item, Supplies}},
	Distributions: {{Recipient}, {Item, Supplies}},
	Money:         {{Amount}},
}

// usualCarry are the fields that people merge.
var usualCarry = map[Kind][]Field{
	Needs:         {Date, Recipient, Province, City},
	Receipts:      {Date, Donor},
	Distributions: {Date, Recipient},
	Money:         {Date},
}
