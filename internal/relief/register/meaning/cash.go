// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"errors"
	"path"
	"regexp"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
	"github.com/qiaorelief/qiao/internal/relief/register/cell"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// noChannel is where money is of which the register does not say it.
const noChannel = "未注明"

// money takes amount, direction and channel.
func (r *Reader) money(e *layout.Entry, row *Row) *Problem {
	d, ok := cell.ParseDecimal(e.Values[layout.Amount])
	if !ok {
		return Hold("register.amount.unreadable", "amount", cell.Cut(e.Values[layout.Amount], 40))
	}
	currency := r.currency(e)
	a, err := d.Shift(r.t.AmountUnit).Amount(currency)
	switch {
	case errors.Is(err, money.ErrCurrency):
		return Hold("register.currency.unknown", "currency", cell.Cut(string(currency), 10))
	case errors.Is(err, money.ErrDigits):
		return Hold("register.amount.digits", "amount", cell.Cut(e.Values[layout.Amount], 40))
	case err != nil:
		return Hold("register.amount.unreadable", "amount", cell.Cut(e.Values[layout.Amount], 40))
	case a.Minor < 0:
		return Hold("register.amount.negative", "amount", e.Values[layout.Amount])
	case a.Minor == 0:
		return Hold("register.amount.zero")
	}
	row.Amount, row.Purpose = a, e.Values[layout.Purpose]
	switch text := strings.ToLower(e.Values[layout.Direction] + r.t.Defaults[layout.Direction]); {
	case text == "":
	case strings.Contains(text, "支") || strings.Contains(text, "付") || text == "out" || text == "debit" || text == "借":
		row.Outgoing = true
	case strings.Contains(text, "收") || text == "in" || text == "credit" || text == "贷" || text == "+":
	default:
		return Hold("register.direction.unknown", "text", cell.Cut(text, 20))
	}
	row.Channel = r.channel(e)
	return nil
}

// channel is where the money is: the column, the default, the file column, the
// name of the file without its days.
func (r *Reader) channel(e *layout.Entry) string {
	for _, text := range []string{e.Values[layout.Channel], r.t.Defaults[layout.Channel], channelOf(e.Values[layout.File]), channelOf(r.t.File)} {
		if text != "" {
			return cell.Cut(text, 200)
		}
	}
	return noChannel
}

var (
	dayPart = regexp.MustCompile(
		`[（(\[【]?(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|20\d{2}[-._]?\d{1,2}[-._]?\d{1,2})(?: ?[-—~至到] ?(?:(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日|20\d{2}[-._]?\d{1,2}[-._]?\d{1,2}))?[）)\]】]?`)
	copyPart  = regexp.MustCompile(`(?i)[（(]\d{1,2}[）)]$|[-_ ]*(?:副本|copy|final|v\d+)$`)
	someWords = regexp.MustCompile(`\p{L}{2}`)
)

// channelOf cleans a file name: 示例基金会账户明细（2月11日）.xlsx becomes
// 示例基金会账户明细. A name that says nothing about money gives nothing.
func channelOf(file string) string {
	name := strings.TrimSuffix(file, path.Ext(file))
	name = copyPart.ReplaceAllString(dayPart.ReplaceAllString(name, ""), "")
	name = strings.Trim(sheet.Clean(name), " -_.，,、()（）")
	switch strings.ToLower(name) {
	case "", "money", "donation", "donations", "sheet1", "book1", "data", "新建", "工作簿1":
		return ""
	}
	if !someWords.MatchString(name) {
		return ""
	}
	return name
}
