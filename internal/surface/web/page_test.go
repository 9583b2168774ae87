// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/surface/web"
)

var update = flag.Bool("update", false, "write the golden files anew")

// pages are all public pages with every kind of content in them.
var pages = map[string]string{
	"report":     "/",
	"rows":       "/report/2020-02-17/rows?flow=out&group=masks&place=x-c",
	"rows-money": "/report/2020-02-17/rows?flow=money-in",
	"rows-none":  "/report/2020-02-17/rows?flow=unreconciled",
	"thread":     "/thread/" + sampleLot,
	"needs":      "/needs",
	"data":       "/data",
	"fault":      "/no-such-page",
}

// eachPage runs a test on every page in every language.
func eachPage(t *testing.T, check func(t *testing.T, name, target string)) {
	for name, target := range pages {
		for _, lang := range i18n.Langs() {
			mark := "?"
			if strings.Contains(target, "?") {
				mark = "&"
			}
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				t.Parallel()
				check(t, name+"."+string(lang), target+mark+"lang="+string(lang))
			})
		}
	}
}

func TestPagesLookAsBefore(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	hashed := regexp.MustCompile(`\.[A-Za-z0-9_-]{12}\.(css|js|svg)`)
	eachPage(t, func(t *testing.T, name, target string) {
		if strings.HasSuffix(name, string(i18n.Traditional)) {
			return // the same markup as in simplified characters
		}
		got := hashed.ReplaceAll(get(t, handler, target).Body.Bytes(), []byte(".HASH.$1"))
		got = append(bytes.ReplaceAll(got, []byte("><"), []byte(">\n<")), '\n')
		golden := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(golden, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("%s differs (run with -update if this is meant):\n%s", golden, diff)
		}
	})
}

func TestPagesAreSoundHTML(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	eachPage(t, func(t *testing.T, _, target string) {
		w := get(t, handler, target)
		root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		a := audit{t: t, ids: map[string]bool{}, used: map[string]string{}}
		a.node(root)
		a.finish()
	})
}

// audit walks a page and notes what an accessible, strict page must not have.
type audit struct {
	t         *testing.T
	ids       map[string]bool
	used      map[string]string // id that is referred to → by what
	h1, level int
	mains     int
}

func (a *audit) node(n *html.Node) {
	if n.Type == html.ElementNode {
		a.attributes(n)
		a.element(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		a.node(child)
	}
}

func (a *audit) attributes(n *html.Node) {
	seen := map[string]bool{}
	for _, attribute := range n.Attr {
		key, value := attribute.Key, attribute.Val
		if seen[key] {
			a.t.Errorf("<%s> has %s twice", n.Data, key)
		}
		seen[key] = true
		switch {
		case key == "style" || strings.HasPrefix(key, "on"):
			a.t.Errorf("<%s %s=%q>: inline style or script", n.Data, key, value)
		case key == "id":
			if a.ids[value] {
				a.t.Errorf("id %q twice", value)
			}
			a.ids[value] = true
		case key == "aria-labelledby" || key == "aria-describedby":
			a.used[value] = key
		case key == "href" && strings.HasPrefix(value, "#"):
			a.used[value[1:]] = "href"
		case key == "href" && strings.Contains(value, "TemplFailed"):
			a.t.Errorf("an address was refused: %q", value)
		case (key == "fill") && strings.HasPrefix(value, "url(#"):
			a.used[strings.TrimSuffix(value[5:], ")")] = "fill"
		}
	}
}

func (a *audit) element(n *html.Node) {
	switch n.Data {
	case "h1", "h2", "h3", "h4":
		level := int(n.Data[1] - '0')
		if level == 1 {
			a.h1++
		}
		if level > a.level+1 {
			a.t.Errorf("heading %s %q after level %d", n.Data, text(n), a.level)
		}
		if strings.TrimSpace(text(n)) == "" {
			a.t.Errorf("empty %s", n.Data)
		}
		a.level = level
	case "main":
		a.mains++
	case "svg", "img":
		if attr(n, "aria-hidden") == "" && attr(n, "aria-label") == "" && attr(n, "alt") == "" && !has(n, "title") {
			a.t.Errorf("<%s class=%q> has no name", n.Data, attr(n, "class"))
		}
	case "th":
		if scope := attr(n, "scope"); scope != "col" && scope != "row" {
			a.t.Errorf("th %q has scope %q", text(n), scope)
		}
		if strings.TrimSpace(text(n)) == "" {
			a.t.Error("empty th")
		}
	case "table":
		if !has(n, "caption") {
			a.t.Error("table without caption")
		}
	case "a", "button":
		if strings.TrimSpace(text(n)) == "" && attr(n, "aria-label") == "" {
			a.t.Errorf("<%s href=%q> has no name", n.Data, attr(n, "href"))
		}
	case "style":
		a.t.Error("inline style sheet")
	case "script":
		if n.FirstChild != nil {
			a.t.Error("inline script")
		}
	case "html":
		if lang := attr(n, "lang"); lang != "zh-Hans" && lang != "zh-Hant" && lang != "en" {
			a.t.Errorf("lang %q", lang)
		}
	}
}

func (a *audit) finish() {
	if a.h1 != 1 || a.mains != 1 {
		a.t.Errorf("%d h1, %d main; want one of each", a.h1, a.mains)
	}
	for id, by := range a.used {
		if !a.ids[id] {
			a.t.Errorf("%s points to #%s, which is not on the page", by, id)
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, attribute := range n.Attr {
		if attribute.Key == key {
			return attribute.Val
		}
	}
	return ""
}

// has reports whether n has a child element of the given name.
func has(n *html.Node, name string) bool {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.ElementNode && child.Data == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		b.WriteString(text(child))
	}
	return b.String()
}

func TestNoMessageKeyIsShown(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	key := regexp.MustCompile(`\b(web|report|thread|error|unit|date|money|number|currency|zone)\.[a-z_]+|<no value>|\{\{`)
	eachPage(t, func(t *testing.T, _, target string) {
		root, err := html.Parse(get(t, handler, target).Body)
		if err != nil {
			t.Fatal(err)
		}
		if found := key.FindString(text(root)); found != "" {
			t.Errorf("the page shows %q", found)
		}
	})
}

func TestEveryKeyInTheTemplatesHasAText(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`\.T\("([^"]+)"`)
	sources, err := filepath.Glob("*/*.templ")
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	for _, source := range sources {
		code, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range literal.FindAllSubmatch(code, -1) {
			// A key that ends in a dot is the beginning of one that is built.
			if key := string(match[1]); !strings.HasSuffix(key, ".") && !bundle.For("zh").Has(key) {
				t.Errorf("%s: %s has no text", source, key)
			}
		}
	}
}

func TestEnglishPagesHaveNoChineseOfOurs(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	han := regexp.MustCompile(`\p{Han}+`)
	// The office's own name, the language switch, the seal, and the words of
	// the sources, which are never translated.
	own := map[string]bool{"示例省侨联": true, "简": true, "简体中文": true, "繁": true, "繁體中文": true, "尚": true, "未": true, "封": true, "讫": true, "一次性外科口罩": true, "箱": true, "口罩": true, "示例表": true, "第": true, "行": true, "防护服": true, "国标": true, "件": true}
	for name, target := range pages {
		mark := "?"
		if strings.Contains(target, "?") {
			mark = "&"
		}
		for _, found := range han.FindAllString(get(t, handler, target+mark+"lang=en").Body.String(), -1) {
			if !own[found] {
				t.Errorf("%s in English shows %q", name, found)
			}
		}
	}
}

func TestReportIsSmall(t *testing.T) {
	t.Parallel()
	const most = 60_000 // bytes gzipped, with style sheet and script
	assets, err := web.Assets()
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, public(t, samples()), "/", "Accept-Encoding", "gzip")
	size := w.Body.Len() + assets.PackedSize("report.css") + assets.PackedSize("theme.js") + assets.PackedSize("mark.svg")
	if w.Header().Get("Content-Encoding") != "gzip" || size > most {
		t.Errorf("the report is %d bytes (%s), want at most %d gzipped", size, w.Header().Get("Content-Encoding"), most)
	}
	if _, err := gzip.NewReader(w.Body); err != nil {
		t.Error(err)
	}
}

func TestLinksOfThePagesLeadSomewhere(t *testing.T) {
	t.Parallel()
	handler := public(t, samples())
	href := regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)
	tried := map[string]bool{}
	for _, target := range pages {
		for _, match := range href.FindAllStringSubmatch(get(t, handler, target).Body.String(), -1) {
			link, _, _ := strings.Cut(html.UnescapeString(match[1]), "#")
			if tried[link] || isFile(link) {
				continue
			}
			tried[link] = true
			if w := get(t, handler, link); w.Code != http.StatusOK && !isElsewhere(link) {
				t.Errorf("%s links to %s: %d", target, link, w.Code)
			}
		}
	}
}

// isFile reports whether the sample has no file behind a link.
func isFile(link string) bool {
	return strings.HasPrefix(link, "/file/") || regexp.MustCompile(`^/report/[0-9-]+\.(flow\.csv|csv|xlsx|json)$`).MatchString(link)
}

// isElsewhere reports whether the sample has no report or lot behind a link.
func isElsewhere(link string) bool {
	return link == "/sign-in" || strings.HasPrefix(link, "/report/2020-02-16") || strings.HasPrefix(link, "/thread/L-0215-JP-01")
}
