// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestEveryLimitIsDocumented compares the limits with the page that gives their
// reasons.
func TestEveryLimitIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/benchmarks.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range limits() {
		_, rest, _ := strings.Cut(name, " ")
		rest = rest[:strings.LastIndexByte(rest, ' ')]
		found := false
		for line := range strings.Lines(string(text)) {
			found = found || strings.HasPrefix(line, "| "+rest+" |") && strings.Contains(line, "| "+l.String()+" ")
		}
		if !found {
			t.Errorf("docs/benchmarks.md has no line for %q with the limit %s", rest, l)
		}
	}
}

// TestALimitThatNobodyMeasuresIsAnError finds limits whose case was renamed.
func TestALimitThatNobodyMeasuresIsAnError(t *testing.T) {
	t.Parallel()
	b := &bench{Config: Config{Part: "all", Entries: []int{10, promised}, Row: func(Row) error { return nil }}, judged: map[string]bool{}}
	for name := range limits() {
		part, rest, _ := strings.Cut(name, " ")
		at := strings.LastIndexByte(rest, ' ')
		clients, err := strconv.Atoi(rest[at+1:])
		if err != nil {
			t.Fatal(err)
		}
		if b.unmeasured() == nil {
			t.Errorf("%q is still to come, and nobody misses it", name)
		}
		if err := b.row(Row{Bench: part, Case: rest[:at], Clients: clients}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.unmeasured(); err != nil {
		t.Error(err)
	}
	b.Part, b.judged = "a", nil
	if err := b.unmeasured(); err != nil {
		t.Errorf("one part alone does not measure everything, but: %v", err)
	}
}
