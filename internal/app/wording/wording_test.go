// SPDX-License-Identifier: Apache-2.0

// Package wording walks through all pages of the demonstration and reads every
// word of them: no page shows a message key, Chinese pages have no English words
// of ours, English pages no Chinese ones, and pages in traditional characters no
// simplified ones. New pages are found by the links that lead to them.
package wording_test

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/platform/han"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/office"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
	"github.com/qiaorelief/qiao/locales"
)

// each is how many pages of one shape are read: lists differ by what they hold.
const each = 3

// walk opens every page that links lead to, in one language, as somebody who may
// do everything, and gives it to read.
func walk(t *testing.T, h *apptest.House, lang i18n.Lang, read func(path string, root *html.Node)) {
	t.Helper()
	importRegister(t, h)
	queue, seen, shapes := []string{"/", "/desk", "/desk/components", "/no-such-page"}, map[string]bool{}, map[string]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] || shapes[shape(path)] >= each {
			continue
		}
		seen[path] = true
		w := h.Get(t, account.Administrator, in(path, lang))
		if to := w.Header().Get("Location"); to != "" {
			queue = append(queue, local(path, to)...)
			continue
		}
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s in %s: %d", path, lang, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		shapes[shape(path)]++
		root, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		read(path, root)
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "a" && attribute(n, "hreflang") == "" {
				queue = append(queue, local(path, attribute(n, "href"))...)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("the walk found only %d pages", len(seen))
	}
	t.Logf("%s: %d addresses of %d shapes", lang, len(seen), len(shapes))
}

// importRegister hands in a register of rows to work off twice and imports it once, so that the pages
// of the import desk have something to say.
func importRegister(t *testing.T, h *apptest.House) {
	t.Helper()
	const file = "日期,捐赠单位,品名,单位,数量\n2020-02-02,示例公司,医用手套,双,50只\n2020-02-03,示例公司,示例新物,个,约100\n"
	ctx, house := t.Context(), account.System()
	for _, name := range []string{"1", "2"} {
		u, _, err := h.App.Uploads.Upload(ctx, house, upload.Input{Kind: register.Receipts, Name: name}, strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if name == "2" {
			return
		}
		if _, err := h.App.Uploads.Start(ctx, house, u.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.App.Uploads.Work(ctx, upload.Args{Upload: u.ID}); err != nil {
			t.Fatal(err)
		}
	}
}

// in is an address in a language.
func in(path string, lang i18n.Lang) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + string(lang)
	}
	return path + "?lang=" + string(lang)
}

// local returns where a link of a page leads on this server, if it does.
func local(page, href string) []string {
	base, err := url.Parse(page)
	if err != nil || href == "" {
		return nil
	}
	to, err := base.Parse(href)
	if err != nil || to.Host != "" {
		return nil
	}
	query := to.Query()
	query.Del("lang")
	query.Del("theme")
	to.RawQuery, to.Fragment = query.Encode(), ""
	return []string{to.String()}
}

var counted = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]+|[A-Z]-?[0-9][0-9A-Za-z-]*|[0-9][0-9-]*`)

// shape is what pages of one kind have in common.
func shape(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return counted.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&") + u.Query().Get("flow")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// said are the attributes that a reader is told.
var said = []string{"title", "aria-label", "alt", "placeholder", "aria-description", "aria-roledescription"}

// words gives every text of a page that is ours to word: not what is in another
// language, marked as never to be translated, or typed into a field.
func words(n *html.Node, lang string, say func(text string)) {
	if n.Type == html.TextNode {
		say(n.Data)
		return
	}
	if n.Type == html.ElementNode {
		own := attribute(n, "lang")
		if n.Data == "script" || n.Data == "style" || n.Data == "code" || n.Data == "kbd" || attribute(n, "translate") == "no" || own != "" && own != lang {
			return
		}
		for _, name := range said {
			say(attribute(n, name))
		}
		if n.Data == "meta" && attribute(n, "name") == "description" {
			say(attribute(n, "content"))
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		words(child, lang, say)
	}
}

// written is what people wrote in the story, and the names that reference lists
// have in one language only: of divisions, and of the airports of the story.
func written(t *testing.T, h *apptest.House) string {
	t.Helper()
	o, err := office.Read(t.Context(), h.App.DB)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	all.WriteString(o.Name + "\n")
	played := table(t, "../story/data")
	for _, cell := range strings.FieldsFunc(played, func(r rune) bool { return r == '\t' || r == '\n' }) {
		// What is in lower case is a code of ours: donation, mask-surgical.
		if strings.ToLower(cell) != cell || strings.ContainsFunc(cell, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			all.WriteString(cell + "\n")
		}
	}
	for line := range strings.Lines(table(t, "../../registry/place/data")) {
		code, name, _ := strings.Cut(line, "\t")
		if code[0] <= '9' || strings.Contains(played, "airport:"+code) {
			all.WriteString(name)
		}
	}
	return all.String()
}

// table reads the rows of all tables of a folder, without what heads them.
func table(t *testing.T, folder string) string {
	t.Helper()
	files := os.DirFS(folder)
	names, err := fs.Glob(files, "*.tsv")
	if err != nil || len(names) == 0 {
		t.Fatal(folder, err)
	}
	var rows strings.Builder
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				rows.WriteString(line)
			}
		}
	}
	return rows.String()
}

// finding is a fault in the words of a page.
type finding struct{ what, text string }

// check looks at one text of a page.
type check func(text string) []finding

func TestEveryPageIsInItsReadersWords(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t)
	data := written(t, h)
	keys := noKey(t)
	for lang, checks := range map[i18n.Lang][]check{
		i18n.Chinese:     {keys, noLatin(data)},
		i18n.Traditional: {keys, noLatin(data), noSimplified(t, data)},
		i18n.English:     {keys, noHan(data)},
	} {
		found := map[finding]string{} // to the page that has it first
		walk(t, h, lang, func(path string, root *html.Node) {
			words(root, string(lang), func(text string) {
				for _, ask := range checks {
					for _, f := range ask(text) {
						if found[finding{what: f.text}] == "" {
							found[finding{what: f.text}] = path
							t.Errorf("%s in %s shows %s %q in %.100q", path, lang, f.what, f.text, strings.TrimSpace(text))
						}
					}
				}
			})
		})
	}
}

// noKey finds the keys of messages, and what templates leave when they fail.
func noKey(t *testing.T) check {
	t.Helper()
	chapters := map[string]bool{}
	names, err := fs.Glob(locales.FS, "zh/*.json")
	if err != nil {
		t.Fatal(err)
	}
	begin := regexp.MustCompile(`(?m)^\s*"([a-z]+)\.`)
	for _, name := range names {
		text, err := fs.ReadFile(locales.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range begin.FindAllSubmatch(text, -1) {
			chapters[string(m[1])] = true
		}
	}
	key := regexp.MustCompile(`\b([a-z]+)\.[a-z_]+[a-z_.]*|<no value>|\{\{|%!`)
	return func(text string) (found []finding) {
		for _, m := range key.FindAllStringSubmatch(text, -1) {
			if m[1] == "" || chapters[m[1]] {
				found = append(found, finding{"the key", m[0]})
			}
		}
		return found
	}
}

// noLatin finds words in Latin letters that nobody wrote: all but file formats,
// units, currencies, zones, codes and the numbers of standards.
func noLatin(data string) check {
	known := regexp.MustCompile(`^(CSV|XLSX|JPEG|PNG|WebP|JSON|PDF|UTC|kB|MB|FFP|CC|BY|EN|GB|YY|ASTM|IIR|ISO|TOTP|Ctrl|Enter|Esc|ETag|API|PVC|KN|KF|AUD|CAD|CHF|CNY|EUR|GBP|HKD|JPY|USD|[A-Z])$`)
	code := regexp.MustCompile(`[A-Z]+-?[0-9][0-9A-Za-z-]*|[0-9a-f]{8}-[0-9a-f-]{27}`)
	word := regexp.MustCompile(`[A-Za-z]+`)
	return func(text string) (found []finding) {
		for _, w := range word.FindAllString(code.ReplaceAllString(text, ""), -1) {
			if !known.MatchString(w) && !strings.Contains(data, w) {
				found = append(found, finding{"the English word", w})
			}
		}
		return found
	}
}

// noHan finds Chinese words that nobody wrote.
func noHan(data string) check {
	run := regexp.MustCompile(`\p{Han}+`)
	return func(text string) (found []finding) {
		for _, w := range run.FindAllString(text, -1) {
			if !strings.Contains(data, w) {
				found = append(found, finding{"the Chinese word", w})
			}
		}
		return found
	}
}

// noSimplified finds words in simplified characters that nobody wrote.
func noSimplified(t *testing.T, data string) check {
	t.Helper()
	traditional, err := han.Traditional()
	if err != nil {
		t.Fatal(err)
	}
	run := regexp.MustCompile(`\p{Han}+`)
	simplified := func(r rune) bool {
		// Some are written in both scripts: with another meaning, or in names.
		return traditional.Convert(string(r)) != string(r) && !strings.ContainsRune("台干里只云岳湿余", r)
	}
	return func(text string) (found []finding) {
		for _, w := range run.FindAllString(text, -1) {
			if strings.ContainsFunc(w, simplified) && !strings.Contains(data, w) {
				found = append(found, finding{"the simplified word", w})
			}
		}
		return found
	}
}

func TestTheWalkWouldFindFaults(t *testing.T) {
	t.Parallel()
	data := "示例县人民医院\nExample Association\n"
	for name, c := range map[string]struct {
		ask       check
		good, bad string
	}{
		"key":        {noKey(t), "see example.org", "web.nav_needs"},
		"template":   {noKey(t), "x", "<no value>"},
		"latin":      {noLatin(data), "EN 14683 KN95 Example L-0129-IT-01 CSV 0190163d-8694-739b-aea5-966c26f8ad91", "需求 needs"},
		"han":        {noHan(data), "Needs of 示例县人民医院", "需求"},
		"simplified": {noSimplified(t, data), "發放 示例县人民医院", "发放"},
	} {
		if found := c.ask(c.good); len(found) != 0 {
			t.Errorf("%s: found %v in %s", name, found, c.good)
		}
		if found := c.ask(c.bad); len(found) == 0 {
			t.Errorf("%s: found nothing in %s", name, c.bad)
		}
	}
}
