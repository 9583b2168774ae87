// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/qiaorelief/qiao/internal/platform/han"
	"github.com/qiaorelief/qiao/locales"
)

// Lang is a language that the pages are written in, as the value of the HTML
// attribute lang.
type Lang string

// The languages. Chinese is the default.
const (
	Chinese     Lang = "zh-Hans"
	Traditional Lang = "zh-Hant" // the same Chinese in traditional characters, by table
	English     Lang = "en"
)

// Langs returns the languages in the order in which they are offered.
func Langs() []Lang { return []Lang{Chinese, Traditional, English} }

// IsChinese reports whether the language is Chinese in either script.
func (l Lang) IsChinese() bool { return l == Chinese || l == Traditional }

// overrides has what the table of traditional characters gets wrong: words, and
// whole messages by their key.
const overrides = "zh-Hant/overrides.json"

// Bundle holds the messages of all languages. Safe for concurrent use.
type Bundle struct {
	chinese, english *Localizer
	traditional      func() *Localizer // made when a reader first asks for it
	read             readTags
}

// Load reads every message file of the locales package.
func Load() (*Bundle, error) { return load(locales.FS) }

func load(files fs.FS) (*Bundle, error) {
	chinese, err := readMessages(files, "zh")
	if err != nil {
		return nil, err
	}
	english, err := readMessages(files, "en")
	if err != nil {
		return nil, err
	}
	own, err := readTexts(files, overrides)
	if err != nil {
		return nil, err
	}
	b := &Bundle{chinese: newLocalizer(Chinese, chinese, nil), english: newLocalizer(English, english, nil)}
	b.traditional = sync.OnceValue(func() *Localizer {
		table, err := han.Traditional()
		if err != nil {
			return b.chinese // the table is part of the program, and a test reads it
		}
		table = table.With(own)
		texts := make(map[string]string, len(chinese))
		for key, text := range chinese {
			if whole, ok := own[key]; ok {
				texts[key] = whole
				continue
			}
			texts[key] = table.Convert(text)
		}
		return newLocalizer(Traditional, texts, table)
	})
	return b, nil
}

// readMessages reads all files of a folder as one.
func readMessages(files fs.FS, folder string) (map[string]string, error) {
	names, err := fs.Glob(files, folder+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("list messages of %s: %w", folder, err)
	}
	messages := map[string]string{}
	for _, name := range names {
		texts, err := readTexts(files, name)
		if err != nil {
			return nil, err
		}
		for key, text := range texts {
			if _, twice := messages[key]; twice {
				return nil, fmt.Errorf("message %q of %s is in another file too", key, name)
			}
			messages[key] = text
		}
	}
	return messages, nil
}

func readTexts(files fs.FS, name string) (map[string]string, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("read messages %s: %w", name, err)
	}
	return texts, nil
}

// In returns the Localizer of a language; of one that is none of ours, the
// Chinese one.
func (b *Bundle) In(lang Lang) *Localizer {
	switch lang {
	case English:
		return b.english
	case Traditional:
		return b.traditional()
	case Chinese:
	}
	return b.chinese
}

// For returns the Localizer that fits the tags best. Each tag is a language
// tag or a whole Accept-Language header; an earlier one counts more. Every kind
// of English counts as ours; Chinese is traditional where its script, or what
// is written in its region, is (zh-TW, zh-HK, zh-MO), else simplified. Empty,
// unreadable and unsupported tags are passed over; the default is Chinese.
func (b *Bundle) For(tags ...string) *Localizer {
	for _, tag := range tags {
		if tag == "" || len(tag) > maxHeader {
			continue
		}
		lang, known := b.read.of(tag)
		if !known {
			lang = best(tag)
			b.read.keep(tag, lang)
		}
		if lang != "" {
			return b.In(lang)
		}
	}
	return b.chinese
}

// best returns the language of ours that fits a tag or header; empty when none
// does.
func best(tag string) Lang {
	wanted, weights, err := language.ParseAcceptLanguage(tag)
	if err != nil {
		return ""
	}
	for i, w := range wanted {
		if lang, ok := ours(w); ok && weights[i] > 0 {
			return lang
		}
	}
	return ""
}

// readTags remembers what tags mean: browsers send a few hundred headers all over.
type readTags struct {
	mu   sync.RWMutex
	tags map[string]Lang
}

// readMost bounds how many tags are remembered.
const readMost = 512

func (r *readTags) of(tag string) (Lang, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	lang, ok := r.tags[tag]
	return lang, ok
}

func (r *readTags) keep(tag string, lang Lang) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tags == nil || len(r.tags) >= readMost {
		r.tags = map[string]Lang{}
	}
	r.tags[strings.Clone(tag)] = lang
}

// ours returns the language of ours that a reader of the wanted one reads.
func ours(wanted language.Tag) (Lang, bool) {
	base, _ := wanted.Base()
	switch base.String() {
	case "en":
		return English, true
	case "zh", "yue":
		if script, _ := wanted.Script(); script.String() == "Hant" {
			return Traditional, true
		}
		return Chinese, true
	}
	return "", false
}

// maxHeader is the longest language header that is read, in bytes; browsers
// send less than 200.
const maxHeader = 1000
