// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	_ "embed" // policy.tsv
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
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
}

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
// in general", which only a rule for any organisation allows.
type Object struct {
	Kind string // need, receipt, …
	ID   id.ID  // zero: not made yet, or a list
	Org  id.ID  // whose it is
	By   id.ID  // who made or proposed it; zero: not made yet, or nobody that matters
}

// rule allows a role the actions that match.
type rule struct {
	chapter, verb string // "*" matches every one
	own           bool   // only objects of the actor's own organisation
}

func (r rule) matches(chapter, verb string) bool {
	return (r.chapter == "*" || r.chapter == chapter) && (r.verb == "*" || r.verb == verb)
}

// Policy says who may do what. What it does not allow is refused.
type Policy struct{ rules map[Role][]rule }

//go:embed policy.tsv
var policyText string

// LoadPolicy returns the policy of the house, policy.tsv.
func LoadPolicy() (*Policy, error) { return ParsePolicy(policyText) }

// ParsePolicy reads lines of role, action and "any" or "own", separated by tabs.
func ParsePolicy(text string) (*Policy, error) {
	p := &Policy{rules: map[Role][]rule{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		role, r, err := parseRule(line)
		if err != nil {
			return nil, fmt.Errorf("policy, line %d: %w", n, err)
		}
		p.rules[role] = append(p.rules[role], r)
	}
	return p, nil
}

func parseRule(line string) (Role, rule, error) {
	columns := strings.Split(line, "\t")
	if len(columns) != 3 {
		return "", rule{}, fmt.Errorf("%d columns, want role, action, any or own", len(columns))
	}
	role := Role(columns[0])
	if !role.Valid() {
		return "", rule{}, fmt.Errorf("unknown role %q", role)
	}
	chapter, verb, ok := splitAction(columns[1])
	if columns[1] == "*" {
		chapter, verb, ok = "*", "*", true
	}
	if !ok {
		return "", rule{}, fmt.Errorf("action %q is not chapter.verb", columns[1])
	}
	if columns[2] != "any" && columns[2] != "own" {
		return "", rule{}, fmt.Errorf("%q is neither any nor own", columns[2])
	}
	return role, rule{chapter, verb, columns[2] == "own"}, nil
}

// splitAction reads chapter.verb; each is a word of small letters or *.
func splitAction(action string) (chapter, verb string, ok bool) {
	chapter, verb, ok = strings.Cut(action, ".")
	return chapter, verb, ok && isWord(chapter) && isWord(verb)
}

func isWord(s string) bool {
	return s == "*" || s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

// errAction means that a program asked wrongly; nobody may do it.
var errAction = errors.New("account: an action is chapter.verb")

// Authorize returns nil when the actor may do the action to the object,
// errs.Unauthenticated when nobody acts, else errs.Forbidden.
func (p *Policy) Authorize(_ context.Context, a Actor, action string, o Object) error {
	chapter, verb, ok := splitAction(action)
	if !ok || chapter == "*" || verb == "*" {
		return fmt.Errorf("%w, not %q", errAction, action)
	}
	if a.IsZero() {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	for _, m := range a.Memberships {
		if slices.ContainsFunc(p.rules[m.Role], func(r rule) bool {
			return r.matches(chapter, verb) && (!r.own || !m.Org.IsZero() && m.Org == o.Org)
		}) {
			return nil
		}
	}
	return errs.New(errs.Forbidden, "error.forbidden")
}

// Could reports whether the actor may do the action to anything at all. It is
// for refusing early; Authorize decides about the object.
func (p *Policy) Could(a Actor, action string) bool {
	chapter, verb, ok := splitAction(action)
	if !ok || a.IsZero() {
		return false
	}
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool {
		return slices.ContainsFunc(p.rules[m.Role], func(r rule) bool { return r.matches(chapter, verb) })
	})
}
