// SPDX-License-Identifier: Apache-2.0

package register_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

// table returns a register of receipts with n different rows.
func table(n int) string {
	var b strings.Builder
	b.WriteString("日期,捐赠单位,品名,规格,单位,数量\n")
	for i := range n {
		fmt.Fprintf(&b, "2020-02-%02d,示例公司%d,口罩,,只,%d\n", i%19+1, i%7, i+1)
	}
	return b.String()
}

func TestImportingAgainPostsNothing(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		text := table(450) + "2020-02-03,示例公司,,2000片/件,,\n"
		first := k.run(t, k.request(register.Receipts, "a.csv", text))
		if first.Posted != 450 || first.Held != 1 || first.ReviewFile != "" {
			t.Fatalf("first: %+v", first)
		}
		again := k.run(t, k.request(register.Receipts, "dir/a.csv", text))
		if again.Already != 451 || again.Posted+again.Held+again.Rejected != 0 {
			t.Fatalf("again: %+v", again)
		}
		copied := k.run(t, k.request(register.Receipts, "copy of a.csv", text))
		if copied.Already != 451 {
			t.Fatalf("the same bytes under another name: %+v", copied)
		}
		grown := k.run(t, k.request(register.Receipts, "a.csv", text+"2020-02-04,示例公司,护目镜,,个,5\n"))
		if grown.Already != 451 || grown.Posted != 1 {
			t.Fatalf("a row was added: %+v", grown)
		}
		if k.facts(t) != 451 {
			t.Fatalf("%d facts, want 451", k.facts(t))
		}
	})
}

func TestEqualRowsOfOneFileAreAllPosted(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	row := "2020-02-03,示例公司,口罩,,只,5\n"
	head := "日期,捐赠单位,品名,规格,单位,数量\n"
	if r := k.run(t, k.request(register.Receipts, "a.csv", head+row+row+row)); r.Posted != 3 {
		t.Fatalf("%+v", r)
	}
	if r := k.run(t, k.request(register.Receipts, "a.csv", head+row+row+row+row)); r.Posted != 1 || r.Already != 3 {
		t.Fatalf("one more of the same: %+v", r)
	}
}

func TestTheSameGiftInAnotherFileIsHeld(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		k.run(t, k.request(register.Receipts, "branch one.csv", table(10)))
		r := k.run(t, k.request(register.Receipts, "branch two.csv", table(12)))
		if r.Held != 10 || r.Posted != 2 || r.Reasons["register.maybe_duplicate"] != 10 {
			t.Fatalf("%+v", r)
		}
		k.run(t, k.request(register.Money, "2020-02-01.csv", "金额\n5\n5\n"))
		if r := k.run(t, k.request(register.Money, "2020-02-02.csv", "金额\n5\n5\n6\n")); r.Posted != 3 {
			t.Fatalf("amounts without time and donor say nothing about each other: %+v", r)
		}
		list, err := k.s.List(t.Context(), k.actor, register.Filter{Run: r.Run}, page.Request{Limit: 4})
		if err != nil || len(list.Items) != 4 || list.Next == "" {
			t.Fatalf("%+v, %v", list, err)
		}
		row := list.Items[0]
		if _, err := k.s.Resolve(t.Context(), k.actor, row.Run, row.N, register.Fix{}); err != nil {
			t.Fatal(err)
		}
		if _, err := k.s.Resolve(t.Context(), k.actor, row.Run, row.N, register.Fix{}); !errs.Is(err, errs.Conflict) {
			t.Fatalf("resolved twice: %v", err)
		}
		if r := k.run(t, k.request(register.Receipts, "branch two.csv", table(12))); r.Already != 12 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestARunThatWasKilledGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		ctx, kill := context.WithCancel(t.Context())
		req := k.request(register.Receipts, "a.csv", table(900))
		req.Progress = func(read, _ int) {
			if read >= 400 {
				kill()
			}
		}
		r, err := k.s.Run(ctx, k.actor, req)
		check(t, r)
		if err == nil || r.Posted != 400 || k.facts(t) != 400 {
			t.Fatalf("%+v, %v, %d facts", r, err, k.facts(t))
		}
		r = k.run(t, k.request(register.Receipts, "a.csv", table(900)))
		if r.Already != 400 || r.Posted != 500 || k.facts(t) != 900 {
			t.Fatalf("%+v, %d facts", r, k.facts(t))
		}
	})
}

func TestTwoAtOnceDoubleNothing(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		results := make([]register.Result, 3)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() {
				r, err := k.s.Run(t.Context(), k.actor, k.request(register.Receipts, "a.csv", table(700)))
				if err != nil {
					t.Error(err)
				}
				results[i] = r
			})
		}
		all.Wait()
		posted := 0
		for _, r := range results {
			check(t, r)
			posted += r.Posted
		}
		if posted != 700 || k.facts(t) != 700 {
			t.Fatalf("%d posted, %d facts", posted, k.facts(t))
		}
	})
}

func TestOnlyTheBadRowIsHeld(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false)
		text := table(50) + "2020-02-03,示例公司,护目镜,refuse,个,5\n" + "2020-02-03,示例公司,护目镜,,个,6\n" + "2020-02-03,示例公司,护目镜,refuse,个,7\n"
		r := k.run(t, k.request(register.Receipts, "a.csv", text))
		if r.Posted != 51 || r.Held != 2 || r.Reasons["goods.absurd"] != 2 || k.facts(t) != 51 {
			t.Fatalf("%+v, %d facts", r, k.facts(t))
		}
		r, err := k.s.Run(t.Context(), k.actor, k.request(register.Receipts, "b.csv", table(450)+"2020-02-03,示例公司,护目镜,break,个,6\n"))
		check(t, r)
		if !errors.Is(err, errBroken) || r.Read != 400 {
			t.Fatalf("an internal failure ends the run and keeps what was done: %+v, %v", r, err)
		}
	})
}

func TestADryRunKeepsNothing(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	req := k.request(register.Receipts, "a.csv", table(450)+",,,,,合计\n2020-02-03,示例公司,,,,5\n")
	req.DryRun = true
	r := k.run(t, req)
	if r.Posted != 450 || r.Held != 1 || !r.Run.IsZero() {
		t.Fatalf("%+v", r)
	}
	for _, name := range []string{"register_run", "register_key", "register_row", "journal_record"} {
		if n := k.count(t, name); n != 0 {
			t.Errorf("%d rows in %s", n, name)
		}
	}
}

func TestHeldRowsAreResolvedOrDiscarded(t *testing.T) {
	t.Parallel()
	dbtest.RunWith(t, frozen(), func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, true)
		text := "日期,捐赠单位,品名,规格,单位,数量\n2020-02-03,示例公司,口罩,,只,\n2020-02-03,示例公司,口罩,,只,99999999999\n,示例公司,,,,\n"
		req := k.request(register.Receipts, "a.csv", text)
		r := k.run(t, req)
		if r.Held != 2 || r.Rejected != 1 {
			t.Fatalf("%+v", r)
		}
		if _, err := k.s.Resolve(t.Context(), k.actor, r.Run, 1, register.Fix{}); !errs.Is(err, errs.Invalid) {
			t.Fatalf("still without a number: %v", err)
		}
		document, err := k.s.Resolve(t.Context(), k.actor, r.Run, 1, register.Fix{Values: map[register.Field]string{layout.Qty: "40"}})
		if err != nil || document.IsZero() || k.rows[0].Lines[0].Quantity.Value != 40 || k.rows[0].Party != "示例公司" {
			t.Fatalf("%v, %v, %+v", document, err, k.rows)
		}
		if _, err := k.s.Resolve(t.Context(), k.actor, r.Run, 2, register.Fix{Confirmed: true}); err != nil {
			t.Fatalf("a person says that the number is right: %v", err)
		}
		if err := k.s.Discard(t.Context(), k.actor, r.Run, 3, " "); !errs.Is(err, errs.Invalid) {
			t.Fatalf("without a reason: %v", err)
		}
		if err := k.s.Discard(t.Context(), k.actor, r.Run, 3, "空行"); err != nil {
			t.Fatal(err)
		}
		if err := k.s.Discard(t.Context(), k.actor, r.Run, 9, "空行"); !errs.Is(err, errs.NotFound) {
			t.Fatalf("no such row: %v", err)
		}
		list, err := k.s.List(t.Context(), k.actor, register.Filter{}, page.Request{})
		if err != nil || len(list.Items) != 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		req = k.request(register.Receipts, "a.csv", text)
		if r := k.run(t, req); r.Already != 3 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestAHeldRowIsPostedWhenItCanBeReadLater(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	text := "日期,捐赠单位,品名,单位,数量\n2月3日,示例公司,口罩,只,5\n"
	if r := k.run(t, k.request(register.Receipts, "a.csv", text)); r.Reasons["register.date.no_year"] != 1 {
		t.Fatalf("%+v", r)
	}
	req := k.request(register.Receipts, "a.csv", text)
	req.Mapping = &register.Mapping{Defaults: map[register.Field]string{layout.Date: "2020-02-01"}}
	if r := k.run(t, req); r.Posted != 1 {
		t.Fatalf("%+v", r)
	}
	list, err := k.s.List(t.Context(), k.actor, register.Filter{}, page.Request{})
	if err != nil || len(list.Items) != 0 {
		t.Fatalf("the row still waits: %+v, %v", list, err)
	}
}

func TestTheReviewFile(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	req := k.request(register.Receipts, "a.csv", "日期,捐赠单位,品名,单位,数量\n2020-02-03,=cmd|calc,口罩,只,-4\n2020-02-03,示例公司,口罩,只,4\n")
	req.ReviewPath = filepath.Join(t.TempDir(), "review.csv")
	req.Translate = func(key string, args map[string]any) string { return fmt.Sprint(key, args["qty"]) }
	r := k.run(t, req)
	b, err := os.ReadFile(r.ReviewFile)
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeffregister.review.row<nil>,register.review.sheet<nil>,register.review.status<nil>,register.review.reason<nil>,日期,捐赠单位,品名,单位,数量\r\n" +
		"2,,register.status.held<nil>,register.quantity.negative<nil>,2020-02-03,\"'=cmd|calc\",口罩,只,-4\r\n"
	if string(b) != want {
		t.Fatalf("got  %q\nwant %q", b, want)
	}
	req = k.request(register.Receipts, "b.csv", "日期,捐赠单位,品名,单位,数量\n2020-02-03,示例公司,护目镜,个,4\n")
	req.ReviewPath = filepath.Join(t.TempDir(), "none.csv")
	if r := k.run(t, req); r.ReviewFile != "" {
		t.Fatalf("%+v", r)
	}
	if _, err := os.Stat(req.ReviewPath); !os.IsNotExist(err) {
		t.Fatalf("an empty review file was made: %v", err)
	}
}

func TestBadFilesLeaveNothing(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat("品名,", 10_000) + "\n" + strings.Repeat("口罩,", 10_000) + "\n"
	cases := []struct{ name, text, key string }{
		{"empty", "", "sheet.empty"},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheet.wrong_type"},
		{"10,000 columns", wide, "sheet.too_many_columns"},
		{"no item", "日期,数量\n2020-02-03,5\n", "register.column.missing"},
		{"no day", "品名,单位,数量\n口罩,只,5\n", "register.column.missing"},
		{"a broken workbook", "PK\x03\x04" + strings.Repeat("x", 200), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := newDesk(t, dbtest.SQLite(t, frozen()), false)
			_, err := k.s.Run(t.Context(), k.actor, k.request(register.Receipts, "a.csv", c.text))
			if err == nil || c.key != "" && errs.As(err).Key != c.key {
				t.Fatalf("%v, want %s", err, c.key)
			}
			if n := k.count(t, "register_run"); n != 0 {
				t.Fatalf("%d runs were left", n)
			}
		})
	}
}

func TestPermission(t *testing.T) {
	t.Parallel()
	k := newDesk(t, dbtest.SQLite(t, frozen()), false)
	driver := account.Actor{ID: id.Derive("driver"), Memberships: []account.Membership{{Role: account.Driver}}}
	if _, err := k.s.Run(t.Context(), driver, k.request(register.Receipts, "a.csv", table(1))); !errs.Is(err, errs.Forbidden) {
		t.Errorf("run: %v", err)
	}
	if _, err := k.s.List(t.Context(), driver, register.Filter{}, page.Request{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("list: %v", err)
	}
	if err := k.s.Discard(t.Context(), driver, id.Derive("run"), 1, "x"); !errs.Is(err, errs.Forbidden) {
		t.Errorf("discard: %v", err)
	}
}

// Whatever stands in the cells, every row ends in one of four ways, a second
// run changes nothing, and the order of the rows does not matter.
func TestEveryRowEndsOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, frozen())
	k := newDesk(t, d, false)
	files := 0
	cellOf := func(t *rapid.T, label string, usual ...string) string {
		return rapid.OneOf(rapid.SampledFrom(usual), rapid.SampledFrom([]string{"", "/", "合计", "1", "-3", "1.5万", "截至28日", "=1+1"}), rapid.StringMatching(`[\p{Han}a-z0-9 ]{0,6}`)).Draw(t, label)
	}
	rapid.Check(t, func(rt *rapid.T) {
		files++
		n := rapid.IntRange(1, 12).Draw(rt, "rows")
		rows := make([]string, n)
		for i := range rows {
			rows[i] = strings.Join([]string{
				cellOf(rt, "date", "2020-02-03", "2020/2/4", "2月5日"), cellOf(rt, "donor", "示例公司", "爱心人士"),
				cellOf(rt, "item", "口罩", "护目镜"), cellOf(rt, "spec", "", "refuse", "箱"), cellOf(rt, "unit", "只", "箱"), cellOf(rt, "qty", "5", "500"),
			}, ",")
		}
		head := "日期,捐赠单位,品名,规格,单位,数量\n2020-02-01,示例公司,口罩,,只,1\n"
		name := fmt.Sprintf("%d.csv", files)
		first := k.run(t, k.request(register.Receipts, name, head+strings.Join(rows, "\n")))
		again := k.run(t, k.request(register.Receipts, name, head+strings.Join(rows, "\n")))
		if again.Already != first.Read || again.Read != first.Read {
			rt.Fatalf("first %+v\nagain %+v", first, again)
		}
	})
}
