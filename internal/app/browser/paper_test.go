// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A4 in inches.
const (
	paperWidth  = 8.27
	paperHeight = 11.69
)

// printed is the open page on A4, as a reader would print it.
func (v *visitor) printed(t *testing.T) []byte {
	t.Helper()
	yes := true
	return tell(t, v, page.PrintToPDF, page.PrintToPDFParams{
		PaperWidth: paperWidth, PaperHeight: paperHeight, PreferCSSPageSize: &yes, PrintBackground: &yes,
	}).Data
}

var (
	sheetOfPaper = regexp.MustCompile(`/Type\s*/Page\b[^s]`)
	paperSize    = regexp.MustCompile(`/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]`)
)

// TestTheReportIsPrintedOnA4 prints the report and looks at what a printer would
// put on paper: few sheets, nothing to click, heads of tables on every sheet,
// nothing wider than the paper. QIAO_TEST_SCREENSHOTS keeps the file.
func TestTheReportIsPrintedOnA4(t *testing.T) {
	v := visit(t, 1440, 900)
	for _, lang := range []string{"zh", "en"} {
		v.open(t, "/?theme=dark&lang="+lang)
		file := v.printed(t)
		sheets, sizes := len(sheetOfPaper.FindAll(file, -1)), len(paperSize.FindAll(file, -1))
		const least, most = 4, 9
		if !bytes.HasPrefix(file, []byte("%PDF-")) || sheets < least || sheets > most {
			t.Errorf("%s: %d sheets, want %d to %d", lang, sheets, least, most)
		}
		if sizes == 0 {
			t.Errorf("%s: the paper is not A4", lang)
		}
		if folder := os.Getenv("QIAO_TEST_SCREENSHOTS"); folder != "" {
			if err := os.WriteFile(folder+"/report-"+lang+".pdf", file, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v.onPaper(t, true)
		v.resize(t, 718, 1047) // A4 less its margins, in CSS pixels
		if n := ask[int](t, v, `[...document.querySelectorAll(".bar, .foot, .skip, .get, .acts, .btn, .flow--tall, details")].filter(e => e.getClientRects().length > 0).length`); n > 0 {
			t.Errorf("%s: %d things to click are on paper", lang, n)
		}
		if n := ask[int](t, v, `[...document.querySelectorAll("main table")].filter(e => e.getClientRects().length > 0 && getComputedStyle(e.querySelector("thead")).display !== "table-header-group").length`); n > 0 {
			t.Errorf("%s: the heads of %d tables are not repeated", lang, n)
		}
		if wide := ask[string](t, v, `[...document.querySelectorAll("main *")].filter(e => e.getClientRects().length > 0 && !e.closest(".vh") && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.tagName + "." + e.getAttribute("class")).slice(0, 5).join(" ")`); wide != "" {
			t.Errorf("%s: the paper cuts %s", lang, wide)
		}
		if n := ask[int](t, v, `[...document.querySelectorAll(".recon tbody tr:not(.gaprow)")].filter(r => [...r.querySelectorAll(".op")].map(e => e.textContent.trim()).join("").match(/^[=≠]\+$/) === null).length`); n > 0 {
			t.Errorf("%s: %d equations lost their signs", lang, n)
		}
		v.onPaper(t, false)
		v.resize(t, 1440, 900)
	}
}

// onPaper shows the page as it is printed, or as it is on the screen.
func (v *visitor) onPaper(t *testing.T, paper bool) {
	t.Helper()
	media := ""
	if paper {
		media = "print"
	}
	tell(t, v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
}

// tell gives the browser one command of its protocol, and returns what it answers.
func tell[P, R any](t *testing.T, v *visitor, command cdp.Command[P, R], params P) R {
	t.Helper()
	answer, err := chromedp.Run(v.ctx, func(ctx context.Context, target *chromedp.Target) (R, error) {
		return cdp.Call(ctx, target, command, params)
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
