// SPDX-License-Identifier: Apache-2.0

package org

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Kind says what an organisation is in the effort.
type Kind string

// The kinds.
const (
	Federation  Kind = "federation"  // a federation or charity office of any level
	Association Kind = "association" // an association or group abroad
	Hospital    Kind = "hospital"
	Supplier    Kind = "supplier"
	Carrier     Kind = "carrier"
	Government  Kind = "government"
	Company     Kind = "company"
	Person      Kind = "person" // a private person: never shown in public
	Other       Kind = "other"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Federation, Association, Hospital, Supplier, Carrier, Government, Company, Person, Other}
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool {
	switch k {
	case Federation, Association, Hospital, Supplier, Carrier, Government, Company, Person, Other:
		return true
	}
	return false
}

// MaxName is the longest name, in characters.
const MaxName = 200

// Org is an organisation (or a person who gave something).
type Org struct {
	ID        id.ID
	Kind      Kind
	Name      string
	Parent    id.ID  // zero: the top of a tree
	Place     string // code of registry/place; empty: not known
	Public    bool   // the name may stand on public pages
	Note      string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Input is what a person enters about an organisation.
type Input struct {
	Kind   Kind
	Name   string
	Parent id.ID
	Place  string
	Public *bool // nil: decided by the name
	Note   string
}

// Validate checks the input without a database.
func (in Input) Validate() error {
	bad := errs.Bad()
	if strings.TrimSpace(in.Name) == "" {
		bad.Field("name", "org.name.missing")
	}
	if utf8.RuneCountInString(in.Name) > MaxName {
		bad.Field("name", "org.name.long", "max", MaxName)
	}
	if !in.Kind.Valid() {
		bad.Field("kind", "org.kind.unknown", "kind", in.Kind)
	}
	if utf8.RuneCountInString(in.Note) > 2000 {
		bad.Field("note", "error.field_long", "max", 2000)
	}
	return bad.OrNil()
}

func (in Input) public() bool {
	if in.Kind == Person {
		return false
	}
	if in.Public != nil {
		return *in.Public
	}
	return LooksPublic(in.Name)
}
