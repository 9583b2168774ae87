// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

// Invite adds a person and returns the link by which they come in.
func (s *Service) Invite(ctx context.Context, a account.Actor, in NewPerson) (Person, Link, error) {
	if !s.policy.Could(a, "person.invite") {
		return Person{}, Link{}, s.govern(ctx, a, "person.invite", id.Zero, in.Memberships)
	}
	in, err := in.Clean()
	if err != nil {
		return Person{}, Link{}, err
	}
	if err := s.govern(ctx, a, "person.invite", id.Zero, in.Memberships); err != nil {
		return Person{}, Link{}, err
	}
	var p Person
	var l Link
	err = s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p, err = s.newPerson(ctx, tx, a.ID, in, person.Invited); err != nil {
			return err
		}
		l, err = s.newLink(ctx, tx, a.ID, link.Invite, p.ID)
		return err
	})
	if err != nil {
		return Person{}, Link{}, err
	}
	return p, l, nil
}

// newPerson stores a person and says so in the journal.
func (s *Service) newPerson(ctx context.Context, tx *db.Tx, by id.ID, in NewPerson, state person.State) (Person, error) {
	return s.insert(ctx, tx, Person{
		ID: tx.NewID(), Name: in.Name, Email: in.Email, State: state, Memberships: in.Memberships, CreatedBy: by,
	})
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, p Person) (Person, error) {
	p.CreatedAt, p.Version = tx.Now(), 1
	if err := person.Insert(ctx, tx, p); err != nil {
		return Person{}, err
	}
	return p, s.record(ctx, tx, p.CreatedBy, "person.create", aboutPerson(p.ID, "memberships", person.Written(p.Memberships)))
}

// Person returns one person, with the link that is open for them; its token is
// known to nobody any more.
func (s *Service) Person(ctx context.Context, a account.Actor, who id.ID) (Person, Link, error) {
	p, err := person.ByID(ctx, s.db, who)
	if err == nil && p.ID != a.ID {
		err = s.govern(ctx, a, "person.read", p.ID, p.Memberships)
	}
	if err != nil {
		return Person{}, Link{}, err
	}
	l, _, err := link.Open(ctx, s.db, p.ID, s.db.Clock().Now())
	return p, l, err
}

// Find returns the person who has the e-mail address.
func (s *Service) Find(ctx context.Context, a account.Actor, email string) (p Person, found bool, err error) {
	if err := s.govern(ctx, a, "person.read", id.Zero, nil); err != nil {
		return Person{}, false, err
	}
	email, ok := person.NormaliseEmail(email)
	if !ok {
		return Person{}, false, errs.Bad().Field("email", "signin.email")
	}
	p, err = person.ByEmail(ctx, s.db, email)
	if errs.Is(err, errs.NotFound) {
		return Person{}, false, nil
	}
	return p, err == nil, err
}

// People lists people in the order in which they were added: those whom the
// actor may see.
func (s *Service) People(ctx context.Context, a account.Actor, f Filter, r page.Request) (page.Page[Person], error) {
	if !s.policy.Could(a, "person.read") {
		return page.Page[Person]{}, s.govern(ctx, a, "person.read", id.Zero, nil)
	}
	var after id.ID
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &after); err != nil {
			return page.Page[Person]{}, err
		}
	}
	limit := r.Rows()
	var seen []Person
	for len(seen) <= limit {
		batch, err := person.List(ctx, s.db, f, after, limit+1)
		if err != nil {
			return page.Page[Person]{}, err
		}
		for _, p := range batch {
			after = p.ID
			if s.mayRead(ctx, a, p) {
				seen = append(seen, p)
			}
		}
		if len(batch) <= limit {
			break
		}
	}
	return page.Cut(seen, limit, func(p Person) string { return page.Encode(p.ID) }), nil
}

// mayRead reports whether one of the memberships lies where the actor may look.
func (s *Service) mayRead(ctx context.Context, a account.Actor, p Person) bool {
	if s.govern(ctx, a, "person.read", p.ID, nil) == nil {
		return true
	}
	return slices.ContainsFunc(p.Memberships, func(m account.Membership) bool {
		return s.govern(ctx, a, "person.read", p.ID, []account.Membership{m}) == nil
	})
}

// Names returns what people are called, for pages that show who did something.
// Who is not a person, or was erased, is not in it.
func (s *Service) Names(ctx context.Context, people ...id.ID) (map[id.ID]string, error) {
	return person.Names(ctx, s.db, people)
}

// change runs fn on a person in one write, when the actor may do the action to
// that person and is not the person.
func (s *Service) change(ctx context.Context, a account.Actor, action string, who id.ID, fn func(context.Context, *db.Tx, Person) error) error {
	seen, err := person.ByID(ctx, s.db, who)
	if errs.Is(err, errs.NotFound) && !s.policy.Could(a, action) {
		return s.govern(ctx, a, action, who, nil)
	}
	if err != nil {
		return err
	}
	if err := s.govern(ctx, a, action, who, seen.Memberships); err != nil {
		return err
	}
	if a.ID == who {
		return errs.New(errs.Forbidden, "signin.not_yourself")
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := person.LockGoverning(ctx, tx); err != nil {
			return err
		}
		p, err := person.ByID(ctx, tx, who)
		if err != nil {
			return err
		}
		if !slices.Equal(p.Memberships, seen.Memberships) { // the permission was for those
			return errs.New(errs.Conflict, "signin.changed_meanwhile")
		}
		tx.OnCommit(s.memo.Forget)
		return fn(ctx, tx, p)
	})
}

// Correct changes name, address and memberships. version is that of the person
// that was shown. Rights change at the person's next click.
func (s *Service) Correct(ctx context.Context, a account.Actor, who id.ID, in NewPerson, version int64) (Person, error) {
	in, err := in.Clean()
	if err != nil {
		return Person{}, err
	}
	if err := s.govern(ctx, a, "person.write", who, in.Memberships); err != nil {
		return Person{}, err
	}
	var after Person
	err = s.change(ctx, a, "person.write", who, func(ctx context.Context, tx *db.Tx, p Person) error {
		if p.State == person.Erased {
			return errs.New(errs.Conflict, "signin.not_active")
		}
		if p.Version != version {
			return errs.New(errs.Stale, "signin.changed_meanwhile").With(p)
		}
		after = p
		after.Name, after.Email, after.Memberships = in.Name, in.Email, in.Memberships
		if err := person.Stays(ctx, tx, p, after); err != nil {
			return err
		}
		if err := person.Update(ctx, tx, after); err != nil {
			return err
		}
		after.Version++
		return s.record(ctx, tx, a.ID, "person.correct", aboutPerson(p.ID, "memberships", person.Written(after.Memberships),
			"name_changed", p.Name != after.Name, "email_changed", p.Email != after.Email))
	})
	return after, err
}

// Rename changes one's own name.
func (s *Service) Rename(ctx context.Context, own Session, name string) error {
	name = strings.TrimSpace(name)
	if !person.IsName(name) {
		return errs.Bad().Field("name", "signin.name")
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := person.ByID(ctx, tx, own.Person)
		if err != nil {
			return err
		}
		p.Name = name
		if err := person.Update(ctx, tx, p); err != nil {
			return err
		}
		tx.OnCommit(s.memo.Forget)
		return s.record(ctx, tx, own.Person, "person.correct", aboutPerson(p.ID, "name_changed", true))
	})
}
