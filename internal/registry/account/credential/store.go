// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// The kinds of credential.
const (
	Password = "password"
	TOTP     = "totp"
	TOTPNew  = "totp_new" // shown to the person, not yet confirmed by a code
	Passkey  = "passkey"
	Recovery = "recovery"
)

const (
	//nolint:gosec // a statement, no credential
	insertCredentialSQL = `
		INSERT INTO account_credential
		  (id, person, kind, handle, name, data, counter, created_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)`

	//nolint:gosec // a statement, no credential
	selectCredentials = `
		SELECT id, person, kind, handle, name, data, counter, created_at, used_at
		FROM account_credential
		WHERE person = $1 AND kind = $2
		ORDER BY id`

	//nolint:gosec // a statement, no credential
	useCredentialSQL = `
		UPDATE account_credential
		SET counter = $2, used_at = $4
		WHERE id = $1 AND counter = $3`

	rehashSQL = `
		UPDATE account_credential
		SET data = $3
		WHERE id = $1 AND data = $2`

	setDataSQL = `
		UPDATE account_credential
		SET data = $2
		WHERE id = $1`

	deleteOne = `
		DELETE FROM account_credential
		WHERE person = $1 AND id = $2 AND kind = $3`

	deleteHandle = `
		DELETE FROM account_credential
		WHERE person = $1 AND kind = $2 AND handle = $3`

	deleteKind = `
		DELETE FROM account_credential
		WHERE person = $1 AND kind = $2`

	deleteAllOf = `
		DELETE FROM account_credential
		WHERE person = $1`

	countKinds = `
		SELECT kind, COUNT(*)
		FROM account_credential
		WHERE person = $1
		GROUP BY kind`
)

// Credential is one way to prove who one is.
type Credential struct {
	ID        id.ID
	Person    id.ID
	Kind      string
	Handle    string // what names it from outside; empty: the person
	Name      string // as its owner calls it
	Data      string // PHC string, secret, public key
	Counter   int64  // last step of a code, signatures of a passkey
	CreatedAt time.Time
	UsedAt    time.Time
}

func scanCredential(r *db.Rows) (Credential, error) {
	var c Credential
	err := r.Scan(&c.ID, &c.Person, &c.Kind, &c.Handle, &c.Name, &c.Data, &c.Counter, &c.CreatedAt, &c.UsedAt)
	return c, err
}

// Insert stores a credential. Those that nothing outside names take the
// person as handle, so that nobody has two of the kind.
func Insert(ctx context.Context, tx *db.Tx, c Credential) error {
	if c.Handle == "" {
		c.Handle = c.Person.String()
	}
	_, err := tx.Exec(ctx, insertCredentialSQL, tx.NewID(), c.Person, c.Kind, c.Handle, c.Name, c.Data, c.Counter, tx.Now())
	if err != nil {
		return fmt.Errorf("store %s: %w", c.Kind, err)
	}
	return nil
}

// All returns the credentials of a kind, the oldest first.
func All(ctx context.Context, q db.Queryer, person id.ID, kind string) ([]Credential, error) {
	return db.All(ctx, q, selectCredentials, []any{person, kind}, scanCredential)
}

// One returns the one credential of a kind of which nobody has two.
func One(ctx context.Context, q db.Queryer, person id.ID, kind string) (c Credential, found bool, err error) {
	c, err = db.One(ctx, q, selectCredentials, []any{person, kind}, scanCredential)
	if errors.Is(err, db.ErrNoRows) {
		return Credential{}, false, nil
	}
	if err != nil {
		return Credential{}, false, fmt.Errorf("read %s: %w", kind, err)
	}
	return c, true, nil
}

// Use moves the counter on and reports whether it still was where the
// caller read it: of two uses at once one succeeds.
func Use(ctx context.Context, tx *db.Tx, c Credential, counter int64) (bool, error) {
	n, err := tx.Exec(ctx, useCredentialSQL, c.ID, counter, c.Counter, tx.Now())
	if err != nil {
		return false, fmt.Errorf("use %s: %w", c.Kind, err)
	}
	return n == 1, nil
}

// Rehash stores another hash of the same password, unless it was changed since.
func Rehash(ctx context.Context, tx *db.Tx, c Credential, phc string) error {
	if _, err := tx.Exec(ctx, rehashSQL, c.ID, c.Data, phc); err != nil {
		return fmt.Errorf("store password anew: %w", err)
	}
	return nil
}

// SetData stores what a passkey has become by its use.
func SetData(ctx context.Context, tx *db.Tx, c Credential, data string) error {
	if _, err := tx.Exec(ctx, setDataSQL, c.ID, data); err != nil {
		return fmt.Errorf("store %s: %w", c.Kind, err)
	}
	return nil
}

// Remove removes one credential of a person and returns how many that were.
func Remove(ctx context.Context, tx *db.Tx, person, credentialID id.ID, kind string) (int64, error) {
	n, err := tx.Exec(ctx, deleteOne, person, credentialID, kind)
	if err != nil {
		return 0, fmt.Errorf("remove %s: %w", kind, err)
	}
	return n, nil
}

// Take removes a Credential that is good once.
func Take(ctx context.Context, tx *db.Tx, person id.ID, kind, handle string) (bool, error) {
	n, err := tx.Exec(ctx, deleteHandle, person, kind, handle)
	if err != nil {
		return false, fmt.Errorf("take %s: %w", kind, err)
	}
	return n == 1, nil
}

// DropKind removes the credentials of a kind and returns how many that were.
func DropKind(ctx context.Context, tx *db.Tx, person id.ID, kind string) (int64, error) {
	n, err := tx.Exec(ctx, deleteKind, person, kind)
	if err != nil {
		return 0, fmt.Errorf("remove %s: %w", kind, err)
	}
	return n, nil
}

// DropAll removes every credential of a person.
func DropAll(ctx context.Context, tx *db.Tx, person id.ID) error {
	if _, err := tx.Exec(ctx, deleteAllOf, person); err != nil {
		return fmt.Errorf("remove credentials: %w", err)
	}
	return nil
}

// Means says with what a person can prove who they are.
type Means struct {
	Password bool
	TOTP     bool
	Passkeys int
	Recovery int // recovery codes left
}

// Second reports whether the password alone is not enough.
func (m Means) Second() bool { return m.TOTP || m.Passkeys > 0 }

// MeansOf returns with what a person can prove who they are.
func MeansOf(ctx context.Context, q db.Queryer, person id.ID) (m Means, err error) {
	err = db.Each(ctx, q, countKinds, []any{person}, func(r *db.Rows) error {
		var kind string
		var n int
		if err := r.Scan(&kind, &n); err != nil {
			return err
		}
		switch kind {
		case Password:
			m.Password = true
		case TOTP:
			m.TOTP = true
		case Passkey:
			m.Passkeys = n
		case Recovery:
			m.Recovery = n
		}
		return nil
	})
	if err != nil {
		return Means{}, fmt.Errorf("read credentials: %w", err)
	}
	return m, nil
}
