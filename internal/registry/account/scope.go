// SPDX-License-Identifier: Apache-2.0

package account

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// reach says how far a membership (or a link) carries an action.
type reach struct {
	own, all bool // what is of the organisation; what is of any
	some     bool // anything at all, were it only what the actor made itself
}

type reachKey struct {
	role    Role
	house   bool // a membership of the house itself
	purpose Purpose
	action  string
}

// measure asks every question once, with examples, so that Could and Scope answer
// from a table. A rule that cannot be decided is found here, not when somebody
// needs it.
func (p *Policy) measure() error {
	p.reach = map[reachKey]reach{}
	for _, action := range Actions() {
		for _, role := range Roles() {
			for _, house := range []bool{false, true} {
				m := Membership{Role: role, Org: id.Derive("example", "own")}
				if house {
					m.Org = id.Zero
				}
				a := Actor{ID: id.Derive("example", "member"), Memberships: []Membership{m}}
				if err := p.measureOne(reachKey{role: role, house: house, action: action}, a, Object{Org: m.Org}); err != nil {
					return err
				}
			}
		}
		for _, purpose := range Purposes() {
			link := Link{Purpose: purpose, Subject: id.Derive("example", "subject")}
			a := Actor{ID: id.Derive("example", "link"), Link: link}
			if err := p.measureOne(reachKey{purpose: purpose, action: action}, a, Object{ID: link.Subject}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Policy) measureOne(k reachKey, a Actor, own Object) error {
	var failed error
	may := func(o Object) bool {
		err := p.decide(context.Background(), a, k.action, o)
		if err != nil && !errs.Is(err, errs.Forbidden) {
			failed = err
		}
		return err == nil
	}
	mine := own
	mine.By = a.ID
	r := reach{own: may(own), all: may(Object{Org: id.Derive("example", "foreign")}) && may(Object{})}
	r.some = r.own || r.all || may(mine)
	if r.some {
		p.reach[k] = r
	}
	return failed
}

func (p *Policy) reachOf(m Membership, action string) reach {
	return p.reach[reachKey{role: m.Role, house: m.Org.IsZero(), action: action}]
}

// measured reports whether the rules are known to allow it: what is allowed on
// the things of any organisation is not asked again for each of them. It knows
// only who has one membership, and objects that nobody in particular made;
// everything else is for the rules.
func (p *Policy) measured(a Actor, action string, o Object) bool {
	if len(a.Memberships) != 1 || !a.Link.IsZero() || !o.By.IsZero() {
		return false
	}
	r := p.reachOf(a.Memberships[0], action)
	return r.all || r.own && o.Org == a.Memberships[0].Org
}

// Could reports whether the actor may do the action to anything at all. It is
// for refusing early, and for what a page offers; Authorize decides about the
// object.
func (p *Policy) Could(a Actor, action string) bool {
	if a.IsZero() {
		return false
	}
	if !a.Link.IsZero() {
		return p.reach[reachKey{purpose: a.Link.Purpose, action: action}].some
	}
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool { return p.reachOf(m, action).some })
}

// Scope is whose things an actor may do something to. The zero Scope is
// nobody's.
type Scope struct {
	all  bool
	orgs []id.ID // sorted
}

// Everything is the scope of whoever may do it to things of any organisation.
func Everything() Scope { return Scope{all: true} }

// All reports whether it is everybody's, the house's included.
func (s Scope) All() bool { return s.all }

// Orgs returns the organisations, those below a member's included, sorted. It
// means nothing when All.
func (s Scope) Orgs() []id.ID { return s.orgs }

// Covers reports whether things of the organisation are in the scope.
func (s Scope) Covers(org id.ID) bool {
	if s.all {
		return true
	}
	_, found := slices.BinarySearchFunc(s.orgs, org, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
	return found
}

// Scope returns to whose things the actor may do the action, for lists: they
// hold what Authorize would allow one by one. When there is nothing,
// the error is that of Authorize.
func (p *Policy) Scope(ctx context.Context, a Actor, action string) (Scope, error) {
	if err := p.sound(a, action); err != nil {
		return Scope{}, err
	}
	var orgs []id.ID
	for _, m := range a.Memberships {
		switch r := p.reachOf(m, action); {
		case r.all && a.Link.IsZero():
			return Everything(), nil
		case r.own && a.Link.IsZero():
			orgs = append(orgs, m.Org)
		}
	}
	if len(orgs) == 0 {
		return Scope{}, errs.New(errs.Forbidden, "error.forbidden")
	}
	if p.tree == nil {
		slices.SortFunc(orgs, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
		return Scope{orgs: slices.Compact(orgs)}, nil
	}
	below, err := p.tree.Below(ctx, orgs)
	if err != nil {
		return Scope{}, fmt.Errorf("organisations below: %w", err)
	}
	return Scope{orgs: below}, nil
}
