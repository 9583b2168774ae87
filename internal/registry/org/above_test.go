// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
)

// TestTheTreeFollowsWhatIsWritten asks the tree between writes: a change counts
// at once.
func TestTheTreeFollowsWhatIsWritten(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		ask := func(of id.ID, above, below []id.ID) {
			t.Helper()
			got, err := k.Above(t.Context(), of)
			if err != nil || !slices.Equal(got, above) {
				t.Errorf("above: %v (%v), want %v", got, err, above)
			}
			got, err = k.Below(t.Context(), []id.ID{of, of})
			want := append(slices.Clone(below), of)
			slices.SortFunc(want, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("below: %v (%v), want %v", got, err, want)
			}
		}
		province := k.make(t, "Province Federation", id.Zero)
		ask(province.ID, nil, nil)
		city := k.make(t, "City Federation", province.ID)
		hospital := k.make(t, "City Hospital", city.ID)
		ask(province.ID, nil, []id.ID{city.ID, hospital.ID})
		ask(hospital.ID, []id.ID{city.ID, province.ID}, nil)
		moved := org.Input{Kind: org.Hospital, Name: "City Hospital", Parent: province.ID}
		if _, err := k.Update(t.Context(), k.actor, hospital.ID, hospital.Version, moved); err != nil {
			t.Fatal(err)
		}
		ask(hospital.ID, []id.ID{province.ID}, nil)
		ask(city.ID, []id.ID{province.ID}, nil)
		if got, err := k.Below(t.Context(), nil); err != nil || len(got) != 0 {
			t.Errorf("below nothing: %v (%v)", got, err)
		}
	})
}

// TestAMoveNeedsTheRightOverBothSides: who acts for an organisation neither takes
// it from those above nor puts it below others.
func TestAMoveNeedsTheRightOverBothSides(t *testing.T) {
	onBoth(t, func(t *testing.T, k *desk) {
		policy, err := account.LoadPolicy()
		if err != nil {
			t.Fatal(err)
		}
		k.Service = org.New(k.db, policy, fold)
		policy.Join(k.Service)
		province, other := k.make(t, "Province Federation", id.Zero), k.make(t, "Other Federation", id.Zero)
		city := k.make(t, "City Federation", province.ID)
		ward := k.make(t, "City Hospital", city.ID)
		mayor := account.Actor{ID: id.Derive("mayor"), Memberships: []account.Membership{{Role: account.Coordinator, Org: city.ID}}}
		for _, c := range []struct {
			name string
			what org.Org
			to   id.ID
			want bool
		}{
			{"its own, away from those above", city, id.Zero, false}, {"its own, below another", city, other.ID, false},
			{"what is below, away", ward, id.Zero, false}, {"what is below, to those above", ward, province.ID, false},
			{"another, below itself", other, city.ID, false}, {"what is below, where it is", ward, city.ID, true},
		} {
			now, err := k.Get(t.Context(), k.actor, c.what.ID) // another case may have changed it
			if err != nil {
				t.Fatal(err)
			}
			_, err = k.Update(t.Context(), mayor, c.what.ID, now.Version, org.Input{Kind: c.what.Kind, Name: c.what.Name, Parent: c.to})
			if (err == nil) != c.want || err != nil && !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

func (k *desk) make(t *testing.T, name string, parent id.ID) org.Org {
	t.Helper()
	o, err := k.Create(t.Context(), k.actor, org.Input{Kind: org.Federation, Name: name, Parent: parent}, "")
	if err != nil {
		t.Fatal(err)
	}
	return o
}
