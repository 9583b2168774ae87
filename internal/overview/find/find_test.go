// SPDX-License-Identifier: Apache-2.0

package find

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
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
	return entry{ID: id.Derive("org", name), title: name, words: s.folder.spellings(append([]string{name}, others...)...)}
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

var zone = time.FixedZone("UTC+8", 8*3600)

// office books what is to be found.
type office struct {
	*Service
	receipts      *receipt.Service
	distributions *distribution.Service
	needs         *need.Service
}

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	s := service(t, d)
	goods, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	books, orgs := ledger.New(zone), org.New(d, s.policy, s.Fold)
	return &office{
		s, receipt.New(d, books, s.policy, goods, orgs), distribution.New(d, books, s.policy, goods, orgs),
		need.New(d, s.policy, goods, orgs, zone),
	}
}

// booked is what one organisation gives, needs and is handed.
type booked struct {
	receipt      receipt.Receipt
	need         need.Need
	distribution distribution.Distribution
}

func (o *office) book(t *testing.T, who entry, code string) (b booked) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	var err error
	at := o.db.Clock().Now()
	b.receipt, err = o.receipts.Create(t.Context(), account.System(), receipt.Input{
		Kind: receipt.Donation, Donor: who.ID, Holder: who.ID, Place: "main", OccurredAt: at,
		Lines: []receipt.LineInput{{Class: "goggles", Quantity: qty.Exactly(50, qty.Piece), Batch: code}},
	}, "")
	must(err)
	b.need, err = o.needs.Create(t.Context(), account.System(), need.Input{
		Recipient: who.ID, Place: "4301", StatedOn: clock.DayOf(at, zone), Lines: []need.Line{{Class: "goggles", Quantity: qty.Exactly(9, qty.Piece)}},
	}, "")
	must(err)
	b.distribution, err = o.distributions.Create(t.Context(), account.System(), distribution.Input{
		Recipient: who.ID, Place: "4301", OccurredAt: at, Unreconciled: true,
		Lines: []distribution.LineInput{{Class: "gloves-medical", Quantity: qty.Exactly(3, qty.Pair)}},
	}, "")
	must(err)
	return b
}

func TestNobodyFindsWhatTheirListsDoNotShow(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		own, other := named(o.Service, "示例甲医院"), named(o.Service, "示例乙医院")
		keep(t, o.Service, own, other)
		o.book(t, own, "EX-A-1")
		foreign := o.book(t, other, "EX-A-2")
		member := func(role account.Role) account.Actor {
			return account.Actor{ID: id.Derive("person"), Memberships: []account.Membership{{Role: role, Org: own.ID}}}
		}
		for name, c := range map[string]struct {
			who   account.Actor
			words string
			want  []string
		}{
			"recipient":          {member(account.Recipient), "医院", []string{"distribution 示例甲医院", "need 示例甲医院"}},
			"driver":             {member(account.Driver), "医院", []string{"distribution 示例甲医院"}},
			"supervisor":         {house(account.Supervisor), "医院", []string{"distribution 示例乙医院", "distribution 示例甲医院", "need 示例乙医院", "need 示例甲医院", "org 示例乙医院", "org 示例甲医院", "receipt 示例乙医院", "receipt 示例甲医院"}},
			"codes":              {house(account.Coordinator), "ex-a", []string{"lot EX-A-1", "lot EX-A-2"}},
			"own codes":          {member(account.Keeper), "EX-A", []string{"lot EX-A-1"}},
			"a recipient's code": {member(account.Recipient), "EX-A", []string{""}},
			"foreign need":       {member(account.Recipient), foreign.need.ID.String(), []string{""}},
			"foreign receipt":    {member(account.Keeper), foreign.receipt.ID.String(), []string{""}},
			"foreign lot":        {member(account.Keeper), foreign.receipt.Lines[0].Lot.String(), []string{""}},
			"id of a need":       {house(account.Coordinator), strings.ToUpper(foreign.need.ID.String()), []string{"need "}},
			"id of a receipt":    {house(account.Coordinator), foreign.receipt.ID.String(), []string{"receipt "}},
			"id of a lot":        {house(account.Coordinator), foreign.receipt.Lines[0].Lot.String(), []string{"lot EX-A-2"}},
			"id of a hand-over":  {house(account.Coordinator), foreign.distribution.ID.String()[:34], []string{"distribution "}},
			"id of a name":       {house(account.Coordinator), own.ID.String()[:20], []string{"org 示例甲医院"}},
		} {
			got := strings.Split(titles(t, o.Service, c.who, c.words), ", ")
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s finds %q, want %q", name, got, c.want)
			}
		}
	})
}

func TestWhatWasCorrectedAwayIsNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		who := named(o.Service, "示例甲医院")
		keep(t, o.Service, who)
		b := o.book(t, who, "L-9x1")
		for _, code := range []string{"L-9x", "L-9x1"} {
			if got := titles(t, o.Service, house(account.Coordinator), code); got != "lot L-9x1" {
				t.Errorf("%q finds %q", code, got)
			}
		}
		if got := titles(t, o.Service, house(account.Coordinator), "9x"); got != "" {
			t.Errorf("a code that is not in capitals is found without its L-: %q", got)
		}
		system := account.System()
		if _, err := o.receipts.Correct(t.Context(), system, receipt.Correction{ID: b.receipt.ID, Version: 1, Reason: "twice"}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.distributions.Correct(t.Context(), system, distribution.Correction{ID: b.distribution.ID, Version: 1, Reason: "twice"}); err != nil {
			t.Fatal(err)
		}
		if got := titles(t, o.Service, house(account.Coordinator), "甲医院"); got != "org 示例甲医院, need 示例甲医院" {
			t.Errorf("found %q", got)
		}
		if got := titles(t, o.Service, house(account.Coordinator), "L-9x"); got != "" {
			t.Errorf("found %q", got)
		}
	})
}

func TestACodeIsFoundWithoutItsBeginningAndWhateverItsCase(t *testing.T) {
	t.Parallel()
	for words, want := range map[string][]string{
		"\t" + "ab-7 ": {"AB-7", "L-AB-7", "ab-7"}, "l-07": {"L-07", "l-07"}, "０７a": {"07A", "07a", "L-07A"}, "7": nil, "": nil,
		strings.Repeat("9", longest+1): nil,
	} {
		if got := spellingsOfCode(words); !slices.Equal(got, want) {
			t.Errorf("%q is looked for as %q, want %q", words, got, want)
		}
	}
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
