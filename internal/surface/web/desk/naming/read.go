// SPDX-License-Identifier: Apache-2.0

package naming

import (
	"net/url"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// ReadPlace reads a place of the atlas that a field names; empty is none.
func (b *Book) ReadPlace(bad *errs.Error, values url.Values, name string) string {
	words := strings.TrimSpace(values.Get(name))
	if words == "" {
		return ""
	}
	if code, kept := form.KeptCode(values, name); kept {
		return code
	}
	code := b.PlaceCode(words)
	if code == "" {
		bad.Field(name, "desk.place_unknown", "words", words)
	}
	return code
}

// ReadOrg reads an organisation that is in the registry already; empty is none.
func (b *Book) ReadOrg(c *frame.Call, bad *errs.Error, values url.Values, name string) (id.ID, error) {
	words := strings.TrimSpace(values.Get(name))
	if words == "" {
		return id.Zero, nil
	}
	if known := form.KeptOrg(values, name); !known.IsZero() {
		return known, nil
	}
	found, err := b.OrgOf(c, words)
	if err == nil && found.IsZero() {
		bad.Field(name, "desk.org_unknown", "words", words)
	}
	return found, err
}

// ReadEarmark reads a donor's condition from the fields earmark, earmark_recipient,
// earmark_place and earmark_purpose behind the prefix.
func (b *Book) ReadEarmark(c *frame.Call, bad *errs.Error, values url.Values, prefix string) (ledger.Earmark, error) {
	e := ledger.Earmark{
		AsStated: strings.TrimSpace(values.Get(prefix + "earmark")), Purpose: values.Get(prefix + "earmark_purpose"),
		Place: b.ReadPlace(bad, values, prefix+"earmark_place"),
	}
	var err error
	e.Recipient, err = b.ReadOrg(c, bad, values, prefix+"earmark_recipient")
	if e.AsStated == "" && e.Place == "" && e.Recipient.IsZero() {
		e.Purpose = "" // what is left of a condition that was taken away
	}
	return e, err
}

// FillEarmark puts a donor's condition into the fields that ReadEarmark reads.
func (b *Book) FillEarmark(c *frame.Call, values url.Values, prefix string, earmark id.ID) error {
	e, err := ledger.EarmarkByID(c.Context(), b.DB, earmark)
	if err != nil {
		return err
	}
	names, err := b.Orgs(c, e.Recipient)
	if err != nil {
		return err
	}
	values.Set(prefix+"earmark", e.AsStated)
	values.Set(prefix+"earmark_purpose", e.Purpose)
	form.KeepOrg(values, prefix+"earmark_recipient", names[e.Recipient], e.Recipient)
	form.Keep(values, prefix+"earmark_place", b.Place(c.Reader.Localizer, e.Place), e.Place)
	return nil
}
