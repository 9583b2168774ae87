// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/qiaorelief/qiao/locales"
)

// Lang is a language that the pages are written in, as the value of the HTML
// attribute lang.
type Lang string

// The languages. Chinese is the default.
const (
	Chinese Lang = "zh-Hans"
	English Lang = "en"
)

// folders lists the languages in order of preference, with their folders.
var folders = [...]struct {
	lang   Lang
	tag    language.Tag
	folder string
}{
	{Chinese, language.SimplifiedChinese, "zh"},
	{English, language.English, "en"},
}

// Bundle holds the messages of all languages. Safe for concurrent use.
type Bundle struct {
	localizers [len(folders)]*Localizer // in the order of folders
}

// Load reads every message file of the locales package.
func Load() (*Bundle, error) { return load(locales.FS) }

func load(files fs.FS) (*Bundle, error) {
	messages := goi18n.NewBundle(folders[0].tag)
	b := &Bundle{}
	for i, f := range folders {
		l := &Localizer{lang: f.lang, plain: map[string]string{}, filled: map[string]struct{}{}}
		if err := l.load(messages, files, f.tag, f.folder); err != nil {
			return nil, err
		}
		l.templates = goi18n.NewLocalizer(messages, f.tag.String())
		b.localizers[i] = l
	}
	return b, nil
}

// load reads the messages of one folder: those without arguments are kept as
// they are, the others go to the bundle.
func (l *Localizer) load(messages *goi18n.Bundle, files fs.FS, tag language.Tag, folder string) error {
	names, err := fs.Glob(files, folder+"/*.json")
	if err != nil {
		return fmt.Errorf("list messages of %s: %w", folder, err)
	}
	for _, name := range names {
		texts, err := readTexts(files, name)
		if err != nil {
			return err
		}
		for key, text := range texts {
			if l.Has(key) {
				return fmt.Errorf("message %q of %s is in another file too", key, name)
			}
			if !strings.Contains(text, "{{") {
				l.plain[key] = text
				continue
			}
			l.filled[key] = struct{}{}
			if err := messages.AddMessages(tag, &goi18n.Message{ID: key, Other: text}); err != nil {
				return fmt.Errorf("message %q of %s: %w", key, name, err)
			}
		}
	}
	return nil
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

// For returns the Localizer that fits the tags best. Each tag is a language
// tag or a whole Accept-Language header; an earlier one counts more. Every kind
// of Chinese and of English counts as ours. Empty, unreadable and unsupported
// tags are passed over; the default is Chinese.
func (b *Bundle) For(tags ...string) *Localizer {
	for _, tag := range tags {
		if tag == "" || len(tag) > maxHeader {
			continue
		}
		wanted, weights, err := language.ParseAcceptLanguage(tag)
		if err != nil {
			continue
		}
		for i, w := range wanted {
			if l := b.of(w); l != nil && weights[i] > 0 {
				return l
			}
		}
	}
	return b.localizers[0]
}

// of returns the Localizer of a language in any of its scripts and regions, or
// nil.
func (b *Bundle) of(wanted language.Tag) *Localizer {
	base, _ := wanted.Base()
	for i, f := range folders {
		if ours, _ := f.tag.Base(); ours == base {
			return b.localizers[i]
		}
	}
	return nil
}

// maxHeader is the longest language header that is read, in bytes; browsers
// send less than 200.
const maxHeader = 1000
