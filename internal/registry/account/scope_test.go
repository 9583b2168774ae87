// SPDX-License-Identifier: Apache-2.0

package account

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// TestWhatWasMeasuredIsWhatTheRulesSay compares the quick answer with that of the
// rules.
func TestWhatWasMeasuredIsWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	p, err := LoadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	some := func(names ...string) *rapid.Generator[id.ID] {
		ids := []id.ID{id.Zero}
		for _, n := range names {
			ids = append(ids, id.Derive("example", n))
		}
		return rapid.SampledFrom(ids)
	}
	rapid.Check(t, func(r *rapid.T) {
		a := Actor{ID: id.Derive("example", "somebody")}
		for range rapid.IntRange(0, 3).Draw(r, "memberships") {
			a.Memberships = append(a.Memberships, Membership{
				Role: rapid.SampledFrom(Roles()).Draw(r, "role"), Org: some("own", "other").Draw(r, "member of"),
			})
		}
		if rapid.IntRange(0, 4).Draw(r, "link") == 0 {
			a.Link = Link{Purpose: rapid.SampledFrom(Purposes()).Draw(r, "purpose"), Subject: id.Derive("example", "record")}
		}
		action := rapid.SampledFrom(Actions()).Draw(r, "action")
		o := Object{ID: some("record").Draw(r, "id"), Org: some("own", "other", "own and foreign").Draw(r, "of"), By: some("somebody", "other").Draw(r, "by")}
		quick := p.Authorize(t.Context(), a, action, o)
		rules := p.decide(t.Context(), a, action, o)
		if (quick == nil) != (rules == nil) {
			r.Fatalf("%+v %s %+v: %v, the rules say %v", a, action, o, quick, rules)
		}
	})
}
