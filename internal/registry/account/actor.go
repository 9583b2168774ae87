// SPDX-License-Identifier: Apache-2.0

package account

import (
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Role is what somebody is to the house.
type Role string

// The roles.
const (
	Administrator Role = "administrator"
	Coordinator   Role = "coordinator"
	Keeper        Role = "keeper"
	Finance       Role = "finance"
	Liaison       Role = "liaison"
	Recipient     Role = "recipient"
	Driver        Role = "driver"
	Supervisor    Role = "supervisor"
)

// Roles returns every role, the most powerful first.
func Roles() []Role {
	return []Role{Administrator, Coordinator, Keeper, Finance, Liaison, Recipient, Driver, Supervisor}
}

// Valid reports whether the role exists.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// NeedsOrg reports whether the role is one of an organisation only: a recipient
// or a driver of the house itself is none.
func (r Role) NeedsOrg() bool { return r == Recipient || r == Driver }

// Membership is a role in an organisation: what somebody is to it and to
// everything below it in the tree.
type Membership struct {
	Role Role
	Org  id.ID // zero: the house itself, above every organisation
}

// Actor is somebody, or a program, who acts. The zero Actor is nobody.
type Actor struct {
	ID          id.ID  // who; of a program: its token
	Name        string // for people to read
	Memberships []Membership
	Link        Link // what a signed link allows to somebody without an account; zero: none
}

// Purpose says what a signed link is for. What it allows stands in policy.cedar.
type Purpose string

// The purposes.
const (
	ForDonor     Purpose = "donor"
	ForRecipient Purpose = "recipient"
	ForDriver    Purpose = "driver"
)

// Purposes returns every purpose.
func Purposes() []Purpose { return []Purpose{ForDonor, ForRecipient, ForDriver} }

// Valid reports whether the purpose exists.
func (p Purpose) Valid() bool { return slices.Contains(Purposes(), p) }

// Link is what somebody who presents a signed link may act on.
type Link struct {
	Purpose Purpose
	Subject id.ID // the one record
	Org     id.ID // whose it is
}

// IsZero reports whether there is no link.
func (l Link) IsZero() bool { return l == Link{} }

// IsZero reports whether nobody acts. Somebody without memberships is somebody,
// who may do nothing.
func (a Actor) IsZero() bool { return a.ID.IsZero() }

// Is reports whether the actor has the role in any organisation.
func (a Actor) Is(role Role) bool {
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool { return m.Role == role })
}

// In reports whether the actor has the role in exactly that organisation; what
// lies below it is for Authorize to decide.
func (a Actor) In(role Role, org id.ID) bool {
	return slices.Contains(a.Memberships, Membership{Role: role, Org: org})
}

// Orgs returns the organisations in which the actor has the role.
func (a Actor) Orgs(role Role) []id.ID {
	var orgs []id.ID
	for _, m := range a.Memberships {
		if m.Role == role {
			orgs = append(orgs, m.Org)
		}
	}
	return orgs
}

// System is the one who acts at the command line of the server: whoever can run
// it there can read and write the database anyway.
func System() Actor {
	return Actor{ID: id.Derive("account", "command line"), Name: "command line", Memberships: []Membership{{Role: Administrator}}}
}

// Object is what an action is done to. The zero Object is "things of this kind
// in general", which is the house's.
type Object struct {
	Kind string // need, receipt, …
	ID   id.ID  // zero: not made yet, or a list
	Org  id.ID  // whose it is; zero: the house's
	By   id.ID  // who made or proposed it; zero: not made yet, or nobody that matters
}
