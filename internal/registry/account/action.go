// SPDX-License-Identifier: Apache-2.0

package account

import (
	"maps"
	"slices"
	"strings"
)

// verbs are the verbs of each chapter: every action that there is. A policy that
// names another is refused, and so is a program that asks for another.
func verbs() map[string]string {
	return map[string]string{ //nolint:gosec // words, no credentials
		"attachment":   "create read remove",
		"catalogue":    "read",
		"distribution": "approve confirm correct create read release",
		"fund":         "approve correct pay read receive",
		"import":       "read review run",
		"journal":      "read",
		"link":         "create revoke",
		"need":         "correct create read",
		"org":          "create read update",
		"person":       "disable invite read write",
		"receipt":      "correct create read",
		"report":       "read",
		"search":       "read",
		"session":      "end read",
		"stock":        "adjust move read",
		"token":        "create read revoke",
	}
}

// Actions returns every action, sorted.
func Actions() []string {
	var all []string
	for chapter, words := range verbs() {
		for verb := range strings.FieldsSeq(words) {
			all = append(all, chapter+"."+verb)
		}
	}
	slices.Sort(all)
	return all
}

// actionGroups returns the names that stand for several actions: chapter.* and
// *.verb.
func actionGroups() []string {
	groups := map[string]bool{}
	for _, action := range Actions() {
		for _, g := range groupsOf(action) {
			groups[g] = true
		}
	}
	return slices.Sorted(maps.Keys(groups))
}

// groupsOf returns the groups to which an action belongs.
func groupsOf(action string) []string {
	chapter, verb, _ := strings.Cut(action, ".")
	return []string{chapter + ".*", "*." + verb}
}
