// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/registry/account"
)

// hostile are texts that nobody should write into a field. What runs sets a
// global; nothing may.
func hostile() map[string]string {
	return map[string]string{
		"script":  `"><script>window.ran=1</script><img src=x onerror="window.ran=1">'-window.ran`,
		"turned":  "\u202e示例倒写\u2066医院\u202e",
		"long":    strings.Repeat("W", 10_000),
		"emoji":   strings.Repeat("\U0001f468\u200d\U0001f469\u200d\U0001f467", 20),
		"formula": `=HYPERLINK("http://example.org","x")+cmd|' /C calc'!A0`,
		"quotes":  "'\"`;--<!-- ]]> {{7*7}} ${7*7} \\\\",
	}
}

// fillAll writes a text into every field of every form for a new or changed
// record and sends the first; the length that a browser would keep to is not
// kept to.
const fillAll = `(text => {
	const form = document.querySelector('main form[method="post"]');
	if (!form) return false;
	for (const field of form.querySelectorAll('input:not([type]), input[type=text], input[type=email], input[type=search], textarea')) {
		field.removeAttribute('maxlength');
		field.value = text;
	}
	form.removeAttribute('data-send');
	form.submit();
	return true;
})`

// TestHostileWordsInEveryForm fills the forms of the desk with what nobody should
// write. Each is answered by a page that fits, on which nothing runs.
func TestHostileWordsInEveryForm(t *testing.T) {
	t.Parallel()
	v := visitBooks(t, theStory, screen{390, 844})
	var forms []sight
	for _, s := range v.deskPages(t) {
		if strings.HasSuffix(s.path, "/new") || strings.HasSuffix(s.path, "/correct") {
			forms = append(forms, s)
		}
	}
	forms = append(forms, sight{path: "/desk/receipts/new"}, sight{path: "/desk/distributions/new"}, sight{path: "/desk/funds/new"}, sight{path: "/desk/people/new"})
	v.as(t, account.Administrator)
	for name, words := range hostile() {
		text, err := json.Marshal(words)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range forms {
			v.open(t, s.path)
			ask[bool](t, v, "window.leaving = true")
			if !ask[bool](t, v, fillAll+"("+string(text)+")") {
				t.Errorf("%s has no form", s.path)
				continue
			}
			v.wait(t, "window.leaving === undefined && document.readyState === 'complete'")
			where := name + " in " + s.path
			v.fits(t, where)
			if ask[bool](t, v, "window.ran !== undefined") {
				t.Errorf("%s runs", where)
			}
			if !ask[bool](t, v, "document.querySelector('h1') !== null && ![500, 502, 503].includes(performance.getEntriesByType('navigation')[0].responseStatus)") {
				t.Errorf("%s is answered by a failure", where)
			}
		}
	}
	for _, path := range []string{"/desk", "/desk/orgs", "/desk/needs", "/desk/receipts", "/desk/people", "/desk/journal", "/desk/find?q=W", "/needs"} {
		for _, width := range []int64{390, 1440} {
			v.resize(t, width, 844)
			v.open(t, path)
			v.fits(t, path)
			if ask[bool](t, v, "window.ran !== undefined") {
				t.Errorf("%s runs", path)
			}
		}
	}
}
