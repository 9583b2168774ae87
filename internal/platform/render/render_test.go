// SPDX-License-Identifier: Apache-2.0

package render

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

func TestStylesheetKeepsItsMeaning(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a { color : red ; }":                         "a{color : red}",
		"/* note */ a > b,\n  c :hover { x: y }":      "a > b,c :hover{x: y}",
		`a::after { content: "a  /* b */ ; c" ; }`:    `a::after{content: "a  /* b */ ; c"}`,
		`a { content: '\'  }'; }`:                     `a{content: '\'  }'}`,
		"a { width: calc(100% + 2px) }":               "a{width: calc(100% + 2px)}",
		"@media (min-width: 1px) and (x) { a { b } }": "@media (min-width: 1px) and (x){a{b}}",
		"a { } /* open":                               "a{}",
		`a { content: "open`:                          `a{content: "open`,
	} {
		if got := string(Stylesheet(in)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestStylesheetIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`([a-z .:,;{}()]|"[a-z ]*"|/\*[a-z ]*\*/|\n)*`).Draw(t, "css")
		once := Stylesheet(in)
		if twice := Stylesheet(string(once)); !bytes.Equal(once, twice) {
			t.Fatalf("%q becomes %q and then %q", in, once, twice)
		}
		if strings.Count(in, "{")-strings.Count(string(once), "{") != 0 {
			t.Fatalf("%q lost a block: %q", in, once)
		}
	})
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	got := slices.Collect(accepted("gzip;q=0, br; q=0.5 ,, *;q=nonsense"))
	if len(got) != 3 || got[0] != (choice{"gzip", 0}) || got[1] != (choice{"br", .5}) || got[2] != (choice{"*", 1}) {
		t.Errorf("%+v", got)
	}
}

func FuzzAccepted(f *testing.F) {
	f.Add("text/html,application/json;q=0.9")
	f.Fuzz(func(t *testing.T, header string) {
		for c := range accepted(header) {
			if c.name == "" {
				t.Fatalf("empty name in %q", header)
			}
		}
	})
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{`W/"a"`: true, `"a"`: true, `"b", W/"a"`: true, `*`: true, `"b"`: false, ``: false} {
		if got := matches(header, `W/"a"`); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

func TestPackedKeepsTheNewest(t *testing.T) {
	t.Parallel()
	p := newPacked()
	for i := range kept + 10 {
		if _, err := p.of(fmt.Sprint(i), []byte("body")); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.bodies) != kept || len(p.order) != kept {
		t.Fatalf("%d bodies and %d tags are kept, want %d", len(p.bodies), len(p.order), kept)
	}
	if _, ok := p.bodies["0"]; ok {
		t.Error("the oldest is still there")
	}
	body, err := p.of("0", []byte("fresh"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != "fresh" {
		t.Errorf("%q %v", text, err)
	}
}

func TestAssetsRefuseUnknownTypes(t *testing.T) {
	t.Parallel()
	if _, err := NewAssets("/a/", map[string][]byte{"x.exe": nil}); err == nil {
		t.Error("an .exe is served")
	}
	a, err := NewAssets("/a/", map[string][]byte{"x.css": []byte("a{}"), "y.css": []byte("b{}")})
	if err != nil {
		t.Fatal(err)
	}
	if a.Path("x.css") == a.Path("y.css") || a.Path("z.css") != "" || !strings.HasPrefix(a.Path("x.css"), "/a/x.") {
		t.Errorf("%q %q", a.Path("x.css"), a.Path("z.css"))
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, a.Path("x.css"), nil)
	r.Header.Set("If-None-Match", a.files[a.Path("x.css")].tag)
	if a.ServeHTTP(w, r); w.Code != http.StatusNotModified {
		t.Errorf("%d", w.Code)
	}
}

// say is a component that writes text or fails.
func say(text string, err error) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if _, writeErr := io.WriteString(w, text); writeErr != nil {
			return writeErr
		}
		return err
	})
}

func testPages(t *testing.T, fault FaultPage, log *slog.Logger) *Pages {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return NewPages(bundle, fault, log)
}

func TestHalfAPageNeverLeaves(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	p := testPages(t, func(_ Reader, f Failure) templ.Component {
		return say(fmt.Sprint("fault ", f.Status, " ", f.Title), nil)
	}, slog.New(slog.NewTextHandler(&logged, nil)))
	handler := p.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return p.Write(w, r, say("half a page", errors.New("secret")))
	})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?lang=en", nil))
	if w.Code != 500 || w.Body.String() != "fault 500 Something went wrong on our side" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	if !strings.Contains(logged.String(), "secret") {
		t.Error("the cause is not in the log")
	}
}

func TestAFaultPageThatFailsStillAnswers(t *testing.T) {
	t.Parallel()
	p := testPages(t, func(Reader, Failure) templ.Component { return say("", errors.New("secret")) }, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	p.Handler(func(http.ResponseWriter, *http.Request) error { return errs.New(errs.NotFound, "error.not_found") }).
		ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestFormErrorsComeUnder422AndAreNotKept(t *testing.T) {
	t.Parallel()
	p := testPages(t, nil, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if err := p.WriteStatus(w, r, http.StatusUnprocessableEntity, say(strings.Repeat("form ", 500), nil)); err != nil {
		t.Fatal(err)
	}
	if w.Code != 422 || w.Header().Get("ETag") != "" || w.Header().Get("Content-Encoding") != "gzip" || len(p.packed.bodies) != 0 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	p := testPages(t, nil, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	if err := p.Write(w, httptest.NewRequest(http.MethodHead, "/", nil), say("page", nil)); err != nil {
		t.Fatal(err)
	}
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") != "4" {
		t.Errorf("%q %v", w.Body, w.Header())
	}
}

func TestBytesThatAreNoTextAreReplaced(t *testing.T) {
	t.Parallel()
	p := testPages(t, nil, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	if err := p.Write(w, httptest.NewRequest(http.MethodGet, "/", nil), say("a\xff\xfeb", nil)); err != nil {
		t.Fatal(err)
	}
	if w.Body.String() != "a\uFFFDb" {
		t.Errorf("%q", w.Body)
	}
}

func TestAddressOfAnotherLanguageKeepsTheRest(t *testing.T) {
	t.Parallel()
	p := testPages(t, nil, slog.New(slog.DiscardHandler))
	reader := p.Reader(httptest.NewRequest(http.MethodGet, `/x?flow=in&group=%22%3E%3Cb%3E&lang=zh-Hans`, nil))
	if got, want := reader.InLang(i18n.English), "?flow=in&group=%22%3E%3Cb%3E&lang=en"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := (Reader{}).InTheme(DarkTheme); got != "?theme=dark" {
		t.Error(got)
	}
}

// TestAKeptPageIsDrawnOnceForEachState counts how often a page is drawn.
func TestAKeptPageIsDrawnOnceForEachState(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := NewPages(bundle, nil, slog.New(slog.DiscardHandler))
	drawn := 0
	get := func(path string, state any, headers ...string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		err := p.WriteKept(w, r, state, func() templ.Component {
			drawn++
			return templ.Raw(fmt.Sprint(drawn))
		})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	for _, c := range []struct {
		path, lang string
		state      int
		want       string
	}{
		{"/", "zh", 1, "1"},
		{"/", "zh", 1, "1"},
		{"/?b=1&a=2", "zh", 1, "2"},
		{"/?a=2&b=1", "zh", 1, "2"},
		{"/", "en", 1, "3"},
		{"/", "zh", 2, "4"},
		{"/", "zh", 2, "4"},
		{"/?theme=dark", "zh", 2, "5"},
	} {
		if got := get(c.path, c.state, "Accept-Language", c.lang).Body.String(); got != c.want {
			t.Errorf("%s in %s, state %d: drawing %s, want %s", c.path, c.lang, c.state, got, c.want)
		}
	}
	tag := get("/", 2, "Accept-Language", "zh").Header().Get("ETag")
	if w := get("/", 2, "Accept-Language", "zh", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("the reader has it already: %d %q", w.Code, w.Body)
	}
	large, err := newDrawing(1, make([]byte, wholeMost), "zh")
	if err != nil {
		t.Fatal(err)
	}
	p.whole.keep(pageKey{path: "/large"}, large)
	if p.whole.size != large.weight(pageKey{path: "/large"}) || len(p.whole.pages) != 1 {
		t.Errorf("%d bytes in %d pages are kept", p.whole.size, len(p.whole.pages))
	}
}
