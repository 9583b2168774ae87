// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// TestScreenshots takes a picture of each page, from top to end, on a phone and
// on a desk, light and dark, in every language, into the folder that
// QIAO_TEST_SCREENSHOTS names: for looking at. The books are empty, those of the
// story, and, where QIAO_TEST_OVERFULL gives a number of entries, overfull.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("QIAO_TEST_SCREENSHOTS")
	if folder == "" {
		t.Skip("no pictures wanted: QIAO_TEST_SCREENSHOTS names the folder for them (make screenshots sets it)")
	}
	states := map[string]books{"empty": nothing, "story": theStory}
	if fill, wanted := overfull(t); wanted {
		states["overfull"] = fill
	}
	for state, fill := range states {
		t.Run(state, func(t *testing.T) {
			if err := os.MkdirAll(filepath.Join(folder, state), 0o750); err != nil {
				t.Fatal(err)
			}
			v := visitBooks(t, fill, screen{1440, 900})
			for _, s := range v.pages(t) {
				v.pictures(t, filepath.Join(folder, state), s)
			}
		})
	}
}

// pictures takes a page in every look.
func (v *visitor) pictures(t *testing.T, folder string, s sight) {
	t.Helper()
	for _, look := range screens() {
		v.resize(t, look.width, look.height)
		for _, theme := range []string{"light", "dark"} {
			for _, lang := range i18n.Langs() {
				v.see(t, s, lang, theme)
				name := fmt.Sprintf("%s-%dx%d-%s-%s.png", s.name, look.width, look.height, theme, lang)
				v.picture(t, filepath.Join(folder, name), look.width)
			}
		}
	}
}

// see opens a page in a language and a theme, as the person whose session it is.
func (v *visitor) see(t *testing.T, s sight, lang i18n.Lang, theme string) {
	t.Helper()
	if s.cookie != "" {
		v.carry(t, s.cookie)
	}
	v.open(t, s.in(lang, theme))
}

// carry gives the browser cookies of the server, as name=value; name=value.
func (v *visitor) carry(t *testing.T, cookies string) {
	t.Helper()
	for cookie := range strings.SplitSeq(cookies, "; ") {
		name, value, _ := strings.Cut(cookie, "=")
		tell(t, v, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: v.url})
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
