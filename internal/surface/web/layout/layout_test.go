// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"regexp"
	"strings"
	"testing"
)

func TestDarkIsTheSameHoweverItIsChosen(t *testing.T) {
	t.Parallel()
	values := regexp.MustCompile(`--[a-z0-9-]+:\s*[^;]+;`)
	block := func(start string) string {
		_, rest, found := strings.Cut(tokens, start)
		if !found {
			t.Fatalf("no block %s", start)
		}
		body, _, _ := strings.Cut(rest, "}")
		return strings.Join(values.FindAllString(body, -1), "\n")
	}
	system, chosen := block(`:root:not([data-theme="light"]) {`), block("\n[data-theme=\"dark\"] {")
	if system != chosen || system == "" {
		t.Errorf("dark by the system:\n%s\ndark by choice:\n%s", system, chosen)
	}
}

func TestStyleSheetsUseOnlyTokensThatExist(t *testing.T) {
	t.Parallel()
	for _, match := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(Style(), -1) {
		if !strings.Contains(tokens, match[1]+":") {
			t.Errorf("%s is no token", match[1])
		}
	}
}

func TestScriptUsesNothingThatThePolicyForbids(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"eval(", "Function(", ".style.", "innerHTML", "http:", "https:"} {
		if strings.Contains(string(ThemeScript()), bad) {
			t.Errorf("the script uses %s", bad)
		}
	}
}
