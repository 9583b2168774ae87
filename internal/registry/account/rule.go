// SPDX-License-Identifier: Apache-2.0

package account

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
)

// checkNames refuses names that nothing has, with their line: a rule about a role
// or an action that is misspelt would silently permit, or forbid, nothing.
func checkNames(text string) error {
	known := map[string][]string{
		typeAction:  slices.Concat(Actions(), actionGroups()),
		typeRole:    append(names(Roles()), office),
		typePurpose: names(Purposes()),
		"principal": append(names(Roles()), "subject"),
		"resource":  {"by"},
		"is":        {typeMember, typeLink, typeThing},
	}
	entity := regexp.MustCompile(`(\w+)::"([^"]*)"`)
	attribute := regexp.MustCompile(`\b(principal|resource)(?:\.| +has +)(\w+)`)
	kind := regexp.MustCompile(`\b(is) +(\w+)`)
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "//") // no name holds two slashes
		for _, form := range []*regexp.Regexp{entity, attribute, kind} {
			for _, found := range form.FindAllStringSubmatch(line, -1) {
				if !slices.Contains(known[found[1]], found[2]) {
					return fmt.Errorf("policy, line %d: there is no %s %q", n, found[1], found[2])
				}
			}
		}
	}
	return nil
}

func names[T ~string](values []T) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return texts
}

// head is whom and what a rule is about, from its JSON form, which Cedar
// documents. Conditions are left to Cedar.
type head struct {
	Principal part `json:"principal"`
	Action    part `json:"action"`
}

type part struct {
	Op       string  `json:"op"`
	Entity   named   `json:"entity"`
	Entities []named `json:"entities"`
	Type     string  `json:"entity_type"`
}

type named struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// index sorts the rules by role and by purpose, and by action, so that a question
// meets only those that can match.
func (p *Policy) index(list cedar.PolicyList) error {
	p.rules, p.links = map[Role]map[string]ruleList{}, map[Purpose]map[string]ruleList{}
	for _, rule := range list {
		form, err := rule.MarshalJSON()
		var h head
		if err == nil {
			err = json.Unmarshal(form, &h)
		}
		if err != nil {
			return fmt.Errorf("policy, line %d: %w", rule.Position().Line, err)
		}
		for _, action := range Actions() {
			if !h.does(action) {
				continue
			}
			for _, role := range Roles() {
				if h.isAbout(typeMember, typeRole, string(role)) || !role.NeedsOrg() && h.isAbout(typeMember, typeRole, office) {
					add(p.rules, role, action, rule)
				}
			}
			for _, purpose := range Purposes() {
				if h.isAbout(typeLink, typePurpose, string(purpose)) {
					add(p.links, purpose, action, rule)
				}
			}
		}
	}
	return nil
}

func add[K comparable](rules map[K]map[string]ruleList, who K, action string, rule *cedar.Policy) {
	if rules[who] == nil {
		rules[who] = map[string]ruleList{}
	}
	rules[who][action] = append(rules[who][action], rule)
}

// does reports whether the rule is about the action.
func (h head) does(action string) bool {
	if h.Action.Op == "All" {
		return true
	}
	for _, n := range append(h.Action.Entities, h.Action.Entity) {
		if n.ID == action || h.Action.Op == "in" && slices.Contains(groupsOf(action), n.ID) {
			return true
		}
	}
	return false
}

// isAbout reports whether the rule can be about somebody of the type, in the
// group. When in doubt it is: Cedar decides.
func (h head) isAbout(kind, groupType, group string) bool {
	switch h.Principal.Op {
	case "in":
		return h.Principal.Entity == named{Type: groupType, ID: group}
	case "is":
		return h.Principal.Type == kind
	}
	return true
}
