// SPDX-License-Identifier: Apache-2.0

package person

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// State is where a person stands.
type State string

// The states: invited → active ⇄ disabled → erased.
const (
	Invited  State = "invited"
	Active   State = "active"
	Disabled State = "disabled"
	Erased   State = "erased"
)

// Person is somebody who signs in.
type Person struct {
	ID          id.ID
	Name        string // empty when erased
	Email       string // in small letters; empty when erased
	State       State
	Memberships []account.Membership
	CreatedAt   time.Time
	CreatedBy   id.ID
	SignedInAt  time.Time // zero: never
	Version     int64
}

// Actor returns who acts when the person does.
func (p Person) Actor() account.Actor {
	return account.Actor{ID: p.ID, Name: p.Name, Memberships: p.Memberships}
}

// Governs reports whether the person is an administrator of the house itself.
func (p Person) Governs() bool {
	return p.State == Active && slices.Contains(p.Memberships, account.Membership{Role: account.Administrator})
}

// New says who is invited.
type New struct {
	Name        string // 1 to 100 characters
	Email       string
	Memberships []account.Membership
}

// The bounds of what a person is called.
const (
	longestName    = 100 // characters
	longestEmail   = 254 // bytes, RFC 5321
	mostMembership = 50
)

// Clean returns the input as it is stored, or names the wrong fields.
func (n New) Clean() (New, error) {
	bad := errs.Bad()
	n.Name = strings.TrimSpace(n.Name)
	if !IsName(n.Name) {
		bad.Field("name", "signin.name")
	}
	email, ok := NormaliseEmail(n.Email)
	if !ok {
		bad.Field("email", "signin.email")
	}
	n.Email = email
	n.Memberships = slices.Clone(n.Memberships)
	slices.SortFunc(n.Memberships, compareMemberships)
	n.Memberships = slices.Compact(n.Memberships)
	if len(n.Memberships) == 0 || len(n.Memberships) > mostMembership {
		bad.Field("memberships", "signin.memberships")
	}
	for _, m := range n.Memberships {
		switch {
		case !m.Role.Valid():
			bad.Field("memberships", "account.role")
		case m.Role.NeedsOrg() && m.Org.IsZero():
			bad.Field("memberships", "account.org_needed")
		}
	}
	return n, bad.OrNil()
}

func compareMemberships(a, b account.Membership) int {
	if a.Role != b.Role {
		return strings.Compare(string(a.Role), string(b.Role))
	}
	return slices.Compare(a.Org[:], b.Org[:])
}

// IsName reports whether a text can be a name.
func IsName(name string) bool {
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= longestName && !strings.ContainsFunc(name, unicode.IsControl)
}

// NormaliseEmail returns the one form of an address, by which people are found.
// Case is not told apart: nobody has two mailboxes that differ in it.
func NormaliseEmail(text string) (email string, ok bool) {
	if len(text) > longestEmail || !utf8.ValidString(text) {
		return "", false
	}
	email = strings.ToLower(norm.NFKC.String(strings.TrimSpace(text)))
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" || strings.ContainsFunc(email, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return "", false
	}
	return email, true
}
