// SPDX-License-Identifier: Apache-2.0

package person

import (
	"context"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// Filter chooses people; what is zero does not choose.
type Filter struct {
	State State
	Role  account.Role
	Text  string // part of a name or an e-mail address
}

// LockGoverning makes changes to who governs the house wait for each other, so
// that two administrators cannot disable each other at once.
func LockGoverning(ctx context.Context, tx *db.Tx) error {
	return tx.Lock(ctx, "account administrators")
}

// Stays refuses a change after which nobody governs the house.
func Stays(ctx context.Context, tx *db.Tx, before, after Person) error {
	if !before.Governs() || after.Governs() {
		return nil
	}
	n, err := Governing(ctx, tx)
	if err == nil && n <= 1 {
		err = errs.New(errs.Conflict, "signin.last_administrator")
	}
	return err
}

// Written is how memberships stand in the journal.
func Written(memberships []account.Membership) []any {
	list := make([]any, len(memberships))
	for i, m := range memberships {
		list[i] = map[string]any{"role": string(m.Role), "org": m.Org.String()}
	}
	return list
}
