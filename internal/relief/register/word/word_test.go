// SPDX-License-Identifier: Apache-2.0

package word_test

import (
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/relief/register/word"
)

func newService(t *testing.T, d *db.DB) *word.Service {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return word.New(word.Config{DB: d, Policy: policy, Catalog: c})
}

func TestAWordIsTaughtChangedAndTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s, ctx, actor := newService(t, d), t.Context(), account.System()
		if taught, err := s.Taught(ctx); err != nil || taught != nil {
			t.Fatalf("nobody taught anything: %v", err)
		}
		first, err := s.Teach(ctx, actor, " 小蓝帽 ", "mask-other")
		if err != nil || first.Text != "小蓝帽" {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := s.Teach(ctx, actor, "小蓝帽", "cap")
		if err != nil || again.ID != first.ID {
			t.Fatalf("one class for one word: %+v, %v", again, err)
		}
		taught, err := s.Taught(ctx)
		if err != nil || taught("小 蓝帽") != "cap" || taught("帽") != "" {
			t.Fatalf("%q, %v", taught("小 蓝帽"), err)
		}
		list, err := s.List(ctx, actor)
		if err != nil || len(list) != 1 || list[0].Class != "cap" || list[0].By != actor.ID {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := s.Forget(ctx, actor, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Forget(ctx, actor, first.ID); !errs.Is(err, errs.NotFound) {
			t.Fatalf("twice: %v", err)
		}
		n, err := db.Value[int](ctx, d, `SELECT count(*) FROM journal_record WHERE action LIKE 'register.word%'`)
		if err != nil || n != 3 {
			t.Fatalf("%d facts, %v", n, err)
		}
	})
}

func TestWhatCannotBeTaught(t *testing.T) {
	t.Parallel()
	s := newService(t, dbtest.SQLite(t, db.Config{}))
	for _, c := range []struct{ text, class, field string }{
		{" ", "cap", "text"}, {strings.Repeat("帽", 101), "cap", "text"}, {"小蓝帽", "hat", "class"}, {"小蓝帽", "other", "class"},
	} {
		_, err := s.Teach(t.Context(), account.System(), c.text, c.class)
		if f := errs.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%q as %q: %v", c.text, c.class, err)
		}
	}
	driver := account.Actor{ID: id.Derive("driver"), Memberships: []account.Membership{{Role: account.Driver}}}
	if _, err := s.Teach(t.Context(), driver, "小蓝帽", "cap"); !errs.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	if err := s.Forget(t.Context(), driver, id.Derive("word")); !errs.Is(err, errs.Forbidden) {
		t.Error(err)
	}
	if _, err := s.List(t.Context(), driver); !errs.Is(err, errs.Forbidden) {
		t.Error(err)
	}
}
