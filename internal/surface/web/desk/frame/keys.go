// SPDX-License-Identifier: Apache-2.0

package frame

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/render"
)

// everywhere are the keys that work on every page.
var everywhere = []struct {
	keys []string
	text string // message key
}{
	{[]string{"/", "Ctrl K"}, "desk.key_find"},
	{[]string{"j", "k"}, "desk.key_move"},
	{[]string{"Enter"}, "desk.key_open"},
	{[]string{"x"}, "desk.key_pick"},
	{[]string{"n"}, "desk.key_new"},
	{[]string{"e"}, "desk.key_correct"},
	{[]string{"u"}, "desk.key_up"},
	{[]string{"g h"}, "desk.key_home"},
	{[]string{"?"}, "desk.key_all"},
}

func stamp(f Frame) string { return i18n.Stamp(f.Now, f.Zone) }

// FaultPage draws failures as pages of the desk, without its jobs: nobody is
// known when a page fails.
func (k *Kit) FaultPage(reader render.Reader, failure render.Failure) templ.Component {
	f := k.bare(reader)
	f.Title = failure.Title
	return Failure(f, failure.Fields, reader.Or("error.next."+strconv.Itoa(failure.Status), "error.next"))
}
