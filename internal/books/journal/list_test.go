// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// several writes 60 records: two chapters, three kinds of deeds, two people, one
// each hour, and once the clock is set back by eight hours.
func several(t *testing.T, d *db.DB, when *clock.Manual) (all []journal.Record) {
	t.Helper()
	for i := range 60 {
		f := fact(fmt.Sprint(i), nil)
		f.Action = []string{"receipt.create", "receipt.correct", "need.create"}[i%3]
		if i%3 == 2 {
			f.SubjectKind = "need"
		}
		f.Actor = id.Derive("person", fmt.Sprint(i%2))
		all = append(all, must(t, d, f))
		step := time.Hour
		if i == 40 {
			step = -8 * time.Hour
		}
		when.Set(when.Now().Add(step))
	}
	return all
}

func TestAListIsPagedWithoutALossWhateverTheFilter(t *testing.T) {
	t.Parallel()
	begin := time.Date(2020, 2, 10, 0, 0, 0, 0, time.UTC)
	for name, f := range map[string]journal.Filter{
		"all": {}, "chapter": {Chapter: "receipt"}, "kind": {SubjectKind: "need"}, "actor": {Actor: id.Derive("person", "1")},
		"day":            {From: begin.Add(24 * time.Hour), To: begin.Add(48 * time.Hour)},
		"chapter of day": {Chapter: "receipt", From: begin.Add(24 * time.Hour), To: begin.Add(48 * time.Hour)},
		"actor and kind": {Actor: id.Derive("person", "0"), SubjectKind: "receipt"},
		"nothing":        {Chapter: "need", SubjectKind: "receipt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("sqlite", func(t *testing.T) {
				t.Parallel()
				when := clock.NewManual(begin)
				checkList(t, dbtest.SQLite(t, db.Config{Clock: when}), when, f)
			})
			t.Run("postgres", func(t *testing.T) {
				t.Parallel()
				when := clock.NewManual(begin)
				checkList(t, dbtest.Postgres(t, db.Config{Clock: when}), when, f)
			})
		})
	}
}

func checkList(t *testing.T, d *db.DB, when *clock.Manual, f journal.Filter) {
	t.Helper()
	var want []id.ID
	for _, r := range several(t, d, when) {
		chapter := journal.Deed{Action: r.Action}.Chapter()
		if f.Chapter != "" && chapter != f.Chapter || f.SubjectKind != "" && r.SubjectKind != f.SubjectKind ||
			!f.Actor.IsZero() && r.Actor != f.Actor || !f.From.IsZero() && (r.RecordedAt.Before(f.From) || !r.RecordedAt.Before(f.To)) {
			continue
		}
		want = append(want, r.ID)
	}
	var got []id.ID
	for p := (page.Request{Limit: 7}); ; {
		found, err := journal.List(t.Context(), d, f, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range found.Items {
			got = append(got, r.ID)
		}
		if p.Cursor = found.Next; p.Cursor == "" {
			break
		}
	}
	slices.Reverse(want) // the last written first, whatever the clock said
	if !slices.Equal(got, want) {
		t.Errorf("%d records, want %d: %v, want %v", len(got), len(want), got, want)
	}
}

func TestDeedsAreSkippedThroughOnceEach(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if none, err := journal.Deeds(t.Context(), d); err != nil || len(none) != 0 {
			t.Errorf("deeds of an empty journal: %v, %v", none, err)
		}
		want := []journal.Deed{
			{Action: "attach", SubjectKind: "need"}, {Action: "attach", SubjectKind: "receipt"},
			{Action: "need.create", SubjectKind: "need"}, {Action: "receipt.create", SubjectKind: "receipt"},
		}
		for i := range 3 * len(want) {
			f := fact(fmt.Sprint(i), nil)
			f.Action, f.SubjectKind = want[i%len(want)].Action, want[i%len(want)].SubjectKind
			must(t, d, f)
		}
		if got, err := journal.Deeds(t.Context(), d); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, want %v (%v)", got, want, err)
		}
	})
}

func TestOneRecordIsFoundByItsNumberAndId(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		must(t, d, fact("a", nil))
		r := numbered(t, d)[0]
		for what, get := range map[string]func() (journal.Record, error){
			"number": func() (journal.Record, error) { return journal.BySeq(t.Context(), d, 1) },
			"id":     func() (journal.Record, error) { return journal.ByID(t.Context(), d, r.ID) },
		} {
			if got, err := get(); err != nil || got.ID != r.ID || !got.Verify() {
				t.Errorf("by %s: %v (%v)", what, got.ID, err)
			}
		}
		if _, err := journal.BySeq(t.Context(), d, 2); !errs.Is(err, errs.NotFound) {
			t.Errorf("a number that is not given: %v", err)
		}
		if _, err := journal.List(t.Context(), d, journal.Filter{}, page.Request{Cursor: "e30"}); !errs.Is(err, errs.Malformed) {
			t.Errorf("a foreign cursor: %v", err)
		}
	})
}
