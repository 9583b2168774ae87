// SPDX-License-Identifier: Apache-2.0

package find

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/platform/han"
	"github.com/qiaorelief/qiao/internal/reading/text"
)

// folder makes equal what a person takes for equal.
type folder struct{ simplified *han.Table }

func newFolder() (*folder, error) {
	table, err := han.Simplified()
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	return &folder{table}, nil
}

// fold returns s without differences of script, width, case, blanks and signs.
func (f *folder) fold(s string) string { return text.Key(f.simplified.Convert(text.Normalise(s))) }

// longest is how many characters of a name, or of what is asked, count.
const longest = 200

// grams returns the pairs of neighbouring characters of folded words, each once;
// a single character is itself.
func grams(words string) []string {
	runes := []rune(words)
	if len(runes) > longest {
		runes = runes[:longest]
	}
	if len(runes) == 1 {
		return []string{string(runes)}
	}
	var all []string
	for i := 0; i+1 < len(runes); i++ {
		all = append(all, string(runes[i:i+2]))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// spellings are the names of one entry, folded, with a line for each.
func (f *folder) spellings(names ...string) string {
	var all []string
	for _, name := range names {
		if folded := f.fold(name); folded != "" && !slices.Contains(all, folded) {
			all = append(all, folded)
		}
	}
	return strings.Join(all, "\n")
}
