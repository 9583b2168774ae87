// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// fold stands for the key of the reading floor: small letters, half width, no
// blanks and punctuation.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// desk is the registry with somebody who may use it.
type desk struct {
	*org.Service
	db    *db.DB
	actor account.Actor
}

func newDesk(t testing.TB, d *db.DB) *desk {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{org.New(d, policy, fold), d, account.System()}
}

func onBoth(t *testing.T, test func(t *testing.T, k *desk)) {
	t.Helper()
	t.Parallel()
	now := clock.NewManual(time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC))
	dbtest.RunWith(t, db.Config{Clock: now}, func(t *testing.T, d *db.DB) { test(t, newDesk(t, d)) })
}

func (k *desk) create(t testing.TB, in org.Input) org.Org {
	t.Helper()
	o, err := k.Create(t.Context(), k.actor, in, "")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (k *desk) hospital(t testing.TB, name string) org.Org {
	t.Helper()
	return k.create(t, org.Input{Kind: org.Hospital, Name: name})
}

func (k *desk) get(t testing.TB, orgID id.ID) org.Org {
	t.Helper()
	o, err := k.Get(t.Context(), k.actor, orgID)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (k *desk) resolve(ctx context.Context, name string, kind org.Kind) (orgID id.ID, err error) {
	err = k.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		orgID, err = k.Resolve(ctx, tx, k.actor, name, kind)
		return err
	})
	return orgID, err
}

// actions returns what the journal says about an organisation, in order.
func (k *desk) actions(t testing.TB, orgID id.ID) []string {
	t.Helper()
	records, err := journal.Of(t.Context(), k.db, orgID)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(records))
	for i, r := range records {
		list[i] = r.Action
	}
	slices.Sort(list)
	return list
}

// input is the organisation as a person would send it back, unchanged.
func input(o org.Org) org.Input {
	return org.Input{Kind: o.Kind, Name: o.Name, Parent: o.Parent, Place: o.Place, Public: &o.Public, Note: o.Note}
}

// wantField expects an invalid input with the one wrong field.
func wantField(t testing.TB, what string, err error, name, key string) {
	t.Helper()
	if e := errs.As(err); err == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != name || e.Fields[0].Key != key {
		t.Errorf("%s: %v, want %s: %s", what, err, name, key)
	}
}

// wantConflict expects a conflict that shows the organisation as it is now.
func wantConflict(t testing.TB, what string, err error, key string, current org.Org) {
	t.Helper()
	e := errs.As(err)
	if err == nil || e.Kind != errs.Conflict || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
		return
	}
	if diff := cmp.Diff(any(current), e.Detail); diff != "" {
		t.Errorf("%s shows another state:\n%s", what, diff)
	}
}

func TestWhatWasEnteredIsWhatIsStored(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		parent := k.create(t, org.Input{Kind: org.Federation, Name: "示例省红十字会"})
		o := k.create(t, org.Input{Kind: org.Hospital, Name: " 示例医院 ", Parent: parent.ID, Place: "4301", Note: "from the list of the province"})
		now := k.db.Clock().Now()
		want := org.Org{
			ID: o.ID, Kind: org.Hospital, Name: "示例医院", Parent: parent.ID, Place: "4301", Public: true,
			Note: "from the list of the province", Version: 1, CreatedAt: now, UpdatedAt: now,
		}
		for what, got := range map[string]org.Org{"answered": o, "stored": k.get(t, o.ID)} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s:\n%s", what, diff)
			}
		}
		if got := k.actions(t, o.ID); !slices.Equal(got, []string{"org.create"}) {
			t.Errorf("journal %v", got)
		}
		if _, err := k.Get(t.Context(), k.actor, id.Derive("nobody")); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown id: %v", err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		for what, c := range map[string]struct {
			in         org.Input
			field, key string
		}{
			"no name":             {org.Input{Kind: org.Other}, "name", "org.name.missing"},
			"blanks":              {org.Input{Kind: org.Other, Name: " \u3000\t"}, "name", "org.name.missing"},
			"only signs":          {org.Input{Kind: org.Other, Name: "……（）"}, "name", "org.name.missing"},
			"an endless name":     {org.Input{Kind: org.Other, Name: strings.Repeat("示", org.MaxName+1)}, "name", "org.name.long"},
			"an endless note":     {org.Input{Kind: org.Other, Name: "示例公司", Note: strings.Repeat("n", 2001)}, "note", "error.field_long"},
			"no kind":             {org.Input{Name: "示例公司"}, "kind", "org.kind.unknown"},
			"an unknown kind":     {org.Input{Kind: "bakery", Name: "示例公司"}, "kind", "org.kind.unknown"},
			"a parent of nowhere": {org.Input{Kind: org.Other, Name: "示例公司", Parent: id.Derive("nowhere")}, "parent", "org.parent.missing"},
		} {
			_, err := k.Create(t.Context(), k.actor, c.in, "")
			wantField(t, what, err, c.field, c.key)
		}
		longest := k.create(t, org.Input{Kind: org.Other, Name: strings.Repeat("示", org.MaxName)})
		for what, name := range map[string]string{"only signs": "……", "blanks": "  "} {
			in := input(longest)
			in.Name = name
			_, err := k.Update(t.Context(), k.actor, longest.ID, 1, in)
			wantField(t, "update to "+what, err, "name", "org.name.missing")
		}
		if all := k.all(t, org.Filter{}, 10); len(all) != 1 {
			t.Errorf("%d organisations, want the one that was accepted", len(all))
		}
	})
}

func TestNobodyWithoutARightTouchesTheRegistry(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		o := k.hospital(t, "示例医院")
		driver := account.Actor{ID: id.Derive("driver"), Memberships: []account.Membership{{Role: account.Driver}}}
		for who, c := range map[string]struct {
			actor account.Actor
			kind  errs.Kind
		}{"nobody": {account.Actor{}, errs.Unauthenticated}, "a driver": {driver, errs.Forbidden}} {
			_, create := k.Create(t.Context(), c.actor, org.Input{Kind: org.Other, Name: "示例公司"}, "")
			_, update := k.Update(t.Context(), c.actor, o.ID, 1, input(o))
			alias := k.AddAlias(t.Context(), c.actor, o.ID, "例")
			for what, err := range map[string]error{"create": create, "update": update, "alias": alias} {
				if !errs.Is(err, c.kind) {
					t.Errorf("%s, %s: %v", who, what, err)
				}
			}
		}
		if got := k.actions(t, o.ID); len(got) != 1 {
			t.Errorf("journal %v", got)
		}
	})
}

func TestARepeatedCallMakesNothingTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		in := org.Input{Kind: org.Hospital, Name: "示例医院", Place: "4301"}
		first, err := k.Create(t.Context(), k.actor, in, "key-1")
		if err != nil {
			t.Fatal(err)
		}
		again, err := k.Create(t.Context(), k.actor, in, "key-1")
		if err != nil || again != first {
			t.Errorf("again: %+v (%v), want %+v", again, err, first)
		}
		in.Place = "4302"
		if _, err := k.Create(t.Context(), k.actor, in, "key-1"); !errs.Is(err, errs.Invalid) || errs.As(err).Key != "error.key_reused" {
			t.Errorf("the key of something else: %v", err)
		}
		_, err = k.Create(t.Context(), k.actor, in, "key-2")
		wantConflict(t, "the same name under another key", err, "org.name.taken", first)
		if all := k.all(t, org.Filter{}, 10); len(all) != 1 {
			t.Errorf("%d organisations, want 1", len(all))
		}
	})
}

func TestOneOrganisationHasManySpellings(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		o := k.hospital(t, "示例市第一人民医院(东院)")
		if err := k.AddAlias(t.Context(), k.actor, o.ID, "市一医院"); err != nil {
			t.Fatal(err)
		}
		other := newDesk(t, k.db) // which has not seen the names yet
		for _, name := range []string{
			"示例市第一人民医院(东院)", "示例市第一人民医院（东院）", " 示例市 第一人民医院 东院 ", "示例市第一人民医院·东院。", "市一医院", "市一 医院。",
		} {
			for who, k := range map[string]*desk{"who made it": k, "another": other} {
				if got, err := k.resolve(t.Context(), name, ""); err != nil || got != o.ID {
					t.Errorf("%s: %q is %v (%v), want %v", who, name, got, err, o.ID)
				}
			}
			if found := k.all(t, org.Filter{Name: name}, 10); len(found) != 1 || found[0].ID != o.ID {
				t.Errorf("the list has %d of %q", len(found), name)
			}
			_, err := k.Create(t.Context(), k.actor, org.Input{Kind: org.Hospital, Name: name}, "")
			wantConflict(t, "a second "+name, err, "org.name.taken", o)
		}
		if got, err := k.resolve(t.Context(), " 。", ""); err != nil || !got.IsZero() {
			t.Errorf("no name is %v (%v), want nobody", got, err)
		}
	})
}

func TestAnAliasBelongsToOne(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		a, b := k.hospital(t, "示例医院"), k.hospital(t, "示例二院")
		alias := func(o org.Org, name string) error { return k.AddAlias(t.Context(), k.actor, o.ID, name) }
		if err := errors.Join(alias(a, "甲院"), alias(a, "甲 院"), alias(a, "示例医院")); err != nil {
			t.Errorf("the same one twice: %v", err)
		}
		wantConflict(t, "another's alias", alias(b, "甲院"), "org.name.taken", a)
		wantConflict(t, "another's name", alias(b, "示例医院"), "org.name.taken", a)
		wantField(t, "no name", alias(a, "。"), "name", "org.name.missing")
		if err := k.AddAlias(t.Context(), k.actor, id.Derive("nobody"), "乙院"); !errs.Is(err, errs.NotFound) {
			t.Errorf("of nobody: %v", err)
		}
		if got := k.actions(t, a.ID); !slices.Equal(got, []string{"org.alias", "org.create"}) {
			t.Errorf("journal %v", got)
		}
	})
}

func TestResolveMakesWhatIsNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		for name, want := range map[string]org.Org{
			"示例医院":                   {Kind: org.Hospital, Name: "示例医院", Public: true},
			"张　三":                    {Kind: org.Person, Name: "张　三"},
			"示例公司（李四）":               {Kind: org.Person, Name: "示例公司（李四）"},
			strings.Repeat("长", 300): {Kind: org.Person, Name: strings.Repeat("长", org.MaxName)},
		} {
			orgID, err := k.resolve(t.Context(), name, "")
			if err != nil {
				t.Fatal(err)
			}
			o := k.get(t, orgID)
			if o.Kind != want.Kind || o.Name != want.Name || o.Public != want.Public || o.Version != 1 {
				t.Errorf("%.20q became %+v", name, o)
			}
		}
		orgID, err := k.resolve(t.Context(), "示例仓库", org.Supplier)
		if o := k.get(t, orgID); err != nil || o.Kind != org.Supplier || o.Public {
			t.Errorf("of a known kind: %+v (%v)", o, err)
		}
	})
}

func TestAWriteThatFailsLeavesNoNameBehind(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		refusal := errors.New("the register refused the row")
		err := k.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := k.Resolve(ctx, tx, k.actor, "示例医院", ""); err != nil {
				return err
			}
			return refusal
		})
		if !errors.Is(err, refusal) {
			t.Fatal(err)
		}
		orgID, err := k.resolve(t.Context(), "示例医院", "")
		if err != nil {
			t.Fatal(err)
		}
		if o := k.get(t, orgID); o.Name != "示例医院" {
			t.Errorf("%+v", o)
		}
	})
}

func TestManyWhoMeetANewNameAtOnceMakeItOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		const writers, names = 8, 5
		other := newDesk(t, k.db)
		var ids [writers][names]id.ID
		var wg sync.WaitGroup
		for w := range writers {
			desk := []*desk{k, other}[w%2]
			wg.Go(func() {
				for n := range names {
					var err error
					if ids[w][n], err = desk.resolve(t.Context(), fmt.Sprintf("示例%d医院", n), ""); err != nil {
						t.Errorf("writer %d: %v", w, err)
					}
				}
			})
		}
		wg.Wait()
		for w := range writers {
			if ids[w] != ids[0] {
				t.Errorf("writer %d has other organisations than writer 0", w)
			}
		}
		if all := k.all(t, org.Filter{}, 50); len(all) != names {
			t.Errorf("%d organisations, want %d", len(all), names)
		}
	})
}

func TestAPrivatePersonIsNeverPublicAndNotInTheJournal(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		yes := true
		person := k.create(t, org.Input{Kind: org.Person, Name: "张三", Public: &yes})
		unsaid := k.create(t, org.Input{Kind: org.Other, Name: "李四"})
		said := k.create(t, org.Input{Kind: org.Other, Name: "示例之家", Public: &yes})
		if err := k.AddAlias(t.Context(), k.actor, person.ID, "张老三"); err != nil {
			t.Fatal(err)
		}
		if person.Public || unsaid.Public || !said.Public {
			t.Errorf("public: %v %v %v, want false false true", person.Public, unsaid.Public, said.Public)
		}
		for o, words := range map[id.ID][]string{person.ID: {"张三", "张老三"}, unsaid.ID: {"李四"}} {
			records, err := journal.Of(t.Context(), k.db, o)
			if err != nil || len(records) == 0 {
				t.Fatalf("%d records (%v)", len(records), err)
			}
			for _, r := range records {
				for _, word := range words {
					if strings.Contains(r.Payload, word) {
						t.Errorf("%s says %s", r.Action, r.Payload)
					}
				}
			}
		}
	})
}

func TestAnOldNameKeepsLeadingToItsOrganisation(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		o := k.hospital(t, "示例县医院")
		rename := func(name string) {
			t.Helper()
			in := input(o)
			in.Name = name
			var err error
			if o, err = k.Update(t.Context(), k.actor, o.ID, o.Version, in); err != nil {
				t.Fatal(err)
			}
		}
		rename("示例县人民医院")
		rename("示例县医院") // and back
		rename("示例 县医院")
		if o.Version != 4 || o.Name != "示例 县医院" {
			t.Errorf("%+v", o)
		}
		if stored := k.get(t, o.ID); stored != o {
			t.Errorf("stored %+v, answered %+v", stored, o)
		}
		for _, name := range []string{"示例县医院", "示例县人民医院"} {
			for who, k := range map[string]*desk{"who knows it": k, "another": newDesk(t, k.db)} {
				if got, err := k.resolve(t.Context(), name, ""); err != nil || got != o.ID {
					t.Errorf("%s: %q is %v (%v)", who, name, got, err)
				}
			}
		}
		other := k.hospital(t, "示例二院")
		in := input(other)
		in.Name = "示例县人民医院"
		_, err := k.Update(t.Context(), k.actor, other.ID, 1, in)
		wantConflict(t, "another takes the old name", err, "org.name.taken", o)
	})
}

func TestOfTwoWhoChangeItAtOnceOneLearnsWhatTheOtherDid(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		for round := range 10 {
			o := k.hospital(t, fmt.Sprintf("示例%d院医院", round))
			var results [2]error
			var answers [2]org.Org
			var wg sync.WaitGroup
			for i := range results {
				in := input(o)
				in.Note = fmt.Sprintf("written by %d", i)
				wg.Go(func() { answers[i], results[i] = k.Update(t.Context(), k.actor, o.ID, o.Version, in) })
			}
			wg.Wait()
			won := slices.IndexFunc(results[:], func(err error) bool { return err == nil })
			if won < 0 || results[1-won] == nil {
				t.Fatalf("results %v, want one conflict", results)
			}
			wantConflict(t, "the slower one", results[1-won], "error.changed_meanwhile", answers[won])
			if stored := k.get(t, o.ID); stored != answers[won] || stored.Version != 2 {
				t.Errorf("stored %+v, answered %+v", stored, answers[won])
			}
			if got := k.actions(t, o.ID); !slices.Equal(got, []string{"org.create", "org.update"}) {
				t.Errorf("journal %v", got)
			}
		}
	})
}

func TestAnOldVersionIsRefusedWithTheCurrentOne(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		o := k.hospital(t, "示例医院")
		in := input(o)
		in.Place = "4301"
		current, err := k.Update(t.Context(), k.actor, o.ID, 1, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range []int64{-1, 0, 1, 3} {
			_, err := k.Update(t.Context(), k.actor, o.ID, version, in)
			wantConflict(t, fmt.Sprintf("version %d", version), err, "error.changed_meanwhile", current)
		}
		if _, err := k.Update(t.Context(), k.actor, id.Derive("nobody"), 1, in); !errs.Is(err, errs.NotFound) {
			t.Errorf("of nobody: %v", err)
		}
	})
}
