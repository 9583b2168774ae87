// SPDX-License-Identifier: Apache-2.0

package register

import (
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strconv"
	"strings"
	"unicode"

	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// identity lists the cells that say what happened. Remarks do not belong to
// it: a table to which somebody added a column of notes is still the same.
var identity = map[Kind][]Field{
	Needs: {
		layout.Date, layout.Recipient, layout.RecipientType, layout.Province, layout.City, layout.District,
		layout.Item, layout.Spec, layout.Unit, layout.Qty, layout.Supplies,
	},
	Receipts: {
		layout.Date, layout.Donor, layout.Item, layout.Spec, layout.Unit, layout.Qty, layout.Supplies, layout.Batch,
	},
	Distributions: {
		layout.Date, layout.Recipient, layout.Item, layout.Spec, layout.Unit, layout.Qty, layout.Accepted, layout.Supplies,
	},
	Money: {
		layout.Date, layout.Donor, layout.Amount, layout.Currency, layout.Channel, layout.Purpose, layout.Direction, layout.File,
	},
}

// keys numbers the equal rows of one file.
type keys struct {
	kind Kind
	file string // identity of the file
	seen map[[sha256.Size]byte]int
}

func newKeys(kind Kind, file string) *keys {
	return &keys{kind: kind, file: file, seen: map[[sha256.Size]byte]int{}}
}

// of returns the key of a row and its content key.
func (k *keys) of(e *layout.Entry) (key, content string) {
	h := sha256.New()
	feed(h, string(k.kind))
	for _, f := range identity[k.kind] {
		text := e.Values[f]
		if e.Assumed[f] { // another mapping must not make another row of it
			text = ""
		}
		feed(h, normal(f, text))
	}
	for _, g := range e.Goods {
		feed(h, normal(layout.Item, g.Item), normal(layout.Spec, g.Spec), normal(layout.Qty, g.Qty))
	}
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	n := k.seen[sum]
	k.seen[sum]++
	h.Reset()
	h.Write(sum[:])
	feed(h, strconv.Itoa(n))
	raw := h.Sum(nil)
	content = base64.RawURLEncoding.EncodeToString(raw)
	h.Reset()
	feed(h, content, k.file)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)), content
}

func feed(h hash.Hash, parts ...string) {
	for _, p := range parts {
		var n [4]byte
		n[0], n[1], n[2], n[3] = byte(len(p)>>24), byte(len(p)>>16), byte(len(p)>>8), byte(len(p))
		h.Write(n[:])
		h.Write([]byte(p))
	}
}

// normal makes two ways of writing the same cell equal: blanks, width, case,
// the form of a day, the commas of a number.
func normal(f Field, text string) string {
	if text == "" {
		return ""
	}
	switch f {
	case layout.Date:
		if day, ok := sheet.ParseDay(text, 0); ok && cell.PlainDay(text) {
			return day.String()
		}
	case layout.Qty, layout.Amount, layout.Accepted:
		if d, ok := cell.ParseDecimal(text); ok {
			if d.Negative {
				return "-" + d.Text
			}
			return d.Text
		}
	}
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// strong reports whether a row says so much that the same row in another file
// is probably the same event: day, party, article and number; of money a donor
// or the minute; of a need the recipient and what is needed.
func (k *keys) strong(e *layout.Entry, row *Row) bool {
	switch k.kind {
	case Money:
		return e.Values[layout.Date] != "" && (row.Party != "" || !cell.PlainDay(e.Values[layout.Date]))
	case Needs:
		return e.Values[layout.Recipient] != ""
	}
	return e.Values[layout.Date] != "" && row.Party != "" && (e.Values[layout.Qty] != "" || e.Values[layout.Accepted] != "" || len(e.Goods) > 0)
}
