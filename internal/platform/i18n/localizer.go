// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"text/template"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/han"
)

// Localizer writes for readers of one language. Immutable.
type Localizer struct {
	lang   Lang
	plain  map[string]string  // messages without arguments
	filled map[string]*filled // messages with arguments
	script *han.Table         // for Chinese names; nil leaves them as they are
}

// filled is a message with arguments, read when it is first used.
type filled struct {
	text string
	once sync.Once
	form *template.Template // nil when the text cannot be read
}

func newLocalizer(lang Lang, texts map[string]string, script *han.Table) *Localizer {
	l := &Localizer{lang: lang, plain: make(map[string]string, len(texts)), filled: map[string]*filled{}, script: script}
	for key, text := range texts {
		if strings.Contains(text, "{{") {
			l.filled[key] = &filled{text: text}
			continue
		}
		l.plain[key] = text
	}
	return l
}

// Lang returns the language, for the HTML attribute lang.
func (l *Localizer) Lang() Lang { return l.lang }

// T returns the text of the key. Arguments are alternating names and values.
// A key that no file has is returned as it is.
func (l *Localizer) T(key string, args ...any) string {
	if text, ok := l.plain[key]; ok {
		return text
	}
	return l.fill(key, arguments(args))
}

// Has reports whether the key has a text in this language.
func (l *Localizer) Has(key string) bool {
	if _, ok := l.plain[key]; ok {
		return true
	}
	_, ok := l.filled[key]
	return ok
}

// Or returns the text of the first key that has one, and the last key when
// none has: a special word before the general one.
func (l *Localizer) Or(keys ...string) string {
	for _, key := range keys {
		if l.Has(key) {
			return l.T(key)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	return keys[len(keys)-1]
}

func (l *Localizer) fill(key string, args map[string]any) string {
	message, ok := l.filled[key]
	if !ok {
		return key
	}
	message.once.Do(func() {
		form, err := template.New("").Funcs(template.FuncMap{"plural": plural}).Parse(message.text)
		if err == nil {
			message.form = form
		}
	})
	if message.form == nil {
		return key
	}
	var b strings.Builder
	if err := message.form.Execute(&b, args); err != nil || b.Len() == 0 {
		return key
	}
	return b.String()
}

// plural returns the one word for 1, and the other for every other number, as
// English does: 1 row, 0 rows, 1,000 rows.
func plural(n any, one, other string) string {
	if fmt.Sprint(n) == "1" {
		return one
	}
	return other
}

// Name returns the one of two names of our own lists that the reader reads; a
// Chinese one in the reader's script. What people wrote is never given to it.
func (l *Localizer) Name(zh, en string) string {
	switch {
	case !l.lang.IsChinese() && en != "":
		return en
	case l.script == nil:
		return zh
	}
	return l.script.Convert(zh)
}

// FieldText is what is wrong with one field of an input, in words.
type FieldText struct {
	Name string // as the caller sent it
	Text string
}

// Error returns what happened and which fields are wrong, in words. An error
// whose key has no text is told as an internal error: a key is no sentence.
func (l *Localizer) Error(err *errs.Error) (title string, fields []FieldText) {
	key, args := err.Key, err.Args
	if !l.Has(key) {
		key, args = "error.internal", nil
	}
	title = l.message(key, args)
	for _, f := range err.Fields {
		text := l.T("error.field")
		if l.Has(f.Key) {
			text = l.message(f.Key, f.Args)
		}
		fields = append(fields, FieldText{Name: f.Name, Text: text})
	}
	return title, fields
}

// message fills in the arguments of an error. A unit comes as its code, and is
// written as a word.
func (l *Localizer) message(key string, args map[string]any) string {
	if text, ok := l.plain[key]; ok {
		return text
	}
	if unit := fmt.Sprint("unit.", args["unit"]); l.Has(unit) {
		args = maps.Clone(args)
		args["unit"] = l.T(unit, "n", args["missing"])
	}
	return l.fill(key, args)
}

func arguments(args []any) map[string]any {
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}
