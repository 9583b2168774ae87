// SPDX-License-Identifier: Apache-2.0

// Command han makes the tables of internal/platform/han from the dictionaries
// of opencc-js. To renew them:
//
//	npm pack opencc-js && tar xzf opencc-js-*.tgz
//	go run -C tools ./han "$PWD/package" ../internal/platform/han/data
//
// Traditional characters are taken in the forms that Taiwan writes (裡, 為, 群),
// but no words are exchanged for Taiwan's own. Phrases that come out the same
// without them are left out, which makes the table a quarter of the size.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: han PACKAGE-FOLDER DATA-FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "han:", err)
		os.Exit(1)
	}
}

// everyday has the form that is read everywhere instead of a stiffer one.
var everyday = strings.NewReplacer("臺", "台")

func run(source, target string) error {
	version, err := version(source)
	if err != nil {
		return err
	}
	traditional, err := read(source, "STCharacters", "STPhrases")
	if err != nil {
		return err
	}
	taiwan, err := read(source, "TWVariants", "TWVariantsPhrases")
	if err != nil {
		return err
	}
	simplified, err := read(source, "TWVariantsRev", "HKVariantsRev", "TSCharacters", "TSPhrases")
	if err != nil {
		return err
	}
	for from, to := range traditional {
		traditional[from] = everyday.Replace(convert(taiwan, to))
	}
	for from, to := range taiwan {
		if _, known := traditional[from]; !known && single(from) {
			traditional[from] = to
		}
	}
	for _, variants := range []string{"TWVariantsRev", "HKVariantsRev"} {
		if err := throughVariants(source, variants, simplified); err != nil {
			return err
		}
	}
	for name, table := range map[string]map[string]string{"traditional.tsv": traditional, "simplified.tsv": simplified} {
		if err := write(filepath.Join(target, name), version, needed(table)); err != nil {
			return err
		}
	}
	return nil
}

// throughVariants lets a regional form lead to the simplified form of what it is
// a form of.
func throughVariants(source, name string, simplified map[string]string) error {
	variants, err := read(source, name)
	if err != nil {
		return err
	}
	characters, err := read(source, "TSCharacters")
	if err != nil {
		return err
	}
	for from, to := range variants {
		if own, ok := characters[from]; ok {
			simplified[from] = own
			continue
		}
		simplified[from] = convert(characters, to)
	}
	return nil
}

func version(source string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(source, "package.json"))
	if err != nil {
		return "", err
	}
	var about struct{ Version string }
	err = json.Unmarshal(raw, &about)
	return about.Version, err
}

// read returns the entries of dictionaries; of several meanings the first, of
// several dictionaries the last.
func read(source string, names ...string) (map[string]string, error) {
	table := map[string]string{}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(source, "dist", "esm-lib", "dict", name+".js"))
		if err != nil {
			return nil, err
		}
		_, text, opened := strings.Cut(string(raw), `"`)
		text, _, closed := strings.Cut(text, `"`)
		if !opened || !closed {
			return nil, fmt.Errorf("%s is not written as expected", name)
		}
		for entry := range strings.SplitSeq(text, "|") {
			from, to, ok := strings.Cut(entry, " ")
			if to, _, _ = strings.Cut(to, " "); !ok || from == "" || to == "" {
				return nil, fmt.Errorf("%s: entry %q", name, entry)
			}
			table[from] = to
		}
	}
	return table, nil
}

func single(s string) bool { return len([]rune(s)) == 1 }

// convert replaces the longest entry at each place.
func convert(table map[string]string, s string) string {
	longest := 0
	for from := range table {
		longest = max(longest, len(from))
	}
	return convertUpTo(table, s, longest)
}

func convertUpTo(table map[string]string, s string, longest int) string {
	var b strings.Builder
next:
	for i := 0; i < len(s); {
		for n := min(longest, len(s)-i); n > 0; n-- {
			if to, ok := table[s[i:i+n]]; ok {
				b.WriteString(to)
				i += n
				continue next
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// needed leaves out what changes nothing: characters that stay, and phrases
// that come out right without their entry.
func needed(table map[string]string) map[string]string {
	kept := map[string]string{}
	longest := 0
	var phrases []string
	for from, to := range table {
		longest = max(longest, len(from))
		switch {
		case !single(from):
			phrases = append(phrases, from)
		case from != to:
			kept[from] = to
		}
	}
	slices.SortFunc(phrases, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for grown := true; grown; {
		grown = false
		for _, p := range phrases {
			if _, done := kept[p]; !done && convertUpTo(kept, p, longest) != table[p] {
				kept[p] = table[p]
				grown = true
			}
		}
	}
	return kept
}

func write(path, version string, table map[string]string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Made by tools/han from opencc-js %s (dictionaries of OpenCC, Apache-2.0); see README.md.\n", version)
	for _, from := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintf(&b, "%s\t%s\n", from, table[from])
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
