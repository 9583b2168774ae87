// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// conformance returns the folder with the independent tools, or skips the test.
func conformance(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("QIAO_TEST_CONFORMANCE")
	if folder == "" {
		t.Skip("no tools: QIAO_TEST_CONFORMANCE names their folder (scripts/test.sh access lighthouse sets it)")
	}
	return folder
}

// axeRun asks axe for everything that breaks WCAG 2.2 AA or good practice.
const axeRun = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"],
}).then(found => found.violations.flatMap(v => v.nodes.slice(0, 3).map(n => v.id + ": " + v.help + "\n\t" + n.target.join(" ") + "\n\t" + n.html.slice(0, 200) + "\n\t" + (n.any[0]?.message ?? ""))))`

func TestAccessOfEveryPage(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join(conformance(t), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		fill    books
		screens []screen
		themes  []string
	}{
		"empty": {nothing, screens()[:1], []string{"light"}},
		"story": {theStory, screens(), []string{"light", "dark"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := visitBooks(t, c.fill, screen{1440, 900})
			for _, s := range v.pages(t) {
				for _, lang := range i18n.Langs() {
					v.see(t, s, lang, "light")
					if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
						t.Fatal(err)
					}
					for _, look := range c.screens {
						v.resize(t, look.width, look.height)
						v.accessible(t, fmt.Sprintf("%s in %s, %d wide", s.name, lang, look.width), c.themes)
					}
				}
			}
		})
	}
}

// accessible lets axe look at the open page in every theme. A theme is an
// attribute of the page, so that it need not be loaded again.
func (v *visitor) accessible(t *testing.T, name string, themes []string) {
	t.Helper()
	for _, theme := range themes {
		// What is on its way from one colour to the other is brought to its end.
		ask[int](t, v, fmt.Sprintf("document.documentElement.dataset.theme = %q; document.getAnimations().map(a => a.finish()).length", theme))
		found, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, one := range found {
			t.Errorf("%s, %s: %s", name, theme, one)
		}
	}
}

func TestAccessNeedsValidHTML(t *testing.T) {
	tools := conformance(t)
	folder := t.TempDir()
	for name, fill := range map[string]books{"empty": nothing, "story": theStory} {
		v := visitBooks(t, fill, screen{1440, 900})
		for _, s := range v.pages(t) {
			for _, lang := range i18n.Langs() {
				file := filepath.Join(folder, fmt.Sprintf("%s-%s-%s.html", name, s.name, lang))
				if err := os.WriteFile(file, v.fetch(t, s, lang), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	check := exec.CommandContext(t.Context(), "node", filepath.Join(tools, "node_modules", "html-validate", "bin", "html-validate.mjs"),
		"--config", filepath.Join(tools, "html-validate.config.mjs"), "--formatter", "text", folder)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, strings.ReplaceAll(string(out), folder+string(filepath.Separator), ""))
	}
}

// enough is the score that a page must have in each category of Lighthouse.
const enough = 0.95

func TestLighthouse(t *testing.T) {
	tools := conformance(t)
	v := visitBooks(t, theStory, screen{390, 844})
	for _, s := range v.pages(t) {
		if !s.scored {
			continue
		}
		// A busy machine makes a page look slow; what is measured again and again is
		// not.
		var faults []string
		for range tries {
			if faults = v.score(t, tools, s).faults(); len(faults) == 0 {
				break
			}
		}
		for _, fault := range faults {
			t.Errorf("%s: %s", s.name, fault)
		}
	}
}

// tries is how often a page may be measured.
const tries = 3

// scores is what Lighthouse says of a page.
type scores struct {
	Categories map[string]struct {
		Score     float64
		AuditRefs []struct {
			ID     string
			Weight float64
		}
	}
	Audits map[string]struct {
		Title string
		Score *float64
	}
}

// score lets Lighthouse look at a page as on a phone of the middle class.
func (v *visitor) score(t *testing.T, tools string, s sight) (found scores) {
	t.Helper()
	report := filepath.Join(t.TempDir(), s.name+".json")
	args := []string{
		filepath.Join(tools, "node_modules", "lighthouse", "cli", "index.js"), v.url + s.path,
		"--quiet", "--output=json", "--output-path=" + report, "--disable-full-page-screenshot",
		"--only-categories=performance,accessibility,best-practices,seo",
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update",
	}
	if s.cookie != "" {
		args = append(args, `--extra-headers={"Cookie":"`+s.cookie+`"}`)
	}
	run := exec.CommandContext(t.Context(), "node", args...)
	run.Env = append(os.Environ(), "CHROME_PATH="+os.Getenv("QIAO_TEST_CHROMIUM"))
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", s.name, err, out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	for name, category := range found.Categories {
		t.Logf("%s: %s %.0f", s.name, name, category.Score*100)
	}
	return found
}

// faults names what is not good enough.
func (found scores) faults() (faults []string) {
	if len(found.Categories) != 4 {
		faults = append(faults, fmt.Sprintf("%d categories, want 4", len(found.Categories)))
	}
	for name, category := range found.Categories {
		if category.Score >= enough {
			continue
		}
		faults = append(faults, fmt.Sprintf("%s has %.0f of 100, want %.0f", name, category.Score*100, enough*100))
		for _, ref := range category.AuditRefs {
			if audit := found.Audits[ref.ID]; ref.Weight > 0 && audit.Score != nil && *audit.Score < 1 {
				faults = append(faults, fmt.Sprintf("%s %.2f: %s", ref.ID, *audit.Score, audit.Title))
			}
		}
	}
	return faults
}
