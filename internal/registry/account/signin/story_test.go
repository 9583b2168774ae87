// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
)

// TestStory follows a house from its first start to somebody's leaving.
func TestStory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		_, err := h.SignIn(ctx, visitor(), "admin@example.org", secret)
		refused(t, "before anybody exists", err, errs.Unauthenticated, "account.sign_in_failed")

		founder := h.founder()
		own, boss, err := h.Resume(ctx, founder.Token)
		if err != nil || !boss.Is(account.Administrator) || own.Person != boss.ID {
			t.Fatalf("the founder is %+v (%v)", boss, err)
		}
		if _, needed, err := h.SetUpLink(ctx); needed || err != nil {
			t.Errorf("a second set-up link: %t, %v", needed, err)
		}

		li, l, err := h.Invite(ctx, boss, signin.NewPerson{
			Name: " Example Li ", Email: "Li@Example.org", Memberships: []account.Membership{{Role: account.Coordinator}},
		})
		if err != nil || li.State != person.Invited || li.Name != "Example Li" || li.Email != "li@example.org" {
			t.Fatalf("invited %+v (%v)", li, err)
		}
		seen := must(h.Link(ctx, visitor(), l.Token))(t)
		if seen.Kind != "invite" || seen.Person.Name != "Example Li" || seen.Token != "" {
			t.Errorf("the link's page sees %+v", seen)
		}
		first := must(h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Name: "Li of the example", Password: secret}))(t)
		_, err = h.Accept(ctx, visitor(), l.Token, signin.Acceptance{Password: secret})
		refused(t, "the link again", err, errs.NotFound, "signin.link_dead")

		session, actor, err := h.Resume(ctx, first.Token)
		if err != nil || actor.ID != li.ID || actor.Name != "Li of the example" || !actor.Is(account.Coordinator) {
			t.Fatalf("Li is %+v (%v)", actor, err)
		}
		enrolment := must(h.BeginTOTP(ctx, session))(t)
		phone := must(totp.ParseSecret(enrolment.Secret))(t)
		codes := must(h.ConfirmTOTP(ctx, visitor(), session, phone.Code(totp.Step(h.now.Now()))))(t)
		if len(codes) != 10 {
			t.Fatalf("recovery codes %v", codes)
		}
		if err := h.SignOut(ctx, session); err != nil {
			t.Fatal(err)
		}
		h.resumes("signed out", first.Token, false)

		h.now.Advance(time.Hour)
		half := must(h.SignIn(ctx, visitor(), " LI@example.org", secret))(t)
		if !half.Half {
			t.Fatal("the password alone is enough")
		}
		h.resumes("half signed in", half.Token, false)
		if p := must(h.Pending(ctx, half.Token))(t); !p.Means.TOTP || p.Means.Recovery != 10 || p.Name != "Li of the example" {
			t.Errorf("pending %+v", p)
		}
		full := must(h.EnterCode(ctx, visitor(), half.Token, phone.Code(totp.Step(h.now.Now()))))(t)
		h.resumes("signed in by code", full.Token, true)
		_, err = h.Pending(ctx, half.Token)
		refused(t, "the half session afterwards", err, errs.Unauthenticated, "error.unauthenticated")

		byCode := must(h.SignIn(ctx, visitor(), "li@example.org", secret))(t)
		other := must(h.EnterRecovery(ctx, visitor(), byCode.Token, " "+codes[3]))(t)
		session, _, err = h.Resume(ctx, other.Token)
		if list := must(h.Sessions(ctx, session))(t); err != nil || len(list) != 2 || list[0].Agent != "Example/1.0" {
			t.Errorf("sessions %+v (%v)", list, err)
		}
		if err := h.EndOthers(ctx, session); err != nil {
			t.Fatal(err)
		}
		h.resumes("ended from elsewhere", full.Token, false)
		h.resumes("the one that stays", other.Token, true)

		if err := h.Disable(ctx, boss, li.ID, "left"); err != nil {
			t.Fatal(err)
		}
		h.resumes("disabled", other.Token, false)
		_, err = h.SignIn(ctx, visitor(), "li@example.org", secret)
		refused(t, "disabled, with the right password", err, errs.Unauthenticated, "account.sign_in_failed")

		if err := h.Erase(ctx, boss, li.ID, "asked for it"); err != nil {
			t.Fatal(err)
		}
		people := must(h.People(ctx, boss, signin.Filter{State: person.Erased}, page.Request{}))(t).Items
		if len(people) != 1 || people[0].Name != "" || people[0].Email != "" || len(people[0].Memberships) != 0 {
			t.Errorf("erased: %+v", people)
		}
		history := must(journal.Of(ctx, h.d, li.ID))(t)
		var got []string
		for _, r := range history {
			got = append(got, r.Action)
			if !r.Verify() {
				t.Errorf("%s does not verify", r.Action)
			}
		}
		want := "person.create person.accept credential.create credential.create credential.create credential.remove session.end session.end person.disable person.erase"
		if strings.Join(got, " ") != want {
			t.Errorf("history %v\nwant %s", got, want)
		}
	})
}
