// SPDX-License-Identifier: Apache-2.0

package find

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

func service(t testing.TB, d *db.DB) *Service {
	t.Helper()
	policy, err := account.LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(d, policy)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keep puts entries, in the order of their ids.
func keep(t testing.TB, s *Service, entries ...entry) {
	t.Helper()
	for some := range slices.Chunk(entries, 2000) {
		err := s.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, e := range some {
				if err := put(ctx, tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func named(s *Service, name string, others ...string) entry {
	e := entry{Entry: Entry{ID: id.Derive("org", name), Kind: Org, Title: name}, words: s.folder.spellings(append([]string{name}, others...)...)}
	e.owner = e.ID
	return e
}

func titles(t *testing.T, s *Service, a account.Actor, words string) string {
	t.Helper()
	found, err := s.Find(t.Context(), a, words)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range found {
		all = append(all, string(e.Kind)+" "+e.Title)
	}
	return strings.Join(all, ", ")
}

func house(role account.Role) account.Actor {
	return account.Actor{ID: id.Derive("person"), Memberships: []account.Membership{{Role: role}}}
}

func TestWhatWordsFind(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		keep(t, s, named(s, "示例口罩厂"), named(s, "示例医疗器械厂", "口罩大王"), named(s, "Example Ltd."), named(s, "示例縣醫院"), named(s, "罩口示例"))
		for words, want := range map[string]string{
			"口罩": "org 示例口罩厂, org 示例医疗器械厂", "口罩大": "org 示例医疗器械厂", "ＥＸＡＭＰＬＥ lt": "org Example Ltd.",
			"县医院": "org 示例縣醫院", "縣醫院": "org 示例縣醫院", "罩口": "org 罩口示例", "没有": "", "": "", "！？": "", "e x a m": "org Example Ltd.",
		} {
			got := strings.Split(titles(t, s, house(account.Coordinator), words), ", ")
			wanted := strings.Split(want, ", ")
			slices.Sort(got)
			slices.Sort(wanted)
			if !slices.Equal(got, wanted) {
				t.Errorf("%q finds %v, want %v", words, got, wanted)
			}
		}
		renamed := named(s, "示例新名厂")
		renamed.ID = id.Derive("org", "示例口罩厂")
		keep(t, s, renamed)
		if got := titles(t, s, house(account.Coordinator), "口罩厂"); got != "" {
			t.Errorf("an old name still finds %s", got)
		}
	})
}

func TestNobodyFindsWhatTheirListsDoNotShow(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		own, other := named(s, "示例甲医院"), named(s, "示例乙医院")
		keep(t, s, own, other)
		for i, o := range []entry{own, other} {
			for _, kind := range []Kind{Need, Distribution, Receipt} {
				keep(t, s, entry{Entry: Entry{ID: id.Derive(string(kind), fmt.Sprint(i)), Kind: kind}, party: o.ID, owner: o.ID})
			}
		}
		member := func(role account.Role) account.Actor {
			return account.Actor{ID: id.Derive("person"), Memberships: []account.Membership{{Role: role, Org: own.ID}}}
		}
		for name, c := range map[string]struct {
			who  account.Actor
			want []string
		}{
			"recipient":  {member(account.Recipient), []string{"distribution 示例甲医院", "need 示例甲医院"}},
			"driver":     {member(account.Driver), []string{"distribution 示例甲医院"}},
			"supervisor": {house(account.Supervisor), []string{"distribution 示例乙医院", "distribution 示例甲医院", "need 示例乙医院", "need 示例甲医院", "org 示例乙医院", "org 示例甲医院", "receipt 示例乙医院", "receipt 示例甲医院"}},
		} {
			got := strings.Split(titles(t, s, c.who, "医院"), ", ")
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s finds %q, want %q", name, got, c.want)
			}
		}
		foreign := id.Derive(string(Need), "1").String()
		if got := titles(t, s, member(account.Recipient), foreign); got != "" {
			t.Errorf("a recipient finds another's need by its id: %s", got)
		}
		if got := titles(t, s, house(account.Coordinator), strings.ToUpper(foreign[:13])); got != "need " {
			t.Errorf("the beginning of an id finds %q", got)
		}
	})
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	f, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[口罩縣醫院ＡＢab -]{0,20}`)).Draw(t, "words")
		once := f.fold(words)
		if twice := f.fold(once); twice != once {
			t.Fatalf("%q became %q, then %q", words, once, twice)
		}
		for _, gram := range grams(once) {
			if !strings.Contains(once, gram) {
				t.Fatalf("%q is not in %q", gram, once)
			}
		}
	})
}

func BenchmarkFindAmong100k(b *testing.B) {
	s := service(b, dbtest.SQLite(b, db.Config{}))
	cities, kinds := []rune("长沙岳阳常德张家界株洲湘潭衡阳邵阳益阳娄底郴州永州怀化"), []string{"人民医院", "中医院", "慈善会", "红十字会", "医疗器械有限公司"}
	var all []entry
	for i := range 100_000 {
		c := i % (len(cities) - 1)
		all = append(all, named(s, fmt.Sprintf("示例%s市第%d%s", string(cities[c:c+2]), i, kinds[i%len(kinds)])))
	}
	keep(b, s, all...)
	for _, words := range []string{"医院", "长沙市第", "第99999", "口罩", "示例长沙市第26人民医院"} {
		b.Run(words, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Find(b.Context(), house(account.Coordinator), words); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
