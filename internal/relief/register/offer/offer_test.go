// SPDX-License-Identifier: Apache-2.0

package offer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/reading/row"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/offer"
	"github.com/qiaorelief/qiao/internal/relief/register/word"
)

var (
	zone  = time.FixedZone("UTC+8", 8*3600)
	today = time.Date(2020, 2, 20, 4, 0, 0, 0, time.UTC)
)

type goods struct{ r *row.Reader }

func (g goods) Read(item, spec, unit, quantity string) register.Reading {
	r := g.r.Read(item, spec, unit, quantity)
	return register.Reading{Class: r.Class, Quantity: r.Quantity, Standards: r.Match.Standards, Why: r.Why}
}

// poster keeps the documents in the journal, and what was in them.
type poster struct{ rows *[]register.Row }

func (p poster) Post(ctx context.Context, tx *db.Tx, actor account.Actor, r register.Row) (id.ID, error) {
	document := tx.NewID()
	_, err := journal.Write(ctx, tx, journal.Fact{Actor: actor.ID, Action: "test.post", SubjectKind: "test", Subject: document})
	tx.OnCommit(func() { *p.rows = append(*p.rows, r) })
	return document, err
}

type desk struct {
	db        *db.DB
	offers    *offer.Service
	registers *register.Service
	words     *word.Service
	actor     account.Actor
	rows      []register.Row
}

func newDesk(t *testing.T, d *db.DB) *desk {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	k := &desk{db: d, actor: account.System()}
	posters := map[register.Kind]register.Poster{}
	for _, kind := range layout.Kinds() {
		posters[kind] = poster{&k.rows}
	}
	k.words = word.New(word.Config{DB: d, Policy: policy, Catalog: c})
	k.registers, err = register.New(register.Config{Taught: k.words.Taught, DB: d, Policy: policy, Catalog: c, Reader: goods{row.NewReader(c)}, Posters: posters, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	k.offers = offer.New(offer.Config{DB: d, Registers: k.registers, Catalog: c})
	return k
}

// held imports a register and returns its rows that wait.
func (k *desk) held(t *testing.T, kind register.Kind, text string) []register.HeldRow {
	t.Helper()
	r, err := k.registers.Run(t.Context(), k.actor, register.Request{Kind: kind, FileName: "a.csv", File: strings.NewReader(text), Size: int64(len(text))})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := k.registers.List(t.Context(), k.actor, register.Filter{Run: r.Run}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return rows.Items
}

const receipts = "日期,捐赠单位,品名,单位,数量\n"

// Each row is held for a reason; each offer is shown by what it would book, and
// resolving the row with it books just that.
func TestTheOfferedReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		kind register.Kind
		text string
		key  string
		want []string
	}{
		{"no year", register.Receipts, receipts + "2月3日,示例公司,口罩,只,5\n", "register.date.no_year", []string{"2020-02-03", "2020-03-02?", "2019-02-03", "2019-03-02"}},
		{"order of the day", register.Receipts, receipts + "3-2-2020,示例公司,口罩,只,5\n", "register.date.unreadable", []string{"2020-02-03", "2020-03-02?"}},
		{"a day to come", register.Receipts, receipts + "2021-02-03,示例公司,口罩,只,5\n", "register.date.absurd", []string{"2020-02-03", "2020-03-02?", "2019-02-03", "2019-03-02"}},
		{"pairs or pieces", register.Receipts, receipts + "2020-02-03,示例公司,医用手套,双,50只\n", "register.unit.conflict", []string{"gloves 50 piece", "gloves 50 pair", "gloves 25 pair"}},
		{"no unit", register.Receipts, receipts + "2020-02-03,示例公司,医用手套,,50\n", "register.unit.missing", []string{"gloves 50 pair", "gloves 50 box", "gloves 50 case"}},
		{"a huge number", register.Receipts, receipts + "2020-02-03,示例公司,护目镜,个,99999999\n", "goods.absurd", []string{"goggles 99999999 piece"}},
		{"about", register.Receipts, receipts + "2020-02-03,示例公司,护目镜,个,约500\n", "register.quantity.uncertain", []string{"goggles 500 piece"}},
		{"a payment", register.Money, "日期,捐赠人,金额\n2020-02-03,示例公司,-500.00\n", "register.amount.negative", []string{"out 500.00"}},
		{"in or out", register.Money, "日期,捐赠人,金额,收支\n2020-02-03,示例公司,500.00,甲\n", "register.direction.unknown", []string{"in 500.00", "out 500.00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := newDesk(t, dbtest.SQLite(t, db.Config{Clock: clock.NewManual(today)}))
			rows := k.held(t, c.kind, c.text)
			if len(rows) != 1 || rows[0].Key != c.key {
				t.Fatalf("%+v", rows)
			}
			var got []string
			offers := k.offers.For(t.Context(), rows[0])
			for _, o := range offers {
				got = append(got, k.shown(c.key, *o.Row))
			}
			want := slices.DeleteFunc(slices.Clone(c.want), func(s string) bool { return strings.HasSuffix(s, "?") })
			if !slices.Equal(got, want) {
				t.Fatalf("got %q, want %q", got, want)
			}
			if _, err := k.registers.Resolve(t.Context(), k.actor, rows[0].Run, rows[0].N, offers[0].Fix); err != nil {
				t.Fatal(err)
			}
			if len(k.rows) != 1 || k.shown(c.key, k.rows[0]) != want[0] {
				t.Fatalf("booked: %+v", k.rows)
			}
		})
	}
}

// shown is the part of a reading that the question is about.
func (k *desk) shown(key string, r register.Row) string {
	switch {
	case strings.HasPrefix(key, "register.date"):
		return r.Day.String()
	case r.Kind == register.Money && r.Outgoing:
		return "out " + r.Amount.String()
	case r.Kind == register.Money:
		return "in " + r.Amount.String()
	}
	l := r.Lines[0]
	n, err := k.offers.Catalog.Count(l.Class, l.Quantity, true)
	if err != nil {
		return err.Key
	}
	class, _, _ := strings.Cut(l.Class, "-")
	return fmt.Sprintf("%s %d %s", class, n.Amount, n.Unit)
}

func TestTheNearestClasses(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, db.Config{Clock: clock.NewManual(today)}))
	for item, want := range map[string]string{"医用护目境": "goggles", "额温抢": "thermometer", "隔离农": "gown-isolation", "goggle": "goggles"} {
		if near := k.offers.Nearest(item, 6); !slices.ContainsFunc(near, func(c catalog.Class) bool { return c.Code == want }) {
			t.Errorf("%s: %+v", item, near)
		}
	}
	if near := k.offers.Nearest("〇〇", 3); len(near) != 0 {
		t.Errorf("nothing is near nothing: %+v", near)
	}
	rows := k.held(t, register.Receipts, receipts+"2020-02-03,示例公司,护目境,,5\n")
	fix := register.Fix{Class: "goggles", Values: map[register.Field]string{layout.Unit: "个"}}
	if _, err := k.registers.Resolve(t.Context(), k.actor, rows[0].Run, rows[0].N, fix); err != nil {
		t.Fatal(err)
	}
	if l := k.rows[0].Lines[0]; l.Class != "goggles" || l.Item != "护目境" {
		t.Fatalf("the class as said, the words as written: %+v", l)
	}
	fix.Class = "nonsense"
	if _, err := k.registers.Resolve(t.Context(), k.actor, rows[0].Run, rows[0].N, fix); !errs.Is(err, errs.Invalid) {
		t.Fatalf("no such class: %v", err)
	}
}

func TestATaughtWordIsReadNextTime(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, db.Config{Clock: clock.NewManual(today)}, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		text := receipts + "2020-02-03,示例公司,叮叮当,双,5\n2020-02-03,示例公司,叮叮当,只,6\n2020-02-03,示例公司,护目镜,个,7\n"
		req := register.Request{Kind: register.Receipts, FileName: "b.csv", File: strings.NewReader(text), Size: int64(len(text))}
		p, err := k.registers.Preview(t.Context(), k.actor, req)
		if err != nil || len(p.Unknown) != 1 || p.Unknown[0] != (register.Unknown{Item: "叮叮当", Rows: 2}) {
			t.Fatalf("%+v, %v", p.Unknown, err)
		}
		if _, err := k.words.Teach(t.Context(), k.actor, "叮叮当", "goggles"); err != nil {
			t.Fatal(err)
		}
		if p, err = k.registers.Preview(t.Context(), k.actor, req); err != nil || len(p.Unknown) != 0 {
			t.Fatalf("%+v, %v", p.Unknown, err)
		}
		if _, err := k.registers.Run(t.Context(), k.actor, req); err != nil {
			t.Fatal(err)
		}
		l := k.rows[1].Lines[0]
		if l.Class != "goggles" || l.Item != "叮叮当" || l.Quantity.Unit != "piece" {
			t.Fatalf("%+v", l)
		}
	})
}

func TestOneAnswerForTheSameQuestion(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, db.Config{Clock: clock.NewManual(today)}, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		var b strings.Builder
		b.WriteString(receipts)
		for i := range 60 {
			fmt.Fprintf(&b, "2月3日,示例公司%d,口罩,只,5\n", i)
			fmt.Fprintf(&b, "2月4日,示例公司%d,口罩,只,6\n", i)
		}
		b.WriteString("2月3日,示例公司,口罩,,7\n") // its unit is missing too
		rows := k.held(t, register.Receipts, b.String())
		fix := k.offers.For(t.Context(), rows[0])[0].Fix
		n, err := k.offers.Alike(t.Context(), k.actor, rows[0].Run, rows[0].N, fix)
		if err != nil || n != 61 {
			t.Fatalf("%d, %v", n, err)
		}
		sum, err := k.offers.Resolve(t.Context(), k.actor, rows[0].Run, rows[0].N, fix)
		if err != nil || sum.Posted != 60 || sum.Left != 1 || sum.Reasons["register.unit.missing"] != 1 || len(k.rows) != 60 {
			t.Fatalf("%+v, %v", sum, err)
		}
		sum, err = k.offers.Resolve(t.Context(), k.actor, rows[0].Run, rows[0].N, fix)
		if err != nil || sum.Posted != 0 || sum.Left != 1 || len(k.rows) != 60 {
			t.Fatalf("a second click: %+v, %v", sum, err)
		}
		for action, want := range map[string]int{"register.resolve": 60, "register.resolve_alike": 1} {
			n, err := db.Value[int](t.Context(), d, `SELECT count(*) FROM journal_record WHERE action = $1`, action)
			if err != nil || n != want {
				t.Errorf("%d facts %s, want %d (%v)", n, action, want, err)
			}
		}
		driver := account.Actor{ID: id.Derive("driver"), Memberships: []account.Membership{{Role: account.Driver}}}
		if _, err := k.offers.Resolve(t.Context(), driver, rows[0].Run, rows[0].N, fix); !errs.Is(err, errs.Forbidden) {
			t.Fatalf("a driver: %v", err)
		}
	})
}
