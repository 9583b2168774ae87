// SPDX-License-Identifier: Apache-2.0

package attach

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/picture"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
)

// address is where something about a file is.
func address(a attachment.Attachment, what string) templ.SafeURL {
	return templ.SafeURL(path + "/" + a.ID.String() + "/" + what)
}

// label is what a file is called: what it shows, else its name.
func label(a attachment.Attachment) string {
	if a.Title != "" {
		return a.Title
	}
	return a.Name
}

// dialog is the id of the dialog that asks why a file is removed.
func dialog(a attachment.Attachment) string { return "remove-" + a.ID.String() }

// width is that of the thumbnail, so that the page does not jump when it comes.
func width(a attachment.Attachment) string  { return little(a.Width, a.Height) }
func height(a attachment.Attachment) string { return little(a.Height, a.Width) }

func little(side, other int) string {
	longest := max(side, other)
	if longest > picture.Thumbnail {
		side = max(1, (side*picture.Thumbnail+longest/2)/longest)
	}
	return strconv.Itoa(side)
}

func kinds(l *i18n.Localizer) []form.Option {
	options := make([]form.Option, 0, len(attachment.Kinds()))
	for _, k := range attachment.Kinds() {
		options = append(options, form.Option{Value: string(k), Text: l.T("attach.kind_" + string(k))})
	}
	return options
}
