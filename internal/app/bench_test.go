// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/app/bench"
)

// TestMain lets the test's own binary be the program, because the bench starts
// the program again as a child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"serve", "token", "check", "report", "import"}, os.Args[1]) {
		os.Exit(app.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestTheBenchMeasuresTheProgram runs the parts small: what matters is that
// every step works and that the figures come out.
func TestTheBenchMeasuresTheProgram(t *testing.T) {
	t.Parallel()
	for part, want := range map[string][]string{
		"a":      {"donation over HTTP: rate", "donation inside the process: p99"},
		"b":      {"200 entries: qiao check, time", "200 entries: GET / after a write: p50", "200 entries: GET /report/DATE.json unchanged: p99"},
		"f":      {"GET /: sent", "GET /: rate", "GET /: processor time each"},
		"import": {"receipts", "distributions", "money", "needs"},
		"list":   {"200 entries: GET /api/v1/receipts, all: p95", "200 entries: GET /api/v1/receipts, one donor: p50"},
	} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			code, out, errOut := qiao(t, "bench", part, "--json", "--work", t.TempDir(),
				"--reps", "1", "--turn", "200ms", "--clients", "2", "--entries", "200", "--rows", "50")
			// A limit may break on a machine that does other things at the same time.
			if code != 0 && !strings.Contains(out, `"ok":false`) {
				t.Fatalf("exit %d: %s", code, errOut)
			}
			seen := map[string]float64{}
			for line := range strings.Lines(out) {
				var r bench.Row
				if err := json.Unmarshal([]byte(line), &r); err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				seen[r.Case] = r.Ours
			}
			for _, name := range want {
				if seen[name] <= 0 {
					t.Errorf("%s is missing or zero in %v", name, seen)
				}
			}
		})
	}
}

// TestTheBenchRefusesWhatIsNotThere says so and exits with 2.
func TestTheBenchRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"c"}, {"x"}, {"a", "--clients", "0"}} {
		if code, out, errOut := qiao(t, append([]string{"bench"}, args...)...); code != 2 || out != "" || errOut == "" {
			t.Errorf("bench %v: exit %d, %q, %q", args, code, out, errOut)
		}
	}
}
