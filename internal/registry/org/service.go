// SPDX-License-Identifier: Apache-2.0

package org

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Service keeps the registry. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	policy *account.Policy
	key    func(string) string // what makes two spellings the same
	known  sync.Map            // name key → id.ID, for names that are stored
	tree   tree
}

// New returns the service. key folds a name so that spellings which differ in
// blanks, width or punctuation are equal; it comes from the reading floor.
func New(d *db.DB, policy *account.Policy, key func(string) string) *Service {
	return &Service{db: d, policy: policy, key: key}
}

// Create adds an organisation. The key makes a repeated call return the first
// one's result; empty means none.
func (s *Service) Create(ctx context.Context, actor account.Actor, in Input, key string) (Org, error) {
	if err := s.policy.Authorize(ctx, actor, "org.create", account.Object{Kind: "org", Org: in.Parent}); err != nil {
		return Org{}, err
	}
	if err := in.Validate(); err != nil {
		return Org{}, err
	}
	var o Org
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = s.create(ctx, tx, actor, in, key)
		return err
	})
	return o, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, actor account.Actor, in Input, key string) (Org, error) {
	o := Org{
		ID: tx.NewID(), Kind: in.Kind, Name: strings.TrimSpace(in.Name), Parent: in.Parent, Place: in.Place,
		Public: in.public(), Note: in.Note, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	prior, err := journal.Write(ctx, tx, journal.Fact{
		Actor: actor.ID, Action: "org.create", SubjectKind: "org", Subject: o.ID,
		Payload: o.payload(), Key: key, Fingerprint: in.fingerprint(),
	})
	if errors.Is(err, journal.ErrAlready) {
		return byID(ctx, tx, prior.Subject)
	}
	if err != nil {
		return Org{}, err
	}
	if err := s.checkParent(ctx, tx, o); err != nil {
		return Org{}, err
	}
	if err := s.insert(ctx, tx, o); err != nil {
		return Org{}, err
	}
	return o, nil
}

// payload names a private person in the journal by id only.
func (o Org) payload() map[string]any {
	p := map[string]any{"kind": string(o.Kind), "place": o.Place, "parent": o.Parent, "public": o.Public}
	if o.Public {
		p["name"] = o.Name
	}
	return p
}

func (in Input) fingerprint() []byte {
	return journal.Fingerprint([]any{in.Kind, in.Name, in.Parent, in.Place, in.public(), in.Note})
}

// deepest is how many organisations may stand above one.
const deepest = 12

// checkParent refuses a parent that is not there, and a circle.
func (s *Service) checkParent(ctx context.Context, q db.Queryer, o Org) error {
	for parent, depth := o.Parent, 0; !parent.IsZero(); depth++ {
		if parent == o.ID || depth > deepest {
			return errs.Bad().Field("parent", "org.parent.circle")
		}
		p, err := byID(ctx, q, parent)
		if errs.Is(err, errs.NotFound) {
			return errs.Bad().Field("parent", "org.parent.missing")
		}
		if err != nil {
			return err
		}
		parent = p.Parent
	}
	return nil
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, o Org) error {
	nameKey := s.key(o.Name)
	if nameKey == "" {
		return errs.Bad().Field("name", "org.name.missing")
	}
	taken, err := byKey(ctx, tx, nameKey)
	if err == nil {
		return errs.New(errs.Conflict, "org.name.taken", "name", o.Name).With(taken)
	}
	if !errors.Is(err, db.ErrNoRows) {
		return err
	}
	if err := insertOrg(ctx, tx, o, nameKey); err != nil {
		if errors.Is(err, db.ErrDuplicate) {
			return errs.Wrap(err, errs.Conflict, "org.name.taken", "name", o.Name)
		}
		return err
	}
	tx.OnCommit(func() { s.known.Store(nameKey, o.ID) })
	if !o.Parent.IsZero() {
		tx.OnCommit(s.tree.changed)
	}
	return nil
}

// Resolve returns the organisation of that name or alias, and makes one when
// there is none: registers and forms name parties by words. It is for use inside
// another chapter's write. An empty name is the zero id: nobody was named.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, actor account.Actor, name string, kind Kind) (id.ID, error) {
	nameKey := s.key(name)
	if nameKey == "" {
		return id.Zero, nil
	}
	if known, ok := s.known.Load(nameKey); ok {
		if orgID, ok := known.(id.ID); ok {
			return orgID, nil
		}
	}
	o, err := byKey(ctx, tx, nameKey)
	if errors.Is(err, db.ErrNoRows) {
		// Two writes that meet the same new name make it one after the other; the
		// second finds what the first made.
		if err = tx.Lock(ctx, "org "+nameKey); err != nil {
			return id.Zero, err
		}
		o, err = byKey(ctx, tx, nameKey)
	}
	if err == nil {
		tx.OnCommit(func() { s.known.Store(nameKey, o.ID) })
		return o.ID, nil
	}
	if !errors.Is(err, db.ErrNoRows) {
		return id.Zero, err
	}
	in := Input{Kind: kind, Name: cut(name, MaxName)}
	if kind == "" {
		in.Kind = GuessKind(name)
	}
	o, err = s.create(ctx, tx, actor, in, "")
	return o.ID, err
}

func cut(s string, runes int) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) > runes {
		r = r[:runes]
	}
	return string(r)
}

// Get returns an organisation.
func (s *Service) Get(ctx context.Context, actor account.Actor, orgID id.ID) (Org, error) {
	if err := s.policy.Authorize(ctx, actor, "org.read", account.Object{Kind: "org", ID: orgID, Org: orgID}); err != nil {
		return Org{}, err
	}
	return byID(ctx, s.db, orgID)
}

// Named returns the organisation that has the name, in any of its spellings.
func (s *Service) Named(ctx context.Context, actor account.Actor, name string) (Org, error) {
	o, err := byKey(ctx, s.db, s.key(name))
	if errors.Is(err, db.ErrNoRows) {
		err = errs.New(errs.NotFound, "org.not_found")
	}
	if err != nil {
		return Org{}, err
	}
	return o, s.policy.Authorize(ctx, actor, "org.read", account.Object{Kind: "org", ID: o.ID, Org: o.ID})
}

// List returns one page of organisations.
func (s *Service) List(ctx context.Context, actor account.Actor, f Filter, p page.Request) (page.Page[Org], error) {
	if err := s.policy.Authorize(ctx, actor, "org.read", account.Object{Kind: "org"}); err != nil {
		return page.Page[Org]{}, err
	}
	f.key, f.like = s.key(f.Name), s.key(f.Like)
	if f.Name != "" && f.key == "" || f.Like != "" && f.like == "" { // signs alone are nobody's name
		return page.Page[Org]{}, nil
	}
	return list(ctx, s.db, f, p)
}

// Aliases returns the other spellings that lead to an organisation.
func (s *Service) Aliases(ctx context.Context, actor account.Actor, orgID id.ID) ([]string, error) {
	if err := s.policy.Authorize(ctx, actor, "org.read", account.Object{Kind: "org", ID: orgID, Org: orgID}); err != nil {
		return nil, err
	}
	return aliases(ctx, s.db, orgID)
}

// Spellings is Aliases without asking for permission, for what is kept beside the
// registry.
func Spellings(ctx context.Context, q db.Queryer, orgID id.ID) ([]string, error) {
	return aliases(ctx, q, orgID)
}

// Update changes an organisation. version is the one that the person saw; when
// somebody was faster, the error is errs.Conflict and carries the current one.
func (s *Service) Update(ctx context.Context, actor account.Actor, orgID id.ID, version int64, in Input) (Org, error) {
	if err := s.policy.Authorize(ctx, actor, "org.update", account.Object{Kind: "org", ID: orgID, Org: orgID}); err != nil {
		return Org{}, err
	}
	if err := in.Validate(); err != nil {
		return Org{}, err
	}
	var o Org
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = s.update(ctx, tx, actor, orgID, version, in)
		return err
	})
	return o, err
}

func (s *Service) update(ctx context.Context, tx *db.Tx, actor account.Actor, orgID id.ID, version int64, in Input) (Org, error) {
	if !in.Parent.IsZero() {
		// Two moves that are sound alone can close a circle together.
		if err := tx.Lock(ctx, "org.tree"); err != nil {
			return Org{}, err
		}
	}
	old, err := byID(ctx, tx, orgID)
	if err != nil {
		return Org{}, err
	}
	if old.Version != version {
		return Org{}, errs.New(errs.Conflict, "error.changed_meanwhile").With(old)
	}
	if err := s.mayMove(ctx, actor, old, in.Parent); err != nil {
		return Org{}, err
	}
	o := old
	o.Kind, o.Name, o.Parent, o.Place, o.Public, o.Note = in.Kind, strings.TrimSpace(in.Name), in.Parent, in.Place, in.public(), in.Note
	o.Version, o.UpdatedAt = old.Version+1, tx.Now()
	if err := s.checkParent(ctx, tx, o); err != nil {
		return Org{}, err
	}
	if err := s.replace(ctx, tx, old, o); err != nil {
		return Org{}, err
	}
	if o.Parent != old.Parent {
		tx.OnCommit(s.tree.changed)
	}
	_, err = journal.Write(ctx, tx, journal.Fact{
		Actor: actor.ID, Action: "org.update", SubjectKind: "org", Subject: orgID, Payload: o.payload(),
	})
	return o, err
}

// mayMove asks for the right over the old parent and the new one: whoever is
// above an organisation acts on it, so that leaving one, and joining one, is not
// the organisation's alone to decide.
func (s *Service) mayMove(ctx context.Context, actor account.Actor, old Org, parent id.ID) error {
	if parent == old.Parent {
		return nil
	}
	for _, above := range []id.ID{old.Parent, parent} {
		if err := s.policy.Authorize(ctx, actor, "org.update", account.Object{Kind: "org", ID: above, Org: above}); err != nil {
			return err
		}
	}
	return nil
}

// replace writes o over old.
func (s *Service) replace(ctx context.Context, tx *db.Tx, old, o Org) error {
	nameKey := s.key(o.Name)
	if nameKey == "" {
		return errs.Bad().Field("name", "org.name.missing")
	}
	switch other, err := byKey(ctx, tx, nameKey); {
	case err == nil && other.ID != o.ID:
		return errs.New(errs.Conflict, "org.name.taken", "name", o.Name).With(other)
	case err != nil && !errors.Is(err, db.ErrNoRows):
		return err
	}
	changed, err := updateOrg(ctx, tx, o, nameKey, old.Version)
	if errors.Is(err, db.ErrDuplicate) {
		return errs.Wrap(err, errs.Conflict, "org.name.taken", "name", o.Name)
	}
	if err != nil {
		return err
	}
	if !changed { // somebody was faster by a moment: show what is there now
		current, err := byID(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		return errs.New(errs.Conflict, "error.changed_meanwhile").With(current)
	}
	// The old spelling keeps leading here: papers that carry it are still about.
	if oldKey := s.key(old.Name); oldKey != nameKey {
		return insertAlias(ctx, tx, o.ID, oldKey, old.Name)
	}
	return nil
}

// AddAlias lets another spelling lead to the organisation.
func (s *Service) AddAlias(ctx context.Context, actor account.Actor, orgID id.ID, name string) error {
	if err := s.policy.Authorize(ctx, actor, "org.update", account.Object{Kind: "org", ID: orgID, Org: orgID}); err != nil {
		return err
	}
	nameKey := s.key(name)
	if nameKey == "" {
		return errs.Bad().Field("name", "org.name.missing")
	}
	if utf8.RuneCountInString(name) > MaxName {
		return errs.Bad().Field("name", "org.name.long", "max", MaxName)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := byID(ctx, tx, orgID)
		if err != nil {
			return err
		}
		if err := tx.Lock(ctx, "org "+nameKey); err != nil {
			return err
		}
		other, err := byKey(ctx, tx, nameKey)
		switch {
		case err == nil && other.ID == orgID:
			return nil
		case err == nil:
			return errs.New(errs.Conflict, "org.name.taken", "name", name).With(other)
		case !errors.Is(err, db.ErrNoRows):
			return err
		}
		if err := insertAlias(ctx, tx, orgID, nameKey, name); err != nil {
			return err
		}
		payload := map[string]any{}
		if o.Public {
			payload["alias"] = name
		}
		_, err = journal.Write(ctx, tx, journal.Fact{
			Actor: actor.ID, Action: "org.alias", SubjectKind: "org", Subject: orgID, Payload: payload,
		})
		return err
	})
}

// Names returns the organisations with the given ids, for pages that show
// them, in few queries. Ids that are not there are left out.
func Names(ctx context.Context, q db.Queryer, ids []id.ID) (map[id.ID]Org, error) {
	found := make(map[id.ID]Org, len(ids))
	wanted := slices.Clone(ids)
	slices.SortFunc(wanted, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
	wanted = slices.DeleteFunc(slices.Compact(wanted), id.ID.IsZero)
	for some := range slices.Chunk(wanted, namesAtOnce) {
		orgs, err := byIDs(ctx, q, some)
		if err != nil {
			return nil, err
		}
		for _, o := range orgs {
			found[o.ID] = o
		}
	}
	return found, nil
}
