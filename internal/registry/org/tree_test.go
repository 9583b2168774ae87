// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// all reads a list page by page and holds the pages to their law: full but for
// the last, nothing twice, in the order of the ids.
func (k *desk) all(t testing.TB, f org.Filter, limit int) []org.Org {
	t.Helper()
	var list []org.Org
	for request := (page.Request{Limit: limit}); ; {
		p, err := k.List(t.Context(), k.actor, f, request)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p.Items...)
		if p.Next == "" {
			break
		}
		if len(p.Items) != limit {
			t.Fatalf("a page of %d in the middle, want %d", len(p.Items), limit)
		}
		request.Cursor = p.Next
	}
	if !slices.IsSortedFunc(list, func(a, b org.Org) int {
		if c := slices.Compare(a.ID[:], b.ID[:]); c != 0 {
			return c
		}
		return 1
	}) {
		t.Errorf("%d organisations are not in order or not different", len(list))
	}
	return list
}

func (k *desk) move(t testing.TB, o org.Org, parent id.ID) (org.Org, error) {
	t.Helper()
	in := input(o)
	in.Parent = parent
	return k.Update(t.Context(), k.actor, o.ID, o.Version, in)
}

func TestATreeHasNoCircles(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		province := k.create(t, org.Input{Kind: org.Federation, Name: "示例省红十字会"})
		city := k.create(t, org.Input{Kind: org.Federation, Name: "示例市红十字会", Parent: province.ID})
		county := k.create(t, org.Input{Kind: org.Federation, Name: "示例县红十字会", Parent: city.ID})
		for what, below := range map[string]org.Org{"itself": province, "its city": city, "its county": county} {
			_, err := k.move(t, province, below.ID)
			wantField(t, "below "+what, err, "parent", "org.parent.circle")
		}
		_, err := k.move(t, city, id.Derive("nowhere"))
		wantField(t, "below nobody", err, "parent", "org.parent.missing")
		for _, o := range []org.Org{province, city, county} {
			if stored := k.get(t, o.ID); stored != o {
				t.Errorf("a refused move changed %+v to %+v", o, stored)
			}
		}
		if county, err = k.move(t, county, province.ID); err != nil || county.Parent != province.ID {
			t.Errorf("up one level: %+v, %v", county, err)
		}
		if county, err = k.move(t, county, id.Zero); err != nil || !county.Parent.IsZero() {
			t.Errorf("to the top: %+v, %v", county, err)
		}
	})
}

func TestATreeIsNoDeeperThanAnyRealOne(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		var parent id.ID
		for depth := range 40 {
			o, err := k.Create(t.Context(), k.actor, org.Input{Kind: org.Other, Name: fmt.Sprintf("示例%d中心", depth), Parent: parent}, "")
			if err != nil {
				wantField(t, fmt.Sprintf("level %d", depth), err, "parent", "org.parent.circle")
				if depth < 10 {
					t.Errorf("refused at level %d already", depth)
				}
				return
			}
			parent = o.ID
		}
		t.Error("40 levels were accepted")
	})
}

// TestTwoMovesAtOnceCloseNoCircle: each move is sound alone.
func TestTwoMovesAtOnceCloseNoCircle(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		for round := range 10 {
			a, b := k.hospital(t, fmt.Sprintf("甲%d示例医院", round)), k.hospital(t, fmt.Sprintf("乙%d示例医院", round))
			var below [2]error
			var wg sync.WaitGroup
			wg.Go(func() { _, below[0] = k.move(t, a, b.ID) })
			wg.Go(func() { _, below[1] = k.move(t, b, a.ID) })
			wg.Wait()
			if (below[0] == nil) == (below[1] == nil) {
				t.Fatalf("%v and %v, want one refusal", below[0], below[1])
			}
			for _, err := range below {
				if err != nil {
					wantField(t, "the slower one", err, "parent", "org.parent.circle")
				}
			}
		}
	})
}

func TestAListIsNarrowedAndCutIntoPages(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		top := k.create(t, org.Input{Kind: org.Federation, Name: "示例省红十字会"})
		for i := range 7 {
			k.create(t, org.Input{Kind: org.Hospital, Name: fmt.Sprintf("示例%d医院", i), Parent: top.ID})
			k.create(t, org.Input{Kind: org.Company, Name: fmt.Sprintf("示例%d公司", i)})
		}
		for what, c := range map[string]struct {
			filter org.Filter
			want   int
		}{
			"all": {org.Filter{}, 15}, "a kind": {org.Filter{Kind: org.Company}, 7}, "below one": {org.Filter{Parent: top.ID}, 7},
			"a kind below one": {org.Filter{Kind: org.Company, Parent: top.ID}, 0}, "a name": {org.Filter{Name: "示例 3 公司"}, 1},
			"a name of another kind": {org.Filter{Name: "示例3公司", Kind: org.Hospital}, 0}, "no such name": {org.Filter{Name: "示例"}, 0},
			"no such kind": {org.Filter{Kind: "bakery"}, 0}, "hostile": {org.Filter{Name: "' OR 1=1 --", Kind: "'"}, 0},
		} {
			for _, limit := range []int{1, 2, 7, 14, 15, 100} {
				if got := k.all(t, c.filter, limit); len(got) != c.want {
					t.Errorf("%s, %d a page: %d, want %d", what, limit, len(got), c.want)
				}
			}
		}
		for _, cursor := range []string{"x", "%", page.Encode("not an id"), page.Encode(17)} {
			if _, err := k.List(t.Context(), k.actor, org.Filter{}, page.Request{Cursor: cursor}); !errs.Is(err, errs.Malformed) {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}

// TestAPageStaysRightWhenRowsAreAdded: a new organisation never pushes one over
// the edge of a page.
func TestAPageStaysRightWhenRowsAreAdded(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		for i := range 4 {
			k.hospital(t, fmt.Sprintf("示例%d医院", i))
		}
		first, err := k.List(t.Context(), k.actor, org.Filter{}, page.Request{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		k.hospital(t, "示例新医院")
		second, err := k.List(t.Context(), k.actor, org.Filter{}, page.Request{Limit: 10, Cursor: first.Next})
		if err != nil || len(second.Items) != 3 || second.Items[2].Name != "示例新医院" {
			t.Errorf("after the first two: %d organisations (%v), want 3", len(second.Items), err)
		}
	})
}

func TestNamesOfManyAreReadTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		want := map[id.ID]org.Org{}
		ids := []id.ID{id.Zero, id.Derive("nobody")}
		for i := range 5 {
			o := k.hospital(t, fmt.Sprintf("示例%d医院", i))
			want[o.ID] = o
			ids = append(ids, o.ID, o.ID)
		}
		for i := range 1100 { // more than one query names
			ids = append(ids, id.Derive("nobody", fmt.Sprint(i)))
		}
		for n := range 12 {
			got, err := org.Names(t.Context(), k.db, ids[:n])
			if err != nil || len(got) != max(0, n-1)/2 {
				t.Errorf("the first %d ids: %d organisations (%v)", n, len(got), err)
			}
		}
		got, err := org.Names(t.Context(), k.db, ids)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d organisations (%v), want %d", len(got), err, len(want))
		}
		for i, o := range want {
			if got[i] != o {
				t.Errorf("%+v, want %+v", got[i], o)
			}
		}
	})
}
