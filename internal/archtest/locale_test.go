// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var argument = regexp.MustCompile(`\{\{\s*-?\s*(?:[a-z]+ )?\.([A-Za-z0-9_]+)`)

// ownArguments lists the keys, by their beginning, whose languages may use
// different arguments, each with its reason.
var ownArguments = map[string]string{
	"unit.": "one language has a word for one and a word for many, the other has one word",
	"date.": "one language writes a month as a number, the other by name",
}

// messages reads the files of one language: file → key → text.
func messages(t *tree, language string) (files map[string]map[string]string, broken []string) {
	files = map[string]map[string]string{}
	names, _ := fs.Glob(t.root, "locales/"+language+"/*.json")
	seen := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(t.root, name)
		if err != nil {
			return files, append(broken, err.Error())
		}
		keys, err := flat(text)
		if err != nil {
			broken = append(broken, fmt.Sprintf("%s: %v", name, err))
		}
		files[path.Base(name)] = keys
		for key := range keys {
			if seen[key] != "" {
				broken = append(broken, fmt.Sprintf("%s: key %s is also in %s", name, key, seen[key]))
			}
			seen[key] = name
		}
	}
	slices.Sort(broken)
	return files, broken
}

// flat reads a JSON object of strings and refuses a key that comes twice, which
// the json package would swallow.
func flat(text []byte) (map[string]string, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	keys := map[string]string{}
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return keys, fmt.Errorf("not a JSON object: %w", err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return keys, err
		}
		key, _ := name.(string)
		var value string
		if err := dec.Decode(&value); err != nil {
			return keys, fmt.Errorf("key %s: %w", key, err)
		}
		if _, twice := keys[key]; twice {
			return keys, fmt.Errorf("key %s comes twice", key)
		}
		keys[key] = value
	}
	if _, err := dec.Token(); err != nil {
		return keys, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return keys, errors.New("text after the object")
	}
	return keys, nil
}

func checkLocales(t *tree) (broken []string) {
	zh, broken := messages(t, "zh")
	en, more := messages(t, "en")
	broken = append(broken, more...)
	for _, name := range oneSided(present(zh), present(en)) {
		broken = append(broken, fmt.Sprintf("locales: %s exists in one language only", name))
	}
	for _, name := range slices.Sorted(maps.Keys(zh)) {
		if en[name] == nil {
			continue
		}
		for _, key := range oneSided(present(zh[name]), present(en[name])) {
			broken = append(broken, fmt.Sprintf("locales/*/%s: key %s exists in one language only", name, key))
		}
		for _, key := range slices.Sorted(maps.Keys(zh[name])) {
			broken = append(broken, compare(name, key, zh[name][key], en[name])...)
		}
	}
	return broken
}

// compare checks one message of both languages.
func compare(name, key, zh string, others map[string]string) (broken []string) {
	en, both := others[key]
	if !both {
		return nil
	}
	// Blank in both is a separator: English has a space between sentences, Chinese none.
	if (strings.TrimSpace(zh) == "") != (strings.TrimSpace(en) == "") {
		broken = append(broken, fmt.Sprintf("locales/*/%s: key %s is empty in one language only", name, key))
	}
	for prefix := range ownArguments {
		if strings.HasPrefix(key, prefix) {
			return broken
		}
	}
	for _, arg := range oneSided(arguments(zh), arguments(en)) {
		broken = append(broken, fmt.Sprintf("locales/*/%s: key %s uses .%s in one language only", name, key, arg))
	}
	return broken
}

func present[V any](m map[string]V) map[string]bool {
	set := make(map[string]bool, len(m))
	for k := range m {
		set[k] = true
	}
	return set
}

func arguments(text string) map[string]bool {
	set := map[string]bool{}
	for _, m := range argument.FindAllStringSubmatch(text, -1) {
		set[m[1]] = true
	}
	return set
}

// checkMessages makes sure that every failure a reader can meet has a text.
func checkMessages(t *tree) (broken []string) {
	files, _ := messages(t, "zh")
	known := map[string]bool{}
	for _, keys := range files {
		maps.Copy(known, present(keys))
	}
	for _, s := range t.sources {
		owner := s.imports()[module+"/internal/kernel/errs"]
		if owner == "" || s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if key, pos, ok := messageKey(call, owner); ok && !known[key] {
				broken = append(broken, fmt.Sprintf("%s: message key %s has no text in locales/", s.at(pos), key))
			}
			return true
		})
	}
	return broken
}

// messageKey returns the key that errs.New or errs.Wrap is called with, when it
// is written out there.
func messageKey(call *ast.CallExpr, owner string) (key string, pos token.Pos, ok bool) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", 0, false
	}
	if x, isIdent := selector.X.(*ast.Ident); !isIdent || x.Name != owner {
		return "", 0, false
	}
	at, ok := map[string]int{"New": 1, "Wrap": 2}[selector.Sel.Name]
	if !ok || len(call.Args) <= at {
		return "", 0, false
	}
	lit, ok := call.Args[at].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", 0, false
	}
	key, err := strconv.Unquote(lit.Value)
	return key, lit.Pos(), err == nil
}
