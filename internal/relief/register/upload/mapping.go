// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

// Keep saves what was said about a file's columns for the next file with the
// same header, in the place of what was kept for it before.
func (s *Service) Keep(ctx context.Context, actor account.Actor, uploadID id.ID, name string) (Saved, error) {
	u, err := s.mine(ctx, actor, "import.run", uploadID)
	if err != nil {
		return Saved{}, err
	}
	if name, err = goodName(name); err != nil {
		return Saved{}, err
	}
	switch {
	case u.Mapping == nil:
		return Saved{}, errs.New(errs.Invalid, "register.mapping.nothing")
	case u.Fingerprint == "":
		return Saved{}, errs.New(errs.Invalid, "register.mapping.no_header")
	}
	plain, err := s.look(ctx, actor, u, nil)
	if err != nil {
		return Saved{}, err
	}
	kept := Saved{Kind: u.Kind, Fingerprint: u.Fingerprint, Name: name, Mapping: *u.Mapping, By: actor.ID, Org: u.Org}
	for _, t := range plain.Tables {
		if t.Fingerprint == u.Fingerprint {
			for _, c := range t.Columns {
				kept.Columns = append(kept.Columns, c.Name)
			}
			break
		}
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		kept.ID, kept.At = tx.NewID(), tx.Now()
		if kept.ID, err = keepMapping(ctx, tx, kept); err != nil {
			return err
		}
		return s.fact(ctx, tx, actor, "register.mapping_keep", kept.ID, map[string]any{"kind": string(u.Kind)})
	})
	return kept, err
}

func goodName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || !utf8.ValidString(name) {
		return "", errs.Bad().Field("name", "register.mapping.name", "max", maxName)
	}
	return name, nil
}

// Mappings lists what is kept, by name; an empty kind means every kind.
func (s *Service) Mappings(ctx context.Context, actor account.Actor, kind register.Kind) ([]Saved, error) {
	if err := s.Policy.Authorize(ctx, actor, "import.read", account.Object{Kind: "import"}); err != nil {
		return nil, err
	}
	return listSaved(ctx, s.DB, kind)
}

// Mapping returns one kept mapping.
func (s *Service) Mapping(ctx context.Context, actor account.Actor, savedID id.ID) (Saved, error) {
	return s.saved(ctx, actor, "import.read", savedID)
}

func (s *Service) saved(ctx context.Context, actor account.Actor, action string, savedID id.ID) (Saved, error) {
	if !s.Policy.Could(actor, action) {
		return Saved{}, s.Policy.Authorize(ctx, actor, action, account.Object{Kind: "import", ID: savedID})
	}
	kept, err := savedByID(ctx, s.DB, savedID)
	if err != nil {
		return kept, err
	}
	return kept, s.Policy.Authorize(ctx, actor, action, account.Object{Kind: "import", ID: savedID, Org: kept.Org, By: kept.By})
}

// Rename gives a kept mapping another name.
func (s *Service) Rename(ctx context.Context, actor account.Actor, savedID id.ID, name string) error {
	if _, err := s.saved(ctx, actor, "import.run", savedID); err != nil {
		return err
	}
	name, err := goodName(name)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := renameSaved(ctx, tx, savedID, name); err != nil {
			return err
		}
		return s.fact(ctx, tx, actor, "register.mapping_rename", savedID, nil)
	})
}

// Forget ends the use of a kept mapping; files that took it keep it.
func (s *Service) Forget(ctx context.Context, actor account.Actor, savedID id.ID) error {
	if _, err := s.saved(ctx, actor, "import.run", savedID); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := deleteSaved(ctx, tx, savedID); err != nil {
			return err
		}
		return s.fact(ctx, tx, actor, "register.mapping_forget", savedID, nil)
	})
}
