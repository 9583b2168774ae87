// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/need"
)

func TestANeedIsKeptAsItWasSaid(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		chain := qty.Pack{{Unit: qty.Case, Of: 600}}
		in := list(
			line("mask-surgical", pieces(400)),
			line("mask-surgical", qty.Quantity{State: qty.About, Value: 3, Unit: qty.Case, Pack: chain, Text: "约3箱"}),
			line("mask-surgical", qty.Quantity{State: qty.AtLeast, Value: 3, Unit: qty.Case, Text: "至少3箱"}),
			line("suit-medical", qty.Exactly(20, qty.Set)),
			line("gloves-medical", pieces(50)),
			need.Line{ItemText: "呼吸湿化治疗仪", Quantity: pieces(2)},
		)
		in.Lines[0].Standards, in.ByDate, in.Note = []string{"YY 0469-2011"}, 20200301, "夜班也要"
		n := k.ask(t, in)
		if n.Status != need.Open || n.Version != 1 || n.StatedOn != 20200217 || n.Recipient != first || n.Setting != "icu" {
			t.Errorf("%+v", n)
		}
		was := k.get(t, n.ID)
		for i, want := range []int64{400, 1800, 0, 20, 0, 0} { // 0: nobody can say
			l := was.Lines[i]
			if (l.Base == nil) != (want == 0) || l.Base != nil && *l.Base != want {
				t.Errorf("line %d has the base %v, want %d", i, l.Base, want)
			}
			if said := in.Lines[i].Quantity; l.Quantity.State != said.State || l.Quantity.Value != said.Value || l.Quantity.Unit != said.Unit || l.Quantity.Text != said.Text {
				t.Errorf("line %d was kept as %+v", i, l.Quantity)
			}
		}
		if was.Note != in.Note || was.ByDate != in.ByDate || !slices.Equal(was.Lines[0].Standards, in.Lines[0].Standards) || was.Lines[5].ItemText != "呼吸湿化治疗仪" {
			t.Errorf("%+v", was)
		}
	})
}

func TestWhatNobodyCanSayStaysUnknown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		n := k.ask(t, list(line("goggles", qty.Unsaid("急需")), line("goggles", pieces(30)), line("mask-surgical", qty.Unsaid(""))))
		for _, l := range k.get(t, n.ID).Lines {
			if l.Quantity.State == qty.Unstated && (l.Quantity.Value != 0 || l.Quantity.Unit != qty.NoUnit || l.Base != nil) {
				t.Errorf("an unknown quantity became %+v, base %v", l.Quantity, l.Base)
			}
		}
		want := []need.Demand{
			{Class: "goggles", Recipient: first, Place: "4301", State: qty.Stated, Lines: 1, Base: 30, Counted: 1},
			{Class: "goggles", Recipient: first, Place: "4301", State: qty.Unstated, Lines: 1},
			{Class: "mask-surgical", Recipient: first, Place: "4301", State: qty.Unstated, Lines: 1},
		}
		if d := diff(k.demands(t, 20200217), want); d != "" {
			t.Errorf("demands:\n%s", d)
		}
		rows, err := k.List(t.Context(), k.liaison, need.Filter{State: qty.Unstated}, page.Request{})
		if err != nil || len(rows.Items) != 2 || rows.Items[1].Line.Quantity.Text != "急需" {
			t.Errorf("%+v, %v", rows, err)
		}
		in := list(line("goggles", qty.Quantity{State: qty.Unstated, Value: 1}))
		if _, err := k.Create(t.Context(), k.liaison, in, ""); !slices.Equal(fields(err), []string{"lines[0].quantity: need.quantity_contradicts"}) {
			t.Errorf("unknown and 1 at once: %v", err)
		}
	})
}

func TestOnlyOpenNeedsAreDemanded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := list(line("goggles", pieces(30)))
		in.StatedOn = 20200210
		k.ask(t, in)
		gone := k.ask(t, list(line("goggles", pieces(500))))
		k.ask(t, list(line("goggles", pieces(7))))
		if _, err := k.Correct(t.Context(), k.liaison, need.Correction{ID: gone.ID, Version: 1, Reason: "got them elsewhere"}); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[ledger.Day]int64{20200209: 0, 20200210: 30, 20200216: 30, 20200217: 37} {
			var sum int64
			for _, d := range k.demands(t, day) {
				sum += d.Base
			}
			if sum != want {
				t.Errorf("on %s: %d, want %d", day, sum, want)
			}
		}
	})
}

func TestTheSameKeyIsRecordedOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := list(line("goggles", pieces(30)), line("mask-surgical", qty.Unsaid("急需")))
		made := make([]need.Need, 6)
		for i, err := range atOnce(len(made), func(i int) (err error) {
			made[i], err = k.Create(t.Context(), k.liaison, in, "one")
			return err
		}) {
			if err != nil || diff(made[i], made[0]) != "" {
				t.Errorf("call %d: %+v, %v", i, made[i], err)
			}
		}
		for name, change := range map[string]func(*need.Input){
			"another number":  func(in *need.Input) { in.Lines[0].Quantity.Value++ },
			"another state":   func(in *need.Input) { in.Lines[0].Quantity.State = qty.About },
			"another setting": func(in *need.Input) { in.Setting = "ward" },
			"a line less":     func(in *need.Input) { in.Lines = in.Lines[:1] },
		} {
			other := in
			other.Lines = slices.Clone(in.Lines)
			change(&other)
			if _, err := k.Create(t.Context(), k.liaison, other, "one"); !errs.Is(err, errs.Invalid) || key(err) != "error.key_reused" {
				t.Errorf("%s under the same key: %v", name, err)
			}
		}
		if n := k.count(t, "need"); n != 1 {
			t.Errorf("%d needs", n)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	n := k.ask(t, list(line("goggles", pieces(30))))
	for role, may := range map[account.Role]string{
		account.Administrator: "write read", account.Coordinator: "write read", account.Liaison: "write read",
		account.Keeper: "read", account.Finance: "read", account.Supervisor: "read",
		account.Recipient: "list", account.Driver: "", "": "nobody",
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
		_, err := k.Create(t.Context(), actor, need.Input{}, "")
		want("create", "write", err)
		_, err = k.Correct(t.Context(), actor, need.Correction{ID: n.ID})
		want("correct", "write", err)
		_, err = k.Get(t.Context(), actor, n.ID)
		want("get", "read", err)
		_, err = k.List(t.Context(), actor, need.Filter{}, page.Request{})
		if may == "list" { // its own: none of these
			want("list", "list", err)
			continue
		}
		want("list", "read", err)
	}
}

func TestARecipientKeepsItsOwnNeedsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		ward := account.Actor{ID: id.Derive("ward"), Memberships: []account.Membership{{Role: account.Recipient, Org: first}}}
		foreign := list(line("goggles", pieces(500)))
		foreign.Recipient = second
		other := k.ask(t, foreign)
		own, err := k.Create(t.Context(), ward, list(line("goggles", pieces(30))), "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Create(t.Context(), ward, foreign, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a need of another: %v", err)
		}
		named := list(line("goggles", pieces(500)))
		named.Recipient, named.RecipientName = id.Zero, "示例医院"
		if _, err := k.Create(t.Context(), ward, named, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a need of whoever has the name: %v", err)
		}
		for what, needID := range map[string]id.ID{"another's": other.ID, "one that is not there": id.Derive("nothing")} {
			if n, err := k.Get(t.Context(), ward, needID); !errs.Is(err, errs.Forbidden) || !n.ID.IsZero() {
				t.Errorf("reads %s: %v", what, err)
			}
			if _, err := k.Correct(t.Context(), ward, need.Correction{ID: needID, Version: 1, Reason: "typo"}); !errs.Is(err, errs.Forbidden) {
				t.Errorf("withdraws %s: %v", what, err)
			}
		}
		if _, err := k.List(t.Context(), ward, need.Filter{Recipient: second}, page.Request{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the list of another: %v", err)
		}
		for _, f := range []need.Filter{{}, {Recipient: first}, {Recipients: []id.ID{second}}} {
			mine, err := k.List(t.Context(), ward, f, page.Request{})
			if err != nil || len(mine.Items) != 1 || mine.Items[0].Need.ID != own.ID {
				t.Errorf("its own list by %+v: %+v, %v", f, mine, err)
			}
		}
		both := ward
		both.Memberships = append(both.Memberships, account.Membership{Role: account.Recipient, Org: second},
			account.Membership{Role: account.Recipient, Org: id.Derive("a third")})
		if list, err := k.List(t.Context(), both, need.Filter{}, page.Request{}); err != nil || len(list.Items) != 2 {
			t.Errorf("the list of two: %+v, %v", list, err)
		}
		if _, err := k.Correct(t.Context(), ward, need.Correction{ID: own.ID, Version: 1, Reason: "typo", Replacement: &foreign}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("its own becomes another's: %v", err)
		}
		if n, err := k.Correct(t.Context(), ward, need.Correction{ID: own.ID, Version: 1, Reason: "no longer needed"}); err != nil || n.Status != need.Withdrawn {
			t.Errorf("withdraws its own: %v", err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	k := open(t, dbtest.SQLite(t, frozen()))
	with := func(change func(*need.Input)) need.Input {
		in := list(line("goggles", pieces(1)))
		change(&in)
		return in
	}
	quantity := func(q qty.Quantity) need.Input { return list(line("mask-surgical", q)) }
	for name, c := range map[string]struct {
		in   need.Input
		want []string
	}{
		"nothing at all":         {need.Input{}, []string{"lines: error.lines_missing", "recipient: need.recipient_missing"}},
		"too many lines":         {list(slices.Repeat([]need.Line{line("goggles", pieces(1))}, 201)...), []string{"lines: error.lines_many"}},
		"a name of signs":        {with(func(in *need.Input) { in.Recipient, in.RecipientName = id.Zero, "——" }), []string{"recipient: need.recipient_missing"}},
		"neither class nor word": {list(need.Line{ItemText: " ", Quantity: pieces(1)}), []string{"lines[0].item: need.item_missing"}},
		"unknown class":          {list(line("unicorn", pieces(1))), []string{"lines[0].class: goods.class_unknown"}},
		"unknown with a number":  {quantity(qty.Quantity{State: qty.Unstated, Value: 5}), []string{"lines[0].quantity: need.quantity_contradicts"}},
		"no state":               {quantity(qty.Quantity{Value: 5, Unit: qty.Piece}), []string{"lines[0].quantity: need.quantity_contradicts"}},
		"zero":                   {quantity(pieces(0)), []string{"lines[0].quantity: need.quantity_contradicts"}},
		"negative":               {quantity(pieces(-4)), []string{"lines[0].quantity: need.quantity_contradicts"}},
		"a unit of nobody":       {quantity(qty.Exactly(4, "dozen")), []string{"lines[0].quantity: need.quantity_contradicts"}},
		"absurd":                 {quantity(pieces(199_999_999_999_998)), []string{"lines[0].quantity: goods.absurd"}},
		"absurd in cases":        {quantity(qty.Quantity{State: qty.About, Value: 1 << 30, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 1 << 30}}}), []string{"lines[0].quantity: goods.absurd"}},
		"more than fits":         {quantity(qty.Quantity{State: qty.About, Value: 1 << 49, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 1 << 49}}}), []string{"lines[0].quantity: goods.absurd"}},
		"absurd and unnamed":     {list(need.Line{ItemText: "什么都行", Quantity: qty.Exactly(1<<62, qty.NoUnit)}), []string{"lines[0].quantity: error.amount_absurd"}},
		"absurd and confirmed":   {list(need.Line{Class: "goggles", Quantity: qty.Quantity{State: qty.Stated, Value: 1 << 30, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 1 << 30}}}, Confirmed: true}), []string{"lines[0].quantity: goods.absurd"}},
		"the year 1900":          {with(func(in *need.Input) { in.StatedOn = 19000101 }), []string{"stated_on: error.time_absurd"}},
		"the year 2099":          {with(func(in *need.Input) { in.StatedOn = 20990101 }), []string{"stated_on: error.time_absurd"}},
		"the day after tomorrow": {with(func(in *need.Input) { in.StatedOn = 20200219 }), []string{"stated_on: error.time_absurd"}},
		"wanted by 1900":         {with(func(in *need.Input) { in.ByDate = 19000101 }), []string{"by_date: error.time_absurd"}},
		"wanted by 2099":         {with(func(in *need.Input) { in.ByDate = 20990101 }), []string{"by_date: error.time_absurd"}},
		"an endless note":        {with(func(in *need.Input) { in.Note = strings.Repeat("好", 2001) }), []string{"note: error.field_long"}},
		"an endless item":        {with(func(in *need.Input) { in.Lines[0].ItemText = strings.Repeat("好", 2001) }), []string{"lines[0].item: error.field_long"}},
	} {
		_, err := k.Create(t.Context(), k.liaison, c.in, "")
		if d := diff(fields(err), c.want); !errs.Is(err, errs.Invalid) || d != "" {
			t.Errorf("%s: %v\n%s", name, err, d)
		}
	}
	if n := k.count(t, "need") + k.count(t, "journal_record") + k.count(t, "org"); n != 0 {
		t.Errorf("%d rows were left", n)
	}
	if _, err := k.Get(t.Context(), k.liaison, id.Derive("nothing")); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such need: %v", err)
	}
}

func TestAnUnusualNumberIsKeptWhenAPersonSaysYes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		l := line("goggles", pieces(6_000_000))
		l.Confirmed = true
		if n := k.ask(t, list(l)); *n.Lines[0].Base != 6_000_000 || diff(k.get(t, n.ID), n) != "" {
			t.Errorf("%+v", n)
		}
	})
}

func TestListsFilterAndPageWithoutLossOrRepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i := range 7 {
			in := list(line("goggles", pieces(int64(10+i))), line("mask-surgical", qty.Unsaid("急需")), need.Line{ItemText: "示例物品", Quantity: pieces(int64(20 + i))})
			if i%2 == 1 {
				in.Recipient = second
			}
			k.ask(t, in)
		}
		list := func(f need.Filter, limit int) []need.Row {
			return walk(t, limit, func(p page.Request) (page.Page[need.Row], error) { return k.List(t.Context(), k.liaison, f, p) })
		}
		all := list(need.Filter{}, 50)
		if len(all) != 21 {
			t.Fatalf("%d rows", len(all))
		}
		gone := all[0].Need
		if _, err := k.Correct(t.Context(), k.liaison, need.Correction{ID: gone.ID, Version: 1, Reason: "not needed"}); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			filter need.Filter
			keep   func(r need.Row) bool
		}{
			"everything":        {need.Filter{Ended: true}, func(need.Row) bool { return true }},
			"what is open":      {need.Filter{}, func(r need.Row) bool { return r.Need.ID != gone.ID }},
			"one class":         {need.Filter{Class: "goggles", Ended: true}, func(r need.Row) bool { return r.Line.Class == "goggles" }},
			"to be classified":  {need.Filter{Unclassified: true, Ended: true}, func(r need.Row) bool { return r.Line.Class == "" }},
			"one recipient":     {need.Filter{Recipient: second, Ended: true}, func(r need.Row) bool { return r.Need.Recipient == second }},
			"unknown":           {need.Filter{State: qty.Unstated, Ended: true}, func(r need.Row) bool { return r.Line.Quantity.State == qty.Unstated }},
			"a class of nobody": {need.Filter{Class: "boots"}, func(need.Row) bool { return false }},
		} {
			var want []string
			for _, r := range all {
				if c.keep(r) {
					want = append(want, name(r))
				}
			}
			for _, limit := range []int{1, 2, 5, 100} {
				var got []string
				for _, r := range list(c.filter, limit) {
					got = append(got, name(r))
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %d a page:\ngot  %v\nwant %v", what, limit, got, want)
				}
			}
		}
		if _, err := k.List(t.Context(), k.liaison, need.Filter{}, page.Request{Cursor: "!"}); !errs.Is(err, errs.Malformed) {
			t.Errorf("a cursor of nobody: %v", err)
		}
	})
}

// name is a row as the tests of lists say it.
func name(r need.Row) string { return r.Need.ID.String() + " " + string(rune('0'+r.N)) }
