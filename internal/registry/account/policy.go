// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	_ "embed" // policy.cedar
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/cedar-policy/cedar-go"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Tree says how organisations stand to each other. Its answers come from memory:
// Authorize asks with every request of a member of an organisation.
type Tree interface {
	// Above returns the organisations above one, the nearest first.
	Above(ctx context.Context, org id.ID) ([]id.ID, error)
	// Below returns the organisations and all below them, sorted.
	Below(ctx context.Context, orgs []id.ID) ([]id.ID, error)
}

// Policy says who may do what. What it does not permit is refused. It is safe
// for concurrent use once Join has been called.
type Policy struct {
	tree    Tree
	rules   map[Role]map[string]ruleList // by role and action, those that can match
	links   map[Purpose]map[string]ruleList
	actions map[cedar.EntityUID]cedar.Entity
	reach   map[reachKey]reach
}

//go:embed policy.cedar
var policyText string

// LoadPolicy returns the policy of the house, policy.cedar.
func LoadPolicy() (*Policy, error) { return ParsePolicy(policyText) }

// ParsePolicy reads rules in the language Cedar, with the names that
// policy.cedar explains. An unknown name is refused with its line.
func ParsePolicy(text string) (*Policy, error) {
	if err := checkNames(text); err != nil {
		return nil, err
	}
	list, err := cedar.NewPolicyListFromBytes("policy", []byte(text))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	p := &Policy{actions: actionEntities()}
	if err := p.index(list); err != nil {
		return nil, err
	}
	return p, p.measure()
}

// Join tells the policy how organisations stand to each other. Without a tree
// each stands alone below the house. It is called before the first question.
func (p *Policy) Join(tree Tree) { p.tree = tree }

// ruleList are the rules that can match one question.
type ruleList []*cedar.Policy

// All implements cedar.PolicyIterator.
func (l ruleList) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, rule := range l {
			if !yield("", rule) {
				return
			}
		}
	}
}

var (
	// errAction means that a program asked wrongly; nobody may do it.
	errAction = errors.New("account: no such action")
	// errRule means that a rule cannot be decided; then it allows nothing.
	errRule = errors.New("account: a rule of the policy fails")
)

// Authorize returns nil when the actor may do the action to the object,
// errs.Unauthenticated when nobody acts, else errs.Forbidden.
func (p *Policy) Authorize(ctx context.Context, a Actor, action string, o Object) error {
	if err := p.sound(a, action); err != nil {
		return err
	}
	if p.measured(a, action, o) {
		return nil
	}
	return p.decide(ctx, a, action, o)
}

// decide asks the rules.
func (p *Policy) decide(ctx context.Context, a Actor, action string, o Object) error {
	rules := p.rulesFor(a, action)
	if len(rules) == 0 {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	q := question{policy: p, actor: principal(a)}
	if err := q.about(ctx, a, o); err != nil {
		return err
	}
	decision, notes := cedar.Authorize(rules, &q, cedar.Request{
		Principal: q.actor.UID, Action: actionUID(action), Resource: q.thing.UID,
	})
	switch {
	case len(notes.Errors) > 0:
		return fmt.Errorf("%w: %s: %s", errRule, action, notes.Errors[0].Message)
	case decision != cedar.Allow:
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	return nil
}

// sound refuses a question about an action that there is not, and one of nobody.
func (p *Policy) sound(a Actor, action string) error {
	if _, known := p.actions[actionUID(action)]; !known {
		return fmt.Errorf("%w: %q", errAction, action)
	}
	if a.IsZero() {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return nil
}

// rulesFor returns the rules that can match for what the actor is. A rule that is
// there twice counts once.
func (p *Policy) rulesFor(a Actor, action string) ruleList {
	if !a.Link.IsZero() {
		return p.links[a.Link.Purpose][action]
	}
	var rules ruleList
	for i, m := range a.Memberships {
		if slices.ContainsFunc(a.Memberships[:i], func(before Membership) bool { return before.Role == m.Role }) {
			continue
		}
		if rules == nil {
			rules = p.rules[m.Role][action]
			continue
		}
		rules = slices.Concat(rules, p.rules[m.Role][action])
	}
	return rules
}

// above returns the organisations above one; it needs no tree for the house, nor
// when the actor is a member of the house alone.
func (p *Policy) above(ctx context.Context, a Actor, org id.ID) ([]id.ID, error) {
	elsewhere := func(m Membership) bool { return !m.Org.IsZero() }
	if p.tree == nil || org.IsZero() || !slices.ContainsFunc(a.Memberships, elsewhere) {
		return nil, nil
	}
	orgs, err := p.tree.Above(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("organisations above %s: %w", org, err)
	}
	return orgs, nil
}
