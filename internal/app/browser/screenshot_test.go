// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots takes a picture of each public page, from top to end, on a
// phone and on a desk, light and dark, in both languages, into the folder that
// QIAO_TEST_SCREENSHOTS names: for looking at.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("QIAO_TEST_SCREENSHOTS")
	if folder == "" {
		t.Skip("no pictures wanted: QIAO_TEST_SCREENSHOTS names the folder for them (make screenshots sets it)")
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	v := visit(t, 1440, 900)
	v.open(t, "/report/latest/rows?flow=out&group=masks")
	thread := v.follow(t, `a[href^="/thread/"]`)
	for _, screen := range []struct{ width, height int64 }{{390, 844}, {1440, 900}} {
		v.resize(t, screen.width, screen.height)
		for _, page := range []struct{ name, address string }{
			{"home", "/?"}, {"rows", "/report/latest/rows?flow=in&group=masks&"}, {"thread", thread + "?"}, {"needs", "/needs?"}, {"data", "/data?"},
		} {
			for _, theme := range []string{"light", "dark"} {
				for _, lang := range []string{"zh", "en"} {
					v.open(t, fmt.Sprintf("%slang=%s&theme=%s", page.address, lang, theme))
					name := fmt.Sprintf("%s-%dx%d-%s-%s.png", page.name, screen.width, screen.height, theme, lang)
					v.picture(t, filepath.Join(folder, name), screen.width)
				}
			}
		}
	}
}

// picture writes the open page as an image of the given width.
func (v *visitor) picture(t *testing.T, path string, width int64) {
	t.Helper()
	image, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(image))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if int64(size.Width) != width {
		t.Errorf("%s is %d wide, want %d: the page scrolls sideways", path, size.Width, width)
	}
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
}
