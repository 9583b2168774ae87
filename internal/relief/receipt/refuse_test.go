// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	r := k.receive(t, gift(line("mask-surgical", 400)))
	for role, may := range map[account.Role]string{
		account.Administrator: "write read", account.Coordinator: "write read", account.Keeper: "write read",
		account.Finance: "read", account.Liaison: "read", account.Supervisor: "read",
		account.Recipient: "", account.Driver: "", "": "nobody",
	} {
		want := func(name, verb string, err error) {
			refused := errs.Forbidden
			if may == "nobody" {
				refused = errs.Unauthenticated
			}
			if allowed := !errs.Is(err, refused); allowed != strings.Contains(may, verb) {
				t.Errorf("%q may %q, but %s says %v", role, may, name, err)
			}
		}
		actor := as(role)
		_, err := k.Create(t.Context(), actor, receipt.Input{}, "")
		want("create", "write", err)
		_, err = k.Correct(t.Context(), actor, receipt.Correction{ID: r.ID})
		want("correct", "write", err)
		_, err = k.Get(t.Context(), actor, r.ID)
		want("get", "read", err)
		_, err = k.List(t.Context(), actor, receipt.Filter{}, page.Request{})
		want("list", "read", err)
	}
}

// TestAKeeperOfAnOrganisationKeepsItsGoodsOnly: goods belong to who keeps them.
func TestAKeeperOfAnOrganisationKeepsItsGoodsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		store := id.Derive("example store")
		keeper := account.Actor{ID: id.Derive("keeper"), Memberships: []account.Membership{{Role: account.Keeper, Org: store}}}
		in := gift(line("mask-surgical", 30))
		other := k.receive(t, in)
		if _, err := k.Create(t.Context(), keeper, in, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("books for the house: %v", err)
		}
		in.Holder = store
		own, err := k.Create(t.Context(), keeper, in, "")
		if err != nil {
			t.Fatal(err)
		}
		for what, receiptID := range map[string]id.ID{"the house's": other.ID, "one that is not there": id.Derive("nothing")} {
			if r, err := k.Get(t.Context(), keeper, receiptID); !errs.Is(err, errs.Forbidden) || !r.ID.IsZero() {
				t.Errorf("reads %s: %v", what, err)
			}
			if _, err := k.Correct(t.Context(), keeper, receipt.Correction{ID: receiptID, Version: 1, Reason: "typo"}); !errs.Is(err, errs.Forbidden) {
				t.Errorf("corrects %s: %v", what, err)
			}
		}
		for _, f := range []receipt.Filter{{}, {Classes: []string{"mask-surgical"}}, {Holders: []id.ID{id.Zero}}} {
			if list, err := k.List(t.Context(), keeper, f, page.Request{}); err != nil || len(list.Items) != 1 || list.Items[0].Receipt.ID != own.ID {
				t.Errorf("lists %+v by %+v: %v", list, f, err)
			}
		}
		if _, err := k.Correct(t.Context(), keeper, receipt.Correction{ID: own.ID, Version: 1, Reason: "typo"}); err != nil {
			t.Errorf("corrects its own: %v", err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	quantity := func(q qty.Quantity) receipt.Input {
		return gift(receipt.LineInput{Class: "mask-surgical", Quantity: q})
	}
	at := func(when time.Time) receipt.Input {
		in := gift(line("mask-surgical", 1))
		in.OccurredAt = when
		return in
	}
	with := func(change func(*receipt.Input)) receipt.Input {
		in := gift(line("mask-surgical", 1))
		change(&in)
		return in
	}
	for name, c := range map[string]struct {
		in   receipt.Input
		want []string
	}{
		"nothing at all":     {receipt.Input{}, []string{"kind: receipt.kind_unknown", "lines: error.lines_missing", "occurred_at: error.time_missing"}},
		"no lines":           {gift(), []string{"lines: error.lines_missing"}},
		"too many lines":     {gift(slices.Repeat([]receipt.LineInput{line("goggles", 1)}, 201)...), []string{"lines: error.lines_many"}},
		"unknown quantity":   {quantity(qty.Unsaid("若干")), []string{"lines[0].quantity: goods.not_counted"}},
		"about":              {quantity(qty.Quantity{State: qty.About, Value: 400, Unit: qty.Piece}), []string{"lines[0].quantity: goods.not_counted"}},
		"at least":           {quantity(qty.Quantity{State: qty.AtLeast, Value: 400, Unit: qty.Piece}), []string{"lines[0].quantity: goods.not_counted"}},
		"no state":           {quantity(qty.Quantity{Value: 400, Unit: qty.Piece}), []string{"lines[0].quantity: goods.not_counted"}},
		"zero":               {quantity(qty.Exactly(0, qty.Piece)), []string{"lines[0].quantity: goods.not_counted"}},
		"negative":           {quantity(qty.Exactly(-4, qty.Piece)), []string{"lines[0].quantity: goods.not_counted"}},
		"no unit":            {quantity(qty.Exactly(4, qty.NoUnit)), []string{"lines[0].quantity: goods.unit_missing"}},
		"a unit of nobody":   {quantity(qty.Exactly(4, "dozen")), []string{"lines[0].quantity: goods.not_counted"}},
		"absurd":             {quantity(qty.Exactly(199_999_999_999_998, qty.Piece)), []string{"lines[0].quantity: goods.absurd"}},
		"more than fits":     {quantity(qty.Quantity{State: qty.Stated, Value: 1 << 62, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 600}}}), []string{"lines[0].quantity: goods.absurd"}},
		"unknown class":      {gift(line("goggles", 1), line("unicorn", 1)), []string{"lines[1].quantity: goods.class_unknown"}},
		"no class":           {gift(line("", 1)), []string{"lines[0].quantity: goods.class_unknown"}},
		"the year 1900":      {at(time.Date(1900, 1, 1, 4, 0, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the year 2099":      {at(time.Date(2099, 1, 1, 4, 0, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the last of 1999":   {at(time.Date(1999, 12, 31, 15, 59, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the day after next": {at(noon.Add(24*time.Hour + 1)), []string{"occurred_at: error.time_absurd"}},
		"an unknown kind":    {with(func(in *receipt.Input) { in.Kind = "theft" }), []string{"kind: receipt.kind_unknown"}},
		"an endless note":    {with(func(in *receipt.Input) { in.Note = strings.Repeat("好", 2001) }), []string{"note: error.field_long"}},
		"an endless batch":   {with(func(in *receipt.Input) { in.Lines[0].Batch = strings.Repeat("1", 2001) }), []string{"lines[0].batch: error.field_long"}},
		"a negative value":   {with(func(in *receipt.Input) { in.Lines[0].Value = yuan(-1) }), []string{"lines[0].value: error.amount_absurd"}},
		"an absurd value":    {with(func(in *receipt.Input) { in.Lines[0].Value = yuan(199_999_999_999_998) }), []string{"lines[0].value: error.amount_absurd"}},
		"an unknown money":   {with(func(in *receipt.Input) { in.Lines[0].Value = money.Amount{Minor: 1, Currency: "XXX"} }), []string{"lines[0].currency: error.currency_unknown"}},
		"a value from air":   {with(func(in *receipt.Input) { in.Lines[0].ValueSource = "dream" }), []string{"lines[0].value_source: receipt.value_source_unknown"}},
	} {
		_, err := k.Create(t.Context(), k.keeper, c.in, "")
		if d := diff(fields(err), c.want); !errs.Is(err, errs.Invalid) || d != "" {
			t.Errorf("%s: %v\n%s", name, err, d)
		}
	}
	if n := k.count(t, "receipt") + k.count(t, "ledger_entry") + k.count(t, "journal_record") + k.count(t, "org"); n != 0 {
		t.Errorf("%d rows were left", n)
	}
}
