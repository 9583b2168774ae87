// SPDX-License-Identifier: Apache-2.0

package upload_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
	"github.com/qiaorelief/qiao/internal/relief/register/upload"
)

// both runs a test on both engines with a clock in its hand.
func both(t *testing.T, test func(t *testing.T, k *tray)) {
	t.Helper()
	c := clock.NewManual(today)
	dbtest.RunWith(t, db.Config{Clock: c}, func(t *testing.T, d *db.DB) { test(t, newTray(t, d, c)) })
}

func TestAFileIsHandedInLookedAtAndImported(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		u, seen, err := k.s.Upload(t.Context(), k.actor, upload.Input{Kind: register.Receipts, Name: `C:\登记\a.csv`}, strings.NewReader(table(1000)))
		if err != nil || u.State != upload.Uploaded || u.Name != "a.csv" {
			t.Fatalf("%+v, %v", u, err)
		}
		if seen.Looked != 500 || seen.Posted != 450 || seen.Held != 50 || seen.Total != 1000 || len(seen.Tables[0].Rows) != 20 {
			t.Fatalf("%d looked at, %d, %d, total %d", seen.Looked, seen.Posted, seen.Held, seen.Total)
		}
		if p := k.law(t, u); p.Read != 0 || p.Percent() != 0 {
			t.Fatalf("looking imports nothing: %+v", p)
		}
		u = k.start(t, u)
		if again := k.start(t, u); again.Run != u.Run || len(k.queued) != 1 {
			t.Fatalf("a second click started it again: %+v, %d jobs", again, len(k.queued))
		}
		k.drain(t)
		p := k.law(t, u)
		if p.State != upload.Done || p.Posted != 900 || p.Held != 100 || p.Open != 100 || p.Percent() != 100 || p.EndedAt.IsZero() {
			t.Fatalf("%+v", p)
		}
		k.start(t, u) // the same file again
		k.drain(t)
		again, err := k.s.Get(t.Context(), k.actor, u.ID)
		if err != nil || again.Already != 1000 || again.Run == p.Run {
			t.Fatalf("%+v, %v", again, err)
		}
		list, err := k.s.List(t.Context(), k.actor, upload.Filter{State: upload.Done}, page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ID != u.ID {
			t.Fatalf("%+v, %v", list, err)
		}
	})
}

func TestAnImportThatIsBrokenOffGoesOn(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		u := k.start(t, k.upload(t, "a.csv", table(1000)))
		a, _ := k.take()
		ctx, kill := context.WithCancel(t.Context())
		k.post.at, k.post.act = 500, kill // in the middle of the second chunk
		if err := k.s.Work(ctx, a); err == nil {
			t.Fatal("the queue must try it again")
		}
		p := k.law(t, u)
		if p.State != upload.Running || p.Read == 0 || p.Read == 1000 || p.Read%400 != 0 {
			t.Fatalf("%+v", p)
		}
		if err := k.s.Recover(t.Context()); err != nil { // the program starts again
			t.Fatal(err)
		}
		k.drain(t)
		if p := k.law(t, u); p.State != upload.Done || p.Posted != 900 || p.Held != 100 || p.Already != 0 {
			t.Fatalf("one run, as if nothing had happened: %+v", p)
		}
	})
}

func TestAPersonStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		u := k.start(t, k.upload(t, "a.csv", table(1000)))
		a, _ := k.take()
		k.post.at, k.post.act = 10, func() { k.clock.Advance(3 * time.Minute) } // one job's time is over
		if err := k.s.Work(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		p := k.law(t, u)
		if p.State != upload.Running || p.Read != 400 || p.Left != 4*time.Minute+30*time.Second || len(k.queued) != 1 {
			t.Fatalf("%+v, %d jobs", p, len(k.queued))
		}
		if _, err := k.s.Stop(t.Context(), k.actor, u.ID); err != nil {
			t.Fatal(err)
		}
		k.drain(t)
		if p := k.law(t, u); p.State != upload.Stopped || p.Read != 400 {
			t.Fatalf("what is booked stays booked: %+v", p)
		}
		k.start(t, u)
		k.drain(t)
		if p := k.law(t, u); p.State != upload.Done || p.Read != 1000 || p.Already != 0 {
			t.Fatalf("%+v", p)
		}
	})
}

func TestOurFaultIsTriedAgainAndThenTold(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		u := k.start(t, k.upload(t, "a.csv", table(3)))
		a, _ := k.take()
		k.post.err = errors.New("the disk is on fire")
		for range 4 {
			if err := k.s.Work(t.Context(), a); err == nil {
				t.Fatal("the queue must try it again")
			}
		}
		if err := k.s.Work(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if p := k.law(t, u); p.State != upload.Failed || p.Why != "register.upload.broken" {
			t.Fatalf("%+v", p)
		}
		k.post.err = nil
		k.start(t, u)
		k.drain(t)
		if p := k.law(t, u); p.State != upload.Done || p.Why != "" {
			t.Fatalf("%+v", p)
		}
	})
}

func TestTwoJobsAtOnceDoubleNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		u := k.start(t, k.upload(t, "a.csv", table(2000)))
		a, _ := k.take()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := k.s.Work(t.Context(), a); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if p := k.law(t, u); p.State != upload.Done || p.Posted != 1800 || p.Already != 0 {
			t.Fatalf("%+v", p)
		}
	})
}

// Whatever happens on the way, the counts add up at every moment and the run
// ends as if nothing had happened.
func TestTheCountsAddUpAtEveryMoment(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(today)
	d := dbtest.SQLite(t, db.Config{Clock: c})
	rapid.Check(t, func(rt *rapid.T) {
		k := newTray(t, d, c)
		before, err := db.Value[int](t.Context(), d, `SELECT count(*) FROM journal_record WHERE action = 'test.post'`)
		if err != nil {
			rt.Fatal(err)
		}
		n := rapid.IntRange(1, 900).Draw(rt, "rows")
		name := "f" + time.Unix(int64(before), 0).String() + ".csv"
		text := strings.ReplaceAll(table(n), "示例公司", "示例"+id.Derive(name).String())
		u := k.start(t, k.upload(t, name, text))
		for range rapid.IntRange(0, 5).Draw(rt, "events") {
			k.event(t, rt, u)
			p, err := k.s.Get(t.Context(), k.actor, u.ID)
			if err != nil || p.Read != p.Posted+p.Held+p.Rejected+p.Already {
				rt.Fatalf("%+v, %v", p, err)
			}
			facts, err := db.Value[int](t.Context(), d, `SELECT count(*) FROM journal_record WHERE action = 'test.post'`)
			if err != nil || facts-before != p.Posted {
				rt.Fatalf("%d facts, %+v, %v", facts-before, p, err)
			}
		}
		k.post.at = 0
		if p, err := k.s.Get(t.Context(), k.actor, u.ID); err != nil || p.State != upload.Done {
			k.start(t, u)
		}
		if err := k.s.Recover(t.Context()); err != nil {
			rt.Fatal(err)
		}
		k.drain(t)
		p, err := k.s.Get(t.Context(), k.actor, u.ID)
		if err != nil || p.State != upload.Done || p.Read != n || p.Held != n/10 || p.Already != 0 {
			rt.Fatalf("%d rows: %+v, %v", n, p, err)
		}
		facts, err := db.Value[int](t.Context(), d, `SELECT count(*) FROM journal_record WHERE action = 'test.post'`)
		if err != nil || facts-before != n-n/10 {
			rt.Fatalf("%d facts of %d rows, %v", facts-before, n, err)
		}
	})
}

// event lets one thing happen to an import.
func (k *tray) event(t *testing.T, rt *rapid.T, u upload.Upload) {
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	k.post.at = k.post.posts + rapid.IntRange(1, 900).Draw(rt, "at")
	switch rapid.SampledFrom([]string{"crash", "slice", "stop", "start"}).Draw(rt, "event") {
	case "crash":
		k.post.act = kill
	case "slice":
		k.post.act = func() { k.clock.Advance(3 * time.Minute) }
	case "stop":
		k.post.at = 0
		if _, err := k.s.Stop(t.Context(), k.actor, u.ID); err != nil {
			rt.Fatal(err)
		}
	case "start":
		k.post.at = 0
		p, err := k.s.Get(t.Context(), k.actor, u.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if p.State != upload.Done {
			k.start(t, u)
		}
		return
	}
	if err := k.s.Work(ctx, upload.Args{Upload: u.ID}); err != nil && ctx.Err() == nil {
		rt.Fatal(err)
	}
}

// odd is a register whose header says nothing.
func odd(n int) string {
	return strings.Replace(table(n), "日期,捐赠单位,品名,单位,数量", "A,B,C,D,E", 1)
}

func oddMapping() register.Mapping {
	return register.Mapping{Columns: map[register.Field]layout.Column{
		layout.Date: {Name: "A"}, layout.Donor: {Name: "B"}, layout.Item: {Name: "C"}, layout.Unit: {Name: "D"}, layout.Qty: {Name: "E"},
	}}
}

func TestAMappingIsFixedKeptAndTakenNextTime(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		text := strings.ReplaceAll(odd(20), "口罩", "未知物")
		u, seen, err := k.s.Upload(t.Context(), k.actor, upload.Input{Kind: register.Receipts, Name: "a.csv"}, strings.NewReader(text))
		if err != nil || seen.Ready() || seen.Tables[0].Problem.Key != "register.column.missing" {
			t.Fatalf("kept, with what is missing: %+v, %v", seen, err)
		}
		if got := seen.Tables[0].Columns[4]; got.Name != "E" || len(got.Samples) != 3 {
			t.Fatalf("%+v", got)
		}
		if _, err := k.s.Start(t.Context(), k.actor, u.ID); !errs.Is(err, errs.Invalid) {
			t.Fatalf("started without a column: %v", err)
		}
		if _, err := k.s.Keep(t.Context(), k.actor, u.ID, "名"); errs.As(err).Key != "register.mapping.nothing" {
			t.Fatalf("there is nothing to keep: %v", err)
		}
		u, seen, err = k.s.Map(t.Context(), k.actor, u.ID, oddMapping())
		if err != nil || u.State != upload.Mapped || !seen.Ready() || seen.Tables[0].Columns[2].Meaning != (layout.Meaning{Field: layout.Item, How: layout.Given}) {
			t.Fatalf("%+v, %v", seen, err)
		}
		kept, err := k.s.Keep(t.Context(), k.actor, u.ID, " 示例登记 ")
		if err != nil || kept.Name != "示例登记" || !slices.Equal(kept.Columns, []string{"A", "B", "C", "D", "E"}) {
			t.Fatalf("%+v, %v", kept, err)
		}
		if again, err := k.s.Keep(t.Context(), k.actor, u.ID, "另一个名字"); err != nil || again.ID != kept.ID {
			t.Fatalf("one mapping for one header: %+v, %v", again, err)
		}
		next := k.upload(t, "b.csv", odd(30))
		if next.State != upload.Mapped || next.Remembered != kept.ID {
			t.Fatalf("%+v", next)
		}
		if err := k.s.Rename(t.Context(), k.actor, kept.ID, "新名"); err != nil {
			t.Fatal(err)
		}
		list, err := k.s.Mappings(t.Context(), k.actor, register.Receipts)
		if err != nil || len(list) != 1 || list[0].Name != "新名" {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := k.s.Forget(t.Context(), k.actor, kept.ID); err != nil {
			t.Fatal(err)
		}
		if last := k.upload(t, "c.csv", odd(40)); last.State != upload.Uploaded || !last.Remembered.IsZero() {
			t.Fatalf("%+v", last)
		}
		k.start(t, next)
		k.drain(t)
		if p := k.law(t, next); p.Posted != 27 {
			t.Fatalf("the file keeps the mapping that it took: %+v", p)
		}
	})
}

func TestAnOrganisationHasItsOwnMapping(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, k *tray) {
		org := id.Derive("an organisation")
		for _, o := range []id.ID{{}, org} {
			u, _, err := k.s.Upload(t.Context(), k.actor, upload.Input{Kind: register.Receipts, Name: "a.csv", Org: o}, strings.NewReader(odd(20)))
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := k.s.Map(t.Context(), k.actor, u.ID, oddMapping()); err != nil {
				t.Fatal(err)
			}
			kept, err := k.s.Keep(t.Context(), k.actor, u.ID, "名")
			if err != nil || kept.Org != o {
				t.Fatalf("%+v, %v", kept, err)
			}
			next, _, err := k.s.Upload(t.Context(), k.actor, upload.Input{Kind: register.Receipts, Name: "b.csv", Org: org}, strings.NewReader(odd(21)))
			if err != nil || next.Remembered != kept.ID {
				t.Fatalf("the own one before that of the house: %+v, %v", next, err)
			}
		}
	})
}

func TestWhatCannotBeHandedIn(t *testing.T) {
	t.Parallel()
	k := newTray(t, dbtest.SQLite(t, db.Config{Clock: clock.NewManual(today)}), clock.NewManual(today))
	for name, c := range map[string]struct {
		kind       register.Kind
		file, text string
		key        string
	}{
		"empty":   {register.Receipts, "a.csv", "", "sheet.empty"},
		"picture": {register.Receipts, "a.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheet.wrong_type"},
		"large":   {register.Receipts, "a.csv", strings.Repeat("日期,品名\n", 100_000), "blob.too_large"},
		"kind":    {"letters", "a.csv", table(1), "error.invalid"},
		"no name": {register.Receipts, "", table(1), "error.invalid"},
	} {
		_, _, err := k.s.Upload(t.Context(), k.actor, upload.Input{Kind: c.kind, Name: c.file}, strings.NewReader(c.text))
		if err == nil || errs.As(err).Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	list, err := k.s.List(t.Context(), k.actor, upload.Filter{}, page.Request{})
	if err != nil || len(list.Items) != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
}

func TestAMappingThatContradictsItself(t *testing.T) {
	t.Parallel()
	k := newTray(t, dbtest.SQLite(t, db.Config{Clock: clock.NewManual(today)}), clock.NewManual(today))
	u := k.upload(t, "a.csv", table(5))
	_, _, err := k.s.Map(t.Context(), k.actor, u.ID, register.Mapping{
		HeaderRow: -1, HeaderRows: 9,
		Columns:  map[register.Field]layout.Column{layout.Item: {Name: "品名"}, layout.Spec: {Name: "品名"}, layout.Amount: {Number: 2}},
		Defaults: map[register.Field]string{layout.Currency: "贝壳", layout.Date: "明天", layout.Qty: "很多", layout.Unit: ""},
	})
	want := []string{
		"header_row register.mapping.header_row", "header_rows register.mapping.header_rows", "columns.spec register.mapping.column_twice",
		"columns.amount register.mapping.field_foreign", "defaults.date register.mapping.default_date", "defaults.unit register.mapping.default_length",
		"defaults.qty register.mapping.default_number", "defaults.currency register.currency.unknown",
	}
	if got := fieldsOf(err); !slices.Equal(got, want) {
		t.Fatalf("got %q\nwant %q", got, want)
	}
}

func TestTheMappingOfARunningFileStays(t *testing.T) {
	t.Parallel()
	k := newTray(t, dbtest.SQLite(t, db.Config{Clock: clock.NewManual(today)}), clock.NewManual(today))
	u := k.start(t, k.upload(t, "a.csv", table(5)))
	if _, _, err := k.s.Map(t.Context(), k.actor, u.ID, register.Mapping{}); errs.As(err).Key != "register.upload.running" {
		t.Fatal(err)
	}
}

func TestPermission(t *testing.T) {
	t.Parallel()
	k := newTray(t, dbtest.SQLite(t, db.Config{Clock: clock.NewManual(today)}), clock.NewManual(today))
	u := k.upload(t, "a.csv", table(5))
	driver := account.Actor{ID: id.Derive("driver"), Memberships: []account.Membership{{Role: account.Driver}}}
	ctx := t.Context()
	calls := map[string]func() error{
		"upload": func() error {
			_, _, err := k.s.Upload(ctx, driver, upload.Input{Kind: register.Receipts, Name: "a.csv"}, strings.NewReader(table(1)))
			return err
		},
		"get":      func() error { _, err := k.s.Get(ctx, driver, u.ID); return err },
		"list":     func() error { _, err := k.s.List(ctx, driver, upload.Filter{}, page.Request{}); return err },
		"download": func() error { _, _, err := k.s.Download(ctx, driver, u.ID); return err },
		"preview":  func() error { _, err := k.s.Preview(ctx, driver, u.ID, nil); return err },
		"map":      func() error { _, _, err := k.s.Map(ctx, driver, u.ID, register.Mapping{}); return err },
		"start":    func() error { _, err := k.s.Start(ctx, driver, u.ID); return err },
		"stop":     func() error { _, err := k.s.Stop(ctx, driver, u.ID); return err },
		"keep":     func() error { _, err := k.s.Keep(ctx, driver, u.ID, "x"); return err },
		"mappings": func() error { _, err := k.s.Mappings(ctx, driver, ""); return err },
		"rename":   func() error { return k.s.Rename(ctx, driver, u.ID, "x") },
		"forget":   func() error { return k.s.Forget(ctx, driver, u.ID) },
	}
	for name, call := range calls {
		if err := call(); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
