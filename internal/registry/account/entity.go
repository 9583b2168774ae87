// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"

	"github.com/cedar-policy/cedar-go"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// The types of what the rules speak about.
const (
	typeAction  = "Action"
	typeLink    = "Link"
	typeMember  = "Member"
	typeOrg     = "Organisation"
	typePurpose = "Purpose"
	typeRole    = "Role"
	typeThing   = "Thing"
)

// office is the group of the roles that work in an office.
const office = "office"

// house is the organisation above all others.
func house() cedar.EntityUID { return cedar.NewEntityUID(typeOrg, "house") }

// key is the id as the rules see it; it is only compared.
func key(v id.ID) cedar.String { return cedar.String(v[:]) }

func organisation(org id.ID) cedar.EntityUID {
	if org.IsZero() {
		return house()
	}
	return cedar.NewEntityUID(typeOrg, key(org))
}

func actionUID(action string) cedar.EntityUID {
	return cedar.NewEntityUID(typeAction, cedar.String(action))
}

func roleUID(r string) cedar.EntityUID { return cedar.NewEntityUID(typeRole, cedar.String(r)) }

// actionEntities are the actions with the groups to which each belongs.
func actionEntities() map[cedar.EntityUID]cedar.Entity {
	all := map[cedar.EntityUID]cedar.Entity{}
	for _, action := range Actions() {
		uid := actionUID(action)
		var groups []cedar.EntityUID
		for _, g := range groupsOf(action) {
			groups = append(groups, actionUID(g))
		}
		all[uid] = cedar.Entity{UID: uid, Parents: cedar.NewEntityUIDSet(groups...)}
	}
	return all
}

// principal is the actor as the rules see it.
func principal(a Actor) cedar.Entity {
	if !a.Link.IsZero() {
		return cedar.Entity{
			UID:        cedar.NewEntityUID(typeLink, key(a.ID)),
			Parents:    cedar.NewEntityUIDSet(cedar.NewEntityUID(typePurpose, cedar.String(a.Link.Purpose))),
			Attributes: cedar.NewRecord(cedar.RecordMap{"subject": thing(a.Link.Subject)}),
		}
	}
	groups := make([]cedar.EntityUID, 0, 2)
	attributes := make(cedar.RecordMap, 1)
	for i, m := range a.Memberships {
		if m.Role.NeedsOrg() && m.Org.IsZero() {
			continue
		}
		groups = append(groups, roleUID(string(m.Role)))
		if !m.Role.NeedsOrg() {
			groups = append(groups, roleUID(office))
		}
		name := cedar.String(m.Role)
		if _, seen := attributes[name]; !seen {
			attributes[name] = orgsOf(a.Memberships[i:], m.Role)
		}
	}
	return cedar.Entity{
		UID: cedar.NewEntityUID(typeMember, key(a.ID)), Parents: cedar.NewEntityUIDSet(groups...), Attributes: cedar.NewRecord(attributes),
	}
}

// orgsOf is the set of organisations in which the role is held.
func orgsOf(memberships []Membership, role Role) cedar.Set {
	orgs := make([]cedar.Value, 0, 1)
	for _, m := range memberships {
		if m.Role == role && !(m.Org.IsZero() && role.NeedsOrg()) {
			orgs = append(orgs, organisation(m.Org))
		}
	}
	return cedar.NewSet(orgs...)
}

func thing(v id.ID) cedar.EntityUID { return cedar.NewEntityUID(typeThing, key(v)) }

// question gives the rules what one question is about.
type question struct {
	policy *Policy
	actor  cedar.Entity
	thing  cedar.Entity
}

// about makes the object known: it is of its organisation, of all above it, and
// of the house.
func (q *question) about(ctx context.Context, a Actor, o Object) error {
	above, err := q.policy.above(ctx, a, o.Org)
	if err != nil {
		return err
	}
	parents := make([]cedar.EntityUID, 0, 2+len(above))
	parents = append(parents, organisation(o.Org), house())
	for _, org := range above {
		parents = append(parents, organisation(org))
	}
	q.thing = cedar.Entity{UID: thing(o.ID), Parents: cedar.NewEntityUIDSet(parents...)}
	if !o.By.IsZero() {
		// A Link never proposes: whoever made something is a Member.
		q.thing.Attributes = cedar.NewRecord(cedar.RecordMap{"by": cedar.NewEntityUID(typeMember, key(o.By))})
	}
	return nil
}

// Get implements cedar.EntityGetter.
func (q *question) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	switch uid.Type {
	case typeAction:
		e, ok := q.policy.actions[uid]
		return e, ok
	case typeThing:
		return q.thing, uid == q.thing.UID
	case typeMember, typeLink:
		return q.actor, uid == q.actor.UID
	}
	return cedar.Entity{}, false
}
