// SPDX-License-Identifier: Apache-2.0

package fund_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/fund"
)

func TestMoneyComesInAndGoesOutToTheFen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := gift(0)
		in.Amount.Minor, in.Channel, in.OrganiserName, in.Note = 1234567, " bank ", "示例义卖", "thanks"
		r := k.book(t, in)
		if r.Channel != "bank" || r.Day != 20200217 || r.Status != fund.Posted || r.Version != 1 || r.Party.IsZero() || r.Organiser.IsZero() || r.Party == r.Organiser {
			t.Errorf("%+v", r)
		}
		if d := diff(k.get(t, r.ID), r); d != "" {
			t.Errorf("what is read is not what was returned:\n%s", d)
		}
		out := payment(0)
		out.Amount.Minor = 34567
		k.book(t, out)
		if got, want := k.sums(t), []string{"fund bank CNY 1200000", "purpose masks CNY 34567", "source - CNY -1234567"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		k.wantClean(t)
	})
}

func TestCurrenciesAndChannelsStayApart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		dollars, code := gift(50), gift(70)
		dollars.Amount.Currency, code.Channel = "USD", "wechat"
		k.book(t, gift(100))
		k.book(t, dollars)
		k.book(t, code)
		if _, err := k.Create(t.Context(), k.treasurer, payment(101), ""); !errs.Is(err, errs.Exhausted) || key(err) != "fund.not_enough" {
			t.Errorf("101 of 100 in this channel: %v", err)
		}
		want := []string{"fund bank CNY 10000", "fund bank USD 5000", "fund wechat CNY 7000", "source - CNY -17000", "source - USD -5000"}
		if got := k.sums(t); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestMoneyGivenForOneThingPaysForNothingElse(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		words := ledger.Earmark{AsStated: "只买口罩"}
		in, out := gift(100), payment(60)
		in.Earmark, out.Earmark = words, words
		r := k.book(t, in)
		k.book(t, in)
		if _, err := k.Create(t.Context(), k.treasurer, payment(1), ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("free use of earmarked money: %v", err)
		}
		out.Amount.Minor = 20001
		if _, err := k.Create(t.Context(), k.treasurer, out, ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("one fen more than was given for it: %v", err)
		}
		out.Amount.Minor = 20000
		k.book(t, out)
		if _, err := k.Create(t.Context(), k.treasurer, out, ""); !errs.Is(err, errs.Exhausted) {
			t.Errorf("spent twice: %v", err)
		}
		if e, err := ledger.EarmarkByID(t.Context(), k.db, r.Earmark); err != nil || e != words {
			t.Errorf("the condition became %+v (%v)", e, err)
		}
		k.wantClean(t)
	})
}

func TestTheFirstMoneyForOneThingMayComeFromManyAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for _, thing := range []string{"口罩", "护目镜", "防护服"} {
			in := gift(10)
			in.Earmark = ledger.Earmark{AsStated: "只买" + thing}
			in.Amount.Currency = "USD"
			k.book(t, in) // donor and condition are known now; the lot of yuan is not
			in.Amount.Currency = money.CNY
			for _, err := range atOnce(8, func(int) error {
				_, err := k.Create(t.Context(), k.treasurer, in, "")
				return err
			}) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		want := []string{"fund bank CNY 24000", "fund bank USD 3000", "source - CNY -24000", "source - USD -3000"}
		if got := k.sums(t); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		k.wantClean(t)
	})
}

func TestNeverMoreIsPaidThanIsThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.book(t, gift(435))
		paid := 0
		for _, err := range atOnce(8, func(int) error {
			_, err := k.Create(t.Context(), k.treasurer, payment(100), "")
			return err
		}) {
			if err == nil {
				paid++
			} else if !errs.Is(err, errs.Exhausted) {
				t.Error(err)
			}
		}
		if got := k.sums(t); paid != 4 || !slices.Contains(got, "fund bank CNY 3500") {
			t.Errorf("%d payments, %v", paid, got)
		}
		k.wantClean(t)
	})
}

func TestTheSameKeyBooksOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := gift(100)
		made := make([]fund.Record, 6)
		for i, err := range atOnce(len(made), func(i int) (err error) {
			made[i], err = k.Create(t.Context(), k.treasurer, in, "one")
			return err
		}) {
			if err != nil || diff(made[i], made[0]) != "" {
				t.Errorf("call %d: %+v, %v", i, made[i], err)
			}
		}
		for name, change := range map[string]func(*fund.Input){
			"another amount":   func(in *fund.Input) { in.Amount.Minor++ },
			"another currency": func(in *fund.Input) { in.Amount.Currency = "USD" },
			"another channel":  func(in *fund.Input) { in.Channel = "wechat" },
			"another day":      func(in *fund.Input) { in.OccurredAt = noon.AddDate(0, 0, -1) },
			"a condition":      func(in *fund.Input) { in.Earmark.AsStated = "只买口罩" },
			"a payment":        func(in *fund.Input) { in.Direction, in.Purpose = fund.Out, "masks" },
		} {
			other := in
			change(&other)
			if _, err := k.Create(t.Context(), k.treasurer, other, "one"); !errs.Is(err, errs.Invalid) || key(err) != "error.key_reused" {
				t.Errorf("%s under the same key: %v", name, err)
			}
		}
		if got := k.sums(t); k.count(t, "fund_record") != 1 || !slices.Equal(got, []string{"fund bank CNY 10000", "source - CNY -10000"}) {
			t.Errorf("%v", got)
		}
		k.wantClean(t)
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	r := k.book(t, gift(100))
	for role, may := range map[account.Role]string{
		account.Administrator: "write read", account.Finance: "write read", account.Coordinator: "read", account.Supervisor: "read",
		account.Keeper: "", account.Liaison: "", account.Recipient: "", account.Driver: "", "": "nobody",
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
		_, err := k.Create(t.Context(), actor, fund.Input{Direction: fund.In}, "")
		want("receive", "write", err)
		_, err = k.Create(t.Context(), actor, fund.Input{Direction: fund.Out}, "")
		want("pay", "write", err)
		_, err = k.Correct(t.Context(), actor, fund.Correction{ID: r.ID})
		want("correct", "write", err)
		_, err = k.Get(t.Context(), actor, r.ID)
		want("get", "read", err)
		_, err = k.List(t.Context(), actor, fund.Filter{}, page.Request{})
		want("list", "read", err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	with := func(change func(*fund.Input)) fund.Input {
		in := gift(1)
		change(&in)
		return in
	}
	at := func(when time.Time) fund.Input { return with(func(in *fund.Input) { in.OccurredAt = when }) }
	long := strings.Repeat("好", 2001)
	for name, c := range map[string]struct {
		in   fund.Input
		want []string
	}{
		"nothing at all": {fund.Input{}, []string{
			"amount: error.amount_absurd", "channel: fund.channel_missing", "currency: error.currency_unknown",
			"direction: fund.direction_unknown", "occurred_at: error.time_missing",
		}},
		"zero":                {gift(0), []string{"amount: error.amount_absurd"}},
		"negative":            {gift(-1), []string{"amount: error.amount_absurd"}},
		"absurd":              {gift(199_999_999_999_998), []string{"amount: error.amount_absurd"}},
		"a currency of none":  {with(func(in *fund.Input) { in.Amount = money.Amount{Minor: 1} }), []string{"currency: error.currency_unknown"}},
		"a currency of games": {with(func(in *fund.Input) { in.Amount.Currency = "XXX" }), []string{"currency: error.currency_unknown"}},
		"a blank channel":     {with(func(in *fund.Input) { in.Channel = " \t" }), []string{"channel: fund.channel_missing"}},
		"a payment for what":  {with(func(in *fund.Input) { in.Direction, in.Purpose = fund.Out, " " }), []string{"purpose: fund.purpose_missing"}},
		"sideways":            {with(func(in *fund.Input) { in.Direction = "sideways" }), []string{"direction: fund.direction_unknown"}},
		"the year 1900":       {at(time.Date(1900, 1, 1, 4, 0, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the year 2099":       {at(time.Date(2099, 1, 1, 4, 0, 0, 0, time.UTC)), []string{"occurred_at: error.time_absurd"}},
		"the day after next":  {at(noon.Add(24*time.Hour + 1)), []string{"occurred_at: error.time_absurd"}},
		"endless words": {with(func(in *fund.Input) {
			in.Channel, in.Note, in.Earmark.AsStated, in.PartyName, in.OrganiserName = long, long, long, long, long
		}), []string{
			"channel: error.field_long", "earmark: error.field_long", "note: error.field_long", "organiser_name: error.field_long", "party_name: error.field_long",
		}},
	} {
		_, err := k.Create(t.Context(), k.treasurer, c.in, "")
		if d := diff(fields(err), c.want); !errs.Is(err, errs.Invalid) || d != "" {
			t.Errorf("%s: %v\n%s", name, err, d)
		}
	}
	if n := k.count(t, "fund_record") + k.count(t, "ledger_entry") + k.count(t, "journal_record") + k.count(t, "org"); n != 0 {
		t.Errorf("%d rows were left", n)
	}
	if _, err := k.Get(t.Context(), k.treasurer, id.Derive("nothing")); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such record: %v", err)
	}
}

func TestListsFilterAndPageWithoutLossOrRepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.book(t, gift(1000))
		for i, back := range []int{2, 0, 1, 2, 0, 1, 0, 0, 2} {
			in := gift(int64(10 + i))
			in.OccurredAt = noon.AddDate(0, 0, -back)
			switch i % 3 {
			case 1:
				in.Amount.Currency, in.Channel = "USD", "wechat"
			case 2:
				in.Direction, in.Purpose = fund.Out, "masks"
			}
			k.book(t, in)
		}
		list := func(f fund.Filter, limit int) []fund.Record {
			return walk(t, limit, func(p page.Request) (page.Page[fund.Record], error) { return k.List(t.Context(), k.treasurer, f, p) })
		}
		all := list(fund.Filter{}, 50)
		away := all[1]
		if _, err := k.Correct(t.Context(), k.treasurer, fund.Correction{ID: away.ID, Version: 1, Reason: "came back"}); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			filter fund.Filter
			keep   func(r fund.Record) bool
		}{
			"everything":       {fund.Filter{Corrected: true}, func(fund.Record) bool { return true }},
			"what stands":      {fund.Filter{}, func(r fund.Record) bool { return r.ID != away.ID }},
			"income":           {fund.Filter{Direction: fund.In, Corrected: true}, func(r fund.Record) bool { return r.Direction == fund.In }},
			"income in yuan":   {fund.Filter{Direction: fund.In, Currency: money.CNY, Corrected: true}, func(r fund.Record) bool { return r.Direction == fund.In && r.Amount.Currency == money.CNY }},
			"one channel":      {fund.Filter{Channel: "wechat", Corrected: true}, func(r fund.Record) bool { return r.Channel == "wechat" }},
			"one day":          {fund.Filter{Day: 20200216, Corrected: true}, func(r fund.Record) bool { return r.Day == 20200216 }},
			"up to a day":      {fund.Filter{UpTo: 20200216, Corrected: true}, func(r fund.Record) bool { return r.Day <= 20200216 }},
			"a money of games": {fund.Filter{Currency: "XXX"}, func(fund.Record) bool { return false }},
		} {
			var want []int64
			for _, r := range all {
				if c.keep(r) {
					want = append(want, r.Amount.Minor)
				}
			}
			slices.Sort(want)
			for _, limit := range []int{1, 2, 5, 100} {
				rows := list(c.filter, limit)
				byDay := c.filter.Direction != "" && c.filter.Currency != ""
				if byDay && !slices.IsSortedFunc(rows, func(a, b fund.Record) int { return int(b.Day - a.Day) }) {
					t.Errorf("%s: the newest day is not first", what)
				}
				var got []int64
				for _, r := range rows {
					got = append(got, r.Amount.Minor)
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s, %d a page: %v, want %v", what, limit, got, want)
				}
			}
			if n, err := fund.Count(t.Context(), k.db, c.filter); err != nil || n != int64(len(want)) {
				t.Errorf("%s: counted %d (%v), want %d", what, n, err, len(want))
			}
		}
		if _, err := k.List(t.Context(), k.treasurer, fund.Filter{}, page.Request{Cursor: "!"}); !errs.Is(err, errs.Malformed) {
			t.Errorf("a cursor of nobody: %v", err)
		}
	})
}
