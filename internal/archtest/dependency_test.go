// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const allowList = "internal/archtest/dependencies.txt"

var required = regexp.MustCompile(`(?m)^(?:require)?\s*(\S+\.\S+/?\S*) v\S+`)

// checkDependencies compares the modules that our files import with the
// allow-list: a new dependency needs a reason, and a reason needs a dependency.
func checkDependencies(t *tree) (broken []string) {
	reasons, broken := readAllowList(t)
	modfile, err := fs.ReadFile(t.root, "go.mod")
	if err != nil {
		return append(broken, err.Error())
	}
	var modules []string
	for _, m := range required.FindAllStringSubmatch(string(modfile), -1) {
		modules = append(modules, m[1])
	}
	used := map[string]string{}
	for _, s := range t.sources {
		for target := range s.imports() {
			if owner := moduleOf(target, modules); owner != "" && (used[owner] == "" || s.path < used[owner]) {
				used[owner] = s.path
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if reasons[name] == "" {
			broken = append(broken, fmt.Sprintf("%s imports %s, which is not in %s", used[name], name, allowList))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		if used[name] == "" {
			broken = append(broken, fmt.Sprintf("%s lists %s, which nothing imports", allowList, name))
		}
	}
	return broken
}

// readAllowList reads lines of a module, a tab and a reason; # starts a comment.
func readAllowList(t *tree) (reasons map[string]string, broken []string) {
	text, err := fs.ReadFile(t.root, allowList)
	if err != nil {
		return nil, []string{err.Error()}
	}
	reasons = map[string]string{}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, "\t")
		if strings.TrimSpace(reason) == "" {
			broken = append(broken, fmt.Sprintf("%s:%d: %s has no reason after a tab", allowList, n+1, name))
			reason = "none"
		}
		reasons[name] = reason
	}
	return reasons, broken
}

// moduleOf returns the longest module path that holds the import path.
func moduleOf(target string, modules []string) string {
	owner := ""
	for _, m := range modules {
		if under(target, m) && len(m) > len(owner) {
			owner = m
		}
	}
	return owner
}
