// SPDX-License-Identifier: Apache-2.0

package person

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

const (
	insertPersonSQL = `
		INSERT INTO account_person
		  (id, name, email, state, created_at, created_by, signed_in_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, NULL, 1)`

	selectPerson = `
		SELECT id, name, COALESCE(email, ''), state, created_at, created_by, signed_in_at, version
		FROM account_person
		WHERE id = $1`

	selectPersonByEmail = `
		SELECT id, name, COALESCE(email, ''), state, created_at, created_by, signed_in_at, version
		FROM account_person
		WHERE email = $1`

	selectPeople = `
		SELECT p.id, p.name, COALESCE(p.email, ''), p.state, p.created_at, p.created_by, p.signed_in_at, p.version
		FROM account_person p`

	updatePersonSQL = `
		UPDATE account_person
		SET name = $3, email = $4, state = $5, version = version + 1
		WHERE id = $1 AND version = $2`

	signedInSQL = `
		UPDATE account_person
		SET signed_in_at = $2
		WHERE id = $1`

	selectName = `
		SELECT name
		FROM account_person
		WHERE id = $1`

	selectMemberships = `
		SELECT role, org
		FROM account_membership
		WHERE person = $1
		ORDER BY role, org`

	insertMembership = `
		INSERT INTO account_membership (person, role, org)
		VALUES ($1, $2, $3)`

	deleteMemberships = `
		DELETE FROM account_membership
		WHERE person = $1`

	countGoverning = `
		SELECT COUNT(*)
		FROM account_person p
		JOIN account_membership m ON m.person = p.id
		WHERE p.state = 'active' AND m.role = 'administrator' AND m.org = $1`
)

func scanPerson(r *db.Rows) (Person, error) {
	var p Person
	err := r.Scan(&p.ID, &p.Name, &p.Email, &p.State, &p.CreatedAt, &p.CreatedBy, &p.SignedInAt, &p.Version)
	return p, err
}

// onePerson reads a person with memberships.
func onePerson(ctx context.Context, q db.Queryer, query string, arg any) (Person, error) {
	p, err := db.One(ctx, q, query, []any{arg}, scanPerson)
	if errors.Is(err, db.ErrNoRows) {
		return Person{}, errs.Wrap(err, errs.NotFound, "signin.no_person")
	}
	if err == nil {
		p.Memberships, err = Memberships(ctx, q, p.ID)
	}
	if err != nil {
		return Person{}, fmt.Errorf("read person: %w", err)
	}
	return p, nil
}

// ByID returns the person with memberships, or errs.NotFound.
func ByID(ctx context.Context, q db.Queryer, person id.ID) (Person, error) {
	return onePerson(ctx, q, selectPerson, person)
}

// ByEmail returns the person with that normalised address, or errs.NotFound.
func ByEmail(ctx context.Context, q db.Queryer, email string) (Person, error) {
	return onePerson(ctx, q, selectPersonByEmail, email)
}

// Memberships returns what a person is where.
func Memberships(ctx context.Context, q db.Queryer, person id.ID) ([]account.Membership, error) {
	return db.All(ctx, q, selectMemberships, []any{person}, func(r *db.Rows) (m account.Membership, err error) {
		err = r.Scan(&m.Role, &m.Org)
		return m, err
	})
}

// nullable is how an erased address is stored: several people may have none.
func nullable(email string) any {
	if email == "" {
		return nil
	}
	return email
}

// Insert stores a new person; an address that somebody has is a wrong field.
func Insert(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.Exec(ctx, insertPersonSQL, p.ID, p.Name, nullable(p.Email), string(p.State), p.CreatedAt, p.CreatedBy)
	if err != nil {
		return emailTaken(err)
	}
	return setMemberships(ctx, tx, p)
}

// emailTaken names the field when the address belongs to somebody else.
func emailTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return errs.Bad().Field("email", "signin.email_taken")
	}
	return fmt.Errorf("store person: %w", err)
}

func setMemberships(ctx context.Context, tx *db.Tx, p Person) error {
	if _, err := tx.Exec(ctx, deleteMemberships, p.ID); err != nil {
		return fmt.Errorf("clear memberships: %w", err)
	}
	for _, m := range p.Memberships {
		if _, err := tx.Exec(ctx, insertMembership, p.ID, string(m.Role), m.Org); err != nil {
			return fmt.Errorf("store membership: %w", err)
		}
	}
	return nil
}

// Update stores a person whose version is the one that was read.
func Update(ctx context.Context, tx *db.Tx, p Person) error {
	n, err := tx.Exec(ctx, updatePersonSQL, p.ID, p.Version, p.Name, nullable(p.Email), string(p.State))
	if err != nil {
		return emailTaken(err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "signin.changed_meanwhile")
	}
	return setMemberships(ctx, tx, p)
}

// SignedIn keeps when a person signed in last.
func SignedIn(ctx context.Context, tx *db.Tx, person id.ID, now time.Time) error {
	if _, err := tx.Exec(ctx, signedInSQL, person, now); err != nil {
		return fmt.Errorf("store sign-in: %w", err)
	}
	return nil
}

// Governing counts the administrators of the house.
func Governing(ctx context.Context, q db.Queryer) (int64, error) {
	n, err := db.Value[int64](ctx, q, countGoverning, id.Zero)
	if err != nil {
		return 0, fmt.Errorf("count administrators: %w", err)
	}
	return n, nil
}

// List returns people after a cursor, with their memberships.
func List(ctx context.Context, q db.Queryer, f Filter, after id.ID, limit int) ([]Person, error) {
	var where db.Filter
	where.And("p.id > ?", after)
	if f.State != "" {
		where.And("p.state = ?", string(f.State))
	}
	if f.Role != "" {
		where.And("EXISTS (SELECT 1 FROM account_membership m WHERE m.person = p.id AND m.role = ?)", string(f.Role))
	}
	if f.Text != "" {
		pattern := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(f.Text)) + "%"
		where.And("(LOWER(p.name) LIKE ? ESCAPE '!' OR p.email LIKE ? ESCAPE '!')", pattern, pattern)
	}
	query, args := where.Query(selectPeople, "ORDER BY p.id", limit)
	people, err := db.All(ctx, q, query, args, scanPerson)
	for i := range people {
		if err != nil {
			break
		}
		people[i].Memberships, err = Memberships(ctx, q, people[i].ID)
	}
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	return people, nil
}

// Names returns the names of those who are known.
func Names(ctx context.Context, q db.Queryer, people []id.ID) (map[id.ID]string, error) {
	names := make(map[id.ID]string, len(people))
	for _, person := range people {
		name, err := db.Value[string](ctx, q, selectName, person)
		switch {
		case errors.Is(err, db.ErrNoRows):
		case err != nil:
			return nil, fmt.Errorf("read names: %w", err)
		default:
			names[person] = name
		}
	}
	return names, nil
}
