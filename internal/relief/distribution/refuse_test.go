// SPDX-License-Identifier: Apache-2.0

package distribution_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
)

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	k.stock(t, "goggles", 10, ledger.Earmark{})
	d := k.hand(t, handOver(line("goggles", 1)))
	for role, may := range map[account.Role]string{
		account.Administrator: "create correct read", account.Coordinator: "create correct read", account.Keeper: "create read",
		account.Finance: "read", account.Liaison: "read", account.Supervisor: "read",
		account.Recipient: "list", account.Driver: "list", "": "nobody",
	} {
		want := func(verb string, err error) {
			refused := errs.Forbidden
			if may == "nobody" {
				refused = errs.Unauthenticated
			}
			if allowed := !errs.Is(err, refused); allowed != slices.Contains(strings.Fields(may), verb) {
				t.Errorf("%q may %q, but %s says %v", role, may, verb, err)
			}
		}
		actor := as(role)
		_, err := k.Create(t.Context(), actor, distribution.Input{}, "")
		want("create", err)
		_, err = k.Correct(t.Context(), actor, distribution.Correction{ID: d.ID})
		want("correct", err)
		_, err = k.Get(t.Context(), actor, d.ID)
		want("read", err)
		_, err = k.List(t.Context(), actor, distribution.Filter{}, page.Request{})
		if strings.Contains(may, "read") {
			want("read", err)
		} else if may == "list" { // its own: none of these
			want("list", err)
		}
	}
}

func TestARecipientSeesItsOwnHandOversOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.stock(t, "goggles", 10, ledger.Earmark{})
		own, in := k.hand(t, handOver(line("goggles", 1))), handOver(line("goggles", 2))
		in.Recipient = second
		other := k.hand(t, in)
		ward := account.Actor{ID: id.Derive("ward"), Memberships: []account.Membership{{Role: account.Recipient, Org: first}}}
		if d, err := k.Get(t.Context(), ward, own.ID); err != nil || d.ID != own.ID {
			t.Errorf("its own: %v", err)
		}
		for what, distributionID := range map[string]id.ID{"another's": other.ID, "one that is not there": id.Derive("nothing")} {
			if d, err := k.Get(t.Context(), ward, distributionID); !errs.Is(err, errs.Forbidden) || !d.ID.IsZero() {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, f := range []distribution.Filter{{}, {Recipient: first}, {Place: "4301"}, {Classes: []string{"goggles", "mask-surgical"}}, {Recipients: []id.ID{second}}} {
			list, err := k.List(t.Context(), ward, f, page.Request{})
			if err != nil || len(list.Items) != 1 || list.Items[0].Distribution.ID != own.ID {
				t.Errorf("its own list by %+v: %+v, %v", f, list, err)
			}
		}
		if _, err := k.List(t.Context(), ward, distribution.Filter{Recipient: second}, page.Request{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the list of another: %v", err)
		}
		ward.Memberships = append(ward.Memberships, account.Membership{Role: account.Driver, Org: second},
			account.Membership{Role: account.Recipient, Org: id.Derive("a third")})
		if list, err := k.List(t.Context(), ward, distribution.Filter{}, page.Request{}); err != nil || len(list.Items) != 2 {
			t.Errorf("the list of two: %+v, %v", list, err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	quantity := func(q qty.Quantity) distribution.Input {
		return handOver(distribution.LineInput{Class: "mask-surgical", Quantity: q})
	}
	with := func(change func(*distribution.Input)) distribution.Input {
		in := handOver(line("mask-surgical", 1))
		change(&in)
		return in
	}
	at := func(when time.Time) distribution.Input {
		return with(func(in *distribution.Input) { in.OccurredAt = when })
	}
	for name, c := range map[string]struct {
		in   distribution.Input
		want []string
	}{
		"nothing at all":     {distribution.Input{}, []string{"lines: error.lines_missing", "occurred_at: error.time_missing", "recipient: distribution.recipient_missing"}},
		"no lines":           {handOver(), []string{"lines: error.lines_missing"}},
		"too many lines":     {handOver(slices.Repeat([]distribution.LineInput{line("goggles", 1)}, 201)...), []string{"lines: error.lines_many"}},
		"a blank recipient":  {with(func(in *distribution.Input) { in.Recipient, in.RecipientName = id.Zero, " \t" }), []string{"recipient: distribution.recipient_missing"}},
		"a name of signs":    {with(func(in *distribution.Input) { in.Recipient, in.RecipientName = id.Zero, "——" }), []string{"recipient: distribution.recipient_missing"}},
		"unknown quantity":   {quantity(qty.Unsaid("若干")), []string{"lines[0].quantity: goods.not_counted"}},
		"about":              {quantity(qty.Quantity{State: qty.About, Value: 400, Unit: qty.Piece}), []string{"lines[0].quantity: goods.not_counted"}},
		"at least":           {quantity(qty.Quantity{State: qty.AtLeast, Value: 400, Unit: qty.Piece}), []string{"lines[0].quantity: goods.not_counted"}},
		"zero":               {quantity(qty.Exactly(0, qty.Piece)), []string{"lines[0].quantity: goods.not_counted"}},
		"negative":           {quantity(qty.Exactly(-4, qty.Piece)), []string{"lines[0].quantity: goods.not_counted"}},
		"no unit":            {quantity(qty.Exactly(4, qty.NoUnit)), []string{"lines[0].quantity: goods.unit_missing"}},
		"absurd":             {quantity(qty.Exactly(199_999_999_999_998, qty.Piece)), []string{"lines[0].quantity: goods.absurd"}},
		"unknown class":      {handOver(line("goggles", 1), line("unicorn", 1)), []string{"lines[1].quantity: goods.class_unknown"}},
		"the year 1900":      {at(time.Date(1900, 1, 1, 4, 0, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the year 2099":      {at(time.Date(2099, 1, 1, 4, 0, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the day after next": {at(noon.Add(24*time.Hour + 1)), []string{"occurred_at: error.time_absurd"}},
		"an endless note":    {with(func(in *distribution.Input) { in.Note = strings.Repeat("好", 2001) }), []string{"note: error.field_long"}},
		"an endless item":    {with(func(in *distribution.Input) { in.Lines[0].ItemText = strings.Repeat("好", 2001) }), []string{"lines[0].item: error.field_long"}},
		"an endless reason": {with(func(in *distribution.Input) {
			in.Lines[0].Rejected, in.Lines[0].RejectReason = 1, strings.Repeat("好", 2001)
		}), []string{"lines[0].reject_reason: error.field_long"}},
		"rejected below zero":     {with(func(in *distribution.Input) { in.Lines[0].Rejected = -1 }), []string{"lines[0].rejected: error.amount_absurd"}},
		"rejected without reason": {with(func(in *distribution.Input) { in.Lines[0].Rejected, in.Lines[0].RejectReason = 1, " " }), []string{"lines[0].reject_reason: distribution.reject_reason_missing"}},
		"rejected absurdly": {with(func(in *distribution.Input) {
			in.Lines[0].Rejected, in.Lines[0].RejectReason = ledger.MaxAmount+1, "torn"
		}), []string{"lines[0].rejected: error.amount_absurd"}},
	} {
		c.in.Unreconciled = true // what is wrong stays wrong
		_, err := k.Create(t.Context(), k.coordinator, c.in, "")
		if off := diff(fields(err), c.want); !errs.Is(err, errs.Invalid) || off != "" {
			t.Errorf("%s: %v\n%s", name, err, off)
		}
	}
	if n := k.count(t, "distribution") + k.count(t, "ledger_entry") + k.count(t, "journal_record") + k.count(t, "org"); n != 0 {
		t.Errorf("%d rows were left", n)
	}
}

func TestPiecesAreNotPairs(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		pairs := k.stock(t, "gloves-medical", 100, ledger.Earmark{})
		in := handOver(distribution.LineInput{Class: "gloves-medical", Quantity: qty.Exactly(100, qty.Piece)})
		if _, err := k.Create(t.Context(), k.coordinator, in, ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("pieces out of pairs: %v", err)
		}
		in.Lines[0].Lot = pairs.ID
		if _, err := k.Create(t.Context(), k.coordinator, in, ""); !slices.Equal(fields(err), []string{"lines[0].lot: distribution.lot_other_goods"}) {
			t.Errorf("pieces out of a lot of pairs: %v", err)
		}
		in.Lines[0].Quantity.Unit = qty.Pair
		if k.hand(t, in); k.left(t, pairs) != 0 {
			t.Errorf("%d pairs left", k.left(t, pairs))
		}
	})
}

// name is a row as the tests of lists say it.
