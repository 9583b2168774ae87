// SPDX-License-Identifier: Apache-2.0

package han

import (
	_ "embed" // the tables
	"fmt"
	"strings"
	"unicode/utf8"
)

// The tables, one entry a line: what is written, a tab, what it becomes.
var (
	//go:embed data/traditional.tsv
	traditional string
	//go:embed data/simplified.tsv
	simplified string
)

// Table brings texts from one script into another. It is safe for concurrent
// use.
type Table struct {
	entries map[string]string
	longest map[rune]int // first character → bytes of the longest entry
}

// Traditional returns the table that makes Traditional Chinese of Simplified.
// It takes some milliseconds to read.
func Traditional() (*Table, error) { return read(traditional) }

// Simplified returns the table that makes Simplified Chinese of Traditional.
func Simplified() (*Table, error) { return read(simplified) }

func read(text string) (*Table, error) {
	t := &Table{entries: make(map[string]string, strings.Count(text, "\n")), longest: map[rune]int{}}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		from, to, ok := strings.Cut(line, "\t")
		if !ok || from == "" || to == "" {
			return nil, fmt.Errorf("han: entry %q", line)
		}
		t.add(from, to)
	}
	return t, nil
}

func (t *Table) add(from, to string) {
	first, _ := utf8.DecodeRuneInString(from)
	t.entries[from] = to
	t.longest[first] = max(t.longest[first], len(from))
}

// With returns a table that has further entries, which go before those of t.
func (t *Table) With(entries map[string]string) *Table {
	more := &Table{entries: make(map[string]string, len(t.entries)+len(entries)), longest: make(map[rune]int, len(t.longest))}
	for from, to := range t.entries {
		more.add(from, to)
	}
	for from, to := range entries {
		if from != "" {
			more.add(from, to)
		}
	}
	return more
}

// Convert returns s in the other script.
func (t *Table) Convert(s string) string {
	var b strings.Builder
	done := 0 // bytes of s that b has
	for i := 0; i < len(s); {
		first, size := utf8.DecodeRuneInString(s[i:])
		to, n := t.match(s[i:], first)
		if n == 0 {
			i += size
			continue
		}
		b.WriteString(s[done:i])
		b.WriteString(to)
		i += n
		done = i
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// match returns what the longest entry at the beginning of s becomes, and the
// bytes that it takes; none takes 0.
func (t *Table) match(s string, first rune) (to string, n int) {
	for n := min(t.longest[first], len(s)); n > 0; n-- {
		if to, ok := t.entries[s[:n]]; ok {
			return to, n
		}
	}
	return "", 0
}
